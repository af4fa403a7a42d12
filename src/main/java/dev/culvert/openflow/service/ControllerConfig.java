package dev.culvert.openflow.service;

import dev.culvert.stream.StreamAddress;
import java.time.Duration;

/**
 * A controller that the switch is to talk to: a row of the Controller table (ovs-vswitchd.conf.db(5)).
 *
 * @param target an address of the forms that {@link StreamAddress} has; to a passive one controllers connect
 * @param service whether it is a tool that manages and looks, which is told nothing unasked and is none of those on whose
 *     loss a bridge may forward alone
 * @param inactivityProbe silence after which the controller is asked whether it lives, zero for never; as long again until the
 *     connection is given up
 * @param maxBackoff the longest pause between attempts to connect, and the longest wait for a hello; at least a second
 * @param asyncMessages whether it is told things unasked before it has said what it wants
 */
public record ControllerConfig(
        String target, boolean service, Duration inactivityProbe, Duration maxBackoff, boolean asyncMessages) {
    /** Open vSwitch's pauses: a probe after 5 seconds, attempts at most 8 seconds apart. */
    public ControllerConfig(String target) {
        this(target, StreamAddress.isPassive(target), Duration.ofSeconds(5), Duration.ofSeconds(8), true);
    }

    /** Whether a conversation that began under the other one may go on under this one. */
    boolean isCompatible(ControllerConfig other) {
        return target.equals(other.target) && service == other.service && asyncMessages == other.asyncMessages;
    }
}
