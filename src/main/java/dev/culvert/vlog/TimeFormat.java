package dev.culvert.vlog;

import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.Locale;

/**
 * Times as strftime(3) prints them in the C locale, as far as log patterns use it; a run of {@code #} stands for so many
 * digits of the second's fraction. By hand and not by {@code DateTimeFormatter}, which costs a short-lived program more
 * than all its messages.
 */
final class TimeFormat {
    private TimeFormat() {}

    static String format(ZonedDateTime time, String format) {
        StringBuilder out = new StringBuilder(format.length() + 16);
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c == '#') {
                int digits = 1;
                for (; i + 1 < format.length() && format.charAt(i + 1) == '#'; i++) {
                    digits++;
                }
                fraction(out, time.getNano(), digits);
            } else if (c == '%' && i + 1 < format.length()) {
                i++;
                convert(out, time, format.charAt(i));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static void fraction(StringBuilder out, int nanos, int digits) {
        int divisor = 100_000_000;
        for (int i = 0; i < digits; i++) {
            out.append(divisor == 0 ? 0 : nanos / divisor % 10);
            divisor /= 10;
        }
    }

    private static void convert(StringBuilder out, ZonedDateTime time, char conversion) {
        switch (conversion) {
            case 'a' -> out.append(time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ROOT));
            case 'b', 'h' -> out.append(time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH));
            case 'd' -> padded(out, time.getDayOfMonth(), 2, '0');
            case 'e' -> padded(out, time.getDayOfMonth(), 2, ' ');
            case 'F' -> out.append(format(time, "%Y-%m-%d"));
            case 'H' -> padded(out, time.getHour(), 2, '0');
            case 'j' -> padded(out, time.getDayOfYear(), 3, '0');
            case 'm' -> padded(out, time.getMonthValue(), 2, '0');
            case 'M' -> padded(out, time.getMinute(), 2, '0');
            case 'R' -> out.append(format(time, "%H:%M"));
            case 's' -> out.append(time.toEpochSecond());
            case 'S' -> padded(out, time.getSecond(), 2, '0');
            case 'T' -> out.append(format(time, "%H:%M:%S"));
            case 'y' -> padded(out, time.getYear() % 100, 2, '0');
            case 'Y' -> out.append(time.getYear());
            case 'z' -> out.append(time.getOffset().getTotalSeconds() == 0 ? "+0000" : offset(time));
            case 'Z' -> out.append(time.getZone().getDisplayName(TextStyle.SHORT, Locale.ROOT));
            case '%' -> out.append('%');
            default -> out.append('%').append(conversion);
        }
    }

    private static String offset(ZonedDateTime time) {
        return time.getOffset().getId().replace(":", "");
    }

    private static void padded(StringBuilder out, int value, int width, char fill) {
        String digits = Integer.toString(value);
        out.repeat(fill, Math.max(0, width - digits.length())).append(digits);
    }
}
