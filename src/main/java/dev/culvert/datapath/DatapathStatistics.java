package dev.culvert.datapath;

/**
 * What a datapath has done since it was opened.
 *
 * @param hits packets that a cached flow covered
 * @param misses packets that asked
 * @param lost packets that could not ask, because too many others did
 * @param flows flows in the cache
 * @param masks different masks among them
 * @param resegmented TCP packets that were cut smaller to fit a path
 * @param answered senders that were told by ICMP of a path that is too narrow
 * @param fragmented packets that left in outer fragments
 */
public record DatapathStatistics(
        long hits, long misses, long lost, int flows, int masks, long resegmented, long answered, long fragmented) {
    static final DatapathStatistics NONE = new DatapathStatistics(0, 0, 0, 0, 0, 0, 0, 0);

    /** What the kernel has done for it: packets of flows that it has a copy of. */
    static DatapathStatistics ofKernel(long packets) {
        return new DatapathStatistics(packets, 0, 0, 0, 0, 0, 0, 0);
    }

    /** Adds what another loop has done; the same mask in both is one. */
    DatapathStatistics plus(DatapathStatistics other) {
        return new DatapathStatistics(
                hits + other.hits,
                misses + other.misses,
                lost + other.lost,
                flows + other.flows,
                Math.max(masks, other.masks),
                resegmented + other.resegmented,
                answered + other.answered,
                fragmented + other.fragmented);
    }

    /** Without the flows, which are no more. */
    DatapathStatistics withoutFlows() {
        return new DatapathStatistics(hits, misses, lost, 0, 0, resegmented, answered, fragmented);
    }
}
