package dev.culvert.openflow.field;

/** What a packet must be for a field to exist in it, as ovs-fields(7) lists it. */
public enum Prerequisite {
    /** Every packet has it. */
    NONE,
    /** An Ethernet packet. */
    ETHERNET,
    /** A packet with a VLAN tag. */
    VLAN_VID,
    /** Ethertype 0x0800. */
    IPV4,
    /** Ethertype 0x86dd. */
    IPV6,
    /** Either version of IP. */
    IP,
    /** Ethertypes 0x0806 and 0x8035. */
    ARP,
    /** Ethertypes 0x8847 and 0x8848. */
    MPLS,
    /** IP protocol 6. */
    TCP,
    /** IP protocol 17. */
    UDP,
    /** IP protocol 132. */
    SCTP,
    /** IP protocol 1 over IPv4. */
    ICMPV4,
    /** IP protocol 58 over IPv6. */
    ICMPV6,
    /** ICMPv6 types 135 and 136, code 0. */
    ND,
    /** ICMPv6 type 135, code 0. */
    ND_SOLICIT,
    /** ICMPv6 type 136, code 0. */
    ND_ADVERT,
    /** Ethertype 0x894f. */
    NSH,
    /** A packet that connection tracking knows. */
    CT
}
