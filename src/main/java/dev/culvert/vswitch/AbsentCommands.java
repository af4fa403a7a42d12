package dev.culvert.vswitch;

import dev.culvert.unixctl.UnixctlException;
import java.util.List;

/**
 * Commands about what this switch never has: bonds, LACP, BFD, CFM, spanning trees, SPB. They answer what ovs-vswitchd
 * answers where none is configured, because scripts that gather the state of a switch ask for all of it.
 */
final class AbsentCommands {
    private final SwitchCommands commands;

    AbsentCommands(SwitchCommands commands) {
        this.commands = commands;
    }

    void register() {
        commands.add("bond/list", "", 0, 0, _ -> "bond\ttype\trecircID\tmembers\n");
        show("bond/show", "[port]", "no such bond");
        show("lacp/show", "[port]", "no such lacp object");
        show("lacp/show-stats", "[port]", "no such lacp object");
        show("bfd/show", "[interface]", "no such bfd object");
        show("cfm/show", "[interface]", "no such CFM object");
        show("stp/show", "[bridge]", "no such stp object");
        show("rstp/show", "[bridge]", "No such RSTP object");
        for (String command : List.of("autoattach/status", "autoattach/show-isid", "autoattach/statistics")) {
            commands.add(command, "[bridge]", 0, 1, _ -> "");
        }
    }

    /** Shows all, which is nothing, or the one that is named, which is not there. */
    private void show(String command, String usage, String otherwise) {
        commands.add(command, usage, 0, 1, arguments -> {
            if (arguments.isEmpty()) {
                return "";
            }
            throw new UnixctlException(otherwise);
        });
    }
}
