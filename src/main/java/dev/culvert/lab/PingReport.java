package dev.culvert.lab;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What iputils' {@code ping} reported.
 *
 * @param sent requests sent
 * @param received requests answered, duplicates not counted
 * @param roundTripsMillis each answer's round trip in milliseconds, ascending
 */
public record PingReport(int sent, int received, List<Double> roundTripsMillis) {
    private static final Pattern SUMMARY = Pattern.compile("(\\d+) packets transmitted, (\\d+) received");
    private static final Pattern REPLY = Pattern.compile("icmp_seq=(\\d{1,9}) .*time=([\\d.]+) ms(?! \\(DUP!\\))");

    /** No ping at all: what other reports are added to. */
    public static final PingReport NONE = new PingReport(0, 0, List.of());

    /** Sorts a copy of the round trips. */
    public PingReport {
        roundTripsMillis = roundTripsMillis.stream().sorted().toList();
    }

    /**
     * Reads what {@code ping} printed, run with {@code -n} and in the C locale.
     *
     * @param output its standard output
     * @return the report; nothing sent if there is no summary in it
     */
    public static PingReport parse(String output) {
        MatchResult summary = SUMMARY.matcher(output).results().findFirst().orElse(null);
        List<Double> times = REPLY.matcher(output)
                .results()
                .map(reply -> Double.valueOf(reply.group(2)))
                .toList();
        return summary == null
                ? new PingReport(0, 0, times)
                : new PingReport(Integer.parseInt(summary.group(1)), Integer.parseInt(summary.group(2)), times);
    }

    /**
     * Reads what became of the first requests of a {@code ping} that went on until it had as many answers, or no time left
     * ({@code -c} with {@code -w}). Without {@code -w} it waits for a late answer to its last request only as long as two
     * round trips took before, and would call lost what is on its way.
     *
     * @param output its standard output
     * @param count how many requests
     * @return the report; a request without an answer, or that was not even sent, is lost
     */
    public static PingReport ofFirst(String output, int count) {
        List<Double> times = REPLY.matcher(output)
                .results()
                .filter(reply -> Integer.parseInt(reply.group(1)) <= count)
                .map(reply -> Double.valueOf(reply.group(2)))
                .toList();
        return new PingReport(count, times.size(), times);
    }

    /**
     * Both reports together.
     *
     * @param other another report
     * @return the sum
     */
    public PingReport plus(PingReport other) {
        List<Double> times = Stream.concat(roundTripsMillis.stream(), other.roundTripsMillis.stream())
                .toList();
        return new PingReport(sent + other.sent, received + other.received, times);
    }

    /** Whether something was sent and every request was answered. */
    public boolean complete() {
        return sent > 0 && received == sent;
    }

    /** Requests without an answer, in percent of those sent; 100 when nothing was sent. */
    public double lossPercent() {
        return sent == 0 ? 100 : 100.0 * (sent - received) / sent;
    }

    /**
     * A quantile of the round trips (nearest rank).
     *
     * @param share between 0 (the shortest) and 1 (the longest)
     * @return milliseconds, NaN without any answer
     */
    public double quantileMillis(double share) {
        int count = roundTripsMillis.size();
        if (count == 0) {
            return Double.NaN;
        }
        int rank = (int) Math.ceil(share * count) - 1;
        return roundTripsMillis.get(Math.clamp(rank, 0, count - 1));
    }

    /** The mean round trip in milliseconds, NaN without any answer. */
    public double averageMillis() {
        return roundTripsMillis.stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(Double.NaN);
    }
}
