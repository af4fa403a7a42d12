package dev.culvert.vlog;

import java.util.HashMap;
import java.util.Map;

/**
 * One module's rate limits. What a peer sends can cause warnings and errors without end, so these are limited, each
 * kind of message by itself; what an operator does causes information, and nobody asks for debug output to have it cut.
 *
 * <p>Kinds are told apart by the message before its parameters are filled in. There is a bounded number of them: code
 * that builds its messages by hand shares the last bucket.
 */
final class RateLimits {
    /** Enough for a bridge of a hundred ports that all fail at once. */
    private static final int BURST = 100;

    private static final int PER_MINUTE = 60;
    private static final int MAX_KINDS = 64;
    private static final String OTHERS = "";

    private final Map<String, TokenBucket> buckets = new HashMap<>();

    /** The bucket for one kind of message. */
    TokenBucket bucket(VlogLevel level, String format, long nowNanos) {
        String kind = level + format;
        TokenBucket bucket = buckets.get(kind);
        if (bucket == null) {
            String key = buckets.size() < MAX_KINDS ? kind : OTHERS;
            bucket = buckets.computeIfAbsent(key, _ -> new TokenBucket(PER_MINUTE, BURST, nowNanos));
        }
        return bucket;
    }
}
