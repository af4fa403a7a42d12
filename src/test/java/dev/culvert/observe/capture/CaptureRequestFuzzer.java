package dev.culvert.observe.capture;

import dev.culvert.unixctl.UnixctlException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Fuzz target: the arguments of {@code capture/start}, one a line. What is understood can be said again and means the same. */
public final class CaptureRequestFuzzer {
    private CaptureRequestFuzzer() {}

    /** For Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        CaptureRequest request;
        try {
            request = CaptureRequest.of(List.of(text.split("\n", -1)));
        } catch (UnixctlException e) {
            if (e.getMessage() == null) {
                throw new AssertionError("nobody is told why", e);
            }
            return;
        }
        check(request, text.length());
    }

    private static void check(CaptureRequest request, int length) {
        try {
            if (request.snapLength() < 14 || request.snapLength() > CaptureRequest.SNAP_MAX) {
                throw new AssertionError("nothing or too much of each packet: " + request);
            }
            if (!CaptureRequest.of(arguments(request)).equals(request)) {
                throw new AssertionError("not the same when asked for again: " + request);
            }
            if (request.describe().length() > length) {
                throw new AssertionError("more is told than was said: " + request.describe());
            }
        } catch (UnixctlException e) {
            throw new AssertionError("refused when asked for again: " + request, e);
        }
    }

    private static List<String> arguments(CaptureRequest request) {
        List<String> arguments = new ArrayList<>(List.of(request.bridge()));
        if (request.port() != null) {
            arguments.add("port=" + request.port());
        }
        if (request.underlay()) {
            arguments.add("underlay");
        }
        arguments.add("snaplen=" + request.snapLength());
        arguments.add("filter=" + request.filter());
        return arguments;
    }

    /** Where to begin. */
    public static List<byte[]> seeds() {
        return Stream.of(
                        "br0",
                        "br0\nport=p1\nsnaplen=96\nfilter=icmp or arp",
                        "br0\nunderlay\nfilter=esp\nsnaplen=262144",
                        "br0\nunderlay\nport=gre0",
                        "br0\nsnaplen=13",
                        "br0\ncount=1")
                .map(line -> line.getBytes(StandardCharsets.UTF_8))
                .toList();
    }
}
