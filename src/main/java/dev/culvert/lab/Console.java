package dev.culvert.lab;

import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How the lab and the bench talk to whoever watches. On a terminal the step under way is shown with the seconds that
 * it has taken, and is replaced by its result; anywhere else each result is one plain line.
 */
public final class Console implements AutoCloseable {
    private static final String CLEAR_LINE = "\r\u001b[K";
    private static final String DIM = "\u001b[2m";
    private static final String BOLD = "\u001b[1m";
    private static final String RED = "\u001b[31m";
    private static final String GREEN = "\u001b[32m";
    private static final String PLAIN = "\u001b[0m";

    private final PrintStream out;
    private final boolean terminal;
    private final boolean unicode;
    private @Nullable String activity;
    private long since;
    private final @Nullable Thread ticker;

    /**
     * @param out where to write
     * @param terminal whether colours and moving lines are understood there
     * @param unicode whether characters beyond ASCII are
     */
    public Console(PrintStream out, boolean terminal, boolean unicode) {
        this.out = out;
        this.terminal = terminal;
        this.unicode = unicode;
        this.ticker = terminal ? Thread.ofVirtual().start(this::tick) : null;
    }

    /**
     * This process's standard output, with what it can do.
     *
     * @param out standard output
     * @param plain whether to keep to plain ASCII lines all the same
     * @return the console
     */
    public static Console of(PrintStream out, boolean plain) {
        boolean interactive = Optional.ofNullable(System.console())
                .map(java.io.Console::isTerminal)
                .orElse(false);
        boolean terminal = !plain && interactive && !"dumb".equals(System.getenv("TERM"));
        Charset charset = System.out.charset();
        boolean unicode = !plain && charset.newEncoder().canEncode("─✓");
        return new Console(out, terminal, unicode);
    }

    /** Whether characters beyond ASCII may be printed. */
    public boolean unicode() {
        return unicode;
    }

    /**
     * A heading.
     *
     * @param text one line
     */
    public void heading(String text) {
        print(terminal ? BOLD + text + PLAIN : text);
    }

    /**
     * A line as it is.
     *
     * @param text one line
     */
    public void line(String text) {
        print(text);
    }

    /**
     * A command that is typed in one of the namespaces.
     *
     * @param where the namespace
     * @param command what is typed
     */
    public void command(String where, String command) {
        String text = "    " + where + "# " + command;
        print(terminal ? DIM + text + PLAIN : text);
    }

    /**
     * Says what is being done now, until {@link #done} or {@link #failed}.
     *
     * @param what a short phrase
     */
    public synchronized void begin(String what) {
        activity = what;
        since = System.nanoTime();
        draw();
    }

    /**
     * The step under way has ended well.
     *
     * @param what its name
     * @param result what came out of it; may be empty
     */
    public void done(String what, String result) {
        String mark = unicode ? "✓" : "ok";
        print("  " + (terminal ? GREEN + mark + PLAIN : mark) + " " + pad(what, result));
    }

    /**
     * The step under way has failed.
     *
     * @param what its name
     * @param why the reason
     */
    public void failed(String what, String why) {
        String mark = unicode ? "✗" : "--";
        print("  " + (terminal ? RED + mark + PLAIN : mark) + " " + pad(what, why));
    }

    @Override
    public void close() {
        if (ticker != null) {
            ticker.interrupt();
        }
        print(null);
    }

    private static String pad(String what, String result) {
        return result.isEmpty() ? what : String.format(Locale.ROOT, "%-16s %s", what, result);
    }

    private synchronized void print(@Nullable String text) {
        if (terminal && activity != null) {
            out.print(CLEAR_LINE);
        }
        activity = null;
        if (text != null) {
            out.println(text);
        }
        out.flush();
    }

    private synchronized void draw() {
        if (terminal && activity != null) {
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since);
            String time = seconds == 0 ? "" : " " + seconds + " s";
            out.print(CLEAR_LINE + DIM + "  " + (unicode ? "…" : "..") + " " + activity + time + PLAIN);
            out.flush();
        }
    }

    private void tick() {
        try {
            while (true) {
                TimeUnit.SECONDS.sleep(1);
                draw();
            }
        } catch (InterruptedException e) {
            // closed
        }
    }
}
