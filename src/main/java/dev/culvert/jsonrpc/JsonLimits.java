package dev.culvert.jsonrpc;

/**
 * How much of one JSON text is read before it counts as hostile. Without these, a peer could make the reader's memory
 * grow for ever.
 *
 * @param maxBytes the text's length in UTF-8
 * @param maxTokens braces, brackets, names and values: each of them costs some 50 bytes of heap, whatever its length
 * @param maxDepth arrays and objects inside each other
 */
public record JsonLimits(int maxBytes, int maxTokens, int maxDepth) {
    /** Open vSwitch's own limit of depth, and texts that are several times a database of ten thousand ports. */
    public static final JsonLimits DEFAULT = new JsonLimits(32 << 20, 2_000_000, 1000);

    /** For a peer that has no reason to send more than a line: a control socket. */
    public static final JsonLimits SMALL = new JsonLimits(1 << 20, 10_000, 16);
}
