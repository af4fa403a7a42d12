package dev.culvert.tools.ofctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.openflow.Version;
import dev.culvert.openflow.codec.MessageWriter;
import dev.culvert.openflow.codec.Samples;
import dev.culvert.openflow.message.Envelope;
import dev.culvert.openflow.message.Message;
import dev.culvert.openflow.service.OpenFlowService;
import dev.culvert.openflow.service.TwoPortSwitch;
import dev.culvert.openflow.text.MessagePrinter;
import dev.culvert.openflow.text.PrintOptions;
import dev.culvert.stream.Directories;
import dev.culvert.stream.Tls;
import dev.culvert.tools.OnMainThread;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The stock ovs-ofctl on our service: it understands all of it, and reads what our own tool reads. */
@ExtendWith(OnMainThread.class)
@Timeout(120)
class ServiceIT {
    @TempDir
    private static Path directory;

    private static Tools tools;
    private static ExecutorService conductor;
    private static OpenFlowService service;

    @BeforeAll
    static void start() throws Exception {
        tools = new Tools(directory);
        conductor = Executors.newSingleThreadExecutor();
        Thread owner = conductor.submit(Thread::currentThread).get();
        Directories directories = Directories.from(Map.of("OVS_RUNDIR", directory.toString()));
        service = new OpenFlowService(new TwoPortSwitch("br0", owner), conductor, directories, new Tls());
        conductor
                .submit(() -> {
                    service.listen();
                    return true;
                })
                .get();
    }

    @AfterAll
    static void stop() throws Exception {
        conductor.submit(service::close).get();
        conductor.shutdown();
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void theStockToolReadsWhatOursReads(Version version) throws Exception {
        for (String command : List.of(
                "show",
                "dump-desc",
                "dump-tables",
                "dump-flows",
                "dump-aggregate",
                "dump-ports",
                "dump-ports-desc",
                "queue-stats",
                "get-frags",
                "probe",
                "ping")) {
            Tools.Result stock = tools.stock("-O", version.configName(), command, "br0");
            assertThat(stock.status()).as("%s: %s", command, stock.err()).isZero();
            assertThat(tools.ours("-O", version.configName(), command, "br0")).isEqualTo(stock);
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void aFreshBridgeHasItsOneFlow(Version version) throws Exception {
        assertThat(tools.stock("-O", version.configName(), "--no-stats", "dump-flows", "br0")
                        .out())
                .isEqualTo(" priority=0 actions=NORMAL");
        assertThat(tools.stock("-O", version.configName(), "dump-aggregate", "br0")
                        .out())
                .endsWith("packet_count=7 byte_count=700 flow_count=1");
    }

    @Test
    void theStockToolTakesWhatTheTablesCanDo() throws Exception {
        Tools.Result features = tools.stock("-O", "OpenFlow13", "dump-table-features", "br0");
        assertThat(features.status()).isZero();
        assertThat(features.out())
                .contains("tables 1...252: ditto", "exact match or wildcard: recirc_id packet_type conj_id");
    }

    @Test
    void theStockToolIsToldWhatIsNotThereYet() throws Exception {
        Tools.Result result = tools.stock("add-flow", "br0", "actions=drop");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("OFPBRC_BAD_TYPE");
    }

    /** Each form of message that we write, printed by both. */
    @ParameterizedTest
    @EnumSource(Version.class)
    void theStockPrinterReadsEachMessageAsOursDoes(Version version) throws Exception {
        for (Message message : Samples.of(version)) {
            byte[] bytes =
                    MessageWriter.write(new Envelope(version, 5, message)).getFirst();
            Tools.Result stock = tools.stock("ofp-print", HexFormat.of().formatHex(bytes), "1");
            String ours = MessagePrinter.print(bytes, new PrintOptions(1, Map.of(), true, true));
            assertThat(Tools.Result.of(0, ours, "").out()).as("%s", message).isEqualTo(stock.out());
        }
    }
}
