package dev.culvert.vswitch;

import dev.culvert.ofproto.FlowRule;
import dev.culvert.ofproto.MacTable;
import dev.culvert.ofproto.OfPort;
import dev.culvert.ofproto.Ofproto;
import dev.culvert.ofproto.Trace;
import dev.culvert.ofproto.VlanPolicy;
import java.util.function.BiConsumer;

/** What a translation tells, in the form of {@code ofproto/trace}: a bridge that a patch port leads to follows where that port has its turn. */
final class TraceText implements Trace, TraceTunnels.Lines {
    /** A flood through many patch ports multiplies; what is told of it does not. */
    private static final int LINES_MAX = 4096;

    private final StringBuilder text = new StringBuilder();
    private final boolean learns;
    private final BiConsumer<OfPort, TraceTunnels.Lines> behind;
    private final String number;
    private int lines;

    /**
     * Begins an empty text.
     *
     * @param learns whether what the packet shows will be learned
     * @param number of the port of arrival, OpenFlow's
     * @param behind tells what is behind a port that the packet leaves by
     */
    TraceText(boolean learns, String number, BiConsumer<OfPort, TraceTunnels.Lines> behind) {
        this.learns = learns;
        this.number = number;
        this.behind = behind;
    }

    /** The lines so far. */
    @Override
    public String toString() {
        return text.toString();
    }

    private void line(String line) {
        if (lines++ < LINES_MAX) {
            text.append(line).append('\n');
        } else if (lines == LINES_MAX + 1) {
            text.append("... (more than ").append(LINES_MAX).append(" lines)\n");
        }
    }

    @Override
    public void detail(String what) {
        line("     -> " + what);
    }

    @Override
    public void warning(String what) {
        line("     >> " + what);
    }

    private void error(String what) {
        line("     >>>> " + what + " <<<<");
    }

    @Override
    public void entered(Ofproto bridge) {
        String title = "bridge(\"" + bridge.name() + "\")";
        line("");
        line(title);
        line("-".repeat(title.length()));
    }

    @Override
    public void left(Ofproto bridge) {
        // the original does not say so either
    }

    @Override
    public void matched(FlowRule rule) {
        line(" 0. priority 0");
    }

    @Override
    public void normal() {
        line("    NORMAL");
    }

    @Override
    public void seen(Ofproto bridge, int vlan, long mac, OfPort port) {
        MacTable.Entry known = bridge.macs().lookup(vlan, mac);
        boolean stays = bridge.port(port.number()) == port;
        if (learns && stays && (known == null || (known.port() != port && !known.isStatic()))) {
            detail("learned that %s is on port %s in VLAN %d".formatted(Macs.format(mac), port.name(), vlan));
        }
    }

    @Override
    public void forwards(OfPort to) {
        detail("forwarding to learned port");
    }

    @Override
    public void floods() {
        detail("no learned MAC for destination, flooding");
    }

    @Override
    public void sends(OfPort to) {
        behind.accept(to, this);
    }

    @Override
    public void ends(End why, OfPort port, int vlan) {
        switch (why) {
            case VLAN_REFUSED -> {
                error(refusal(port, vlan));
                warning("disallowed VLAN VID for this input port, dropping");
            }
            case RESERVED_ADDRESS -> detail("packet has reserved destination MAC, dropping");
            case SAME_PORT -> detail("learned port is input port, dropping");
            case VLAN_NOT_CARRIED -> warning("learned port %s does not carry VLAN %d, dropping".formatted(port, vlan));
            case PROTECTED -> warning("Flow is between protected ports, skipping output.");
            case ARRIVED_THERE -> warning("skipping output to input port");
            case NO_PEER -> warning("patch port %s has no peer, dropping".formatted(port));
            case TOO_DEEP -> error("over max translation depth 64");
            case NO_FLOW, UNKNOWN_PORT, TOO_MANY_ACTIONS -> ends(why);
        }
    }

    private static String refusal(OfPort port, int vlan) {
        VlanPolicy policy = port.vlans();
        return policy.mode() == VlanPolicy.Mode.ACCESS
                ? "dropping VLAN %d tagged packet received on port %s configured as VLAN %d access port"
                        .formatted(vlan, port.name(), policy.tag())
                : "dropping VLAN %d packet received on port %s not configured for trunking VLAN %d"
                        .formatted(vlan, port.name(), vlan);
    }

    @Override
    public void ends(End why) {
        switch (why) {
            case NO_FLOW -> {
                line(" 0. No match.");
                line("    drop");
            }
            case UNKNOWN_PORT -> {
                error("received packet on unknown port " + number);
                warning("no input bundle, dropping");
            }
            case TOO_MANY_ACTIONS -> error("more actions than a packet may have, dropping");
            default -> error(why.toString());
        }
    }
}
