package dev.culvert.openflow.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.codec.MessageReader;
import dev.culvert.openflow.codec.MessageWriter;
import dev.culvert.openflow.connection.Handshake;
import dev.culvert.openflow.connection.MessageStream;
import dev.culvert.openflow.connection.OpenFlowClient;
import dev.culvert.openflow.connection.ProtocolException;
import dev.culvert.openflow.field.Bits;
import dev.culvert.openflow.message.Envelope;
import dev.culvert.openflow.message.FragmentHandling;
import dev.culvert.openflow.message.Message;
import dev.culvert.openflow.message.MessageType;
import dev.culvert.openflow.message.PortDescription;
import dev.culvert.openflow.message.Role;
import dev.culvert.openflow.message.StatsReply;
import dev.culvert.openflow.message.StatsRequest;
import dev.culvert.openflow.message.SwitchConfig;
import dev.culvert.stream.Directories;
import dev.culvert.stream.Stream;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.StreamListener;
import dev.culvert.stream.Streams;
import dev.culvert.stream.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class OpenFlowServiceTest {
    @TempDir
    private Path directory;

    private final AtomicInteger xids = new AtomicInteger();
    private ExecutorService conductor;
    private OpenFlowService service;
    private Directories directories;

    @BeforeEach
    void start() throws Exception {
        conductor = Executors.newSingleThreadExecutor();
        directories = Directories.from(Map.of("OVS_RUNDIR", directory.toString()));
        Thread owner = onConductor(Thread::currentThread);
        service = new OpenFlowService(new TwoPortSwitch("br7", owner), conductor, directories, new Tls());
        onConductor(() -> {
            service.listen();
            return true;
        });
    }

    @AfterEach
    void stop() throws Exception {
        onConductor(() -> {
            service.close();
            return true;
        });
        conductor.shutdownNow();
        assertThat(Files.exists(directory.resolve("br7.mgmt"))).isFalse();
        assertThat(Files.exists(directory.resolve("br7.snoop"))).isFalse();
    }

    private <T> T onConductor(Callable<T> task) throws Exception {
        return conductor.submit(task).get();
    }

    private Stream connect(String suffix) throws IOException {
        String address = "unix:" + directory.resolve("br7." + suffix);
        return Streams.connect(StreamAddress.active(address, 6653, directories), Duration.ZERO);
    }

    private OpenFlowClient client(Version... versions) throws IOException {
        return new OpenFlowClient(connect("mgmt"), EnumSet.copyOf(Set.of(versions)), xids::incrementAndGet);
    }

    private static ErrorCode failure(Version version, byte[] answer) throws Exception {
        Message.Failure failure = OpenFlowClient.expect(Message.Failure.class, answer);
        return ErrorCode.of(version, failure.place()).orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void eachVersionIsSpoken(Version version) throws Exception {
        try (OpenFlowClient client = client(version)) {
            assertThat(client.version()).isEqualTo(version);
            Message.FeaturesReply features =
                    OpenFlowClient.expect(Message.FeaturesReply.class, client.transact(new Message.FeaturesRequest()));
            assertThat(features.datapathId()).isEqualTo(0xaa55aa550000L);
            assertThat(features.ports()).hasSize(version.atLeast(Version.OPENFLOW_13) ? 0 : 3);
            OpenFlowClient.expect(Message.BarrierReply.class, client.transact(new Message.BarrierRequest()));
        }
    }

    @Test
    void theHighestCommonVersionIsChosen() throws Exception {
        try (OpenFlowClient client = client(Version.OPENFLOW_10, Version.OPENFLOW_13)) {
            assertThat(client.version()).isEqualTo(Version.OPENFLOW_13);
        }
    }

    @Test
    void aVersionThatIsNotAllowedIsRefused() throws Exception {
        onConductor(() -> {
            service.setVersions(Set.of(Version.OPENFLOW_10));
            return true;
        });
        assertThatThrownBy(() -> client(Version.OPENFLOW_13)).isInstanceOf(ProtocolException.class);
        try (OpenFlowClient client = client(Version.OPENFLOW_10)) {
            assertThat(client.version()).isEqualTo(Version.OPENFLOW_10);
        }
    }

    @Test
    void whatIsNotThereYetGetsTheRightError() throws Exception {
        try (OpenFlowClient client = client(Version.OPENFLOW_13)) {
            Bits body = Bits.of(0, 48);
            byte[] flowMod = client.transact(new Message.Other(MessageType.OFPT_FLOW_MOD, body));
            assertThat(failure(Version.OPENFLOW_13, flowMod)).isEqualTo(ErrorCode.OFPBRC_BAD_TYPE);
            byte[] groups = client.transact(new Message.Other(MessageType.OFPST_GROUP_DESC_REQUEST, Bits.of(0, 0)));
            assertThat(failure(Version.OPENFLOW_13, groups)).isEqualTo(ErrorCode.OFPBRC_BAD_STAT);
            byte[] queue = client.transact(new StatsRequest.Queues(1, 5));
            assertThat(failure(Version.OPENFLOW_13, queue)).isEqualTo(ErrorCode.OFPQOFC_BAD_QUEUE);
        }
    }

    @Test
    void nonsenseIsAnsweredAndTheConversationGoesOn() throws Exception {
        try (MessageStream stream = new MessageStream(connect("mgmt"))) {
            Handshake.agree(stream, Set.of(Version.OPENFLOW_10), 1);
            stream.write(HexFormat.of().parseHex("0163000800000009"));
            assertThat(failure(Version.OPENFLOW_10, stream.read())).isEqualTo(ErrorCode.OFPBRC_BAD_TYPE);
            stream.write(HexFormat.of().parseHex("040500080000000a"));
            assertThat(failure(Version.OPENFLOW_10, stream.read())).isEqualTo(ErrorCode.OFPBRC_BAD_VERSION);
            stream.write(HexFormat.of().parseHex("0902000b0000000a616263"));
            assertThat(stream.read())
                    .as("an echo in whatever version")
                    .isEqualTo(HexFormat.of().parseHex("0903000b0000000a616263"));
            stream.write(HexFormat.of().parseHex("0102000c0000000b01020304"));
            assertThat(MessageReader.read(stream.read()).message())
                    .isEqualTo(new Message.EchoReply(Bits.of(0x01020304L, 4)));
            stream.write(HexFormat.of().parseHex("010200070000000c"));
            assertThatThrownBy(stream::read).isInstanceOf(IOException.class);
        }
    }

    @Test
    void settingsAreKept() throws Exception {
        try (OpenFlowClient client = client(Version.OPENFLOW_13)) {
            client.send(new Message.SetConfig(new SwitchConfig(FragmentHandling.DROP, false, 200)));
            SwitchConfig config = OpenFlowClient.expect(
                            Message.ConfigReply.class, client.transact(new Message.ConfigRequest()))
                    .config();
            assertThat(config).isEqualTo(new SwitchConfig(FragmentHandling.DROP, false, 200));
            byte[] refused =
                    client.transact(new Message.SetConfig(new SwitchConfig(FragmentHandling.REASSEMBLE, false, 200)));
            assertThat(failure(Version.OPENFLOW_13, refused)).isEqualTo(ErrorCode.OFPSCFC_BAD_FLAGS);
        }
    }

    @Test
    void oneIsPrimaryAndGenerationsOnlyGoForward() throws Exception {
        try (OpenFlowClient first = client(Version.OPENFLOW_13);
                OpenFlowClient second = client(Version.OPENFLOW_13)) {
            assertThat(role(first, Role.PRIMARY, 5)).isEqualTo(Role.PRIMARY);
            assertThat(role(second, Role.PRIMARY, 6)).isEqualTo(Role.PRIMARY);
            assertThat(role(first, Role.NOCHANGE, 0)).isEqualTo(Role.SECONDARY);
            byte[] refused = first.transact(new Message.SetConfig(new SwitchConfig(FragmentHandling.DROP, false, 1)));
            assertThat(failure(Version.OPENFLOW_13, refused)).isEqualTo(ErrorCode.OFPBRC_IS_SECONDARY);
            byte[] stale = first.transact(new Message.RoleRequest(Role.PRIMARY, OptionalLong.of(4)));
            assertThat(failure(Version.OPENFLOW_13, stale)).isEqualTo(ErrorCode.OFPRRFC_STALE);
        }
    }

    private static Role role(OpenFlowClient client, Role role, long generation) throws Exception {
        byte[] answer = client.transact(new Message.RoleRequest(role, OptionalLong.of(generation)));
        return OpenFlowClient.expect(Message.RoleReply.class, answer).role();
    }

    @Test
    void toolsHearOfPortsOnceTheyAskForPackets() throws Exception {
        PortDescription port = new PortDescription(9, 1, "p9", Set.of(), Set.of());
        try (OpenFlowClient client = client(Version.OPENFLOW_14)) {
            client.transact(new Message.BarrierRequest());
            onConductor(() -> {
                service.portChanged(Message.PortStatus.Reason.ADD, port);
                return true;
            });
            client.send(new Message.SetConfig(new SwitchConfig(FragmentHandling.NORMAL, false, 128)));
            client.transact(new Message.BarrierRequest());
            onConductor(() -> {
                service.portChanged(Message.PortStatus.Reason.DELETE, port);
                return true;
            });
            Message status = MessageReader.read(client.receive()).message();
            assertThat(status).isEqualTo(new Message.PortStatus(Message.PortStatus.Reason.DELETE, port));
        }
    }

    @Test
    void aLongAnswerComesInParts() throws Exception {
        try (OpenFlowClient client = client(Version.OPENFLOW_13)) {
            List<byte[]> parts = new ArrayList<>();
            client.transact(new StatsRequest.TableFeatureList(), parts::add);
            int tables = 0;
            for (byte[] part : parts) {
                tables += OpenFlowClient.expect(StatsReply.TableFeatureList.class, part)
                        .tables()
                        .size();
            }
            assertThat(tables).isEqualTo(254);
            assertThat(parts).hasSizeGreaterThan(2);
        }
    }

    @Test
    void aPeerThatNeverReadsHurtsNobodyElse() throws Exception {
        try (MessageStream greedy = new MessageStream(connect("mgmt"));
                OpenFlowClient other = client(Version.OPENFLOW_13)) {
            Handshake.agree(greedy, Set.of(Version.OPENFLOW_13), 1);
            byte[] request = MessageWriter.write(
                            new Envelope(Version.OPENFLOW_13, 1, new StatsRequest.TableFeatureList()))
                    .getFirst();
            Thread asker = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 5_000; i++) {
                        greedy.write(request);
                    }
                } catch (IOException e) {
                    // the end of the test closes the stream under it
                }
            });
            for (int i = 0; i < 20; i++) {
                OpenFlowClient.expect(Message.BarrierReply.class, other.transact(new Message.BarrierRequest()));
            }
            assertThat(asker.isAlive()).isTrue();
        }
    }

    @Test
    void aControllerIsCalledWatchedAndCalledAgain() throws Exception {
        try (StreamListener listener = Streams.listen(StreamAddress.passive("ptcp:0:127.0.0.1", 6653, directories))) {
            String target = "tcp:127.0.0.1:" + listener.localPort();
            onConductor(() -> service.setControllers(List.of(config(target, Duration.ofMillis(200)))));
            try (MessageStream controller = new MessageStream(listener.accept())) {
                assertThat(Handshake.agree(controller, EnumSet.allOf(Version.class), 1))
                        .isEqualTo(Version.OPENFLOW_15);
                await().until(() -> isControlled());
                // no answer to the probe: the switch hangs up
                assertThat(MessageReader.read(controller.read()).message()).isInstanceOf(Message.EchoRequest.class);
                assertThatThrownBy(controller::read).isInstanceOf(IOException.class);
            }
            try (MessageStream again = new MessageStream(listener.accept())) {
                Handshake.agree(again, Set.of(Version.OPENFLOW_13), 1);
                await().until(() -> isControlled());
                ControllerStatus status =
                        onConductor(() -> service.controllers().getFirst());
                assertThat(status.config().target()).isEqualTo(target);
                assertThat(status.role()).contains(Role.EQUAL);
                assertThat(status.lastError()).isPresent();
                assertThat(status.sinceDisconnect()).isPresent();
                listenIn(again);
            }
            onConductor(() -> service.setControllers(List.of()));
            assertThat(onConductor(() -> service.controllers())).isEmpty();
        }
    }

    private static ControllerConfig config(String target, Duration probe) {
        return new ControllerConfig(target, false, probe, Duration.ofSeconds(1), true);
    }

    private boolean isControlled() throws Exception {
        return onConductor(() -> service.controllers()).stream().anyMatch(ControllerStatus::connected);
    }

    private void listenIn(MessageStream controller) throws Exception {
        try (MessageStream snooper = new MessageStream(connect("snoop"))) {
            Handshake.agree(snooper, EnumSet.allOf(Version.class), 1);
            byte[] echo = HexFormat.of().parseHex("0402000a000000771234");
            byte[] heard;
            do {
                // a listener-in hears what comes after it is in place, which nobody tells it
                controller.write(echo);
                heard = snooper.read();
            } while (heard[7] != 0x77);
            assertThat(heard).isEqualTo(echo);
            byte[] reply = snooper.read();
            while (reply[1] != 3) {
                reply = snooper.read();
            }
            assertThat(reply).isEqualTo(HexFormat.of().parseHex("0403000a000000771234"));
        }
    }

    @Test
    void withoutAControllerThereIsNothingToListenInOn() throws Exception {
        try (MessageStream snooper = new MessageStream(connect("snoop"))) {
            assertThatThrownBy(() -> {
                        Handshake.agree(snooper, EnumSet.allOf(Version.class), 1);
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void controllersCanComeByThemselves() throws Exception {
        onConductor(() -> service.setControllers(List.of(new ControllerConfig("ptcp:0:127.0.0.1"))));
        int port = onConductor(() -> service.controllerPort("ptcp:0:127.0.0.1"));
        Stream stream = Streams.connect(
                StreamAddress.active("tcp:127.0.0.1:" + port, 6653, directories), Duration.ofSeconds(5));
        try (OpenFlowClient client = new OpenFlowClient(stream, Set.of(Version.OPENFLOW_13), xids::incrementAndGet)) {
            OpenFlowClient.expect(Message.BarrierReply.class, client.transact(new Message.BarrierRequest()));
            ControllerStatus status = onConductor(() -> service.controllers().getFirst());
            assertThat(status.connected()).isTrue();
            assertThat(status.state()).isEqualTo("ACTIVE");
            assertThat(status.absence()).isZero();
            onConductor(() -> service.setControllers(List.of(config("ptcp:0:127.0.0.1", Duration.ZERO))));
            assertThatThrownBy(() -> client.transact(new Message.BarrierRequest()))
                    .as("it was a service, and is a controller now")
                    .isInstanceOf(IOException.class);
        }
        await().until(() -> !isControlled());
        assertThat(onConductor(() -> service.controllers().getFirst()).absence())
                .isPositive();
    }

    @Test
    void aChangeOfPatienceDisturbsNobody() throws Exception {
        try (StreamListener listener = Streams.listen(StreamAddress.passive("ptcp:0:127.0.0.1", 6653, directories))) {
            String target = "tcp:127.0.0.1:" + listener.localPort();
            onConductor(() -> service.setControllers(List.of(config(target, Duration.ZERO))));
            try (MessageStream controller = new MessageStream(listener.accept())) {
                Handshake.agree(controller, Set.of(Version.OPENFLOW_13), 1);
                await().until(this::isControlled);
                assertThat(onConductor(() -> service.controllers().getFirst()).absence())
                        .as("shaking hands is not yet control")
                        .isPositive();
                onConductor(() -> service.setControllers(List.of(config(target, Duration.ofMillis(200)))));
                assertThat(MessageReader.read(controller.read()).message()).isInstanceOf(Message.EchoRequest.class);
                onConductor(() -> service.setControllers(List.of(config(target, Duration.ZERO))));
                controller.write(HexFormat.of().parseHex("0414000800000001")); // OFPT_BARRIER_REQUEST
                byte[] answer = controller.read();
                assertThat(answer[1]).isEqualTo((byte) 21);
                assertThat(onConductor(() -> service.controllers().getFirst()).absence())
                        .isZero();
                onConductor(() -> {
                    service.reconnect();
                    return null;
                });
                assertThatThrownBy(controller::read).isInstanceOf(IOException.class);
            }
            try (MessageStream again = new MessageStream(listener.accept())) {
                assertThat(Handshake.agree(again, Set.of(Version.OPENFLOW_13), 1))
                        .isEqualTo(Version.OPENFLOW_13);
            }
        }
    }

    @Test
    void whoAnswersAProbeIsActiveAtOnce() throws Exception {
        try (StreamListener listener = Streams.listen(StreamAddress.passive("ptcp:0:127.0.0.1", 6653, directories))) {
            String target = "tcp:127.0.0.1:" + listener.localPort();
            onConductor(() -> service.setControllers(List.of(config(target, Duration.ofSeconds(4)))));
            try (MessageStream controller = new MessageStream(listener.accept())) {
                Handshake.agree(controller, Set.of(Version.OPENFLOW_13), 1);
                byte[] probe = controller.read();
                assertThat(MessageReader.read(probe).message()).isInstanceOf(Message.EchoRequest.class);
                assertThat(state()).isEqualTo("IDLE");
                long asked = System.nanoTime();
                probe[1] = 3;
                controller.write(probe);
                await().until(() -> state().equals("ACTIVE"));
                assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(4));
            }
        }
    }

    private String state() throws Exception {
        return onConductor(() -> service.controllers().getFirst().state());
    }

    @Test
    void whereItCannotBeListenedYetIsTriedAgain() throws Exception {
        List<ControllerConfig> wanted;
        String target;
        try (StreamListener other = Streams.listen(StreamAddress.passive("ptcp:0:127.0.0.1", 6653, directories))) {
            target = "ptcp:" + other.localPort() + ":127.0.0.1";
            wanted = List.of(new ControllerConfig(target));
            assertThat(onConductor(() -> service.setControllers(wanted)))
                    .containsExactly(Map.entry(target, "Address already in use"));
            assertThat(onConductor(() -> service.controllerPort(target))).isZero();
        }
        onConductor(() -> {
            service.retryControllers();
            return true;
        });
        assertThat(onConductor(() -> service.controllerPort(target))).isPositive();
        assertThat(onConductor(() -> service.setControllers(wanted))).isEmpty();
    }

    @Test
    void aControllerThatAcceptsAndSaysNothingIsCalledAgain() throws Exception {
        try (StreamListener listener = Streams.listen(StreamAddress.passive("ptcp:0:127.0.0.1", 6653, directories))) {
            String target = "tcp:127.0.0.1:" + listener.localPort();
            onConductor(() -> service.setControllers(List.of(config(target, Duration.ZERO))));
            try (Stream silent = listener.accept();
                    Stream again = listener.accept()) {
                assertThat(silent.in().readAllBytes()).as("a hello").hasSize(8);
                assertThat(again.peer()).isNotEqualTo(silent.peer());
                assertThat(onConductor(() -> service.controllers().getFirst()).lastError())
                        .contains("Connection timed out");
            }
        }
    }

    @Test
    void theSilentKeepNoControllerOut() throws Exception {
        String target = "ptcp:0:127.0.0.1";
        onConductor(() -> service.setControllers(
                List.of(new ControllerConfig(target, true, Duration.ZERO, Duration.ofSeconds(3), true))));
        int port = onConductor(() -> service.controllerPort(target));
        StreamAddress.Active address = StreamAddress.active("tcp:127.0.0.1:" + port, 6653, directories);
        List<Stream> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                silent.add(Streams.connect(address, Duration.ofSeconds(5)));
            }
            try (OpenFlowClient client = new OpenFlowClient(
                    Streams.connect(address, Duration.ofSeconds(5)),
                    Set.of(Version.OPENFLOW_13),
                    xids::incrementAndGet)) {
                OpenFlowClient.expect(Message.BarrierReply.class, client.transact(new Message.BarrierRequest()));
                assertThat(silent.getLast().in().readAllBytes())
                        .as("a hello, and the end")
                        .hasSize(8);
                OpenFlowClient.expect(Message.BarrierReply.class, client.transact(new Message.BarrierRequest()));
            }
        } finally {
            for (Stream stream : silent) {
                stream.close();
            }
        }
    }

    @Test
    void aControllerThatMakesNoSenseIsReported() throws Exception {
        assertThat(onConductor(() -> service.setControllers(List.of(new ControllerConfig("carrier:pigeon")))))
                .containsOnlyKeys("carrier:pigeon");
    }
}
