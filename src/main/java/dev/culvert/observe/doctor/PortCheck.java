package dev.culvert.observe.doctor;

import dev.culvert.vswitch.SwitchState;
import java.util.List;

/** Ports that are not open, or whose devices carry nothing. */
final class PortCheck {
    private PortCheck() {}

    static void check(SwitchState.Port port, List<Finding> findings) {
        if (port.number() < 0) {
            String why = port.error() == null ? "it could not be opened" : port.error();
            String remedy = port.tunnel() == null && port.type().equals("system")
                    ? "make the interface (ip link add " + port.name()
                            + " ...), or take the port away (ovs-vsctl del-port " + port.name() + ")"
                    : "correct its type and options (ovs-vsctl set interface " + port.name() + " ...)";
            findings.add(new Finding(port.name(), "not open: " + why, remedy));
        } else if (port.ifindex() != 0 && !port.type().equals("internal")) {
            if (!port.adminUp()) {
                findings.add(new Finding(port.name(), "it is down", "ip link set " + port.name() + " up"));
            } else if (!port.linkUp()) {
                findings.add(new Finding(
                        port.name(), "it has no carrier", "set the other end of its cable up, the guest's interface"));
            }
        }
    }
}
