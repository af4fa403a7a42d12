package dev.culvert.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher's own duties, with {@link LaunchedProgram} in the place of the programs: an installation without
 * sources, in a folder whose name has a space in it.
 */
@Timeout(60)
class LauncherIT {
    @TempDir
    private Path folder;

    private Path home;

    @BeforeEach
    void install() throws IOException {
        home = Files.createDirectory(folder.resolve("a home"));
        Files.createDirectories(home.resolve("target/lib"));
        Files.createDirectory(home.resolve("bin"));
        Path here = Path.of("").toAbsolutePath();
        for (String script : List.of("culvert", "bin/ovs-vsctl", "bin/ovs-ofctl", "bin/ovs-appctl")) {
            Files.copy(here.resolve(script), home.resolve(script));
            Files.setPosixFilePermissions(home.resolve(script), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        jar(home.resolve("target/culvert.jar"));
    }

    @Test
    void passesArgumentsAndStatusThrough() throws Exception {
        Shell.Output output = run(Map.of(), "culvert", "vsctl", "two words", "", "*", "--", "status=7");
        assertThat(output.out()).isEqualTo("[vsctl][two words][][*][--][status=7]\n");
        assertThat(output.status()).isEqualTo(7);
    }

    @Test
    void hasTheUsualNames() throws Exception {
        for (String tool : List.of("vsctl", "ofctl", "appctl")) {
            assertThat(run(Map.of(), "bin/ovs-" + tool, "show").out()).isEqualTo("[" + tool + "][show]\n");
        }
        Path link = Files.createSymbolicLink(folder.resolve("ovs-vsctl"), home.resolve("bin/ovs-vsctl"));
        try (Shell shell = new Shell()) {
            assertThat(shell.run(link.toString(), "show").out()).isEqualTo("[vsctl][show]\n");
        }
    }

    @Test
    void takesOptionsForTheJvm() throws Exception {
        Map<String, String> environment = Map.of("CULVERT_JAVA_OPTS", "-Dlaunched.one=1 -Dlaunched.two=2");
        assertThat(run(environment, "culvert", "switch", "properties").out())
                .contains("launched.one=1", "launched.two=2", "culvert.home=" + home);
    }

    @Test
    void prefersTheJdkOfTheEnvironmentUnlessItIsTooOld() throws Exception {
        Path old = Files.createDirectories(folder.resolve("old/bin")).getParent();
        Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.9\"\n");
        Files.writeString(old.resolve("bin/java"), "#!/bin/sh\necho too old\n");
        Files.setPosixFilePermissions(old.resolve("bin/java"), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(run(Map.of("JAVA_HOME", old.toString()), "culvert", "vsctl").out())
                .isEqualTo("[vsctl]\n");

        Path fresh = Files.createSymbolicLink(folder.resolve("fresh"), Path.of(System.getProperty("java.home")));
        assertThat(run(Map.of("JAVA_HOME", fresh.toString()), "culvert", "switch", "properties")
                        .out())
                .containsPattern("java.home=(" + fresh + "|" + System.getProperty("java.home") + ")\n");
    }

    @Test
    void returnsWhenTheDaemonIsReady() throws Exception {
        Path pid = folder.resolve("pid");
        Shell.Output output = run(Map.of(), "culvert", "switch", "--detach", "ready", "pid=" + pid);
        assertThat(output.status()).isZero();
        assertThat(output.out()).isEmpty();
        assertThat(output.err()).isEqualTo("before\n");
        ProcessIdentity daemon = ProcessIdentity.fromPidfile(pid);
        try {
            assertThat(daemon.alive()).isTrue();
            assertThat(Files.readSymbolicLink(Path.of("/proc/" + daemon.pid() + "/cwd")))
                    .isEqualTo(Path.of("/"));
            assertThat(session(daemon.pid())).as("a session of its own").isEqualTo(daemon.pid());
        } finally {
            daemon.end(Duration.ofSeconds(5));
        }
    }

    @Test
    void tellsWhyTheDaemonIsNotReady() throws Exception {
        Shell.Output output = run(Map.of(), "culvert", "switch", "--detach", "error=db.sock: Permission denied");
        assertThat(output.status()).isEqualTo(1);
        assertThat(output.err()).isEqualTo("before\ndb.sock: Permission denied\n");
    }

    @Test
    void passesOnTheStatusOfADaemonThatEndsEarly() throws Exception {
        Shell.Output output = run(Map.of(), "culvert", "switch", "--detach", "status=3");
        assertThat(output.status()).isEqualTo(3);
        assertThat(output.err()).isEqualTo("before\n");
    }

    @Test
    void anInterruptReachesADaemonThatIsNotReady() throws Exception {
        Path pid = folder.resolve("pid");
        try (Shell shell = new Shell()) {
            Process launcher = shell.start(
                    Map.of(), List.of(home.resolve("culvert").toString(), "switch", "--detach", "hang", "pid=" + pid));
            while (!Files.exists(pid) || Files.size(pid) == 0) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            ProcessIdentity daemon = ProcessIdentity.fromPidfile(pid);
            launcher.destroy();
            assertThat(launcher.waitFor()).isEqualTo(143);
            for (int i = 0; i < 200 && daemon.alive(); i++) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            assertThat(daemon.alive()).isFalse();
        }
    }

    @Test
    void aBuildLeavesDaemonsTheJarThatTheyRunFrom() throws Exception {
        Path jar = home.resolve("target/culvert.jar");
        byte[] before = Files.readAllBytes(jar);
        Files.createDirectories(home.resolve("src/main"));
        Files.writeString(home.resolve("pom.xml"), "newer than the jar");
        Files.setLastModifiedTime(jar, FileTime.fromMillis(0));
        Path tools = Files.createDirectory(folder.resolve("tools"));
        // as Maven does: into the file that is there
        Path maven = Files.writeString(
                tools.resolve("mvn"), "#!/bin/sh\ncat \"$JAR\" > built; cat built > \"$JAR\"; touch -d @1 \"$JAR\"\n");
        Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectory(home.resolve("target/aot"));
        Files.createFile(home.resolve("target/aot/trained-" + System.getProperty("java.version")));
        Object file = Files.readAttributes(jar, BasicFileAttributes.class).fileKey();
        Map<String, String> environment = Map.of(
                "PATH",
                tools + ":" + System.getenv("PATH"),
                "JAR",
                jar.toString(),
                "JAVA_HOME",
                System.getProperty("java.home"),
                "CULVERT_BUILD",
                "");
        assertThat(run(environment, "culvert", "vsctl", "built").out()).isEqualTo("[vsctl][built]\n");
        assertThat(home.resolve("built")).hasBinaryContent(before);
        assertThat(Files.readAllBytes(jar)).isEqualTo(before);
        assertThat(Files.readAttributes(jar, BasicFileAttributes.class).fileKey())
                .isNotEqualTo(file);
    }

    private Shell.Output run(Map<String, String> environment, String script, String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(home.resolve(script).toString()));
        line.addAll(List.of(arguments));
        try (Shell shell = new Shell()) {
            return shell.run(Shell.LIMIT, environment, line);
        }
    }

    /** The session of a process (proc(5), field 6). */
    private static long session(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[3]);
    }

    private static void jar(Path path) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, LaunchedProgram.class.getName());
        String entry = LaunchedProgram.class.getName().replace('.', '/') + ".class";
        try (OutputStream file = Files.newOutputStream(path);
                JarOutputStream jar = new JarOutputStream(file, manifest)) {
            jar.putNextEntry(new JarEntry(entry));
            var bytes =
                    Optional.ofNullable(LaunchedProgram.class.getClassLoader().getResourceAsStream(entry));
            bytes.orElseThrow().transferTo(jar);
        }
    }
}
