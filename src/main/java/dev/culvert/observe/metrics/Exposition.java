package dev.culvert.observe.metrics;

import java.io.IOException;
import java.io.Writer;
import java.util.Locale;

/**
 * Writes metrics as text, in either format. A family is begun and then gets its samples; one without samples is left out. Names
 * are given without the suffixes that the formats demand, such as {@code _total}.
 */
final class Exposition {
    private final Writer out;
    private final boolean openMetrics;
    private MetricType type = MetricType.GAUGE;
    private String name = "";
    private String help = "";
    private boolean begun;

    Exposition(Writer out, MetricsFormat format) {
        this.out = out;
        this.openMetrics = format == MetricsFormat.OPEN_METRICS;
    }

    /**
     * Begins a family.
     *
     * @param newName its name; one that ends with {@code _bytes} or {@code _seconds} has that unit
     * @param newHelp what it is, in a sentence
     */
    void family(MetricType newType, String newName, String newHelp) {
        type = newType;
        name = "culvert_" + newName;
        help = newHelp;
        begun = false;
    }

    /** Adds a sample to the family. */
    void sample(Labels labels, long value) throws IOException {
        line(type.suffix(), labels, Long.toString(value));
    }

    /** Adds a sample to the family. */
    void sample(Labels labels, double value) throws IOException {
        line(type.suffix(), labels, Double.toString(value));
    }

    /** Adds words to an info family. */
    void info(Labels labels) throws IOException {
        sample(labels, 1);
    }

    /** Adds a summary. */
    void summary(Labels labels, long count, double sum) throws IOException {
        line("_count", labels, Long.toString(count));
        line("_sum", labels, Double.toString(sum));
    }

    /** Ends it. */
    void end() throws IOException {
        if (openMetrics) {
            out.write("# EOF\n");
        }
        out.flush();
    }

    private void line(String suffix, Labels labels, String value) throws IOException {
        if (!begun) {
            begun = true;
            head();
        }
        out.write(name);
        out.write(suffix);
        out.write(labels.toString());
        out.write(' ');
        out.write(value);
        out.write('\n');
    }

    private void head() throws IOException {
        // Prometheus names what it samples, OpenMetrics what the samples belong to
        String named = openMetrics ? name : name + type.suffix();
        String kind =
                type == MetricType.INFO && !openMetrics ? "gauge" : type.name().toLowerCase(Locale.ROOT);
        out.write("# TYPE " + named + " " + kind + "\n");
        if (openMetrics && (name.endsWith("_bytes") || name.endsWith("_seconds"))) {
            out.write("# UNIT " + named + " " + name.substring(name.lastIndexOf('_') + 1) + "\n");
        }
        String escaped = help.replace("\\", "\\\\").replace("\n", "\\n");
        out.write("# HELP " + named + " " + (openMetrics ? escaped.replace("\"", "\\\"") : escaped) + "\n");
    }
}
