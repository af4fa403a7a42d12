package dev.culvert.datapath;

import dev.culvert.linux.LinuxException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The poll loops as the conductor deals with them: by commands, some of which it waits for. The first loop, at home here,
 * is there as long as the datapath is; others come and go.
 *
 * <p>Each source of packets is read by one loop. When it is to be another's, the one that has it stops reading, waits for
 * those of its packets that are with the conductor, and says so; only then the other begins. So no packet overtakes one
 * that came before it.
 */
final class Loops implements AutoCloseable {
    /** A source and the loop that reads it. */
    private static final class Reading {
        final Source source;

        /** Who is to read it. */
        PollLoop by;

        /** By what; null while the loop that had it is not done with it. */
        @Nullable
        Receiver receiver;

        /** Who reads it, or is not done with it. */
        PollLoop at;

        boolean over;

        /** What is to be exchanged once it is read again. */
        final Queue<Exchange> later = new ArrayDeque<>();

        Reading(Source source, PollLoop by) {
            this.source = source;
            this.by = by;
            this.at = by;
        }
    }

    /** See {@link #exchange}. */
    private record Exchange(Runnable exchange, Runnable after) {}

    private final int flowLimit;
    private final Runnable upcallsWaiting;
    private final PollLoop home;
    private final Map<Source, Reading> readings = new HashMap<>();
    private final Placement<Source, PollLoop> placement;
    private final List<PollLoop> ending = new ArrayList<>();

    /** What loops have to tell the conductor. */
    private final Queue<Runnable> news = new ConcurrentLinkedQueue<>();

    private List<PollLoop> working;

    /** Those that work, and those that still have packets. Others than the conductor may look. */
    private volatile List<PollLoop> all;

    /**
     * Starts the first loop.
     *
     * @param flowLimit how many flows each caches at most
     * @param upcallsWaiting is run on a loop's thread when the conductor should call {@link #serve} and look for upcalls
     * @throws LinuxException if the kernel gives no epoll or event descriptor
     */
    Loops(int flowLimit, Runnable upcallsWaiting) throws LinuxException {
        this.flowLimit = flowLimit;
        this.upcallsWaiting = upcallsWaiting;
        home = new PollLoop(0, "datapath", flowLimit, upcallsWaiting, null);
        working = List.of(home);
        all = working;
        placement = new Placement<>(working);
        home.start();
    }

    /** The first loop. */
    PollLoop home() {
        return home;
    }

    /** All that packets may be in. */
    List<PollLoop> all() {
        return all;
    }

    /** How many there are, without those that are about to end. */
    int count() {
        return working.size();
    }

    // ---- commands

    /** Has each loop do something. */
    void command(Consumer<PollLoop> command) {
        for (PollLoop loop : all) {
            loop.command(() -> command.accept(loop));
        }
    }

    /**
     * Has each loop do something and waits until it is done: at most a pass of each, for loops never block. The first
     * loop is the last one, so that it sees what others have handed over to it before.
     */
    void await(Consumer<PollLoop> command) {
        CountDownLatch others = new CountDownLatch(all.size() - 1);
        for (PollLoop loop : all) {
            if (loop != home) {
                command(loop, command, others);
            }
        }
        await(others);
        await(home, command);
    }

    /** Has a loop do something and waits until it is done. */
    private static void await(PollLoop loop, Consumer<PollLoop> command) {
        CountDownLatch done = new CountDownLatch(1);
        command(loop, command, done);
        await(done);
    }

    private static void command(PollLoop loop, Consumer<PollLoop> command, CountDownLatch done) {
        loop.command(() -> {
            try {
                command.accept(loop);
            } finally {
                done.countDown();
            }
        });
    }

    private static void await(CountDownLatch done) {
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- who reads what

    /** Has packets of a source read from now on, by a loop that has no more to do than others. */
    void receive(Source source) {
        begin(source, placement.add(source));
    }

    /** Has packets of a source read by the first loop, always. */
    void receiveAtHome(Source source) {
        begin(source, home);
    }

    private void begin(Source source, PollLoop by) {
        Reading reading = new Reading(source, by);
        readings.put(source, reading);
        begin(reading);
    }

    private static void begin(Reading reading) {
        PollLoop by = reading.by;
        Receiver receiver = reading.source.in(by);
        reading.receiver = receiver;
        reading.at = by;
        by.command(() -> by.receivers.add(receiver));
        for (Exchange next = reading.later.poll(); next != null; next = reading.later.poll()) {
            exchange(by, receiver, next);
        }
    }

    /**
     * Has a source read by another descriptor from now on, after all that has come by the one before, by which nothing more
     * comes.
     *
     * @param exchange gives it the other one; nothing is read meanwhile
     * @param after is run by the conductor when the one before is not read any more
     */
    void exchange(Source source, Runnable exchange, Runnable after) {
        Reading reading = readings.get(source);
        Exchange next = new Exchange(exchange, after);
        if (reading != null && reading.receiver != null) {
            exchange(reading.at, reading.receiver, next);
        } else if (reading != null) {
            reading.later.add(next); // it is on its way to another loop
        } else {
            exchange.run();
            after.run();
        }
    }

    private static void exchange(PollLoop by, Receiver receiver, Exchange next) {
        await(by, loop -> {
            while (receiver.receive()) {
                loop.flushPorts();
            }
            loop.receivers.remove(receiver);
            next.exchange.run();
            loop.receivers.add(receiver);
        });
        next.after.run();
    }

    /** Has nothing read from a source any more: when this returns, it may be closed. Ignores one that is not read. */
    void stopReceiving(Source source) {
        Reading reading = readings.remove(source);
        if (reading == null) {
            return;
        }
        placement.remove(source);
        reading.over = true;
        Receiver receiver = reading.receiver;
        await(reading.at, loop -> {
            if (receiver != null) {
                loop.receivers.remove(receiver);
            }
        });
        for (Exchange next = reading.later.poll(); next != null; next = reading.later.poll()) {
            next.exchange.run();
            next.after.run();
        }
    }

    private void move(Reading reading, PollLoop to) {
        reading.by = to;
        Receiver receiver = reading.receiver;
        if (receiver == null) {
            return; // on its way already
        }
        reading.receiver = null;
        PollLoop from = reading.at;
        from.command(() -> {
            from.receivers.remove(receiver);
            from.upcalls.afterThese(() -> tell(from, () -> {
                if (!reading.over) {
                    begin(reading);
                }
            }));
        });
    }

    private void tell(PollLoop from, Runnable what) {
        news.add(what);
        from.askConductor();
    }

    // ---- how many

    /**
     * Has so many loops, and spreads the sources over them.
     *
     * @param cpus for each loop the processor that it is bound to; -1 for any. At least one
     * @param joining gives a new loop what it has to know before it begins
     * @param leaving is told of each loop that has ended
     * @throws LinuxException if the kernel gives no descriptors for a new one; those that could be made are there
     */
    void resize(List<Integer> cpus, Consumer<PollLoop> joining, Consumer<PollLoop> leaving) throws LinuxException {
        List<PollLoop> wanted = new ArrayList<>(working.subList(0, Math.min(cpus.size(), working.size())));
        List<PollLoop> surplus = working.subList(wanted.size(), working.size());
        try {
            while (wanted.size() < cpus.size()) {
                wanted.add(open(joining));
            }
        } finally {
            List<PollLoop> left = List.copyOf(surplus);
            working = List.copyOf(wanted);
            placement.change(working).forEach((source, loop) -> {
                Reading reading = readings.get(source);
                if (reading != null) {
                    move(reading, loop);
                }
            });
            left.forEach(loop -> end(loop, leaving));
        }
        for (int i = 0; i < working.size(); i++) {
            PollLoop loop = working.get(i);
            int cpu = cpus.get(i);
            loop.command(() -> loop.binding.bind(cpu));
        }
    }

    private PollLoop open(Consumer<PollLoop> joining) throws LinuxException {
        int index = 1;
        while (isTaken(index)) {
            index++;
        }
        PollLoop loop = new PollLoop(index, "datapath" + (index + 1), flowLimit, upcallsWaiting, home);
        joining.accept(loop);
        Handover handover = Objects.requireNonNull(loop.handover());
        home.command(() -> home.handovers.add(handover));
        List<PollLoop> more = new ArrayList<>(all);
        more.add(loop);
        all = List.copyOf(more);
        loop.start();
        return loop;
    }

    private boolean isTaken(int index) {
        return all.stream().anyMatch(loop -> loop.index() == index);
    }

    /** Ends a loop that has nothing to read any more, when the last packet has left it. */
    private void end(PollLoop loop, Consumer<PollLoop> leaving) {
        ending.add(loop);
        loop.command(() -> loop.upcalls.afterThese(() -> tell(loop, () -> {
            loop.stop();
            loop.join();
            Handover handover = Objects.requireNonNull(loop.handover());
            await(home, _ -> home.handovers.end(handover));
            ending.remove(loop);
            all = all.stream().filter(other -> other != loop).toList();
            leaving.accept(loop);
            loop.close();
        })));
    }

    /** Does what loops have asked for; whenever they ask, and from time to time. */
    void serve() {
        for (Runnable what = news.poll(); what != null; what = news.poll()) {
            what.run();
        }
    }

    /** Ends all, with whatever they still have. */
    @Override
    public void close() {
        all.forEach(PollLoop::stop);
        all.forEach(PollLoop::join);
        all.forEach(PollLoop::close);
    }
}
