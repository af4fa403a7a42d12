package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.message.Payload;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts the fragments of one message together (RFC 7383 section 2.6). Only authentic fragments come here, so what it holds was
 * sent by the peer; still no more than 64 fragments and 64 KB.
 */
final class Reassembly {
    private static final int FRAGMENTS_MAX = 64;
    private static final int BYTES_MAX = 65_536;

    private int messageId = -1;
    private int firstPayload;
    private byte[] @Nullable [] parts = new byte[0][];
    private int missing;
    private int bytes;

    /** What has come of a fragment. */
    enum Outcome {
        /** It does not fit. */
        REFUSED,
        /** Others are missing. */
        INCOMPLETE,
        /** The message is whole: {@link #firstPayload} and {@link #whole}. */
        COMPLETE
    }

    Outcome add(int id, Payload.Encrypted fragment, byte[] plain) {
        if (fragment.total() > FRAGMENTS_MAX) {
            return Outcome.REFUSED;
        }
        if (id != messageId || fragment.total() > parts.length) {
            // more fragments than before: the sender has found a narrower path, and began anew
            clear();
            messageId = id;
            parts = new byte[fragment.total()][];
            missing = fragment.total();
        }
        int index = fragment.fragment() - 1;
        if (fragment.total() < parts.length || parts[index] != null || bytes + plain.length > BYTES_MAX) {
            return Outcome.REFUSED;
        }
        if (index == 0) {
            firstPayload = fragment.firstPayload();
        }
        parts[index] = plain;
        bytes += plain.length;
        missing--;
        return missing == 0 ? Outcome.COMPLETE : Outcome.INCOMPLETE;
    }

    int firstPayload() {
        return firstPayload;
    }

    /** Returns the message's payloads, and forgets them. */
    byte[] whole() {
        byte[] whole = new byte[bytes];
        int at = 0;
        for (byte @Nullable [] part : parts) {
            byte[] present = part == null ? new byte[0] : part;
            System.arraycopy(present, 0, whole, at, present.length);
            at += present.length;
        }
        clear();
        return whole;
    }

    void clear() {
        for (byte @Nullable [] part : parts) {
            if (part != null) {
                Arrays.fill(part, (byte) 0);
            }
        }
        parts = new byte[0][];
        messageId = -1;
        bytes = 0;
    }
}
