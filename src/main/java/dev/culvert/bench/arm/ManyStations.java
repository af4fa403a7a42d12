package dev.culvert.bench.arm;

import dev.culvert.lab.BoxSwitch;
import dev.culvert.lab.LabException;
import dev.culvert.lab.Shell;
import dev.culvert.lab.Side;
import dev.culvert.lab.VsctlSwitch;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** MAC addresses that both switches learn, from real frames that the left guest sends to everybody. */
public final class ManyStations {
    private static final long EVERYBODY = 0xffff_ffff_ffffL;
    private static final int RATE = 20_000;
    private static final int PASSES = 8;
    private static final int SLACK_SECONDS = 20;
    private static final Pattern CURRENT = Pattern.compile("entries in the table: (\\d+)");

    private final Arm arm;

    /** @param arm which is connected already */
    public ManyStations(Arm arm) {
        this.arm = arm;
    }

    /**
     * Has them learned: what was lost on the way, or too much at once, is sent again.
     *
     * @param count how many
     * @return how many addresses the switch that knows fewer has then, its guests' own among them
     * @throws LabException if a switch does not answer
     * @throws InterruptedException if this thread is interrupted
     */
    public int teach(int count) throws LabException, InterruptedException {
        int seconds = count / RATE + SLACK_SECONDS;
        int known = learned();
        for (int i = 0; i < PASSES && known < count; i++) {
            arm.sender().ask(seconds, "frames", arm.left().guestDevice(), EVERYBODY, count, seconds, RATE, count);
            arm.calmDown();
            known = learned();
        }
        return known;
    }

    /**
     * Has both switches forget all that they have learned.
     *
     * @throws LabException if one refuses
     * @throws InterruptedException if this thread is interrupted
     */
    public void forget() throws LabException, InterruptedException {
        for (int i = 0; i < arm.switches().size(); i++) {
            Side side = i == 0 ? arm.left() : arm.right();
            if (arm.switches().get(i) instanceof VsctlSwitch ovs) {
                ovs.appctl("fdb/flush", side.bridge());
            } else if (arm.kind() == ArmKind.KERNEL) {
                arm.shell().run("ip", "-n", side.box(), "link", "set", side.bridge(), "type", "bridge", "fdb_flush");
            }
        }
    }

    private int learned() throws LabException, InterruptedException {
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < arm.switches().size(); i++) {
            least = Math.min(least, learned(arm.switches().get(i), i == 0 ? arm.left() : arm.right()));
        }
        return least;
    }

    private int learned(BoxSwitch box, Side side) throws LabException, InterruptedException {
        if (box instanceof VsctlSwitch ovs) {
            return entries(ovs.appctl("fdb/stats-show", side.bridge()));
        }
        List<String> show = List.of("bridge", "-n", side.box(), "fdb", "show", "br", side.bridge());
        String entries = arm.shell().run(Shell.LIMIT, Map.of(), show).orThrow().out();
        return (int) entries.lines()
                .filter(line -> line.contains(" master ") && !line.contains("permanent"))
                .count();
    }

    /**
     * Reads the answer of {@code fdb/stats-show}.
     *
     * @param answer it
     * @return how many addresses are known now
     * @throws LabException if it does not say so
     */
    static int entries(String answer) throws LabException {
        Matcher current = CURRENT.matcher(answer);
        if (!current.find()) {
            throw new LabException("fdb/stats-show does not tell how many addresses are known: " + answer.strip());
        }
        return Integer.parseInt(current.group(1));
    }
}
