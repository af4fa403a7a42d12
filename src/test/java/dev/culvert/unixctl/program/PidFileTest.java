package dev.culvert.unixctl.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.culvert.unixctl.program.PidFile.PidFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {
    @TempDir
    private Path directory;

    private static String reason(Path path) {
        try {
            return "pid " + PidFile.read(path);
        } catch (PidFileException e) {
            return e.reason();
        }
    }

    @Test
    void itHoldsThePidAndGoesAway() throws Exception {
        Path path = directory.resolve("x.pid");
        try (PidFile file = PidFile.create(path, false)) {
            assertThat(file.path()).isEqualTo(path);
            assertThat(path).hasContent(ProcessHandle.current().pid() + "\n");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void whatNobodyLocksCountsForNothing() throws Exception {
        Path path = directory.resolve("x.pid");
        assertThat(reason(path)).isEqualTo("No such file or directory");
        for (String text : new String[] {"1\n", "", "99999999999999999999999999\n", "-1\n", "xyz"}) {
            Files.writeString(path, text);
            assertThat(reason(path)).isEqualTo("No such process");
            PidFile.create(path, false).close();
        }
        Files.writeString(directory.resolve("x.pid.tmp"), "left behind by a crash, and long");
        try (PidFile file = PidFile.create(path, false)) {
            assertThat(file.path()).hasContent(ProcessHandle.current().pid() + "\n");
        }
    }

    @Test
    void theFileOfASuccessorIsLeftAlone() throws Exception {
        Path path = directory.resolve("x.pid");
        try (PidFile first = PidFile.create(path, false)) {
            Files.delete(path);
            Files.writeString(path, "a successor's");
            assertThat(first.path()).isEqualTo(path);
        }
        assertThat(path).hasContent("a successor's");
    }

    @Test
    void whatCannotBeWrittenIsSaid() throws IOException {
        Path path = directory.resolve("none").resolve("x.pid");
        assertThatExceptionOfType(PidFileException.class)
                .isThrownBy(() -> PidFile.create(path, false))
                .withMessage(path + ".tmp: create failed (No such file or directory)");
    }
}
