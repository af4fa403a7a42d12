package dev.culvert.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gives the same tunnel options to a genuine ovs-vswitchd and compares what it says about them. */
class TunnelConfigIT {
    private static final List<String> CASES = List.of(
            "gre key=1",
            "gre remote_ip=nonsense",
            "gre remote_ip=1.1.1.300",
            "gre remote_ip=1.1.1.1.1",
            "gre remote_ip=1.1.1",
            "vxlan remote_ip=224.0.0.1",
            "vxlan remote_ip=ff02::1",
            "vxlan remote_ip=::",
            "vxlan remote_ip=1:::2",
            "vxlan remote_ip=nonsense foo=bar tos=3",
            "geneve remote_ip=1.1.1.1 local_ip=flow",
            "geneve remote_ip=1.1.1.1 local_ip=::1",
            "geneve remote_ip=::1 local_ip=1.1.1.1",
            "geneve remote_ip=::1 local_ip=::ffff:1.1.1.1",
            "vxlan remote_ip=1.1.1.1 packet_type=x",
            "geneve remote_ip=1.1.1.1 packet_type=legacy_l3",
            "ip6gre remote_ip=fc00::9 packet_type=legacy_l3",
            "vxlan remote_ip=1.1.1.1 packet_type=legacy_l3 bar=1",
            "vxlan remote_ip=1.1.1.1",
            "vxlan remote_ip=1.1.1.2 key=0x10 ttl=7 tos=0xb8",
            "vxlan remote_ip=1.1.1.3 in_key=010 out_key=9 ttl=inherit tos=inherit",
            "vxlan remote_ip=fc00::1 local_ip=fc00::2 in_key=flow out_key=5 df_default=false",
            "vxlan remote_ip=flow key=flow ttl=0",
            "vxlan remote_ip=flow local_ip=flow key=7",
            "geneve remote_ip=flow local_ip=1.2.3.4 csum=true",
            "geneve remote_ip=1.1.1.4 dst_port=7777 tos=5 local_ip=x foo=bar",
            "gre remote_ip=1.1.1.5 csum=true out_key=1 df_default=no",
            "gre remote_ip=fc00:0:0:1::5 in_key=1",
            "ip6gre remote_ip=fc00::6 key=4294967295");

    @TempDir
    Path directory;

    private final Map<String, String> environment = new LinkedHashMap<>();

    private String run(String... command) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as("%s", Arrays.toString(command))
                .isTrue();
        return Files.readString(output);
    }

    @Test
    void saysWhatOpenVswitchSays() throws IOException, InterruptedException {
        for (String name : new String[] {"OVS_RUNDIR", "OVS_LOGDIR", "OVS_DBDIR", "OVS_SYSCONFDIR"}) {
            environment.put(name, directory.toString());
        }
        String socket = directory.resolve("db.sock").toString();
        run("ovsdb-tool", "create", directory + "/conf.db", "/usr/share/openvswitch/vswitch.ovsschema");
        run(
                "ovsdb-server",
                directory + "/conf.db",
                "--remote=punix:" + socket,
                "--detach",
                "--no-chdir",
                "--pidfile",
                "--log-file");
        try {
            run("ovs-vsctl", "--no-wait", "init");
            run(
                    "ovs-vswitchd",
                    "unix:" + socket,
                    "--enable-dummy",
                    "--disable-system",
                    "--detach",
                    "--no-chdir",
                    "--pidfile",
                    "--log-file");
            try {
                configure();
                compare();
            } finally {
                run("ovs-appctl", "-t", control("ovs-vswitchd"), "exit");
            }
        } finally {
            run("ovs-appctl", "-t", control("ovsdb-server"), "exit");
        }
    }

    private String control(String program) throws IOException {
        String pid = Files.readString(directory.resolve(program + ".pid")).strip();
        return directory.resolve(program + "." + pid + ".ctl").toString();
    }

    private void configure() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "ovs-vsctl", "--timeout=50", "add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=dummy"));
        for (int i = 0; i < CASES.size(); i++) {
            String[] words = CASES.get(i).split(" ", -1);
            command.addAll(
                    List.of("--", "add-port", "br0", "t" + i, "--", "set", "interface", "t" + i, "type=" + words[0]));
            for (int j = 1; j < words.length; j++) {
                int equals = words[j].indexOf('=');
                command.add("options:" + words[j].substring(0, equals) + "=\"" + words[j].substring(equals + 1) + '"');
            }
        }
        run(command.toArray(String[]::new));
    }

    private void compare() throws IOException, InterruptedException {
        String log = Files.readString(directory.resolve("ovs-vswitchd.log"));
        List<String> tunnels = run("ovs-appctl", "-t", control("ovs-vswitchd"), "ofproto/list-tunnels")
                .lines()
                .toList();
        for (int i = 0; i < CASES.size(); i++) {
            String name = "t" + i;
            String[] words = CASES.get(i).split(" ", -1);
            Map<String, String> options = new LinkedHashMap<>();
            Arrays.stream(words)
                    .skip(1)
                    .forEach(word ->
                            options.put(word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1)));
            TunnelConfig.Outcome outcome =
                    TunnelConfig.parse(name, Objects.requireNonNull(TunnelType.of(words[0])), options);
            String error = run("ovs-vsctl", "get", "interface", name, "error").strip();
            switch (outcome) {
                case TunnelConfig.Refused refused -> {
                    // its lines come in the order of a hash table
                    String genuine = error.replace("\"", "").replace("\\n", "\n");
                    assertThat(refused.error().lines())
                            .as(CASES.get(i))
                            .containsExactlyInAnyOrderElementsOf(genuine.lines().toList());
                }
                case TunnelConfig.Accepted accepted -> {
                    assertThat(error).as(CASES.get(i)).isEqualTo("[]");
                    assertThat(accepted.warnings())
                            .allSatisfy(warning -> assertThat(log).contains(warning));
                    assertThat(tunnels).anySatisfy(line -> {
                        String ours = accepted.config().describe(name, 0);
                        assertThat(line.replaceAll("port \\d+: ", "port 0: ").replaceAll("dp port=\\d+", "dp port=0"))
                                .isEqualTo(ours);
                    });
                }
            }
        }
    }
}
