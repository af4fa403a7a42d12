package dev.culvert.observe.live;

import dev.culvert.linux.AddressFamily;
import dev.culvert.linux.Epoll;
import dev.culvert.linux.LinuxException;
import dev.culvert.packet.IpAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Round trips to the other ends of tunnels: an ICMP echo request to each, once a second, for as long as somebody looks. It goes
 * beside the tunnels, by the host's route and from that route's address, so that it says how far the other end is and not how a
 * tunnel does. Safe for threads.
 */
final class RoundTrips {
    /** Other ends that are asked; with more of them, the first ones. */
    static final int REMOTES_MAX = 32;

    private static final System.Logger LOG = System.getLogger("web");
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How long somebody who has asked is still thought to look. */
    private static final long INTEREST_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** How long an answer counts after which there was none. */
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final Map<IpAddress, Trip> known = new HashMap<>();
    private List<IpAddress> wanted = List.of();
    private long wantedNanos;
    private boolean closed;
    private @Nullable Thread thread;

    private record Trip(long nanos, long at) {}

    /** Has these be asked for a while. */
    synchronized void want(Set<IpAddress> remotes) {
        wanted = List.copyOf(remotes);
        wantedNanos = System.nanoTime();
        known.keySet().retainAll(remotes);
        if (thread == null && !closed && !wanted.isEmpty()) {
            thread = Thread.ofPlatform().name("round-trips").daemon(true).start(this::run);
        }
    }

    /** The last round trip of each that answers, in nanoseconds. */
    synchronized Map<IpAddress, Long> latest() {
        long now = System.nanoTime();
        Map<IpAddress, Long> latest = new HashMap<>();
        known.forEach((remote, trip) -> {
            if (now - trip.at < FRESH_NANOS) {
                latest.put(remote, trip.nanos);
            }
        });
        return latest;
    }

    synchronized void close() {
        closed = true;
    }

    /** Whom to ask now; null when nobody looks any more, and then this thread has ended. */
    private synchronized @Nullable List<IpAddress> next() {
        if (closed || System.nanoTime() - wantedNanos > INTEREST_NANOS) {
            thread = null;
            return null;
        }
        return wanted;
    }

    private synchronized void answered(IpAddress remote, long nanos) {
        if (wanted.contains(remote)) {
            known.put(remote, new Trip(nanos, System.nanoTime()));
        }
    }

    private void run() {
        try (Epoll epoll = Epoll.open();
                EchoSocket ipv4 = EchoSocket.open(AddressFamily.INET);
                EchoSocket ipv6 = ipv6()) {
            List<EchoSocket> sockets = ipv6 == null ? List.of(ipv4) : List.of(ipv4, ipv6);
            for (int i = 0; i < sockets.size(); i++) {
                epoll.add(sockets.get(i).fd(), Epoll.IN, i);
            }
            for (List<IpAddress> remotes = next(); remotes != null; remotes = next()) {
                long end = System.nanoTime() + PERIOD_NANOS;
                sockets.forEach(EchoSocket::begin);
                for (IpAddress remote : remotes) {
                    EchoSocket socket = remote.isIpv4() ? ipv4 : ipv6;
                    if (socket != null) {
                        socket.ask(remote);
                        socket.receive(this::answered); // or an early answer would have waited for the last question
                    }
                }
                for (long left = PERIOD_NANOS; left > 0; left = end - System.nanoTime()) {
                    int ready = epoll.await(left);
                    for (int i = 0; i < ready; i++) {
                        sockets.get((int) epoll.token(i)).receive(this::answered);
                    }
                }
            }
        } catch (LinuxException | RuntimeException e) {
            // the field stays set: what failed would fail again, every second
            LOG.log(System.Logger.Level.WARNING, "round trips are not measured", e);
        }
    }

    private static @Nullable EchoSocket ipv6() {
        try {
            return EchoSocket.open(AddressFamily.INET6);
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.DEBUG, "no IPv6: {0}", e.getMessage());
            return null;
        }
    }
}
