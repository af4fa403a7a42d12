package dev.culvert.openflow.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.message.Envelope;
import dev.culvert.openflow.message.Message;
import dev.culvert.openflow.text.MessagePrinter;
import dev.culvert.openflow.text.PrintOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever comes, the reader and the printer end, and end in the one way that is announced. */
@Timeout(60)
class RandomBytesTest {
    private static final int ROUNDS = 40_000;
    private static final Duration LONGEST = Duration.ofSeconds(20);

    @Test
    void damagedMessagesNeverGetOut() {
        List<byte[]> seeds = new ArrayList<>();
        for (Version version : Version.values()) {
            for (Message message : Samples.of(version)) {
                seeds.addAll(MessageWriter.write(new Envelope(version, 1, message)));
            }
        }
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long end = System.nanoTime() + LONGEST.toNanos();
        int understood = 0;
        for (int round = 0; round < ROUNDS && System.nanoTime() < end; round++) {
            byte[] message = damaged(seeds.get(random.nextInt(seeds.size())), random);
            try {
                understood += isUnderstood(message) ? 1 : 0;
                assertThat(MessagePrinter.print(message, PrintOptions.PLAIN)).endsWith("\n");
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + seed + ": " + HexFormat.of().formatHex(message), e);
            }
        }
        assertThat(understood).as("with seed %s", seed).isPositive();
    }

    private static boolean isUnderstood(byte[] message) {
        try {
            Envelope envelope = MessageReader.read(message);
            return envelope.message() != null;
        } catch (DecodeException e) {
            return false;
        }
    }

    private static byte[] damaged(byte[] original, Random random) {
        int length = random.nextInt(4) == 0 ? Frame.HEADER + random.nextInt(original.length) : original.length;
        byte[] message = java.util.Arrays.copyOf(original, length);
        for (int i = random.nextInt(6); i > 0; i--) {
            int at = random.nextInt(message.length);
            message[at] = switch (random.nextInt(4)) {
                case 0 -> (byte) random.nextInt(256);
                case 1 -> (byte) 0xff;
                case 2 -> 0;
                default -> (byte) (message[at] ^ (1 << random.nextInt(8)));
            };
        }
        message[2] = (byte) (message.length >> 8);
        message[3] = (byte) message.length;
        return message;
    }
}
