package dev.culvert.observe.metrics;

import java.util.Locale;

/** The two text formats, and which of them somebody wants. */
enum MetricsFormat {
    /** Prometheus' own, which everything reads (prometheus.io/docs/instrumenting/exposition_formats). */
    PROMETHEUS("text/plain; version=0.0.4; charset=utf-8"),
    /** OpenMetrics 1.0 (the specification of that name, and its media type registered with IANA). */
    OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

    private static final String OPEN_METRICS_TYPE = "application/openmetrics-text";

    private final String contentType;

    MetricsFormat(String contentType) {
        this.contentType = contentType;
    }

    /** The media type to send. */
    String contentType() {
        return contentType;
    }

    /**
     * Chooses by an {@code Accept} field (RFC 9110 section 12.5.1): OpenMetrics where it is named, in this version or in any, with
     * at least the weight of plain text; otherwise the other one, which is also for those who accept neither.
     */
    static MetricsFormat of(String accept) {
        double open = 0;
        double plain = 0;
        for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = range.split(";", -1);
            String type = parts[0].strip();
            double weight = 1;
            boolean known = true;
            for (int i = 1; i < parts.length; i++) {
                String parameter = parts[i].strip();
                if (parameter.startsWith("q=")) {
                    weight = weight(parameter.substring(2));
                } else if (parameter.startsWith("version=")) {
                    known = parameter.equals("version=1.0.0");
                }
            }
            if (type.equals(OPEN_METRICS_TYPE) && known) {
                open = Math.max(open, weight);
            } else if (type.equals("text/plain")) {
                plain = Math.max(plain, weight);
            }
        }
        return open > 0 && open >= plain ? OPEN_METRICS : PROMETHEUS;
    }

    /** A weight is at most one, and has at most three decimals. */
    private static double weight(String text) {
        return text.matches("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?") ? Double.parseDouble(text) : 0;
    }
}
