package dev.culvert.openflow.service;

import dev.culvert.openflow.message.Role;
import java.time.Duration;
import java.util.Optional;

/**
 * How it stands with a controller: the columns {@code is_connected}, {@code role} and {@code status} of the Controller table.
 *
 * @param config the controller, as it was configured
 * @param connected whether a version has been agreed on
 * @param role the controller's role; empty while it is not connected
 * @param state VOID, BACKOFF, CONNECTING, ACTIVE or IDLE, as ovs-vswitchd.conf.db(5) explains them
 * @param lastError why the last connection or attempt ended
 * @param sinceConnect time since it last became connected
 * @param sinceDisconnect time since it last ceased to be
 * @param absence for how long nobody has been there who does what controllers do, beyond shaking hands; zero while one is
 */
public record ControllerStatus(
        ControllerConfig config,
        boolean connected,
        Optional<Role> role,
        String state,
        Optional<String> lastError,
        Optional<Duration> sinceConnect,
        Optional<Duration> sinceDisconnect,
        Duration absence) {}
