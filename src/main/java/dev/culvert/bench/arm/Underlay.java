package dev.culvert.bench.arm;

/** What the cable between the boxes does. */
public enum Underlay {
    /** A veth pair as it is: super-frames cross it whole. */
    VETH("veth"),
    /** A veth pair without offloads: every packet is cut and summed before it leaves, as for a card that can do neither. */
    WIRE("wire-like");

    private final String title;

    Underlay(String title) {
        this.title = title;
    }

    /** Its name in a report. */
    public String title() {
        return title;
    }
}
