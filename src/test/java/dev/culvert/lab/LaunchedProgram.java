package dev.culvert.lab;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What the launcher starts in its test: it tells what it was given, and its arguments say how it shall behave. It
 * stands alone in a jar, so it uses nothing but the JDK.
 */
public final class LaunchedProgram {
    private LaunchedProgram() {}

    /** Behaves as {@code arguments} say. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> words = List.of(arguments);
        String ready = System.getenv("CULVERT_READY_FD");
        if (ready != null) {
            System.err.println("before");
        } else if (words.contains("properties")) {
            System.getProperties().forEach((name, value) -> System.out.println(name + "=" + value));
        } else {
            words.forEach(word -> System.out.print("[" + word + "]"));
            System.out.println();
        }
        for (String word : words) {
            int equals = word.indexOf('=');
            String value = word.substring(equals + 1);
            switch (equals < 0 ? word : word.substring(0, equals)) {
                case "pid" ->
                    Files.writeString(
                            Path.of(value),
                            Long.toString(ProcessHandle.current().pid()));
                case "status" -> System.exit(Integer.parseInt(value));
                case "error" -> tell(ready, "error " + value + "\n");
                default -> {}
            }
        }
        if (words.contains("ready")) {
            tell(ready, "ready\n");
        }
        if (words.contains("ready") || words.contains("hang")) {
            TimeUnit.SECONDS.sleep(30);
        }
    }

    private static void tell(String descriptor, String line) throws IOException {
        try (FileOutputStream pipe = new FileOutputStream("/proc/self/fd/" + descriptor)) {
            pipe.write(line.getBytes(StandardCharsets.UTF_8));
        }
    }
}
