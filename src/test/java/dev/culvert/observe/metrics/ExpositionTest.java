package dev.culvert.observe.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpositionTest {
    private static String written(MetricsFormat format) throws IOException {
        StringWriter text = new StringWriter();
        Exposition out = new Exposition(text, format);
        out.family(MetricType.COUNTER, "port_bytes", "All of \"them\",\nand a \\.");
        out.sample(Labels.of("port", "a"), 7);
        out.sample(Labels.of("port", "b\"\\\n"), 1L << 62);
        out.family(MetricType.GAUGE, "nothing", "Has no samples.");
        out.family(MetricType.GAUGE, "rest_seconds", "How long.");
        out.sample(Labels.NONE, 0.25);
        out.family(MetricType.INFO, "build", "Which.");
        out.info(Labels.of("version", "1").and("more", "2"));
        out.family(MetricType.SUMMARY, "trip_seconds", "Trips.");
        out.summary(Labels.of("peer", "x"), 3, 1.5);
        out.end();
        return text.toString();
    }

    @Test
    void prometheusText() throws IOException {
        assertThat(written(MetricsFormat.PROMETHEUS)).isEqualTo("""
                # TYPE culvert_port_bytes_total counter
                # HELP culvert_port_bytes_total All of "them",\\nand a \\\\.
                culvert_port_bytes_total{port="a"} 7
                culvert_port_bytes_total{port="b\\"\\\\\\n"} 4611686018427387904
                # TYPE culvert_rest_seconds gauge
                # HELP culvert_rest_seconds How long.
                culvert_rest_seconds 0.25
                # TYPE culvert_build_info gauge
                # HELP culvert_build_info Which.
                culvert_build_info{version="1",more="2"} 1
                # TYPE culvert_trip_seconds summary
                # HELP culvert_trip_seconds Trips.
                culvert_trip_seconds_count{peer="x"} 3
                culvert_trip_seconds_sum{peer="x"} 1.5
                """);
    }

    @Test
    void openMetricsText() throws IOException {
        assertThat(written(MetricsFormat.OPEN_METRICS)).isEqualTo("""
                # TYPE culvert_port_bytes counter
                # UNIT culvert_port_bytes bytes
                # HELP culvert_port_bytes All of \\"them\\",\\nand a \\\\.
                culvert_port_bytes_total{port="a"} 7
                culvert_port_bytes_total{port="b\\"\\\\\\n"} 4611686018427387904
                # TYPE culvert_rest_seconds gauge
                # UNIT culvert_rest_seconds seconds
                # HELP culvert_rest_seconds How long.
                culvert_rest_seconds 0.25
                # TYPE culvert_build info
                # HELP culvert_build Which.
                culvert_build_info{version="1",more="2"} 1
                # TYPE culvert_trip_seconds summary
                # UNIT culvert_trip_seconds seconds
                # HELP culvert_trip_seconds Trips.
                culvert_trip_seconds_count{peer="x"} 3
                culvert_trip_seconds_sum{peer="x"} 1.5
                # EOF
                """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "''|PROMETHEUS",
                "*/*|PROMETHEUS",
                "text/html,application/xhtml+xml,*/*;q=0.8|PROMETHEUS",
                "application/openmetrics-text|OPEN_METRICS",
                "application/openmetrics-text; version=1.0.0; charset=utf-8|OPEN_METRICS",
                "application/openmetrics-text;version=2.0.0|PROMETHEUS",
                "application/openmetrics-text;q=0|PROMETHEUS",
                "application/openmetrics-text;q=7|PROMETHEUS",
                "application/openmetrics-text;q=0.2,text/plain;q=0.9|PROMETHEUS",
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                        + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1|OPEN_METRICS",
                ";;;,,,q=|PROMETHEUS",
            })
    void whoCanReadOpenMetricsGetsIt(String accept, MetricsFormat format) {
        assertThat(MetricsFormat.of(accept)).isEqualTo(format);
    }
}
