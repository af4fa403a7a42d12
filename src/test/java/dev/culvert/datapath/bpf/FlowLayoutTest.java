package dev.culvert.datapath.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares what this room says of the structures that it shares with the programs with what a C compiler says. */
class FlowLayoutTest {
    private static final Path SOURCES = Path.of("src/main/bpf").toAbsolutePath();

    private final Map<String, Long> expected = new LinkedHashMap<>();

    @TempDir
    Path directory;

    @Test
    void agreesWithTheCompiler() throws Exception {
        expected.put("sizeof(struct flow_key)", (long) FlowMatch.SIZE);
        offset("flow_key", "in_port", FlowMatch.IN_PORT);
        offset("flow_key", "vlan_tci", FlowMatch.VLAN_TCI);
        offset("flow_key", "addresses", FlowMatch.ADDRESSES);
        expected.put("VLAN_PRESENT", (long) FlowMatch.VLAN_PRESENT);
        expected.put("sizeof(struct endpoint)", (long) Origin.SIZE);
        offset("endpoint", "transport", Origin.TRANSPORT);
        offset("endpoint", "key", Origin.KEY);
        offset("endpoint", "key_present", Origin.KEY_PRESENT);
        offset("endpoint", "local", Origin.LOCAL);
        offset("endpoint", "remote", Origin.REMOTE);
        expected.put("FROM_DEVICE", Integer.toUnsignedLong(FlowMatch.FROM_DEVICE));
        flows();
        ports();

        assertThat(compiled()).isEqualTo(expected);
    }

    private void flows() {
        expected.put("OUTPUTS_MAX", (long) FlowOutput.MAX);
        expected.put("sizeof(struct flow)", (long) FlowPrograms.FLOW_SIZE);
        offset("flow", "key", FlowPrograms.FLOW_KEY);
        offset("flow", "live", FlowPrograms.FLOW_LIVE);
        offset("flow", "outputs", FlowPrograms.FLOW_OUTPUTS);
        offset("flow", "failed", FlowPrograms.FLOW_FAILED);
        offset("flow", "output", FlowPrograms.FLOW_OUTPUT);
        expected.put("sizeof(struct output)", (long) FlowPrograms.OUTPUT_SIZE);
        offset("output", "port", FlowPrograms.OUTPUT_PORT);
        offset("output", "vlan_tci", FlowPrograms.OUTPUT_TCI);
        expected.put("sizeof(struct counters)", (long) FlowPrograms.COUNTERS_SIZE);
        offset("counters", "packets", FlowPrograms.COUNTERS_PACKETS);
        offset("counters", "bytes", FlowPrograms.COUNTERS_BYTES);
        offset("counters", "used", FlowPrograms.COUNTERS_USED);
        expected.put("sizeof(struct processor)", (long) FlowPrograms.PROCESSOR_SIZE);
        offset("processor", "alive", FlowPrograms.PROCESSOR_ALIVE);
        offset("processor", "cpus", FlowPrograms.PROCESSOR_CPUS);
        offset("processor", "tapped", FlowPrograms.PROCESSOR_TAPPED);
        expected.put("LEFT_TCI", (long) FlowPrograms.LEFT_TCI);
    }

    private void ports() {
        expected.put("sizeof(struct port)", (long) FlowPrograms.PORT_SIZE);
        offset("port", "asked", PortEntry.SIZE);
        offset("port", "link_set", FlowPrograms.PORT_LINK_SET);
        offset("port", "link", FlowPrograms.PORT_LINK);
        offset("port", "hop_family", FlowPrograms.PORT_HOP_FAMILY);
        offset("port", "hop", FlowPrograms.PORT_HOP);
        offset("port", "origin", FlowPrograms.PORT_ORIGIN);
        offset("port", "ifindex", PortEntry.IFINDEX);
        offset("port", "kind", PortEntry.KIND);
        offset("port", "flags", PortEntry.FLAGS);
        offset("port", "tos", PortEntry.TOS);
        offset("port", "ttl", PortEntry.TTL);
        offset("port", "mtu", PortEntry.MTU);
        offset("port", "peer_set", PortEntry.PEER_SET);
        offset("port", "peer", PortEntry.PEER);
        offset("port", "header_length", PortEntry.HEADER_LENGTH);
        offset("port", "source_port", PortEntry.SOURCE_PORT);
        offset("port", "header", PortEntry.HEADER);
        expected.put("HEADER_MAX", (long) PortEntry.HEADER_MAX);
        expected.put("SOURCE_PORTS", (long) PortEntry.SOURCE_PORTS);
        expected.put("PORT_NONE", (long) PortEntry.NONE);
        expected.put("PORT_DEVICE", (long) PortEntry.KIND_DEVICE);
        expected.put("PORT_HOST", (long) PortEntry.KIND_HOST);
        expected.put("PORT_IPV4", (long) PortEntry.KIND_IPV4);
        expected.put("PORT_IPV6", (long) PortEntry.KIND_IPV6);
        expected.put("PORT_TOS_INHERIT", (long) PortEntry.TOS_INHERIT);
        expected.put("PORT_TTL_INHERIT", (long) PortEntry.TTL_INHERIT);
        expected.put("PORT_UDP", (long) PortEntry.UDP);
        expected.put("PORT_IDENTIFY", (long) PortEntry.IDENTIFY);
    }

    private void offset(String type, String field, int offset) {
        expected.put("offsetof(struct " + type + ", " + field + ")", (long) offset);
    }

    private Map<String, Long> compiled() throws Exception {
        StringBuilder source = new StringBuilder("#include <stddef.h>\n#include <stdio.h>\n#include \"flows.h\"\n");
        source.append("int main(void) {\n");
        for (String expression : expected.keySet()) {
            source.append("printf(\"%lld\\n\", (long long) (")
                    .append(expression)
                    .append("));\n");
        }
        Path code = Files.writeString(directory.resolve("layout.c"), source.append("return 0;\n}\n"));
        Path program = directory.resolve("layout");
        run(List.of("gcc", "-I", SOURCES.toString(), "-o", program.toString(), code.toString()));
        List<String> lines =
                new ArrayList<>(run(List.of(program.toString())).lines().toList());
        Map<String, Long> values = new LinkedHashMap<>();
        for (String expression : expected.keySet()) {
            values.put(expression, Long.valueOf(lines.removeFirst()));
        }
        return values;
    }

    static String run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(command.getFirst()).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
