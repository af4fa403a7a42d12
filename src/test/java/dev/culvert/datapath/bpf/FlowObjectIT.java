package dev.culvert.datapath.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed object file. */
class FlowObjectIT {
    @TempDir
    Path directory;

    /** Another version of the compiler chooses other instructions for the same source, which says nothing. */
    @Test
    void isWhatTheSourceBuilds() throws Exception {
        String clang = FlowLayoutTest.run(List.of("clang", "--version"));
        assumeTrue(clang.contains("clang version 14."), clang);
        Path built = directory.resolve("flows.bpf.o");
        FlowLayoutTest.run(List.of("scripts/build-bpf", built.toString()));

        assertThat(Files.readAllBytes(built)).as("run scripts/build-bpf").isEqualTo(FlowPrograms.file());
    }
}
