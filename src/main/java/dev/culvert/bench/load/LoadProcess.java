package dev.culvert.bench.load;

import dev.culvert.lab.LabException;
import dev.culvert.lab.Shell;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A {@link LoadMain} in a guest's namespace, and the conversation with it. One thread at a time. */
public final class LoadProcess implements AutoCloseable {
    private static final Duration QUICK = Duration.ofSeconds(10);
    private static final String GONE = "error it has ended";

    private final Shell shell;
    private final Process process;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private LoadProcess(Shell shell, Process process) {
        this.shell = shell;
        this.process = process;
        Thread.ofVirtual().name("load").start(this::read);
    }

    /**
     * Starts one.
     *
     * @param shell what runs it
     * @param namespace the guest's
     * @return the process
     * @throws LabException if it cannot be started
     */
    public static LoadProcess start(Shell shell, String namespace) throws LabException {
        List<String> line = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xms8m",
                "-Xmx48m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                LoadMain.class.getName());
        return new LoadProcess(shell, shell.converse(Map.of(), Shell.inside(namespace, line)));
    }

    /**
     * Gives a command and waits for its result.
     *
     * @param seconds how long the command itself takes
     * @param words the command
     * @return what follows {@code ok}
     * @throws LabException with its reason, if it fails or does not answer
     * @throws InterruptedException if this thread is interrupted
     */
    public String ask(int seconds, Object... words) throws LabException, InterruptedException {
        tell(words);
        return result(seconds);
    }

    /**
     * Gives a command and waits until it is ready for packets. {@link #result} is what came of it.
     *
     * @param words the command
     * @throws LabException with its reason, if it fails or does not answer
     * @throws InterruptedException if this thread is interrupted
     */
    public void begin(Object... words) throws LabException, InterruptedException {
        tell(words);
        String answer = next(QUICK);
        if (!answer.equals("ready")) {
            throw new LabException("load: " + answer);
        }
    }

    /**
     * Waits for the result of the command that was begun.
     *
     * @param seconds how long that takes at most
     * @return what follows {@code ok}
     * @throws LabException with its reason, if it fails or does not answer
     * @throws InterruptedException if this thread is interrupted
     */
    public String result(int seconds) throws LabException, InterruptedException {
        String answer = next(QUICK.plusSeconds(seconds));
        if (!answer.startsWith("ok ")) {
            throw new LabException("load: " + answer);
        }
        return answer.substring("ok ".length());
    }

    @Override
    public void close() {
        shell.stop(process);
    }

    private void tell(Object... words) throws LabException {
        StringBuilder line = new StringBuilder();
        for (Object word : words) {
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        try {
            answers.clear(); // of a command that was given up
            OutputStream in = process.getOutputStream();
            in.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
            in.flush();
        } catch (IOException e) {
            throw new LabException("load: it has ended", e);
        }
    }

    private String next(Duration limit) throws LabException, InterruptedException {
        String answer = answers.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (answer == null) {
            throw new LabException("load: no answer");
        }
        return answer;
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answers.add(line);
            }
        } catch (IOException e) {
            // it was stopped
        }
        answers.add(GONE);
    }
}
