package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.GenuineServer;
import dev.culvert.ovsdb.data.Json;
import dev.culvert.ovsdb.data.OvsdbException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** One of the two tools with a genuine ovsdb-server of its own, whose database is what it was whenever a case begins. */
final class Side implements AutoCloseable {
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern LOG_TIME = Pattern.compile("(?m)^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\\|");
    private static final Pattern INVOKER = Pattern.compile("\\(invoked by [^)]*\\)");
    private static final Pattern SHORT_UUID = Pattern.compile("(<a (?:href|name)=\"#?U\">)[0-9a-f]{8}</a>");

    /**
     * What a run did.
     *
     * @param out standard output
     * @param err standard error
     * @param status the exit status
     * @param changes what the server has written to its log meanwhile
     */
    record Result(String out, String err, int status, String changes) {}

    private final boolean genuine;
    private final Path directory;
    private final Path template;
    private final Set<String> knownUuids;
    private GenuineServer server;

    /**
     * A side.
     *
     * @param genuine whether it is the stock tool's
     * @param directory is made
     * @param template the database of every case
     * @param knownUuids the UUIDs in it; any other one is new, and different on both sides
     */
    Side(boolean genuine, Path directory, Path template, Set<String> knownUuids) throws Exception {
        this.genuine = genuine;
        this.directory = Files.createDirectory(directory);
        this.template = template;
        this.knownUuids = knownUuids;
        start();
    }

    /** All UUIDs in a text. */
    static Set<String> uuids(String text) {
        return UUID.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
    }

    private Path database() {
        return directory.resolve("conf.db");
    }

    private void start() throws Exception {
        Files.copy(template, database(), StandardCopyOption.REPLACE_EXISTING);
        server = GenuineServer.start(directory, database());
    }

    Result run(List<String> words) throws Exception {
        List<String> args = new ArrayList<>(List.of("--db=unix:" + server.socket()));
        args.addAll(words);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = genuine
                ? runGenuine(args, out, err)
                : Vsctl.run(args.toArray(String[]::new), new PrintStream(out), new PrintStream(err));
        String changes = changes();
        if (!changes.isEmpty()) {
            server.close();
            start();
        }
        return new Result(
                normalized(out.toString(StandardCharsets.UTF_8)),
                normalized(err.toString(StandardCharsets.UTF_8)),
                status,
                changes);
    }

    private int runGenuine(List<String> args, ByteArrayOutputStream out, ByteArrayOutputStream err) throws Exception {
        // Through a file, since the JDK would send words in the locale's charset, which need not be UTF-8.
        Path words = Files.writeString(directory.resolve("words"), String.join("\0", args) + "\0");
        Path errors = directory.resolve("err");
        String script = "mapfile -d '' -t words < \"$0\"; exec ovs-vsctl \"${words[@]}\"";
        Process process = new ProcessBuilder("bash", "-c", script, words.toString())
                .redirectError(errors.toFile())
                .start();
        process.getOutputStream().close();
        process.getInputStream().transferTo(out);
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        err.write(Files.readAllBytes(errors));
        return process.waitFor();
    }

    /** The transactions that the server has added to its file, without what differs by nature. */
    private String changes() throws IOException, OvsdbException {
        int before = Math.toIntExact(Files.size(template));
        byte[] now = Files.readAllBytes(database());
        String added = new String(now, before, now.length - before, StandardCharsets.UTF_8);
        StringBuilder changes = new StringBuilder();
        for (String line : added.split("\n", -1)) {
            if (line.startsWith("{")) {
                changes.append(canonical(Json.parse(line))).append('\n');
            }
        }
        return changes.toString();
    }

    /** JSON as text in which neither the order of members nor that of a set's elements shows, nor the names of new rows. */
    private String canonical(JsonNode json) {
        if (json.isObject()) {
            return json.properties().stream()
                    .filter(member -> !member.getKey().equals("_date"))
                    .map(member -> normalized(member.getKey()) + ": " + canonical(member.getValue()))
                    .sorted()
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (json.isArray()) {
            boolean unordered =
                    json.size() == 2 && json.get(1).isArray() && json.get(0).isString();
            List<String> elements = StreamSupport.stream((unordered ? json.get(1) : json).spliterator(), false)
                    .map(this::canonical)
                    .toList();
            return unordered ? json.get(0) + elements.stream().sorted().toList().toString() : elements.toString();
        }
        return normalized(json.toString());
    }

    private String normalized(String text) {
        String uuids = UUID.matcher(text).replaceAll(match -> knownUuids.contains(match.group()) ? match.group() : "U");
        String names = SHORT_UUID.matcher(uuids).replaceAll("$1U</a>").replace(directory.toString(), "DIRECTORY");
        String invoker = INVOKER.matcher(names).replaceAll("(invoked by SOMEBODY)");
        return LOG_TIME.matcher(invoker).replaceAll("TIME|");
    }

    @Override
    public void close() {
        server.close();
    }
}
