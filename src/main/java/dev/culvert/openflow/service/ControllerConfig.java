package dev.culvert.openflow.service;

import java.time.Duration;

/**
 * A controller that the switch is to talk to: a row of the Controller table.
 *
 * @param target an address of the forms that {@link dev.culvert.stream.StreamAddress} has; to a passive one controllers connect
 * @param inactivityProbe silence after which the controller is asked whether it lives, zero for never; as long again until the
 *     connection is given up
 * @param maxBackoff the longest pause between attempts to connect; at least a second
 */
public record ControllerConfig(String target, Duration inactivityProbe, Duration maxBackoff) {
    /** Open vSwitch's pauses: a probe after 5 seconds, attempts at most 8 seconds apart. */
    public ControllerConfig(String target) {
        this(target, Duration.ofSeconds(5), Duration.ofSeconds(8));
    }
}
