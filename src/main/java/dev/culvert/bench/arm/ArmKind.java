package dev.culvert.bench.arm;

import dev.culvert.lab.Encapsulation;
import dev.culvert.lab.SwitchKind;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is compared. The order is that in which they take their turns, forwards and then backwards, so those that are next
 * to each other here are measured one right after the other: what Culvert is to be compared with stands beside it.
 */
public enum ArmKind {
    /** A plain cable from guest to guest, and no switch: the limit. */
    BARE("bare veth", null),
    /** Culvert as it is. */
    CULVERT("Culvert", SwitchKind.CULVERT),
    /** The kernel's bridge and vxlan device. */
    KERNEL("kernel", SwitchKind.KERNEL),
    /** Culvert without the kernel's copy of its flow cache: user space alone. */
    USERSPACE("Culvert userspace", SwitchKind.CULVERT),
    /** Open vSwitch with its userspace datapath. */
    OVS("Open vSwitch", SwitchKind.OVS),
    /** wireguard-go. */
    WIREGUARD("wireguard-go", SwitchKind.WIREGUARD);

    /** The MTU of guests whose switch does not say that it has to be smaller. */
    private static final int CABLE_MTU = 1500;

    private final String title;
    private final @Nullable SwitchKind kind;

    ArmKind(String title, @Nullable SwitchKind kind) {
        this.title = title;
        this.kind = kind;
    }

    /** Its name in a report. */
    public String title() {
        return title;
    }

    /** The switch in each box; none for a plain cable. */
    public Optional<SwitchKind> kind() {
        return Optional.ofNullable(kind);
    }

    /** Whether it is this project's. */
    public boolean ours() {
        return kind == SwitchKind.CULVERT;
    }

    /** Whether it is an Ethernet switch, or as good as one: frames from MAC addresses of any kind get through. */
    public boolean switches() {
        return this != WIREGUARD;
    }

    /** Whether it can have many tunnels and learn many stations. */
    public boolean scales() {
        return kind != null && this != WIREGUARD;
    }

    /** The largest MTU that its guests may have. */
    public int guestMtu() {
        return kind == null ? CABLE_MTU : kind.guestMtu();
    }

    /** The programs that it needs beside those of the lab. */
    public List<String> programs() {
        return kind == null ? List.of() : kind.programs();
    }

    /**
     * Whether it takes part where Culvert has this encapsulation: by the same, or as what it is to be compared with. IPsec
     * has no copy in the kernel, so there is one Culvert there.
     *
     * @param encapsulation Culvert's
     * @return whether it is measured beside it
     */
    public boolean joins(Encapsulation encapsulation) {
        return switch (this) {
            case BARE, CULVERT -> true;
            case KERNEL, USERSPACE, OVS -> !encapsulation.isProtected();
            case WIREGUARD -> encapsulation.isProtected();
        };
    }

    /**
     * The tunnel that it has itself where Culvert has this encapsulation: the kernel arm always has its vxlan device.
     *
     * @param encapsulation Culvert's
     * @return its own
     */
    public Encapsulation own(Encapsulation encapsulation) {
        return this == KERNEL ? Encapsulation.VXLAN : encapsulation;
    }
}
