package dev.culvert.vswitch.daemon;

/** The switch, as its daemon sees it. */
public interface SwitchProgram {
    /**
     * Starts the switch, registers its control commands, and returns; what goes on happens on threads of its own. It
     * calls {@link DaemonContext#ready} once the database's first configuration is in force.
     *
     * @throws DaemonException if it cannot run; the daemon then ends
     */
    void start(DaemonContext context) throws DaemonException;

    /**
     * Stops the switch and returns when it has stopped. Called once, also after a {@link #start} that failed.
     *
     * @param cleanup whether to take away what a switch usually leaves for its successor, ports and flows
     */
    void stop(boolean cleanup);
}
