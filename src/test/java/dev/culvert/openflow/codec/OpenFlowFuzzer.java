package dev.culvert.openflow.codec;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.message.Envelope;
import dev.culvert.openflow.message.Message;
import dev.culvert.openflow.text.MessagePrinter;
import dev.culvert.openflow.text.PrintOptions;
import java.util.ArrayList;
import java.util.List;

/** Fuzz target: an OpenFlow message of any version. It is read or refused, and printed in either case. */
public final class OpenFlowFuzzer {
    private OpenFlowFuzzer() {}

    /** For Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < Frame.HEADER || input.length > 0xffff) {
            return; // the stream that frames messages hands out no such thing
        }
        byte[] message = input.clone();
        message[2] = (byte) (message.length >> 8);
        message[3] = (byte) message.length;
        if (!MessagePrinter.print(message, PrintOptions.PLAIN).endsWith("\n")) {
            throw new AssertionError("not printed to the end");
        }
        try {
            Envelope envelope = MessageReader.read(message);
            // an error's place and an unknown type's bytes may have no like in what we write ourselves
            if (!(envelope.message() instanceof Message.Failure) && !(envelope.message() instanceof Message.Other)) {
                for (byte[] part : MessageWriter.write(envelope)) {
                    MessageReader.read(part);
                }
            }
        } catch (DecodeException e) {
            // the announced end of what is no message
        }
    }

    /** Where to begin: each kind of message in each version. */
    public static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (Version version : Version.values()) {
            for (Message message : Samples.of(version)) {
                seeds.addAll(MessageWriter.write(new Envelope(version, 1, message)));
            }
        }
        return seeds;
    }
}
