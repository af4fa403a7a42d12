package dev.culvert.vlog;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/**
 * The form of a log line: text with {@code %} escapes, each perhaps with a minimum width and before it {@code -} to
 * align left or {@code 0} to fill with zeros (ovs-appctl(8), "vlog/set PATTERN").
 */
final class VlogPattern {
    private static final int FACILITY_DAEMON = 3;
    private static final int MAX_WIDTH = 1000;
    private static final long PID = ProcessHandle.current().pid();

    private final String text;

    VlogPattern(String text) {
        this.text = text;
    }

    /** The pattern as it was written. */
    String text() {
        return text;
    }

    /** The line for a message, without the line's end. Total: an escape that does not exist is left out. */
    String format(VlogRecord record, Instant start) {
        StringBuilder out = new StringBuilder(text.length() + record.text().length() + 40);
        for (int i = 0; i < text.length(); ) {
            char c = text.charAt(i++);
            if (c != '%' || i == text.length()) {
                out.append(c);
                continue;
            }
            boolean left = false;
            boolean zeros = false;
            for (; i < text.length() && (text.charAt(i) == '-' || text.charAt(i) == '0'); i++) {
                left |= text.charAt(i) == '-';
                zeros |= text.charAt(i) == '0';
            }
            int width = 0;
            for (; i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9'; i++) {
                width = Math.min(MAX_WIDTH, width * 10 + (text.charAt(i) - '0'));
            }
            if (i == text.length()) {
                break;
            }
            char escape = text.charAt(i++);
            String argument = "";
            if (i < text.length() && text.charAt(i) == '{') {
                int close = text.indexOf('}', i);
                if (close >= 0) {
                    argument = text.substring(i + 1, close);
                    i = close + 1;
                }
            }
            String value = expand(escape, argument, record, start);
            pad(out, value, width, left, zeros);
        }
        return out.toString();
    }

    private static void pad(StringBuilder out, String value, int width, boolean left, boolean zeros) {
        String fill = (zeros ? "0" : " ").repeat(Math.max(0, width - value.length()));
        out.append(left ? value : fill).append(left ? fill : value);
    }

    private static String expand(char escape, String argument, VlogRecord record, Instant start) {
        return switch (escape) {
            case 'A' -> record.program();
            case 'B' -> Integer.toString(FACILITY_DAEMON * 8 + record.level().severity());
            case 'c' -> record.module();
            case 'd' -> time(record.time().atZone(ZoneId.systemDefault()), argument);
            case 'D' -> time(record.time().atZone(ZoneOffset.UTC), argument);
            case 'E' -> hostName();
            case 'm' -> record.text();
            case 'N' -> Long.toString(record.sequence());
            case 'n' -> "\n";
            case 'p' -> record.level().name();
            case 'P' -> Long.toString(PID);
            case 'r' -> Long.toString(Duration.between(start, record.time()).toMillis());
            case 't' -> record.subprogram().isEmpty() ? argument : record.subprogram();
            case 'T' -> record.subprogram().isEmpty() ? argument : "(" + record.subprogram() + ")";
            case '%' -> "%";
            default -> "";
        };
    }

    private static String time(ZonedDateTime time, String format) {
        return TimeFormat.format(time, format.isEmpty() ? "%Y-%m-%d %H:%M:%S.###" : format);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
