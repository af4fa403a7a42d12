package dev.culvert.vswitch.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A switch without ports, for a daemon in a process of its own; it leaves a note of how it was stopped. */
final class IdleSwitch implements SwitchProgram {
    private final Path note;

    private IdleSwitch(Path note) {
        this.note = note;
    }

    public static void main(String[] arguments) {
        Path note = Path.of(System.getenv("OVS_RUNDIR"), "note");
        System.exit(Daemon.run(arguments, System.getenv(), new IdleSwitch(note), System.out, System.err));
    }

    @Override
    public void start(DaemonContext context) throws DaemonException {
        if ("unix:refuse".equals(context.options().database())) {
            throw new DaemonException("no such database");
        }
        context.commands().register("test/fail", "REASON", 1, 1, arguments -> {
            context.fail(arguments.getFirst());
            return "";
        });
        context.ready();
    }

    @Override
    public void stop(boolean cleanup) {
        try {
            Files.writeString(note, cleanup ? "cleaned up" : "stopped");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
