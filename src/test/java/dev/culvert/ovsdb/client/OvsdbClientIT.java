package dev.culvert.ovsdb.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.ovsdb.GenuineServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Our client and the genuine ovsdb-server. */
@Timeout(120)
class OvsdbClientIT {
    @TempDir
    Path directory;

    @Test
    void theCopyFollowsAGenuineServerThroughARestart() throws Exception {
        Path database = directory.resolve("conf.db");
        GenuineServer.run("ovsdb-tool", "create", database.toString(), "/usr/share/openvswitch/vswitch.ovsschema");
        try (ClientScenario scenario = new ClientScenario(directory.resolve("genuine.sock"))) {
            try (GenuineServer genuine = GenuineServer.start(directory, database)) {
                scenario.awaitReplica(Replica::isCurrent);
                OvsdbClientTest.initialize(scenario.client());
                scenario.addBridge("br0");
                scenario.writeStatus("br0");
                scenario.client().lock("ovs_vswitchd");
                scenario.awaitEvent("won ovs_vswitchd");
                assertThat(GenuineServer.run("ovs-vsctl", "--db=unix:" + genuine.socket(), "--no-wait", "add-br", "br5")
                                .text())
                        .isEmpty();
                scenario.awaitReplica(replica -> replica.rows("Bridge").size() == 2);
            }
            scenario.awaitEvent("disconnected");
            scenario.events().clear();
            try (GenuineServer _ = GenuineServer.start(directory, database)) {
                scenario.awaitEvent("won ovs_vswitchd");
                scenario.addBridge("br1");
                assertThat(scenario.bridges()).containsExactly("br0", "br1", "br5");
            }
        }
    }
}
