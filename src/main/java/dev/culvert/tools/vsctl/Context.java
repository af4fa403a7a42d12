package dev.culvert.tools.vsctl;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a command works with: its own words, the database as the commands before it have changed it, and the place for its
 * output. There is one for each command of each attempt.
 */
final class Context {
    private final Attempt attempt;
    private final Command command;
    private final boolean last;
    private final StringBuilder output = new StringBuilder();
    private @Nullable Table table;
    private boolean mustWait;

    /**
     * A command's context.
     *
     * @param attempt what the commands of this attempt share
     * @param command the command
     * @param last whether no command comes after it
     */
    Context(Attempt attempt, Command command, boolean last) {
        this.attempt = attempt;
        this.command = command;
        this.last = last;
    }

    Command command() {
        return command;
    }

    /** Whether no command comes after this one, so that nobody reads what it writes. */
    boolean isLast() {
        return last;
    }

    Replica replica() {
        return attempt.replica();
    }

    Transaction transaction() {
        return attempt.transaction();
    }

    Symbols symbols() {
        return attempt.symbols();
    }

    Log log() {
        return attempt.log();
    }

    /** The only row of the table Open_vSwitch. */
    Row root() {
        return attempt.root();
    }

    /** The bridges and what is in them. */
    Bridges bridges() {
        return attempt.bridges();
    }

    /** The bridges must be read again, since this command may have changed them behind their back. */
    void forgetBridges() {
        attempt.forgetBridges();
    }

    /** When the switch has been configured, it is to be looked at what became of this interface. */
    void expectInterface(Row row) {
        attempt.expectInterface(row);
    }

    /** What the server named a row that was inserted, or null if it was not inserted after all. */
    @Nullable
    UUID insertedUuid(UUID here) {
        return attempt.insertedUuid(here);
    }

    /** What the command prints unless it prints a table. */
    StringBuilder output() {
        return output;
    }

    /** Prints a line. */
    void println(String line) {
        output.append(line).append('\n');
    }

    /** Prints lines sorted as the bytes of UTF-8 are. */
    void printSorted(List<String> lines) {
        lines.stream().sorted(Utf8.ORDER).forEach(this::println);
    }

    /** The command's result is a table. */
    void setTable(Table result) {
        table = result;
    }

    @Nullable
    Table table() {
        return table;
    }

    /** The command waits for something that is not so yet: all commands are to run again when the database has changed. */
    void waitForChange() {
        mustWait = true;
    }

    boolean mustWait() {
        return mustWait;
    }
}
