package dev.culvert.vswitch;

import dev.culvert.vswitch.daemon.DaemonContext;

/**
 * Something that goes along with a switch in its daemon and looks at it. Rooms that stand below this one supply it, by {@link
 * java.util.ServiceLoader}. The switch does not depend on it: what it cannot have, it says in the log and does without.
 */
public interface SwitchCompanion {
    /**
     * Begins, once the switch has been started, and adds its control commands. Returns soon; what goes on happens on threads
     * of its own.
     *
     * @param running the switch
     * @param context its daemon
     */
    void start(VirtualSwitch running, DaemonContext context);

    /** Ends, before the switch does. */
    void stop();
}
