package dev.culvert.tools;

import dev.culvert.tools.appctl.Appctl;
import dev.culvert.tools.ofctl.Ofctl;
import dev.culvert.tools.vsctl.Vsctl;
import dev.culvert.unixctl.program.Versions;
import dev.culvert.vswitch.daemon.Daemon;
import dev.culvert.vswitch.daemon.SwitchProgram;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * {@code culvert PROGRAM ARGUMENTS}: where every program starts. It loads no class that the one program does not need,
 * because {@code ovs-vsctl} and its like are called in loops and every millisecond before their work begins counts.
 */
public final class Culvert {
    private static final int USAGE = 2;

    private Culvert() {}

    /** Ends the JVM with the program's exit status; the launcher and the {@code ovs-*} scripts rely on it. */
    public static void main(String[] arguments) {
        // In one piece: what System.out does by itself is a system call for every string.
        OutputStream stdout = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out));
        PrintStream out = new PrintStream(stdout, false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        boolean vsctl = arguments.length > 0 && arguments[0].equals("vsctl");
        int status = run(RawArguments.of(arguments, vsctl), out, err);
        out.flush();
        System.exit(status);
    }

    /**
     * Runs a program in this JVM.
     *
     * @param arguments the program's name and its arguments
     * @return its exit status; 2 if there is no such program
     */
    public static int run(String[] arguments, PrintStream out, PrintStream err) {
        if (arguments.length == 0) {
            err.print(help());
            return USAGE;
        }
        String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
        return switch (arguments[0]) {
            case "vsctl" -> Vsctl.run(rest, out, err);
            case "appctl" -> Appctl.run(rest, out, err);
            case "ofctl" -> Ofctl.run(rest, out, err);
            case "switch" -> runSwitch(rest, out, err);
            case "--version", "-V" -> {
                out.println("culvert " + Versions.CULVERT);
                yield 0;
            }
            case "--help", "-h", "help" -> {
                out.print(help());
                yield 0;
            }
            default -> runOther(arguments[0], rest, out, err);
        };
    }

    private static int runSwitch(String[] arguments, PrintStream out, PrintStream err) {
        SwitchProgram program =
                ServiceLoader.load(SwitchProgram.class).findFirst().orElse(null);
        if (program == null) {
            err.println("culvert: this build has no switch in it");
            return 1;
        }
        return Daemon.run(arguments, System.getenv(), program, out, err);
    }

    private static int runOther(String name, String[] arguments, PrintStream out, PrintStream err) {
        Program program = find(name);
        if (program == null) {
            err.println("culvert: unknown program '" + name + "'; use --help for help");
            return USAGE;
        }
        return program.run(arguments, out, err);
    }

    private static @Nullable Program find(String name) {
        for (Program program : ServiceLoader.load(Program.class)) {
            if (program.name().equals(name)) {
                return program;
            }
        }
        return null;
    }

    private static String help() {
        StringBuilder text = new StringBuilder("""
                usage: culvert PROGRAM [ARGUMENT...]

                Programs, each with --help of its own:
                  switch   the daemon, as ovs-vswitchd
                  vsctl    its configuration, as ovs-vsctl
                  ofctl    its bridges by OpenFlow, as ovs-ofctl
                  appctl   commands to the running daemon, as ovs-appctl
                """);
        for (Program program : ServiceLoader.load(Program.class)) {
            text.append("  ").append(program.name());
            text.repeat(' ', Math.max(1, 9 - program.name().length()))
                    .append(program.summary())
                    .append('\n');
        }
        return text.append("""

                Options:
                  --version, --help
                """).toString();
    }
}
