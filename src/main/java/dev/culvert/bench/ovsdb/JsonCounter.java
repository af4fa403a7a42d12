package dev.culvert.bench.ovsdb;

import java.nio.ByteBuffer;

/** Counts JSON objects and arrays that follow one another in a stream of bytes, without looking into them. */
final class JsonCounter {
    private int depth;
    private boolean inString;
    private boolean escaped;
    private long complete;

    /** Takes what has come; the buffer is empty afterwards. */
    void feed(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            byte b = bytes.get();
            if (escaped) {
                escaped = false;
            } else if (inString) {
                escaped = b == '\\';
                inString = b != '"';
            } else if (b == '"') {
                inString = true;
            } else if (b == '{' || b == '[') {
                depth++;
            } else if (b == '}' || b == ']') {
                depth--;
                complete += depth == 0 ? 1 : 0;
            }
        }
    }

    /** How many are complete. */
    long complete() {
        return complete;
    }
}
