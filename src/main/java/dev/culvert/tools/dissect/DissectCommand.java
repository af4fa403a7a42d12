package dev.culvert.tools.dissect;

import dev.culvert.observe.CaptureReader;
import dev.culvert.observe.CapturedPacket;
import dev.culvert.observe.dissect.Dissector;
import dev.culvert.observe.dissect.EspKeyring;
import dev.culvert.observe.view.LayerJson;
import dev.culvert.observe.view.LayerPage;
import dev.culvert.observe.view.LayerText;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of {@code culvert dissect}. */
@Command(
        name = "culvert dissect",
        description =
                "Shows each packet of a capture as nested layers: the bytes of every header, what they cost, and what"
                        + " every field says. Fields have the names of Wireshark's display filters.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:all packets were shown", "1:the capture is damaged, or not to be read", "2:wrong usage"})
final class DissectCommand implements Callable<Integer> {
    /** On a page; more could be shown, and nobody could look at them. */
    private static final int PAGE_PACKETS = 200;

    private static final String ALL = "9223372036854775807";

    private enum Form {
        TEXT,
        LINES,
        JSON,
        HTML
    }

    private final InputStream stdin;
    private final PrintStream out;
    private final PrintStream err;

    @Parameters(paramLabel = "FILE", description = "a capture, pcapng or pcap; - for standard input")
    private String file = "-";

    @Option(
            names = "--keys",
            paramLabel = "FILE",
            description = "keys of ESP as the daemon exports them: esp_sa, or its folder")
    private @Nullable Path keys;

    @Option(names = "--json", description = "an object for each packet, one in a line")
    private boolean json;

    @Option(names = "--html", description = "a page with a picture of each packet, of " + PAGE_PACKETS + " at most")
    private boolean html;

    @Option(names = "--lines", description = "each packet in one line")
    private boolean lines;

    @Option(
            names = {"-c", "--count"},
            paramLabel = "N",
            defaultValue = ALL,
            description = "only the first N packets")
    private long count;

    @Option(names = "--from", paramLabel = "N", defaultValue = "1", description = "from packet number N on")
    private long from;

    DissectCommand(InputStream stdin, PrintStream out, PrintStream err) {
        this.stdin = stdin;
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws IOException {
        if ((json ? 1 : 0) + (html ? 1 : 0) + (lines ? 1 : 0) > 1 || count < 0 || from < 1) {
            err.println("culvert dissect: one of --json, --html and --lines, and no negative numbers; see --help");
            return 2;
        }
        Form form = json ? Form.JSON : html ? Form.HTML : lines ? Form.LINES : Form.TEXT;
        Dissector dissector;
        try {
            dissector = new Dissector(keyring());
        } catch (IOException e) {
            err.println("culvert dissect: keys: " + reason(e));
            return 1;
        }
        LayerPage page =
                form == Form.HTML ? new LayerPage("Layers of " + (file.equals("-") ? "a capture" : file)) : null;
        int status = show(dissector, form, page);
        if (page != null) {
            out.print(page.text());
        }
        out.flush();
        return out.checkError() ? 1 : status;
    }

    private int show(Dissector dissector, Form form, @Nullable LayerPage page) {
        try (CaptureReader reader = CaptureReader.open(input())) {
            long shown = 0;
            for (CapturedPacket packet = reader.next(); packet != null && shown < count; packet = reader.next()) {
                if (packet.number() < from) {
                    continue;
                }
                if (!Dissector.knows(packet.linkType())) {
                    err.println("culvert dissect: packet " + packet.number() + " is of a link of type "
                            + packet.linkType() + ": only Ethernet (1) is known");
                    return 1;
                }
                shown++;
                show(dissector, form, page, packet);
                if (out.checkError() || (page != null && page.packets() >= PAGE_PACKETS)) {
                    break;
                }
            }
            return 0;
        } catch (IOException e) {
            err.println("culvert dissect: " + file + ": " + reason(e));
            return 1;
        }
    }

    private void show(Dissector dissector, Form form, @Nullable LayerPage page, CapturedPacket packet) {
        var dissection = dissector.dissect(packet.bytes());
        switch (form) {
            case TEXT -> out.print(LayerText.of(packet, dissection));
            case LINES -> out.print(LayerText.line(packet, dissection));
            case JSON -> out.println(LayerJson.of(packet, dissection));
            case HTML -> {
                if (page != null) {
                    page.add(packet, dissection);
                }
            }
        }
    }

    private InputStream input() throws IOException {
        return file.equals("-") ? stdin : Files.newInputStream(Path.of(file));
    }

    private EspKeyring keyring() throws IOException {
        if (keys == null) {
            return EspKeyring.NONE;
        }
        return EspKeyring.read(Files.isDirectory(keys) ? keys.resolve("esp_sa") : keys);
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return switch (e) {
            case NoSuchFileException missing -> missing.getFile() + ": no such file";
            default -> message == null ? e.getClass().getSimpleName() : message;
        };
    }
}
