package dev.culvert.openflow.connection;

import dev.culvert.stream.StreamException;
import java.io.EOFException;
import java.io.IOException;

/** Why a conversation ended, in the C library's words, which logs, tools and the database show. */
public final class Reasons {
    private Reasons() {}

    /** The words for what {@code e} stands for. */
    public static String of(IOException e) {
        return switch (e) {
            case EOFException _ -> "End of file";
            case ProtocolException _ -> "Protocol error";
            default -> {
                String reason = StreamException.reasonOf(e);
                yield reason.equals("Connection reset") ? "Connection reset by peer" : reason;
            }
        };
    }
}
