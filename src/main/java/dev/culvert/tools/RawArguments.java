package dev.culvert.tools;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The command line as it was typed. A JVM decodes it by the locale's charset, and what that does not know is lost; Open
 * vSwitch's programs take bytes, whatever the locale, and mean UTF-8.
 */
final class RawArguments {
    /** Where a byte that belongs to no UTF-8 goes: a lone surrogate, which no UTF-8 means. */
    private static final int ESCAPE = 0xdc00;

    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private RawArguments() {}

    /**
     * The arguments in UTF-8.
     *
     * @param given as the JVM has decoded them
     * @param escape whether a byte that belongs to no UTF-8 becomes the character 0xdc00 and that byte, for a program that
     *     prints such bytes as they were typed; otherwise it becomes U+FFFD
     * @return the same from what the kernel has kept (proc(5)), or what was given, if it is all ASCII or the kernel does not tell
     */
    static String[] of(String[] given, boolean escape) {
        boolean ascii = Arrays.stream(given).allMatch(word -> word.chars().allMatch(c -> c < 0x80));
        if (ascii) {
            return given;
        }
        try {
            String[] raw = last(Files.readAllBytes(COMMAND_LINE), given.length, escape);
            return raw == null ? given : raw;
        } catch (IOException e) {
            return given;
        }
    }

    /** The last of a number of words that each end with NUL, or null if there are not as many. */
    static String @Nullable [] last(byte[] line, int count, boolean escape) {
        String[] words = new String[count];
        int end = line.length - 1;
        for (int i = count - 1; i >= 0; i--) {
            if (end < 0) {
                return null;
            }
            int start = end;
            while (start > 0 && line[start - 1] != 0) {
                start--;
            }
            words[i] = escape
                    ? decode(ByteBuffer.wrap(line, start, end - start))
                    : new String(line, start, end - start, StandardCharsets.UTF_8);
            end = start - 1;
        }
        return words;
    }

    private static String decode(ByteBuffer bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer text = CharBuffer.allocate(bytes.remaining());
        while (true) {
            CoderResult result = decoder.decode(bytes, text, true);
            if (result.isUnderflow()) {
                return text.flip().toString();
            }
            for (int i = 0; i < result.length(); i++) {
                text.put((char) (ESCAPE | (bytes.get() & 0xff)));
            }
        }
    }
}
