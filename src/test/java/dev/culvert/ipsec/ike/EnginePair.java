package dev.culvert.ipsec.ike;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.packet.IpAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** Two engines, a clock and a network of a test's own: it loses, doubles, delays and changes what the test says. */
final class EnginePair {
    static final IpAddress A = IpAddress.parse("192.0.2.1");
    static final IpAddress B = IpAddress.parse("192.0.2.2");
    private static final long ORIGIN = -5_000_000_000L;

    /** A datagram on its way. */
    record Flight(long at, long number, IkeDatagram datagram) {}

    final Random random;
    final RecordingHost hostA;
    final RecordingHost hostB;
    IkeEngine a;
    IkeEngine b;
    long now = ORIGIN;
    double loss;
    double doubling;
    long delay = Duration.ofMillis(5).toNanos();
    long jitter;
    UnaryOperator<IkeDatagram> onTheWay = datagram -> datagram;
    final List<IkeDatagram> seen = new ArrayList<>();
    private final PriorityQueue<Flight> flights =
            new PriorityQueue<>(Comparator.comparingLong(Flight::at).thenComparingLong(Flight::number));
    private long number;
    private boolean bWaits;
    private final IpAddress here;

    EnginePair(long seed) {
        this(seed, A, B);
    }

    EnginePair(long seed, IpAddress addressA, IpAddress addressB) {
        random = new Random(seed);
        here = addressA;
        hostA = new RecordingHost(addressA, random, this::carry);
        hostB = new RecordingHost(addressB, random, this::carry);
        a = new IkeEngine(hostA, new SeededRandom(random), now);
        b = new IkeEngine(hostB, new SeededRandom(random), now);
    }

    /** Random numbers that are the same in every run. */
    static final class SeededRandom extends SecureRandom {
        private final Random random;

        SeededRandom(Random random) {
            this.random = random;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            random.nextBytes(bytes);
        }
    }

    static PresharedKey psk(String key) {
        return new PresharedKey(key.getBytes(StandardCharsets.UTF_8));
    }

    static IkePeer peerOfA(Credentials credentials, List<ChildPolicy> policies) {
        return IkePeer.of("b", B, credentials, policies);
    }

    static IkePeer peerOfB(Credentials credentials, List<ChildPolicy> policies) {
        return IkePeer.of("a", A, credentials, policies);
    }

    /** What B would begin with is lost. */
    void onlyAInitiates() {
        bWaits = true;
    }

    private void carry(IkeDatagram datagram) {
        boolean request = datagram.message().length > 19 && datagram.message()[18] == 34 && datagram.message()[19] == 8;
        if (bWaits && request && !datagram.local().equals(here)) {
            return;
        }
        seen.add(datagram);
        int copies = random.nextDouble() < doubling ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            if (random.nextDouble() >= loss) {
                long late = jitter == 0 ? 0 : random.nextLong(jitter);
                flights.add(new Flight(now + delay + late, number++, datagram));
            }
        }
    }

    /** One step: the next datagram or the next deadline. */
    private void step(long until) {
        long wanted = Math.min(a.run(now), b.run(now));
        Flight flight = flights.peek();
        long next = Math.min(until, Math.min(wanted, flight == null ? Long.MAX_VALUE : flight.at));
        now = Math.max(now, next);
        if (flight != null && flight.at <= now) {
            flights.poll();
            deliver(flight.datagram);
        }
    }

    private void deliver(IkeDatagram sent) {
        IkeDatagram changed = onTheWay.apply(sent);
        if (changed == null) {
            return;
        }
        IkeDatagram arrived = new IkeDatagram(
                changed.remote(), changed.remotePort(), changed.local(), changed.localPort(), changed.message());
        (arrived.local().equals(here) ? a : b).receive(arrived, now);
    }

    /** Lets time pass until something is so. */
    void await(Duration most, BooleanSupplier condition) {
        long until = now + most.toNanos();
        int steps = 0;
        while (!condition.getAsBoolean()) {
            assertThat(now)
                    .as(() -> "after " + most + ": " + a.status(now) + "\n" + b.status(now) + "\n" + a.drops()
                            + b.drops())
                    .isLessThan(until);
            assertThat(steps++).as("steps").isLessThan(200_000);
            step(until);
        }
    }

    /** Lets time pass. */
    void pass(Duration time) {
        long until = now + time.toNanos();
        int steps = 0;
        while (now < until) {
            assertThat(steps++).as("steps").isLessThan(500_000);
            step(until);
        }
    }

    PeerStatus statusA() {
        return a.status(now).getFirst();
    }

    PeerStatus statusB() {
        return b.status(now).getFirst();
    }

    boolean bothUp() {
        return statusA().state() == PeerStatus.State.ESTABLISHED
                && statusB().state() == PeerStatus.State.ESTABLISHED
                && !hostA.active.isEmpty()
                && !hostB.active.isEmpty();
    }

    /** Whether what leaves at one end by any policy can be opened at the other, with the same keys. */
    void assertKeysAgree(int policies) {
        assertThat(hostA.active).hasSize(policies);
        assertThat(hostB.active).hasSize(policies);
        assertOpens(hostA, hostB);
        assertOpens(hostB, hostA);
    }

    private static void assertOpens(RecordingHost from, RecordingHost to) {
        from.active.values().forEach(out -> {
            RecordingHost.Installed in = to.installed.get(out.sa().spiOut());
            assertThat(in).as("SA for what leaves with %s", out.sa()).isNotNull();
            assertThat(in.keyIn()).isEqualTo(out.keyOut());
            assertThat(in.keyOut()).isEqualTo(out.keyIn());
            assertThat(in.sa().spiOut()).isEqualTo(out.sa().spiIn());
            assertThat(in.sa().transforms()).isEqualTo(out.sa().transforms());
            assertThat(in.sa().localTraffic()).isEqualTo(out.sa().remoteTraffic());
            assertThat(out.keyOut()).hasSize(out.sa().transforms().keyLength());
            assertThat(out.sa().keyOut()).as("wiped").containsOnly(0);
        });
    }

    void close() {
        a.close(now);
        b.close(now);
        assertThat(hostA.installed).isEmpty();
        pass(Duration.ofSeconds(1));
    }
}
