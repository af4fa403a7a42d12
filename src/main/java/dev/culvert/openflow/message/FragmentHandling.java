package dev.culvert.openflow.message;

/** What the switch does with IP fragments: the low bits of {@code ofp_config_flags}; nx-match is Nicira's. */
public enum FragmentHandling {
    /** Matches them, with transport ports zero. */
    NORMAL(0, "normal"),
    /** Drops them. */
    DROP(1, "drop"),
    /** Reassembles them. */
    REASSEMBLE(2, "reassemble"),
    /** Matches the first with its transport ports, the others with zeros. */
    NX_MATCH(3, "nx-match");

    private final int wire;
    private final String text;

    FragmentHandling(int wire, String text) {
        this.wire = wire;
        this.text = text;
    }

    /** The number on the wire, 0 to 3. */
    public int wire() {
        return wire;
    }

    /** The name in printed messages and on command lines. */
    public String text() {
        return text;
    }

    /** The handling of the low two bits of {@code flags}. */
    public static FragmentHandling ofWire(int flags) {
        return switch (flags & 3) {
            case 0 -> NORMAL;
            case 1 -> DROP;
            case 2 -> REASSEMBLE;
            default -> NX_MATCH;
        };
    }
}
