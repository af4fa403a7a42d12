package dev.culvert.tools.vsctl;

import dev.culvert.jsonrpc.StrayBytes;
import dev.culvert.ovsdb.data.Atom;
import java.util.Comparator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Text as the C library sees it: bytes. What was typed may hold {@link StrayBytes}. */
final class Utf8 {
    private static final Pattern ESCAPES = Pattern.compile("[\\x{dc80}-\\x{dcff}]");

    /** The order of {@code strcmp}. */
    static final Comparator<String> ORDER = Comparator.comparing((String text) -> Atom.of(text));

    private Utf8() {}

    /** The length in bytes. */
    static int length(String text) {
        return StrayBytes.bytes(text).length;
    }

    /** As much of the text as fits, padded with blanks: exactly so many bytes, unless a character would be cut. */
    static String fitted(String text, int bytes) {
        int length = length(text);
        int end = text.length();
        while (length > bytes) {
            int start = text.offsetByCodePoints(end, -1);
            length -= length(text.substring(start, end));
            end = start;
        }
        return text.substring(0, end) + " ".repeat(bytes - length);
    }

    /** The text with what is no UTF-8 as the character for such. */
    static String readable(String text) {
        return ESCAPES.matcher(text).replaceAll("\ufffd");
    }

    /** The first complaint about any string in a row that is to be stored, or null. */
    static @Nullable String complaint(JsonNode json) {
        String found = json.isString() ? StrayBytes.complaint(json.stringValue()) : null;
        if (json.isContainer()) {
            for (JsonNode element : json) {
                found = found == null ? complaint(element) : found;
            }
        }
        return found;
    }
}
