package dev.culvert.openflow.message;

import dev.culvert.openflow.field.Bits;

/**
 * What a flow does to a packet, in the terms of the latest version; the codecs translate the older versions' actions. A list
 * without actions drops.
 */
public sealed interface Action {
    /**
     * Sends the packet to a port.
     *
     * @param port in the 32-bit form; NORMAL, CONTROLLER and the like are ports too
     * @param maxLength bytes for the controller, 0 to 65535; of no meaning for other ports
     */
    record Output(int port, int maxLength) implements Action {}

    /**
     * Chooses the queue for outputs that follow.
     *
     * @param queue the queue's number
     */
    record SetQueue(int queue) implements Action {}

    /**
     * Has a group treat the packet.
     *
     * @param group the group's number
     */
    record Group(int group) implements Action {}

    /**
     * Adds a VLAN tag.
     *
     * @param ethertype 0x8100 or 0x88a8
     */
    record PushVlan(int ethertype) implements Action {}

    /** Removes the outermost VLAN tag, under OpenFlow 1.0's name. */
    record StripVlan() implements Action {}

    /** Removes the outermost VLAN tag, under the name that it has since OpenFlow 1.1. */
    record PopVlan() implements Action {}

    /**
     * Adds an MPLS label.
     *
     * @param ethertype 0x8847 or 0x8848
     */
    record PushMpls(int ethertype) implements Action {}

    /**
     * Removes the outermost MPLS label.
     *
     * @param ethertype what the packet is then
     */
    record PopMpls(int ethertype) implements Action {}

    /** Takes one from the IP time to live. */
    record DecTtl() implements Action {}

    /**
     * Looks the packet up in a table again, as if it had come in by another port; Nicira's extension.
     *
     * @param port the port, or {@link dev.culvert.openflow.OfPort#IN_PORT} for the one that it came in by
     * @param table the table, or {@link #SAME_TABLE}
     */
    record Resubmit(int port, int table) implements Action {
        /** The table that the flow itself is in. */
        public static final int SAME_TABLE = 0xff;
    }

    /**
     * An action that this side does not know the meaning of, kept as it came.
     *
     * @param wire the whole action, header included
     */
    record Unknown(Bits wire) implements Action {}
}
