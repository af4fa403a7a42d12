package dev.culvert.observe.doctor;

import dev.culvert.packet.IpAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Echo requests to a host, by ping(8): with "do not fragment", so that a size says what the path takes. */
final class Echo {
    private static final int IPV4_HEADERS = 28;
    private static final int IPV6_HEADERS = 48;
    private static final int TRIES = 2;

    private Echo() {}

    /** Whether there is a ping. */
    static boolean isAvailable() {
        try {
            return new ProcessBuilder("ping", "-V")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Whether a host answers.
     *
     * @param size bytes of the IP packet; 0 for a small one
     */
    static boolean answers(IpAddress host, IpAddress source, int size) {
        List<String> line = new ArrayList<>(List.of("ping", "-n", "-q", "-c", "" + TRIES, "-i", "0.2", "-W", "1"));
        if (!source.equals(IpAddress.NONE)) {
            line.addAll(List.of("-I", source.toString()));
        }
        if (size > 0) {
            int headers = host.isIpv4() ? IPV4_HEADERS : IPV6_HEADERS;
            line.addAll(List.of("-M", "do", "-s", "" + Math.max(0, size - headers)));
        }
        line.add(host.toString());
        try {
            Process ping = new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            ping.getOutputStream().close();
            if (!ping.waitFor(5, TimeUnit.SECONDS)) {
                ping.destroyForcibly();
                return false;
            }
            return ping.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The largest packet that a host answers, of at most {@code most} bytes, which it does not. */
    static int largest(IpAddress host, IpAddress source, int most) {
        int low = host.isIpv4() ? IPV4_HEADERS : IPV6_HEADERS;
        int high = most;
        while (high - low > 1) {
            int middle = (low + high) / 2;
            if (answers(host, source, middle)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
