package dev.culvert.datapath;

import dev.culvert.linux.LinuxException;
import java.util.concurrent.CountDownLatch;

/** A poll loop as the conductor deals with it: by commands, some of which it waits for. */
final class LoopControl {
    private static final System.Logger LOG = System.getLogger("dpif");

    private final PollLoop loop;

    LoopControl(PollLoop loop) {
        this.loop = loop;
    }

    PollLoop loop() {
        return loop;
    }

    /** Has packets of a receiver read from now on. */
    void startReceiving(Receiver receiver) {
        loop.command(() -> {
            try {
                loop.addReceiver(receiver);
            } catch (LinuxException e) {
                LOG.log(System.Logger.Level.ERROR, "cannot poll a port", e);
            }
        });
    }

    /** As a command: has nothing read from a receiver any more. */
    void stopReceiving(Receiver receiver) {
        try {
            loop.removeReceiver(receiver);
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot stop polling a port", e);
        }
    }

    /** Stops reading from a socket of the underlay, and closes it. */
    void stop(UnderlayPort underlay) {
        await(() -> {
            stopReceiving(underlay);
            underlay.socket.close();
        });
    }

    /** Has the loop do something and waits until it is done: at most one pass, for the loop never blocks. */
    void await(Runnable command) {
        CountDownLatch done = new CountDownLatch(1);
        loop.command(() -> {
            try {
                command.run();
            } finally {
                done.countDown();
            }
        });
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
