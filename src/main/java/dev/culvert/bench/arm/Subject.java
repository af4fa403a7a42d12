package dev.culvert.bench.arm;

import dev.culvert.lab.Encapsulation;

/**
 * Who was measured, and under which conditions.
 *
 * @param arm the switch
 * @param encapsulation the tunnel that Culvert has in this comparison
 * @param underlay the cable between the boxes
 * @param study the question
 * @param size how many tunnels or stations there are, where the question is about those; 1 otherwise
 */
public record Subject(ArmKind arm, Encapsulation encapsulation, Underlay underlay, Study study, int size) {
    /**
     * One that is compared with others.
     *
     * @param arm the switch
     * @param encapsulation the tunnel
     * @param underlay the cable
     * @return the subject
     */
    public static Subject of(ArmKind arm, Encapsulation encapsulation, Underlay underlay) {
        return new Subject(arm, encapsulation, underlay, Study.SWITCHES, 1);
    }

    /**
     * One that is compared with itself: over VXLAN, which all arms have, and on a plain veth pair.
     *
     * @param arm the switch
     * @param study what there are many of
     * @param size how many
     * @return the subject
     */
    public static Subject grown(ArmKind arm, Study study, int size) {
        return new Subject(arm, Encapsulation.VXLAN, Underlay.VETH, study, size);
    }

    /**
     * Another switch under the same conditions.
     *
     * @param other the switch
     * @return the subject
     */
    public Subject with(ArmKind other) {
        return new Subject(other, encapsulation, underlay, study, size);
    }

    /** How many tunnels one box has. */
    public int tunnels() {
        return study == Study.TUNNELS ? size : 1;
    }

    /** How many MAC addresses are behind one of the guests' cables. */
    public int stations() {
        return study == Study.STATIONS ? size : 1;
    }
}
