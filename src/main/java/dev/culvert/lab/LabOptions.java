package dev.culvert.lab;

import dev.culvert.stream.ListenAddress;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a lab.
 *
 * @param encapsulations which tunnels, in this order
 * @param seconds how long each throughput is measured
 * @param out the folder for captures and reports
 * @param keep whether the lab stays up afterwards, with the last tunnel
 * @param prefix put before the namespaces' names
 * @param web where a page shows both boxes; null for nowhere
 * @param left the switch in the first box
 * @param right the switch in the second box
 */
public record LabOptions(
        List<Encapsulation> encapsulations,
        int seconds,
        Path out,
        boolean keep,
        String prefix,
        @Nullable ListenAddress web,
        SwitchKind left,
        SwitchKind right) {
    /** Copies the list. */
    public LabOptions {
        encapsulations = List.copyOf(encapsulations);
    }
}
