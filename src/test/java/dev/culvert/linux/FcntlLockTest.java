package dev.culvert.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FcntlLockTest {
    @TempDir
    Path directory;

    @Test
    void keepsAnotherProcessOut() throws IOException {
        Path file = directory.resolve("pid");
        long own = ProcessHandle.current().pid();
        try (FcntlLock lock = locked(file)) {
            lock.write("a longer text\n".getBytes(StandardCharsets.US_ASCII));
            lock.write("123\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(Files.size(file)).isEqualTo(4);
            assertThat(FcntlLock.owner(file)).isEqualTo((int) own);
            Process other = holder(file);
            assertThat(firstLine(other)).isEqualTo("held by " + own);
        }
        assertThat(FcntlLock.owner(file)).isEqualTo(-1);
        assertThat(Files.readString(file)).isEqualTo("123\n");
    }

    @Test
    void tellsWhichProcessHasTheLock() throws Exception {
        Path file = directory.resolve("lock");
        Process other = holder(file);
        assertThat(firstLine(other)).isEqualTo("locked");
        int pid = (int) other.pid();
        assertThat(FcntlLock.owner(file)).isEqualTo(pid);
        assertThat(FcntlLock.tryLock(file)).isEqualTo(new FcntlLock.Attempt.HeldBy(pid));
        other.getOutputStream().close();
        other.waitFor();
        locked(file).close();
    }

    @Test
    void keepsThisProcessFromLockingTwice() throws IOException {
        Path file = directory.resolve("lock");
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        int own = (int) ProcessHandle.current().pid();
        FcntlLock lock = locked(file);
        assertThat(FcntlLock.tryLock(link)).isEqualTo(new FcntlLock.Attempt.HeldBy(own));
        // neither the attempt nor the question has unlocked it
        assertThat(FcntlLock.owner(file)).isEqualTo(own);
        assertThat(firstLine(holder(file))).isEqualTo("held by " + own);
        lock.close();
        lock.close();
        locked(file).close();
    }

    @Test
    void survivesARename() throws IOException {
        Path file = directory.resolve("new");
        try (FcntlLock lock = locked(file)) {
            Path renamed = Files.move(file, directory.resolve("pid"));
            lock.write(new byte[] {'1'});
            assertThat(Files.size(renamed)).isEqualTo(1); // to read it would unlock it
            assertThat(firstLine(holder(renamed))).startsWith("held by ");
        }
    }

    @Test
    void needsAPlaceForItsFile() {
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> FcntlLock.tryLock(directory.resolve("no/such/directory")))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> FcntlLock.owner(directory.resolve("no-such-file")))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
    }

    private static FcntlLock locked(Path file) throws LinuxException {
        if (FcntlLock.tryLock(file) instanceof FcntlLock.Attempt.Locked(FcntlLock lock)) {
            return lock;
        }
        throw new AssertionError(file + " is locked");
    }

    private static Process holder(Path file) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String firstLine(Process process) throws IOException {
        // not closed: the process holds its lock until its input ends
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        return output.readLine();
    }
}
