package dev.culvert.lab;

import java.nio.file.Path;
import java.util.List;

/** The switches that a box can have. */
public enum SwitchKind {
    /** This project's. */
    CULVERT("Culvert", 1500),
    /** Open vSwitch with its userspace datapath, as the distribution packages it. */
    OVS("Open vSwitch", 1450),
    /** The kernel's own bridge and vxlan device. */
    KERNEL("kernel", 1450),
    /** WireGuard in user space: no Ethernet switch, but what a protected tunnel is measured by. */
    WIREGUARD("wireguard-go", 1420);

    private final String title;
    private final int guestMtu;

    SwitchKind(String title, int guestMtu) {
        this.title = title;
        this.guestMtu = guestMtu;
    }

    /** Its name in a report. */
    public String title() {
        return title;
    }

    /**
     * The largest MTU that guests may have. Culvert takes what they are born with; the others silently drop what
     * does not fit into the underlay's 1500 bytes once 50 bytes of headers are added.
     */
    public int guestMtu() {
        return guestMtu;
    }

    /**
     * Whether checksums must be finished in what reaches it. A veth hands packets over as their sender left them, which
     * on one machine may be without checksums and unsegmented; Open vSwitch's userspace datapath takes them as they
     * are, and drops them or passes them on broken.
     */
    public boolean needsFinishedChecksums() {
        return this == OVS;
    }

    /** The programs that it needs beside those of the lab itself. */
    public List<String> programs() {
        return switch (this) {
            case CULVERT -> List.of();
            case OVS -> List.of("ovs-vswitchd", "ovsdb-server", "ovsdb-tool", "ovs-vsctl", "ovs-ofctl", "ethtool");
            case KERNEL -> List.of("bridge");
            case WIREGUARD -> List.of("wireguard-go", "wg");
        };
    }

    /**
     * Whether it knows this encapsulation.
     *
     * @param encapsulation the encapsulation
     * @return false for what it cannot do
     */
    public boolean supports(Encapsulation encapsulation) {
        return switch (this) {
            case CULVERT -> true;
            case OVS -> !encapsulation.isProtected(); // only its kernel datapath meets the kernel's ESP
            case KERNEL -> encapsulation == Encapsulation.VXLAN;
            case WIREGUARD -> encapsulation.isProtected();
        };
    }

    /**
     * Such a switch, not started.
     *
     * @param side the side whose box it serves
     * @param folder a folder for its files, which need not exist
     * @param shell what runs its programs
     * @param store where its processes are written down
     * @return the switch
     */
    public BoxSwitch create(Side side, Path folder, Shell shell, LabStore store) {
        return switch (this) {
            case CULVERT -> new CulvertSwitch(side, folder, shell, store);
            case OVS -> new OpenVswitchSwitch(side, folder, shell, store);
            case KERNEL -> new KernelSwitch(side, shell);
            case WIREGUARD -> new WireguardSwitch(side, folder, shell, store);
        };
    }
}
