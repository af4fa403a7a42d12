package dev.culvert.tools.ofctl;

import dev.culvert.openflow.connection.OpenFlowClient;
import dev.culvert.openflow.connection.Reasons;
import dev.culvert.openflow.field.Bits;
import dev.culvert.openflow.message.Message;
import dev.culvert.openflow.text.MessagePrinter;
import dev.culvert.openflow.text.PrintOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** The commands about the line to a switch: whether it answers, how fast, and what others say on it. */
final class LineCommands {
    private static final int PINGS = 10;
    private static final int DEFAULT_PAYLOAD = 64;
    private static final int MAX_PAYLOAD = 65527;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS: ", Locale.ROOT);

    private final Settings settings;
    private final Dialer dialer;
    private final PrintStream out;
    private final PrintStream err;

    LineCommands(Settings settings, Dialer dialer, PrintStream out, PrintStream err) {
        this.settings = settings;
        this.dialer = dialer;
        this.out = out;
        this.err = err;
    }

    /** {@code probe}: says nothing if the switch answers. */
    void probe(List<String> arguments) throws OfctlException, IOException {
        try (OpenFlowClient client = dialer.dial(arguments.getFirst())) {
            byte[] answer = client.transact(new Message.EchoRequest(Bits.of(0, 0)), 0);
            if (answer.length != 8) {
                throw new OfctlException("reply does not match request");
            }
        }
    }

    /** {@code ping}: ten echoes and how long each took. */
    void ping(List<String> arguments) throws OfctlException, IOException {
        int size = arguments.size() > 1 ? size(arguments.get(1)) : DEFAULT_PAYLOAD;
        if (size < 0 || size > MAX_PAYLOAD) {
            throw new OfctlException("payload must be between 0 and " + MAX_PAYLOAD + " bytes");
        }
        try (OpenFlowClient client = dialer.dial(arguments.getFirst())) {
            for (int i = 0; i < PINGS; i++) {
                byte[] payload = new byte[size];
                ThreadLocalRandom.current().nextBytes(payload);
                Bits data = Bits.of(payload);
                long start = System.nanoTime();
                byte[] answer = client.transact(new Message.EchoRequest(data));
                double millis = (System.nanoTime() - start) / 1e6;
                if (!OpenFlowClient.expect(Message.EchoReply.class, answer)
                        .data()
                        .equals(data)) {
                    throw new OfctlException("reply does not match request");
                }
                int xid = (int)
                        Bits.of(java.util.Arrays.copyOfRange(answer, 4, 8)).toLong();
                out.println(String.format(
                        Locale.ROOT,
                        "%d bytes from %s: xid=%08x time=%.1f ms",
                        size,
                        arguments.getFirst(),
                        xid,
                        millis));
                out.flush();
            }
        }
    }

    private static int size(String text) {
        String number = text.replaceFirst("^(-?[0-9]*).*", "$1"); // as atoi(3): what is no number is zero
        if (number.isEmpty() || number.equals("-")) {
            return 0;
        }
        return number.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(number);
    }

    /** {@code snoop}: what a bridge and its controller say, to standard error, until the bridge hangs up. */
    void snoop(List<String> arguments) throws OfctlException, IOException {
        PrintOptions options = new PrintOptions(settings.verbosity() + 2, Map.of(), true, true);
        try (OpenFlowClient client = dialer.dial(arguments.getFirst(), "snoop")) {
            while (true) {
                byte[] message = client.receive();
                if (settings.timestamps()) {
                    err.print(TIME.format(LocalDateTime.now(java.time.ZoneId.systemDefault())));
                }
                err.print(MessagePrinter.print(message, options));
                err.flush();
            }
        } catch (IOException e) {
            throw new OfctlException("vconn_recv (" + Reasons.of(e) + ")");
        }
    }
}
