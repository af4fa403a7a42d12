package dev.culvert.observe.web;

import dev.culvert.observe.http.HttpException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** What stands behind the question mark, as forms send it (HTML, {@code application/x-www-form-urlencoded}). */
final class Query {
    private static final int VALUE_MAX = 1000;

    private final Map<String, String> values = new HashMap<>();

    /**
     * Reads it.
     *
     * @throws HttpException if it is damaged, or a name is there twice
     */
    Query(String text) throws HttpException {
        for (String pair : text.isEmpty() ? new String[0] : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            if (value.length() > VALUE_MAX || values.putIfAbsent(name, value) != null) {
                throw new HttpException(400, "a value is too long, or there twice");
            }
        }
    }

    private static String decode(String text) throws HttpException {
        String decoded;
        try {
            decoded = URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new HttpException(400, "a percent sign stands before two hexadecimal digits");
        }
        if (decoded.chars().anyMatch(Character::isISOControl)) {
            throw new HttpException(400, "control characters are no part of a value");
        }
        return decoded;
    }

    /** A value; empty where there is none. */
    String text(String name) {
        return values.getOrDefault(name, "");
    }

    /**
     * A number.
     *
     * @param absent what counts where there is none
     * @throws HttpException if it is none from {@code least} to {@code most}
     */
    long number(String name, long absent, long least, long most) throws HttpException {
        String text = text(name);
        if (text.isEmpty()) {
            return absent;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // the same as a number that makes no sense
        }
        throw new HttpException(400, name + " is a number from " + least + " to " + most);
    }
}
