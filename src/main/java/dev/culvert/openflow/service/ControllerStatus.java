package dev.culvert.openflow.service;

import dev.culvert.openflow.message.Role;
import java.time.Duration;
import java.util.Optional;

/**
 * How it stands with a controller: the columns {@code is_connected}, {@code role} and {@code status} of the Controller table.
 *
 * @param target the controller's address, as it was configured
 * @param connected whether a version has been agreed on
 * @param role the controller's role; empty while it is not connected
 * @param state VOID, BACKOFF, CONNECTING, ACTIVE or IDLE, as ovs-vswitchd.conf.db(5) explains them
 * @param lastError why the last connection or attempt ended
 * @param sinceConnect time since it last became connected
 * @param sinceDisconnect time since it last ceased to be
 */
public record ControllerStatus(
        String target,
        boolean connected,
        Optional<Role> role,
        String state,
        Optional<String> lastError,
        Optional<Duration> sinceConnect,
        Optional<Duration> sinceDisconnect) {}
