package dev.culvert.tools.ofctl;

import dev.culvert.openflow.OfPort;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.connection.OpenFlowClient;
import dev.culvert.openflow.connection.Reasons;
import dev.culvert.openflow.message.Message;
import dev.culvert.openflow.message.PortDescription;
import dev.culvert.openflow.message.StatsReply;
import dev.culvert.openflow.message.StatsRequest;
import dev.culvert.openflow.message.TableFeatures;
import dev.culvert.openflow.message.TableStats;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The names of a switch's ports and tables, asked for over a conversation of their own, as the original does. */
final class Names {
    private Names() {}

    /** The ports' numbers by their names. */
    static Map<String, Integer> ports(Dialer dialer, String bridge) throws OfctlException {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        try (OpenFlowClient client = dialer.dial(bridge)) {
            for (PortDescription port : descriptions(client)) {
                numbers.putIfAbsent(port.name(), port.number());
            }
        } catch (IOException e) {
            throw new OfctlException(bridge + ": " + Reasons.of(e));
        }
        return numbers;
    }

    private static List<PortDescription> descriptions(OpenFlowClient client) throws IOException {
        if (!client.version().atLeast(Version.OPENFLOW_13)) {
            byte[] answer = client.transact(new Message.FeaturesRequest());
            return OpenFlowClient.expect(Message.FeaturesReply.class, answer).ports();
        }
        List<PortDescription> ports = new ArrayList<>();
        List<byte[]> parts = new ArrayList<>();
        client.transact(new StatsRequest.PortDescriptions(OfPort.ANY), parts::add);
        for (byte[] part : parts) {
            ports.addAll(OpenFlowClient.expect(StatsReply.PortDescriptions.class, part)
                    .ports());
        }
        return ports;
    }

    /** The tables' numbers by their names, as far as they have any. */
    static Map<String, Integer> tables(Dialer dialer, String bridge) throws OfctlException {
        Map<String, Integer> numbers = new HashMap<>();
        try (OpenFlowClient client = dialer.dial(bridge)) {
            boolean inFeatures = client.version().atLeast(Version.OPENFLOW_13);
            List<byte[]> parts = new ArrayList<>();
            client.transact(inFeatures ? new StatsRequest.TableFeatureList() : new StatsRequest.Tables(), parts::add);
            for (byte[] part : parts) {
                for (TableFeatures table : inFeatures ? features(part) : stats(part)) {
                    if (!table.name().isEmpty()) {
                        numbers.putIfAbsent(table.name(), table.table());
                    }
                }
            }
        } catch (IOException e) {
            throw new OfctlException(bridge + ": " + Reasons.of(e));
        }
        return numbers;
    }

    private static List<TableFeatures> features(byte[] part) throws IOException {
        return OpenFlowClient.expect(StatsReply.TableFeatureList.class, part).tables();
    }

    private static List<TableFeatures> stats(byte[] part) throws IOException {
        List<TableFeatures> features = new ArrayList<>();
        for (TableStats table :
                OpenFlowClient.expect(StatsReply.Tables.class, part).tables()) {
            table.features().ifPresent(features::add);
        }
        return features;
    }
}
