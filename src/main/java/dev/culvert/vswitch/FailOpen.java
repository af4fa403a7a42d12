package dev.culvert.vswitch;

import dev.culvert.ofproto.Ofproto.FailMode;
import dev.culvert.openflow.service.ControllerStatus;
import java.time.Duration;
import java.util.List;

/**
 * Whether a bridge forwards as it sees fit, or leaves that to its controllers (ovs-vswitchd.conf.db(5), {@code fail_mode}). One
 * in fail mode "standalone" takes over when its controllers have been away for so long that each must have been missed by
 * probes and called again. Belongs to a {@link RunningBridge}; the conductor's.
 */
final class FailOpen {
    private static final System.Logger LOG = System.getLogger("fail_open");

    /** Probes that a controller may miss. */
    private static final int PROBES = 3;

    /** What a controller without probes is taken to have. */
    private static final Duration STANDARD_PROBE = Duration.ofSeconds(5);

    private boolean open;

    /** Whether the bridge forwards because its controllers are gone; OpenFlow does not show the flow that does it. */
    boolean isOpen() {
        return open;
    }

    /** What the bridge is to do, as it stands. */
    FailMode mode(boolean secure, boolean hasPrimary) {
        if (!hasPrimary) {
            open = false;
        }
        return !secure && (open || !hasPrimary) ? FailMode.STANDALONE : FailMode.SECURE;
    }

    /**
     * Looks at the controllers.
     *
     * @param bridge the bridge's name, for the log
     * @param controllers all of them
     * @return whether {@link #mode} may be another now
     */
    boolean update(String bridge, boolean secure, List<ControllerStatus> controllers) {
        List<ControllerStatus> primaries = controllers.stream()
                .filter(status -> !status.config().service())
                .toList();
        Duration absence = primaries.stream()
                .map(ControllerStatus::absence)
                .min(Duration::compareTo)
                .orElse(Duration.ZERO);
        Duration patience = primaries.stream()
                .map(status -> status.config().inactivityProbe())
                .map(probe -> probe.isZero() ? STANDARD_PROBE : probe)
                .max(Duration::compareTo)
                .orElse(STANDARD_PROBE)
                .multipliedBy(PROBES);
        boolean before = open;
        if (secure || primaries.isEmpty() || absence.isZero()) {
            open = false;
        } else if (absence.compareTo(patience) >= 0) {
            open = true;
        }
        if (open == before) {
            return false;
        }
        if (open) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0}: no controller has been at work for {1} seconds: forwarding on its own",
                    bridge,
                    absence.toSeconds());
        } else {
            LOG.log(System.Logger.Level.WARNING, "{0}: forwarding on its own no longer", bridge);
        }
        return true;
    }
}
