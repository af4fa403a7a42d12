package dev.culvert.ovsdb.server;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How it stands with a remote: the columns {@code is_connected} and {@code status} of the Manager table.
 *
 * @param connected whether somebody is served there
 * @param status the keys that ovs-vswitchd.conf.db(5) explains
 */
record RemoteStatus(boolean connected, Map<String, String> status) {
    /** Collects what is known; the rest has no key. */
    static final class Builder {
        private final Map<String, String> status = new TreeMap<>();

        Builder state(String state) {
            status.put("state", state);
            return this;
        }

        Builder lastError(Optional<String> error) {
            error.ifPresent(text -> status.put("last_error", text));
            return this;
        }

        Builder sinceConnect(Optional<Duration> time) {
            return seconds("sec_since_connect", time);
        }

        Builder sinceDisconnect(Optional<Duration> time) {
            return seconds("sec_since_disconnect", time);
        }

        private Builder seconds(String key, Optional<Duration> time) {
            time.ifPresent(duration -> status.put(key, Long.toString(duration.toSeconds())));
            return this;
        }

        Builder locks(String key, Collection<String> names) {
            if (!names.isEmpty()) {
                status.put(key, String.join(" ", names));
            }
            return this;
        }

        Builder connections(int number) {
            if (number > 1) {
                status.put("n_connections", Integer.toString(number));
            }
            return this;
        }

        Builder boundPort(int port) {
            if (port != 0) {
                status.put("bound_port", Integer.toString(port));
            }
            return this;
        }

        RemoteStatus build(boolean connected) {
            return new RemoteStatus(connected, Map.copyOf(status));
        }
    }
}
