package dev.culvert.openflow.message;

import java.util.Optional;

/** A controller's role: {@code ofp_controller_role}; Nicira's numbers are one lower and lack NOCHANGE. */
public enum Role {
    /** Keep the role, only tell it. */
    NOCHANGE(0, "nochange"),
    /** One of many with full access. */
    EQUAL(1, "equal"),
    /** The one with full access; another primary becomes secondary. */
    PRIMARY(2, "primary"),
    /** Reads only. */
    SECONDARY(3, "secondary");

    private final int wire;
    private final String text;

    Role(int wire, String text) {
        this.wire = wire;
        this.text = text;
    }

    /** The number in OpenFlow 1.2 and later. */
    public int wire() {
        return wire;
    }

    /** The name in printed messages. */
    public String text() {
        return text;
    }

    /** The role of that number, in OpenFlow 1.2's count. */
    public static Optional<Role> ofWire(int wire) {
        for (Role role : values()) {
            if (role.wire == wire) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
