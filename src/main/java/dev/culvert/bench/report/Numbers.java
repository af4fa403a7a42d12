package dev.culvert.bench.report;

import java.util.Locale;

/** Numbers as they stand at an axis. */
final class Numbers {
    private static final int THOUSAND = 1000;

    private Numbers() {}

    /** A number that is as short as can be: 0.5, 20, 5k, 2M. */
    static String brief(double value) {
        if (Math.abs(value) >= THOUSAND * THOUSAND) {
            return plain(value / (THOUSAND * THOUSAND)) + "M";
        }
        return Math.abs(value) >= THOUSAND ? plain(value / THOUSAND) + "k" : plain(value);
    }

    private static String plain(double value) {
        String text = String.format(Locale.ROOT, "%.3f", value);
        return text.replaceAll("\\.?0+$", "");
    }
}
