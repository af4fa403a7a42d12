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
        long hits, long misses, long lost, int flows, int masks, long resegmented, long answered, long fragmented) {}
