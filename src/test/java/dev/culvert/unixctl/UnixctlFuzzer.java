package dev.culvert.unixctl;

import dev.culvert.jsonrpc.JsonException;
import dev.culvert.jsonrpc.JsonLimits;
import dev.culvert.jsonrpc.JsonReader;
import dev.culvert.jsonrpc.JsonRpcMessage;
import dev.culvert.stream.Stream;
import dev.culvert.vlog.Vlog;
import dev.culvert.vlog.VlogException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/** Fuzz target: what comes to the control socket. Every request gets an answer, and no answer tells of a fault of ours. */
public final class UnixctlFuzzer {
    private static final UnixctlCommands COMMANDS = commands();

    private UnixctlFuzzer() {}

    private static UnixctlCommands commands() {
        UnixctlCommands commands = new UnixctlCommands("1");
        Vlog log = Vlog.to(new PrintStream(OutputStream.nullOutputStream()), List.of("bridge", "dpif"));
        VlogCommands.register(commands, log);
        try {
            Vlog.process().set("unixctl:console:off"); // a line for each input would be most of the work
        } catch (VlogException e) {
            throw new IllegalStateException(e);
        }
        return commands;
    }

    private record Once(InputStream in, ByteArrayOutputStream out) implements Stream {
        @Override
        public String peer() {
            return "fuzz";
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    /** For Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        Once stream = new Once(new ByteArrayInputStream(input), new ByteArrayOutputStream());
        UnixctlServer.converse(stream, COMMANDS, new AtomicInteger());
        byte[] answers = stream.out().toByteArray();
        try (JsonReader reader = new JsonReader(new ByteArrayInputStream(answers), JsonLimits.DEFAULT)) {
            for (JsonNode json = reader.next(); json != null; json = reader.next()) {
                JsonRpcMessage message = JsonRpcMessage.from(json);
                if (!(message instanceof JsonRpcMessage.Response) || isOurFault(json.get("error"))) {
                    throw new AssertionError(json.toString());
                }
            }
        } catch (JsonException e) {
            throw new AssertionError(new String(answers, StandardCharsets.UTF_8), e);
        }
    }

    private static boolean isOurFault(JsonNode error) {
        return error != null && error.isString() && error.stringValue().startsWith("internal error,");
    }

    /** Where to begin. */
    public static List<byte[]> seeds() {
        return java.util.stream.Stream.of(
                        "\"list-commands\",\"params\":[]",
                        "\"vlog/set\",\"params\":[\"bridge:file:dbg\",\"ANY:console:off\"]",
                        "\"vlog/set\",\"params\":[\"PATTERN:console:%D{%H:%M}|%05N|%c%T|%p|%m\",\"FACILITY:daemon\"]",
                        "\"vlog/list\",\"params\":[\"x\"]",
                        "\"vlog/disable-rate-limit\",\"params\":[\"bridge\",7]",
                        "\"nope\",\"params\":[\"\\u0001\"]",
                        "\"version\",\"params\":[]},{\"id\":1,\"method\":\"version\",\"params\":[]")
                .map(call -> ("{\"id\":0,\"method\":" + call + "}").getBytes(StandardCharsets.UTF_8))
                .toList();
    }
}
