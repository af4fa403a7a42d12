package dev.culvert.tools.vsctl;

import java.io.PrintStream;

final class Log {
    static final String VSCTL = "vsctl";
    static final String DATABASE = "db_ctl_base";
    static final String REPLICA = "ovsdb_idl";
    static final String SIGNAL = "fatal_signal";
    private final PrintStream err;

    Log(PrintStream err) {
        this.err = err;
    }

    void warn(String module, String t) {
        err.println("2026-11-22T21:08:29Z|00002|" + module + "|WARN|" + t);
    }

    void error(String module, String t) {
        err.println("2026-11-22T21:08:29Z|00002|" + module + "|ERR|" + t);
    }

    void info(String module, String t) {}

    void setLevels(String spec) {}

    void openFile(String f) {}
}
