package dev.culvert.ovsdb.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.ovsdb.GenuineServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The lines of Java that the README has for clients are compiled as they stand there, and do what it says with a genuine server. */
@Timeout(60)
class ReadmeIT {
    private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final String ADDRESS = "unix:/run/openvswitch/db.sock";

    @TempDir
    private Path directory;

    @Test
    void theClientsLinesWork() throws Exception {
        String lines = BLOCK.matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(match -> match.group(1))
                .filter(block -> block.contains("OvsdbClient"))
                .findFirst()
                .orElseThrow();
        assertThat(lines).contains(ADDRESS);
        Path database = directory.resolve("conf.db");
        GenuineServer.run("ovsdb-tool", "create", "" + database, "/usr/share/openvswitch/vswitch.ovsschema");
        try (GenuineServer server = GenuineServer.start(directory, database)) {
            String address = "unix:" + server.socket();
            GenuineServer.run("ovs-vsctl", "--no-wait", "--db=" + address, "add-br", "br0");
            assertThat(run(lines.replace(ADDRESS, address))).contains("bridge br0\n");
            assertThat(GenuineServer.run("ovs-vsctl", "--db=" + address, "br-get-external-id", "br0", "seen")
                            .text())
                    .isEqualTo("yes\n");
        }
    }

    private String run(String lines) throws Exception {
        String source = """
                import dev.culvert.ovsdb.client.*;
                import dev.culvert.ovsdb.data.Datum;
                import java.util.Map;
                import java.util.concurrent.*;
                public class Lines { public static void main(String[] args) throws Exception {
                %s
                } }
                """.formatted(lines);
        Path file = Files.writeString(directory.resolve("Lines.java"), source);
        ByteArrayOutputStream complaints = new ByteArrayOutputStream();
        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        complaints,
                        complaints,
                        "-proc:none",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "-d",
                        directory.toString(),
                        file.toString());
        assertThat(status).as(complaints.toString(StandardCharsets.UTF_8)).isZero();
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {directory.toUri().toURL()}, getClass().getClassLoader())) {
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            loader.loadClass("Lines").getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } finally {
            System.setOut(before);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
