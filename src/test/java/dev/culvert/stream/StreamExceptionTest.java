package dev.culvert.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong with files is told in the C library's words, though the JDK's exceptions only name the file. */
class StreamExceptionTest {
    @TempDir
    Path folder;

    @Test
    void namesWhatIsWrongWithAFile() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertThat(reason(() -> Files.createDirectories(file))).isEqualTo("File exists");
        assertThat(reason(() -> Files.createDirectory(file.resolve("below")))).isEqualTo("Not a directory");
        assertThat(reason(() -> Files.size(folder.resolve("none")))).isEqualTo("No such file or directory");
        assertThat(reason(() -> Files.newOutputStream(folder))).isEqualTo("Is a directory");
    }

    private static String reason(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return StreamException.reasonOf(catchThrowableOfType(IOException.class, call));
    }
}
