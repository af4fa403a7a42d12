package dev.culvert.tools.vsctl;

import dev.culvert.stream.Directories;
import dev.culvert.stream.Tls;
import dev.culvert.vlog.Vlog;
import dev.culvert.vlog.VlogDestination;
import dev.culvert.vlog.VlogException;
import dev.culvert.vlog.VlogLevel;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** What a run logs: on its standard error from warnings on, and wherever the options say. */
final class Log {
    /** The modules of ovs-vsctl that messages here come from: the program, its general commands, and what lies below. */
    static final String VSCTL = "vsctl";

    static final String DATABASE = "db_ctl_base";
    static final String REPLICA = "ovsdb_idl";
    static final String SIGNAL = "fatal_signal";

    private final Vlog log;
    private final Directories directories;

    Log(PrintStream console, Directories directories) {
        this.log = Vlog.to(console, List.of(VSCTL, DATABASE, REPLICA, SIGNAL, Tls.MODULE));
        this.directories = directories;
        log.setProgram(Vsctl.NAME);
        log.setLevels(VlogDestination.CONSOLE, VlogLevel.WARN);
    }

    /** What code below, such as TLS, logs through. */
    System.Logger logger(String module) {
        return log.logger(module);
    }

    void info(String module, String text) {
        log.log(module, VlogLevel.INFO, text);
    }

    void warn(String module, String text) {
        log.log(module, VlogLevel.WARN, text);
    }

    void error(String module, String text) {
        log.log(module, VlogLevel.ERR, text);
    }

    /** Obeys {@code --verbose}; {@link Fatal} when it makes no sense. */
    void setLevels(String spec) {
        try {
            log.set(spec);
        } catch (VlogException e) {
            throw new Fatal("processing \"" + spec + "\": " + e.getMessage());
        }
    }

    /** Obeys {@code --log-file}; an empty name means the usual file. {@link Fatal} when it cannot be opened. */
    void openFile(String file) {
        Path path = file.isEmpty() ? directories.log().resolve(Vsctl.NAME + ".log") : Path.of(file);
        try {
            log.openFile(path.toAbsolutePath());
        } catch (IOException e) {
            // The log has said why.
            throw Fatal.exit(1);
        }
    }
}
