package dev.culvert.datapath;

import dev.culvert.linux.Epoll;
import dev.culvert.linux.LinuxException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a loop reads from, by the tokens under which epoll names it. */
final class Receivers {
    private static final System.Logger LOG = System.getLogger("dpif");

    private final Epoll epoll;
    private @Nullable Receiver[] receivers = new @Nullable Receiver[64];

    Receivers(Epoll epoll) {
        this.epoll = epoll;
    }

    @Nullable
    Receiver get(int token) {
        return receivers[token];
    }

    void add(Receiver receiver) {
        int token = 0;
        while (token < receivers.length && receivers[token] != null) {
            token++;
        }
        if (token == receivers.length) {
            receivers = Arrays.copyOf(receivers, 2 * token);
        }
        receivers[token] = receiver;
        try {
            epoll.add(receiver.fd(), Epoll.IN, token);
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.ERROR, "cannot poll a port", e);
        }
    }

    /** Does nothing for one that is not there. */
    void remove(Receiver receiver) {
        for (int i = 0; i < receivers.length; i++) {
            if (receivers[i] == receiver) {
                receivers[i] = null;
                try {
                    epoll.remove(receiver.fd());
                } catch (LinuxException e) {
                    LOG.log(System.Logger.Level.WARNING, "cannot stop polling a port", e);
                }
            }
        }
    }
}
