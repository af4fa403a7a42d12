package dev.culvert.bench.report;

import dev.culvert.bench.arm.ArmKind;
import dev.culvert.bench.arm.Study;
import dev.culvert.bench.arm.Subject;
import dev.culvert.bench.arm.Underlay;
import dev.culvert.bench.trial.Metric;
import dev.culvert.lab.Encapsulation;
import java.util.ArrayList;
import java.util.List;

/** What Culvert is to reach, as ratios to what an overlay's user could pick instead. */
final class Aims {
    private static final int MANY = 10_000;
    private static final List<Encapsulation> OPEN =
            List.of(Encapsulation.VXLAN, Encapsulation.GENEVE, Encapsulation.GRE);

    private Aims() {}

    /** All of them, measured or not. */
    static List<Aim> all() {
        List<Aim> aims = new ArrayList<>();
        for (Encapsulation tunnel : OPEN) {
            Subject culvert = subject(ArmKind.CULVERT, tunnel);
            aims.add(ratio("TCP", Metric.TCP, culvert, ArmKind.KERNEL, 1.2, true));
            aims.add(ratio("RTT p50", Metric.RTT_P50, culvert, ArmKind.KERNEL, 0.6, false));
            aims.add(ratio("small packets", Metric.UDP_64, culvert, ArmKind.KERNEL, 1.5, true));
        }
        for (Encapsulation tunnel : OPEN) {
            Subject userspace = subject(ArmKind.USERSPACE, tunnel);
            boolean gre = tunnel == Encapsulation.GRE;
            if (!gre) {
                aims.add(ratio("TCP", Metric.TCP, userspace, ArmKind.KERNEL, 0.5, true));
            }
            aims.add(ratio("TCP", Metric.TCP, userspace, ArmKind.OVS, gre ? 3 : 9, true));
            aims.add(ratio("small packets", Metric.UDP_64, userspace, ArmKind.KERNEL, 1.2, true));
            aims.add(ratio("RTT p50", Metric.RTT_P50, userspace, ArmKind.OVS, 0.7, false));
        }
        aims.add(ratio(
                "TCP", Metric.TCP, subject(ArmKind.CULVERT, Encapsulation.GRE_IPSEC), ArmKind.WIREGUARD, 4, true));
        aims.add(ratio(
                "TCP", Metric.TCP, subject(ArmKind.CULVERT, Encapsulation.GRE_IPSEC_UDP), ArmKind.WIREGUARD, 8, true));
        aims.addAll(manyTunnels());
        return aims;
    }

    private static List<Aim> manyTunnels() {
        Subject one = Subject.grown(ArmKind.CULVERT, Study.TUNNELS, 1);
        Subject many = Subject.grown(ArmKind.CULVERT, Study.TUNNELS, MANY);
        return List.of(
                new Aim("10,000 tunnels, configured", Metric.CONFIGURED, many, null, 10, false),
                new Aim("10,000 tunnels, TCP to that of one", Metric.TCP, many, one, 0.95, true),
                new Aim("10,000 tunnels, RTT p50 to that of one", Metric.RTT_P50, many, one, 1.05, false),
                new Aim("10,000 tunnels, memory", Metric.MEMORY, many, null, 400, false));
    }

    private static Aim ratio(String what, Metric metric, Subject ours, ArmKind theirs, double bound, boolean atLeast) {
        String title =
                what + ", " + ours.encapsulation().label() + ", " + ours.arm().title() + " to " + theirs.title();
        return new Aim(title, metric, ours, ours.with(theirs), bound, atLeast);
    }

    private static Subject subject(ArmKind arm, Encapsulation tunnel) {
        return Subject.of(arm, tunnel, Underlay.VETH);
    }
}
