package dev.culvert.ovsdb.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.ovsdb.GenuineServer;
import dev.culvert.ovsdb.data.Schemas;
import dev.culvert.ovsdb.server.OvsdbServer;
import dev.culvert.stream.Tls;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

/** Our client and our server. */
@Timeout(60)
class OvsdbClientTest {
    @TempDir
    Path directory;

    private Path socket;

    @BeforeEach
    void chooseSocket() {
        socket = directory.resolve("db.sock");
    }

    private OvsdbServer start() throws Exception {
        OvsdbServer server = OvsdbServer.open(directory.resolve("conf.db"), Schemas.openVSwitch(), new Tls());
        server.serve(GenuineServer.listening(socket));
        return server;
    }

    static void initialize(OvsdbClient client) throws Exception {
        var params = JsonNodeFactory.instance.arrayNode().add("Open_vSwitch");
        params.addObject().put("op", "insert").put("table", "Open_vSwitch").putObject("row");
        client.call("transact", params).get();
    }

    @Test
    void theCopyFollowsTheDatabase() throws Exception {
        try (OvsdbServer server = start();
                ClientScenario scenario = new ClientScenario(socket)) {
            scenario.awaitReplica(Replica::isCurrent);
            assertThat(scenario.events()).containsExactly("changed 0");
            initialize(scenario.client());
            scenario.addBridge("br0");
            scenario.writeStatus("br0");
            scenario.addBridge("br1");
            assertThat(scenario.bridges()).containsExactly("br0", "br1");
            assertThat(server.id().toString())
                    .isEqualTo(scenario.client()
                            .call("get_server_id", JsonNodeFactory.instance.arrayNode())
                            .get()
                            .stringValue());
        }
    }

    @Test
    void aRestartedServerIsFoundAgainAndNothingThatStayedIsAChange() throws Exception {
        try (ClientScenario scenario = new ClientScenario(socket)) {
            try (OvsdbServer _ = start()) {
                scenario.awaitReplica(Replica::isCurrent);
                initialize(scenario.client());
                scenario.addBridge("br0");
                scenario.client().lock("ovs_vswitchd");
                scenario.awaitEvent("won ovs_vswitchd");
            }
            scenario.awaitEvent("disconnected");
            scenario.awaitReplica(replica -> !replica.isCurrent());
            assertThat(scenario.bridges()).containsExactly("br0");
            assertThat(scenario.events()).contains("lost ovs_vswitchd");
            assertThatThrownBy(() -> initialize(scenario.client())).cause().isInstanceOf(IOException.class);
            scenario.events().clear();
            try (OvsdbServer _ = start()) {
                scenario.awaitEvent("won ovs_vswitchd");
                assertThat(scenario.events()).containsExactly("changed 0", "won ovs_vswitchd");
                scenario.addBridge("br1");
                assertThat(scenario.bridges()).containsExactly("br0", "br1");
            }
        }
    }
}
