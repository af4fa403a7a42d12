package dev.culvert.vswitch.daemon;

import dev.culvert.unixctl.UnixctlCommands;

/** What a {@link SwitchProgram} gets from its daemon and may ask of it. All methods may be called from any thread. */
public interface DaemonContext {
    /** The command line. */
    DaemonOptions options();

    /** Where the switch adds its control commands; the socket is open already. */
    UnixctlCommands commands();

    /** The first configuration is in force; whoever started the daemon may go on. Only the first call counts. */
    void ready();

    /** Ends the daemon, as the {@code exit} command does. Returns at once. */
    void requestExit(boolean cleanup);

    /** Ends the daemon because it cannot go on; it is logged, and told to whoever waits for it to be ready. */
    void fail(String reason);
}
