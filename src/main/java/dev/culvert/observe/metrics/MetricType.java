package dev.culvert.observe.metrics;

/** What a family of metrics is. */
enum MetricType {
    /** Only grows, until it begins anew. */
    COUNTER("_total"),
    /** Goes up and down. */
    GAUGE(""),
    /** Words that are labels of a 1. */
    INFO("_info"),
    /** A sum and the number of what was summed up. */
    SUMMARY("");

    private final String suffix;

    MetricType(String suffix) {
        this.suffix = suffix;
    }

    /** What the names of its samples end with; a summary's have others. */
    String suffix() {
        return suffix;
    }
}
