package dev.culvert.tools.vsctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.ovsdb.GenuineServer;
import dev.culvert.tools.OnMainThread;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The stock ovs-vsctl and ours, as people start them, with words that are not ASCII, or not even UTF-8: in every locale both read
 * and write the same bytes.
 */
@ExtendWith(OnMainThread.class)
@Timeout(120)
class LocaleIT {
    /** Words are divided by blanks; {@code %} and two digits are a byte. */
    private static final List<String> LINES = List.of(
            "--no-wait init -- set Open_vSwitch . external_ids:ü=\"€,😀\"",
            "get Open_vSwitch . external_ids external_ids:ü",
            "--no-wait add-br brücke -- br-set-external-id brücke größe 9%e2%82%ac -- list-br",
            "-f csv --columns=name,external_ids list Bridge",
            "-f table --max-column-width=8 --columns=name,external_ids list Bridge brücke",
            "nonsensé",
            "--größe",
            "list-ports nö",
            "list-ports x%ff",
            "x%ffy",
            "set Open_vSwitch . external_ids:a=%c3A",
            "set Open_vSwitch . external_ids:%e2%82=1",
            "get Open_vSwitch . external_ids:%f4%90%80%80",
            "set Open_vSwitch . x%ff=1",
            "--no-wait add-br x%ed%a0%80",
            "--no-wait br-set-external-id brücke a x%f0%9f%98",
            "--db=unix:/nonexistent/ü show",
            "--no-wait --oneline comment %ff -- list-br",
            "--no-wait -- comment %ff -- set Open_vSwitch . external_ids={} -- get Open_vSwitch . external_ids");

    @TempDir
    private Path directory;

    private record Result(int status, String out, String err) {}

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8", "de_DE.ISO-8859-1"})
    void bytesComeThrough(String locale) throws Exception {
        Path launcher = Path.of("culvert").toAbsolutePath();
        try (GenuineServer one = start("one");
                GenuineServer two = start("two")) {
            for (String line : LINES) {
                Result stock = run(locale, one, line, List.of("ovs-vsctl"));
                Result ours = run(locale, two, line, List.of(launcher.toString(), "vsctl"));
                assertThat(ours).as(line).isEqualTo(stock);
            }
        }
    }

    private GenuineServer start(String name) throws Exception {
        Path folder = Files.createDirectory(directory.resolve(name));
        Path database = folder.resolve("conf.db");
        GenuineServer.run("ovsdb-tool", "create", database.toString(), "/usr/share/openvswitch/vswitch.ovsschema");
        return GenuineServer.start(folder, database);
    }

    private Result run(String locale, GenuineServer server, String line, List<String> program) throws Exception {
        // The words go through a file, since the JVM that runs this test has a locale as well.
        ByteArrayOutputStream words = new ByteArrayOutputStream();
        for (String word : line.split(" ", -1)) {
            words.writeBytes(bytes(word));
            words.write(0);
        }
        Path file = Files.write(directory.resolve("words"), words.toByteArray());
        Path err = directory.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(
                "bash", "-c", "mapfile -d '' -t words < \"$0\"; exec \"$@\" \"${words[@]}\"", file.toString());
        builder.command().addAll(program);
        builder.command().add("--db=unix:" + server.socket());
        builder.environment().put("LC_ALL", locale);
        builder.environment().put("CULVERT_BUILD", "never");
        Process process = builder.redirectError(err.toFile()).start();
        process.getOutputStream().close();
        byte[] out = process.getInputStream().readAllBytes();
        int status = process.waitFor();
        return new Result(status, stable(out), stable(Files.readAllBytes(err)));
    }

    private static byte[] bytes(String word) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int at = 0;
        for (int i = word.indexOf('%'); i >= 0; i = word.indexOf('%', at)) {
            bytes.writeBytes(word.substring(at, i).getBytes(StandardCharsets.UTF_8));
            bytes.write(HexFormat.fromHexDigits(word, i + 1, i + 3));
            at = i + 3;
        }
        bytes.writeBytes(word.substring(at).getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    /** Byte for byte, without the log's times and bash's complaint about a locale that is not installed. */
    private static String stable(byte[] bytes) throws IOException {
        return new String(bytes, StandardCharsets.ISO_8859_1)
                .replaceAll("(?m)^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\\|", "TIME|")
                .replaceAll("(?m)^.*warning: setlocale: .*\n", "");
    }
}
