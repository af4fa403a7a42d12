package dev.culvert.datapath;

/**
 * One thing that is done with a packet of a flow. The names are those of {@code enum ovs_action_attr}
 * (linux/openvswitch.h); as text it is in Open vSwitch's syntax for datapath actions.
 */
public sealed interface Action {
    /**
     * Sends the packet, as the actions before have made it, out of a port.
     *
     * @param port the datapath's port number
     */
    record Output(int port) implements Action {
        @Override
        public String toString() {
            return Integer.toString(port);
        }
    }

    /**
     * Puts a VLAN tag in front of whatever follows the Ethernet addresses.
     *
     * @param tpid the EtherType of the tag, 0x8100 or 0x88a8
     * @param tci priority (3 bits), DEI (1 bit) and VLAN identifier (12 bits)
     */
    record PushVlan(int tpid, int tci) implements Action {
        @Override
        public String toString() {
            String type = tpid == 0x8100 ? "" : "tpid=0x%x,".formatted(tpid);
            return "push_vlan(%svid=%d,pcp=%d)".formatted(type, tci & 0xfff, tci >> 13 & 7);
        }
    }

    /** Takes the outermost VLAN tag away; does nothing to a packet that has none. */
    record PopVlan() implements Action {
        @Override
        public String toString() {
            return "pop_vlan";
        }
    }
}
