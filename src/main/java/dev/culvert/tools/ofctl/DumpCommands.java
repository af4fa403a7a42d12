package dev.culvert.tools.ofctl;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.OfPort;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.codec.MessageReader;
import dev.culvert.openflow.connection.OpenFlowClient;
import dev.culvert.openflow.message.FlowQuery;
import dev.culvert.openflow.message.FlowStats;
import dev.culvert.openflow.message.Message;
import dev.culvert.openflow.message.StatsReply;
import dev.culvert.openflow.message.StatsRequest;
import dev.culvert.openflow.text.FlowQueryParser;
import dev.culvert.openflow.text.FlowSyntaxException;
import dev.culvert.openflow.text.FlowText;
import dev.culvert.openflow.text.MessagePrinter;
import dev.culvert.openflow.text.PrintOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The commands that ask a switch once, and print what it says. */
final class DumpCommands {
    private static final int ERROR = 1;

    private final Settings settings;
    private final Dialer dialer;
    private final PrintStream out;
    private final Map<Integer, String> portNames = new HashMap<>();

    DumpCommands(Settings settings, Dialer dialer, PrintStream out) {
        this.settings = settings;
        this.dialer = dialer;
        this.out = out;
    }

    /** {@code show}: who the switch is, its ports, its settings. */
    void show(List<String> arguments) throws OfctlException, IOException {
        String bridge = arguments.getFirst();
        try (OpenFlowClient client = dialer.dial(bridge)) {
            byte[] features = client.transact(new Message.FeaturesRequest());
            out.print(MessagePrinter.print(features, plain()));
            if (client.version().atLeast(Version.OPENFLOW_13)) {
                dump(client, new StatsRequest.PortDescriptions(OfPort.ANY), bridge);
            }
        }
        try (OpenFlowClient client = dialer.dial(bridge)) {
            print(client.transact(new Message.ConfigRequest()));
        }
    }

    /** {@code dump-desc}, {@code dump-tables}: a request that is all in its type. */
    void dump(List<String> arguments, StatsRequest request) throws OfctlException, IOException {
        try (OpenFlowClient client = dialer.dial(arguments.getFirst())) {
            dump(client, request, arguments.getFirst());
        }
    }

    /** {@code dump-ports}: the counters of one port or all. */
    void ports(List<String> arguments) throws OfctlException, IOException {
        try (OpenFlowClient client = dialer.dial(arguments.getFirst())) {
            int port = arguments.size() > 1 ? port(arguments.getFirst(), arguments.get(1)) : OfPort.ANY;
            dump(client, new StatsRequest.Ports(port), arguments.getFirst());
        }
    }

    /** {@code dump-ports-desc}: the descriptions of one port (from OpenFlow 1.5 on) or all. */
    void portDescriptions(List<String> arguments) throws OfctlException, IOException {
        try (OpenFlowClient client = dialer.dial(arguments.getFirst())) {
            int port = arguments.size() > 1 ? port(arguments.getFirst(), arguments.get(1)) : OfPort.ANY;
            dump(client, new StatsRequest.PortDescriptions(port), arguments.getFirst());
        }
    }

    /** {@code queue-stats}: the counters of some queues. */
    void queues(List<String> arguments) throws OfctlException, IOException {
        String bridge = arguments.getFirst();
        try (OpenFlowClient client = dialer.dial(bridge)) {
            boolean anyPort = arguments.size() < 2 || arguments.get(1).equalsIgnoreCase("ALL");
            boolean anyQueue = arguments.size() < 3 || arguments.get(2).equalsIgnoreCase("ALL");
            int port = anyPort ? OfPort.ANY : port(bridge, arguments.get(1));
            int queue = anyQueue ? StatsRequest.ALL_QUEUES : queue(arguments.get(2));
            dump(client, new StatsRequest.Queues(port, queue), bridge);
        }
    }

    private static int queue(String text) {
        String digits = text.replaceFirst("[^0-9].*", ""); // as atoi(3): what is no number is zero
        return digits.isEmpty() || digits.length() > 9 ? 0 : Integer.parseInt(digits);
    }

    private int port(String bridge, String text) throws OfctlException {
        OptionalInt number = OfPort.parse(text);
        if (number.isPresent()) {
            return number.getAsInt();
        }
        Integer named = Names.ports(dialer, bridge).get(text);
        if (named == null) {
            throw new OfctlException(bridge + ": unknown port `" + text + "'");
        }
        return named;
    }

    /** {@code get-frags}: what happens to fragments. */
    void fragments(List<String> arguments) throws OfctlException, IOException {
        try (OpenFlowClient client = dialer.dial(arguments.getFirst())) {
            byte[] answer = client.transact(new Message.ConfigRequest());
            Message.ConfigReply reply = OpenFlowClient.expect(Message.ConfigReply.class, answer);
            out.println(reply.config().fragments().text());
        }
    }

    /** {@code dump-flows}: some flows or all. */
    void flows(List<String> arguments) throws OfctlException, IOException {
        String bridge = arguments.getFirst();
        FlowQuery query = query(arguments);
        boolean inOwnWords = !settings.order().isEmpty() || !settings.statistics() || settings.names();
        try (OpenFlowClient client = dialer.dial(bridge)) {
            StatsRequest request = new StatsRequest.Flows(query, agreeOnForm(client));
            if (!inOwnWords) {
                dump(client, request, bridge);
                return;
            }
            List<FlowStats> flows = collect(client, request);
            if (!settings.order().isEmpty()) {
                flows.sort(SortKey.comparator(settings.order()));
            }
            PrintOptions options = options(bridge);
            flows.forEach(flow -> out.println(FlowText.format(flow, options)));
        }
    }

    private static List<FlowStats> collect(OpenFlowClient client, StatsRequest request) throws IOException {
        List<byte[]> parts = new ArrayList<>();
        client.transact(request, parts::add);
        List<FlowStats> flows = new ArrayList<>();
        for (byte[] part : parts) {
            flows.addAll(OpenFlowClient.expect(StatsReply.Flows.class, part).flows());
        }
        return flows;
    }

    /** {@code dump-aggregate}: the sum over some flows or all. */
    void aggregate(List<String> arguments) throws OfctlException, IOException {
        FlowQuery query = query(arguments);
        try (OpenFlowClient client = dialer.dial(arguments.getFirst())) {
            StatsRequest request = new StatsRequest.Aggregate(query, agreeOnForm(client));
            dump(client, request, arguments.getFirst());
        }
    }

    private FlowQuery query(List<String> arguments) throws OfctlException {
        if (arguments.size() < 2) {
            return FlowQuery.ALL;
        }
        try {
            Map<String, Integer> ports = Names.ports(dialer, arguments.getFirst());
            Map<String, Integer> tables = Names.tables(dialer, arguments.getFirst());
            return FlowQueryParser.parse(arguments.get(1), ports, tables);
        } catch (FlowSyntaxException e) {
            throw new OfctlException(String.valueOf(e.getMessage()));
        }
    }

    /** Whether flows are told in Nicira's form: OpenFlow 1.0's own can say little, so the switch is asked for the other. */
    private boolean agreeOnForm(OpenFlowClient client) throws IOException {
        if (client.version() != Version.OPENFLOW_10 || !settings.nxm()) {
            return false;
        }
        int asked = client.send(new Message.SetFlowFormat(Message.SetFlowFormat.NXM));
        int barrier = client.send(new Message.BarrierRequest());
        boolean agreed = true;
        while (true) {
            byte[] answer = client.receive();
            int xid = xid(answer);
            if (xid == barrier) {
                return agreed;
            }
            agreed &= xid != asked || answer[1] != ERROR;
        }
    }

    private static int xid(byte[] message) {
        return ((message[4] & 0xff) << 24)
                | ((message[5] & 0xff) << 16)
                | ((message[6] & 0xff) << 8)
                | (message[7] & 0xff);
    }

    private void dump(OpenFlowClient client, StatsRequest request, String bridge) throws OfctlException, IOException {
        List<byte[]> parts = new ArrayList<>();
        client.transact(request, parts::add);
        PrintOptions options = options(bridge);
        parts.forEach(part -> out.print(MessagePrinter.print(part, options)));
    }

    private void print(byte[] answer) throws OfctlException {
        try {
            MessageReader.read(answer);
        } catch (DecodeException e) {
            throw new OfctlException("bad reply: " + e.getMessage());
        }
        out.print(MessagePrinter.print(answer, plain()));
    }

    private PrintOptions plain() {
        return new PrintOptions(settings.verbosity() + 1, Map.of(), true, true);
    }

    /** How statistics are printed; the names that this may take are asked for when there is something to print. */
    private PrintOptions options(String bridge) throws OfctlException {
        if (settings.names() && portNames.isEmpty()) {
            Names.tables(dialer, bridge);
            Names.ports(dialer, bridge).forEach((name, number) -> portNames.put(number, name));
        }
        boolean ages = !settings.names() && settings.order().isEmpty();
        return new PrintOptions(settings.verbosity() + 1, portNames, settings.statistics(), ages);
    }
}
