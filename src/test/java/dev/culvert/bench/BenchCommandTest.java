package dev.culvert.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.bench.arm.ArmKind;
import dev.culvert.bench.arm.Study;
import dev.culvert.bench.arm.Subject;
import dev.culvert.bench.arm.Underlay;
import dev.culvert.bench.trial.Probe;
import dev.culvert.lab.Encapsulation;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchCommandTest {
    private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());

    private static BenchOptions options(String... arguments) {
        BenchCommand command = new BenchCommand(NOWHERE);
        new CommandLine(command).parseArgs(arguments);
        return command.options();
    }

    @Test
    void measuresWhatAimsAreSetForByDefault() {
        BenchOptions usual = options();
        assertThat(usual.rounds()).isEqualTo(12);
        assertThat(usual.seconds()).isBetween(3, 5);
        assertThat(usual.probes()).containsExactly(Probe.TCP, Probe.RTT, Probe.UDP);
        assertThat(usual.tunnels()).isEmpty();
        assertThat(usual.encapsulations()).containsExactly(Encapsulation.values());
    }

    @Test
    void measuresEverythingWhenAsked() {
        BenchOptions all = options("--all", "--seconds", "3");
        assertThat(all.seconds()).isEqualTo(3);
        assertThat(all.probes()).containsExactlyElementsOf(Probe.CHOICE);
        assertThat(all.underlays()).containsExactly(Underlay.VETH, Underlay.WIRE);
        assertThat(all.tunnels()).containsExactly(1, 100, 10_000);
        assertThat(all.stations()).containsExactly(1, 1_000, 100_000);
        assertThat(all.probes(Underlay.WIRE)).contains(Probe.TCP8).doesNotContain(Probe.STATIONS);
        assertThat(all.rounds(Probe.TCP, Underlay.VETH)).isEqualTo(12);
        assertThat(all.rounds(Probe.TCP8, Underlay.VETH)).isEqualTo(4);
        assertThat(all.growthRounds(Probe.RTT)).isEqualTo(12);
    }

    @Test
    void choosesParts() {
        BenchOptions some = options(
                "--quick",
                "--encap",
                "gre-ipsec-udp",
                "--arms",
                "wireguard,culvert",
                "--figures",
                "tcp8,stations",
                "--tunnels",
                "1,50",
                "--stations",
                "none",
                "--underlay",
                "wire",
                "--more-rounds",
                "7");
        assertThat(some.encapsulations()).containsExactly(Encapsulation.GRE_IPSEC_UDP);
        assertThat(some.arms(Encapsulation.GRE_IPSEC_UDP)).containsExactly(ArmKind.CULVERT, ArmKind.WIREGUARD);
        assertThat(some.arms(Encapsulation.GRE)).containsExactly(ArmKind.CULVERT);
        assertThat(some.growing()).containsExactly(ArmKind.CULVERT);
        assertThat(some.tunnels()).containsExactly(1, 50);
        assertThat(some.tunnelProbes()).containsExactly(Probe.STATIONS);
        assertThat(some.stationProbes()).containsExactly(Probe.FRAMES);
        assertThat(some.moreRounds()).isEqualTo(7);
    }

    @Test
    void refusesWhatCannotBe() {
        for (String wrong : new String[] {
            "--encap=stt", "--arms=dpdk", "--figures=frames", "--figures=x", "--underlay=air", "--tunnels=0",
            "--tunnels=x", "--tunnels=", "--seconds=0", "--rounds=0", "--prefix=A/b", "--no-such-option"
        }) {
            assertThat(new BenchProgram().run(new String[] {wrong}, NOWHERE, NOWHERE))
                    .as(wrong)
                    .isEqualTo(2);
        }
        assertThat(new BenchProgram().run(new String[] {"--quick", "--all"}, NOWHERE, NOWHERE))
                .isEqualTo(2);
    }

    /** Those that an aim compares have their turns one right after the other. */
    @Test
    void neighboursAreCompared() {
        assertThat(options().arms(Encapsulation.VXLAN))
                .containsSubsequence(ArmKind.CULVERT, ArmKind.KERNEL)
                .containsSequence(ArmKind.CULVERT, ArmKind.KERNEL, ArmKind.USERSPACE, ArmKind.OVS);
        assertThat(options().arms(Encapsulation.GRE_IPSEC)).containsSequence(ArmKind.CULVERT, ArmKind.WIREGUARD);
        List<Subject> sizes = Growth.subjects(ArmKind.CULVERT, Study.TUNNELS, List.of(10_000, 1, 100));
        assertThat(sizes).extracting(Subject::tunnels).containsExactly(100, 1, 10_000);
    }

    @Test
    void tellsHowLongItTakes() {
        Duration quick = new Estimate(options("--quick")).whole();
        Duration usual = new Estimate(options()).whole();
        Duration all = new Estimate(options("--all")).whole();
        assertThat(quick).isBetween(Duration.ofMinutes(5), Duration.ofMinutes(20));
        assertThat(usual).isBetween(Duration.ofMinutes(40), Duration.ofHours(2));
        assertThat(all).isBetween(Duration.ofHours(2), Duration.ofHours(7));
        assertThat(Estimate.text(Duration.ofMinutes(200))).isEqualTo("3 h 20 min");
        assertThat(Estimate.text(Duration.ofSeconds(100))).isEqualTo("2 min");
        assertThat(Estimate.text(Duration.ofSeconds(3))).isEqualTo("1 min");
    }
}
