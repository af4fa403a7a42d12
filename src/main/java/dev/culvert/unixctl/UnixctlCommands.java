package dev.culvert.unixctl;

import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The commands that a daemon obeys. Each runs on the executor that it was registered with: the daemon's conductor for
 * those that touch its state. Safe for threads.
 */
public final class UnixctlCommands {
    /** For {@code maxArguments}: as many as the caller likes. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private static final Logger LOG = System.getLogger("unixctl");

    private final ConcurrentSkipListMap<String, Registered> commands = new ConcurrentSkipListMap<>();

    private record Registered(
            @Nullable String usage, int minArguments, int maxArguments, Executor executor, UnixctlCommand command) {}

    /**
     * The commands that every daemon has.
     *
     * @param version what {@code version} answers
     */
    public UnixctlCommands(String version) {
        register("list-commands", "", 0, 0, _ -> list());
        register("version", "", 0, 0, _ -> version);
    }

    /** Adds a command that is run by the thread of whoever asks; it must be safe for threads. */
    public void register(
            String name, @Nullable String usage, int minArguments, int maxArguments, UnixctlCommand command) {
        register(name, usage, minArguments, maxArguments, Runnable::run, command);
    }

    /**
     * Adds a command.
     *
     * @param usage the arguments as {@code list-commands} shows them; null hides the command there
     * @param executor runs it
     * @throws IllegalArgumentException if there is one of that name already
     */
    public void register(
            String name,
            @Nullable String usage,
            int minArguments,
            int maxArguments,
            Executor executor,
            UnixctlCommand command) {
        Registered registered = new Registered(usage, minArguments, maxArguments, executor, command);
        if (commands.putIfAbsent(name, registered) != null) {
            throw new IllegalArgumentException("command " + name + " is registered twice");
        }
    }

    /**
     * Carries a command out.
     *
     * @return what the caller gets to read; fails with {@link UnixctlException} and nothing else
     */
    public CompletableFuture<String> execute(String name, ArrayNode parameters) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        try {
            Registered registered = find(name, parameters.size());
            List<String> arguments = new ArrayList<>(parameters.size());
            for (JsonNode parameter : parameters) {
                if (!parameter.isString()) {
                    throw new UnixctlException("\"" + name + "\" command has non-string argument");
                }
                arguments.add(parameter.stringValue());
            }
            registered.executor().execute(() -> run(name, registered.command(), List.copyOf(arguments), answer));
        } catch (UnixctlException e) {
            answer.completeExceptionally(e);
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(new UnixctlException("daemon is exiting"));
        }
        return answer;
    }

    /**
     * Carries a command out for somebody in the same process, and waits for it.
     *
     * @throws UnixctlException if it is refused
     * @throws InterruptedIOException if the thread is interrupted
     */
    public String call(String name, List<String> arguments) throws InterruptedIOException, UnixctlException {
        ArrayNode parameters = JsonNodeFactory.instance.arrayNode();
        arguments.forEach(parameters::add);
        try {
            return execute(name, parameters).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof UnixctlException refused ? refused : new UnixctlException("internal error");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private Registered find(String name, int arguments) throws UnixctlException {
        Registered registered = commands.get(name);
        if (registered == null) {
            throw new UnixctlException(
                    "\"" + name + "\" is not a valid command (use \"list-commands\" to see a list of valid commands)");
        } else if (arguments < registered.minArguments()) {
            throw new UnixctlException(
                    "\"" + name + "\" command requires at least " + registered.minArguments() + " arguments");
        } else if (arguments > registered.maxArguments()) {
            throw new UnixctlException(
                    "\"" + name + "\" command takes at most " + registered.maxArguments() + " arguments");
        }
        return registered;
    }

    private static void run(
            String name, UnixctlCommand command, List<String> arguments, CompletableFuture<String> answer) {
        try {
            answer.complete(command.run(arguments));
        } catch (UnixctlException e) {
            answer.completeExceptionally(e);
        } catch (RuntimeException | Error e) { // who asked waits, whatever it was
            LOG.log(Level.ERROR, "command \"" + name + "\" failed", e);
            answer.completeExceptionally(new UnixctlException("internal error, see the daemon's log"));
        }
    }

    private String list() {
        StringBuilder text = new StringBuilder("The available commands are:\n");
        commands.forEach((name, registered) -> {
            if (registered.usage() != null) {
                text.append(String.format(Locale.ROOT, "  %-23s %s\n", name, registered.usage()));
            }
        });
        return text.toString();
    }
}
