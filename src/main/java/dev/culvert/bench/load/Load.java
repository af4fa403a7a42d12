package dev.culvert.bench.load;

import dev.culvert.lab.LabException;

/** What two {@link LoadProcess}es do together: one sends and the other receives. */
public final class Load {
    private static final int PORT = 5301;
    private static final int FASTEST = 0;
    private static final int SLACK = 3;
    private static final int WINDOW = 64;
    private static final int WORKERS = 8;

    private Load() {}

    /**
     * What became of a flood.
     *
     * @param sent what was sent
     * @param received what arrived
     */
    public record Flood(Count sent, Count received) {
        /** The share that did not arrive, in percent. */
        public double lossPercent() {
            return received.lossPercent(sent.packets());
        }
    }

    /**
     * What became of requests.
     *
     * @param answers those that were answered, over the time in which they were
     * @param lost those that were not
     */
    public record Answered(Count answers, long lost) {
        /** The share that was not answered, in percent. */
        public double unansweredPercent() {
            long all = answers.packets() + lost;
            return all == 0 ? 100 : 100.0 * lost / all;
        }
    }

    /**
     * One flow of datagrams, as many as can be sent.
     *
     * @param from the sender
     * @param to the receiver
     * @param address the receiver's IPv4 address
     * @param size bytes of payload
     * @param seconds for so long
     * @return what was sent and what arrived
     * @throws LabException if one of the two fails
     * @throws InterruptedException if this thread is interrupted
     */
    public static Flood datagrams(LoadProcess from, LoadProcess to, String address, int size, int seconds)
            throws LabException, InterruptedException {
        to.begin("count", PORT, seconds + SLACK);
        Count sent = count(from.ask(seconds, "flood", address, PORT, size, seconds, FASTEST));
        return new Flood(sent, count(to.result(seconds + SLACK)));
    }

    /**
     * Small frames of known stations in turn, as many as can be sent.
     *
     * @param from the sender
     * @param to the receiver
     * @param device the sender's interface
     * @param target the receiver's
     * @param stations how many stations
     * @param seconds for so long
     * @return what was sent and what arrived
     * @throws LabException if one of the two fails
     * @throws InterruptedException if this thread is interrupted
     */
    public static Flood frames(
            LoadProcess from, LoadProcess to, String device, String target, int stations, int seconds)
            throws LabException, InterruptedException {
        String mac = to.ask(1, "mac", target);
        to.begin("tally", target, seconds + SLACK);
        Count sent = count(from.ask(seconds, "frames", device, mac, stations, seconds, FASTEST, Long.MAX_VALUE));
        return new Flood(sent, count(to.result(seconds + SLACK)));
    }

    /**
     * TCP connections, opened and closed one after the other by several at a time.
     *
     * @param from who connects
     * @param to who accepts
     * @param address the latter's IPv4 address
     * @param seconds for so long
     * @return the connections
     * @throws LabException if one of the two fails
     * @throws InterruptedException if this thread is interrupted
     */
    public static Count connections(LoadProcess from, LoadProcess to, String address, int seconds)
            throws LabException, InterruptedException {
        to.begin("accept", PORT, seconds + SLACK);
        Count opened = count(from.ask(seconds + SLACK, "connect", address, PORT, seconds, WORKERS));
        to.result(seconds + SLACK);
        return opened;
    }

    /**
     * Requests from stations that no switch has seen before, and their answers.
     *
     * @param from who asks
     * @param to who answers
     * @param device the former's interface
     * @param target the latter's
     * @param seconds for so long
     * @return how many were answered
     * @throws LabException if one of the two fails
     * @throws InterruptedException if this thread is interrupted
     */
    public static Answered newStations(LoadProcess from, LoadProcess to, String device, String target, int seconds)
            throws LabException, InterruptedException {
        String mac = to.ask(1, "mac", target);
        to.begin("echo", target, seconds + SLACK);
        String[] words =
                from.ask(seconds, "request", device, mac, seconds, WINDOW).split(" ", -1);
        to.result(seconds + SLACK);
        if (words.length != 3) {
            throw new LabException("load: an answer of " + words.length + " words");
        }
        return new Answered(count(words[0] + " " + words[1]), Long.parseLong(words[2]));
    }

    private static Count count(String text) throws LabException {
        try {
            return Count.parse(text);
        } catch (NumberFormatException e) {
            throw new LabException("load: " + e.getMessage(), e);
        }
    }
}
