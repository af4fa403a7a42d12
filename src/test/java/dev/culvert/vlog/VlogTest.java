package dev.culvert.vlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VlogTest {
    @TempDir
    private Path directory;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private Instant now = Instant.parse("2026-11-22T20:00:00.123456Z");
    private final Instant start = now;
    private final Vlog log = new Vlog(
            new PrintStream(bytes, true, StandardCharsets.UTF_8),
            () -> now,
            () -> TimeUnit.MILLISECONDS.toNanos(Duration.between(start, now).toMillis()));
    private final System.Logger bridge = new VlogLogger(log, log.module("bridge"));

    private List<String> lines() {
        List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        bytes.reset();
        return lines;
    }

    @Test
    void linesHaveOpenVSwitchsForm() throws IOException {
        Path file = directory.resolve("log");
        log.openFile(file);
        bridge.log(Level.INFO, "bridge {0}: added interface {1} on port {2}", "br0", "eth0", 65534);
        bridge.log(Level.WARNING, "it''s 'bad' {9} {x} {", "unused");
        bridge.log(Level.DEBUG, "not seen");
        assertThat(lines())
                .containsExactly(
                        "2026-11-22T20:00:00Z|00001|vlog|INFO|opened log file " + file,
                        "2026-11-22T20:00:00Z|00002|bridge|INFO|bridge br0: added interface eth0 on port 65534",
                        "2026-11-22T20:00:00Z|00003|bridge|WARN|it's 'bad' {9} {x} {");
        assertThat(Files.readAllLines(file))
                .containsExactly(
                        "2026-11-22T20:00:00.123Z|00001|vlog|INFO|opened log file " + file,
                        "2026-11-22T20:00:00.123Z|00002|bridge|INFO|bridge br0: added interface eth0 on port 65534",
                        "2026-11-22T20:00:00.123Z|00003|bridge|WARN|it's 'bad' {9} {x} {");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void otherThreadsAreNamed() throws InterruptedException {
        Thread thread = Thread.ofPlatform().name("pmd0").start(() -> bridge.log(Level.INFO, "x"));
        thread.join();
        Thread.ofVirtual().start(() -> bridge.log(Level.INFO, "y")).join();
        assertThat(lines())
                .containsExactly(
                        "2026-11-22T20:00:00Z|00001|bridge(pmd0)|INFO|x", "2026-11-22T20:00:00Z|00002|bridge|INFO|y");
    }

    @Test
    void nobodyCanForgeALine() {
        bridge.log(Level.INFO, "port {0} gone", "a\n2026-11-22T20:00:00Z|00009|bridge|EMER|forged\u001b[2J");
        bridge.log(Level.INFO, "z".repeat(100_000));
        List<String> lines = lines();
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst()).contains("a\\n2026").endsWith("forged?[2J gone");
        assertThat(lines.getLast()).hasSizeLessThan(17_000);
    }

    @Test
    void exceptionsComeWithTheirTrace() {
        bridge.log(Level.ERROR, "failed", new IllegalStateException("deep", new IOException("deeper")));
        List<String> lines = lines();
        assertThat(lines.getFirst()).endsWith("|bridge|ERR|failed: java.lang.IllegalStateException: deep");
        assertThat(lines).anyMatch(line -> line.contains("    at dev.culvert.vlog.VlogTest"));
        assertThat(lines).allMatch(line -> line.startsWith("2026-11-22T20:00:00Z|"));
        assertThat(lines).hasSizeLessThan(45);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "bridge; DBG DBG DBG",
                "BRIDGE:Warn; WARN WARN WARN",
                "bridge:file:off; INFO OFF OFF",
                "err,bridge console; ERR OFF INFO",
                "console:dbg; DBG OFF INFO",
                "ANY:any:emer; EMER EMER EMER",
                "any; DBG DBG DBG",
                "''; DBG DBG DBG",
                "file bridge; INFO OFF DBG",
            })
    void levelsAreSet(String spec, String levels) throws VlogException {
        log.set(spec);
        assertThat(row("bridge")).isEqualTo(levels);
        boolean all = !spec.toLowerCase(java.util.Locale.ROOT).contains("bridge");
        assertThat(row("ofproto_dpif")).isEqualTo(all ? levels : "INFO OFF INFO");
    }

    private String row(String module) {
        return log.listLevels()
                .lines()
                .filter(line -> line.startsWith(module + " "))
                .map(line -> line.substring(module.length()).strip().replaceAll(" +", " "))
                .findFirst()
                .orElseThrow();
    }

    /** The words are those of ovs-vswitchd 3.1. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "foo:dbg;no destination, level, or module \"foo\"",
                "bridge:console:blah;no destination, level, or module \"blah\"",
                "bridge:dbg:ofproto;cannot specify multiple modules",
                "dbg:info;cannot specify multiple levels",
                "any,console,file;cannot specify multiple destinations",
                "PATTERN;missing destination",
                "PATTERN:bad:%m;unknown destination \"bad\"",
                "FACILITY;invalid facility",
                "FACILITY:bla;invalid facility",
            })
    void wrongSpecsChangeNothing(String spec, String message) {
        String before = log.listLevels() + log.listPatterns();
        assertThatExceptionOfType(VlogException.class)
                .isThrownBy(() -> log.set(spec))
                .withMessage(message);
        assertThat(log.listLevels() + log.listPatterns()).isEqualTo(before);
    }

    @Test
    void levelsDecideWhatIsSeenWhere() throws Exception {
        Path file = directory.resolve("log");
        log.openFile(file);
        log.set("console:off");
        log.set("bridge:file:dbg");
        bridge.log(Level.DEBUG, "fine");
        new VlogLogger(log, log.module("newcomer")).log(Level.INFO, "hello");
        assertThat(lines()).hasSize(1);
        assertThat(Files.readAllLines(file)).hasSize(3).last().asString().endsWith("|newcomer|INFO|hello");
        assertThat(bridge.isLoggable(Level.DEBUG)).isTrue();
        log.set("bridge:syslog:dbg");
        log.set("bridge:file:off");
        assertThat(bridge.isLoggable(Level.ERROR)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "%m;text",
                "[%5p][%-7c][%07N];[ INFO][bridge ][0000001]",
                "%A %B %t%T%%;culvert 30 %",
                "%t{main}%T{x};mainx",
                "%D;2026-11-22 20:00:00.123",
                "%D{%a %b %e %j %y %s %R %F %T.#######% %Z %z %h %q};Sun Nov 22 326 26 1795377600 20:00 2026-11-22 20:00:00.1234560% Z +0000 Nov %q",
                "%r;0",
                "a%;a%",
                "a%5;a",
                "%q|%D{;|2026-11-22 20:00:00.123{",
                "%99999999999p;INFO",
            })
    void patternsShape(String pattern, String expected) throws VlogException {
        log.set("PATTERN:console:" + pattern);
        bridge.log(Level.INFO, "text");
        String line = lines().getFirst();
        assertThat(pattern.contains("99999") ? line.strip() : line).isEqualTo(expected);
        assertThat(line).hasSizeLessThan(1100);
    }

    @Test
    void patternsMayHoldSeparators() throws VlogException {
        log.set("PATTERN any %c, %m: x");
        assertThat(log.listPatterns()).contains("FILE     none                              %c, %m: x\n");
        log.set("PATTERN:console");
        assertThat(log.listPatterns()).contains("CONSOLE  none                              \n");
    }

    @Test
    void excessIsHeldBackAndAccountedFor() {
        for (int i = 0; i < 150; i++) {
            bridge.log(Level.WARNING, "bad packet from {0}", i);
            bridge.log(Level.INFO, "port {0}", i);
        }
        assertThat(lines()).hasSize(100 + 150);
        now = now.plusSeconds(9);
        bridge.log(Level.WARNING, "bad packet from {0}", 1);
        bridge.log(Level.WARNING, "something else");
        assertThat(lines())
                .containsExactly(
                        "2026-11-22T20:00:09Z|00251|bridge|WARN|Dropped 50 log messages in last 9 seconds "
                                + "(most recently, 9 seconds ago) due to excessive rate",
                        "2026-11-22T20:00:09Z|00252|bridge|WARN|bad packet from 1",
                        "2026-11-22T20:00:09Z|00253|bridge|WARN|something else");
    }

    @Test
    void rateLimitsCanBeTurnedOff() throws VlogException {
        log.honorRateLimits(false, List.of("bridge"));
        assertThat(row("bridge")).endsWith("(rate limiting disabled)");
        assertThat(row("dpif")).doesNotContain("rate");
        for (int i = 0; i < 500; i++) {
            bridge.log(Level.WARNING, "same");
        }
        assertThat(lines()).hasSize(500);
        assertThatExceptionOfType(VlogException.class)
                .isThrownBy(() -> log.honorRateLimits(true, List.of("any", "foo")))
                .withMessage("unknown module");
        assertThat(row("bridge")).doesNotContain("rate");
    }

    @Test
    void handMadeMessagesShareOneBucketInTheEnd() {
        for (int i = 0; i < 10_000; i++) {
            bridge.log(Level.WARNING, "peer " + i);
        }
        assertThat(lines()).hasSizeLessThan(200);
    }

    @Test
    void fileIsReopenedAfterRotation() throws Exception {
        assertThatExceptionOfType(VlogException.class)
                .isThrownBy(log::reopenFile)
                .withMessage("Logging to file not configured");
        Path file = directory.resolve("log");
        Path rotated = directory.resolve("log.1");
        log.openFile(file);
        log.reopenFile();
        Files.move(file, rotated);
        bridge.log(Level.INFO, "one");
        log.reopenFile();
        bridge.log(Level.INFO, "two");
        log.closeFile();
        bridge.log(Level.INFO, "unseen");
        log.reopenFile();
        bridge.log(Level.INFO, "three");
        assertThat(messages(rotated)).containsExactly("opened log file " + file, "one", "closing log file");
        assertThat(messages(file))
                .containsExactly(
                        "opened log file " + file, "two", "closing log file", "opened log file " + file, "three");
        log.closeFile();
        Files.delete(file);
        Files.delete(rotated);
        Files.delete(directory);
        assertThatExceptionOfType(VlogException.class)
                .isThrownBy(log::reopenFile)
                .withMessage("No such file or directory");
        Files.createDirectory(directory);
    }

    private static List<String> messages(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> line.substring(line.lastIndexOf('|') + 1))
                .toList();
    }

    @Test
    void itIsTheLogOfTheProcess() {
        assertThat(System.getLogger("bridge")).isInstanceOf(System.Logger.class);
        assertThat(Vlog.process().find("bridge")).isNotNull();
        assertThat(Vlog.process().find("no such module")).isNull();
        System.getLogger("made_up_module").isLoggable(Level.INFO);
        assertThat(Vlog.process().find("made_up_module")).isNotNull();
    }
}
