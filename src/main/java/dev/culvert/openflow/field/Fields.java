package dev.culvert.openflow.field;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * All fields, as one table. Sources: OpenFlow 1.5, 7.2.3.7 and 7.2.3.8; {@code nicira-ext.h}; ovs-fields(7), whose names and
 * order these are (its order decides how lists of fields are printed).
 */
public final class Fields {
    /**
     * A row: names; bits on the wire, and how many of them count if not all; text format; masking; access; prerequisite; numbers
     * in OXM and NXM, each with the OpenFlow version (or approximation to it) that brought it. {@code 0..n} stands for a family.
     */
    private static final String TABLE = """
            dp_hash           32    hexadecimal  mask  ro none       NXM_NX_DP_HASH=35
            recirc_id         32    decimal      exact ro none       NXM_NX_RECIRC_ID=36
            packet_type       32    packet_type  exact ro none       OXM_OF_PACKET_TYPE=44@1.5
            conj_id           32    decimal      exact ro none       NXM_NX_CONJ_ID=37
            tun_id,tunnel_id  64    hexadecimal  mask  rw none       OXM_OF_TUNNEL_ID=38@1.3 NXM_NX_TUN_ID=16
            tun_src           32    IPv4         mask  rw none       NXM_NX_TUN_IPV4_SRC=31
            tun_dst           32    IPv4         mask  rw none       NXM_NX_TUN_IPV4_DST=32
            tun_ipv6_src      128   IPv6         mask  rw none       NXM_NX_TUN_IPV6_SRC=109
            tun_ipv6_dst      128   IPv6         mask  rw none       NXM_NX_TUN_IPV6_DST=110
            tun_flags         16/1  tunnel_flags mask  rw none       NXM_NX_TUN_FLAGS=104
            tun_gbp_id        16    decimal      mask  rw none       NXM_NX_TUN_GBP_ID=38
            tun_gbp_flags     8     hexadecimal  mask  rw none       NXM_NX_TUN_GBP_FLAGS=39
            tun_erspan_idx    32/20 hexadecimal  mask  rw none       NXOXM_ET_ERSPAN_IDX=11
            tun_erspan_ver    8/4   decimal      mask  rw none       NXOXM_ET_ERSPAN_VER=12
            tun_erspan_dir    8/1   decimal      mask  rw none       NXOXM_ET_ERSPAN_DIR=13
            tun_erspan_hwid   8/6   hexadecimal  mask  rw none       NXOXM_ET_ERSPAN_HWID=14
            tun_gtpu_flags    8     hexadecimal  mask  ro none       NXOXM_ET_GTPU_FLAGS=15
            tun_gtpu_msgtype  8     decimal      mask  ro none       NXOXM_ET_GTPU_MSGTYPE=16
            tun_metadata0..63 992   hexadecimal  mask  rw none       NXM_NX_TUN_METADATA0=40
            metadata          64    hexadecimal  mask  rw none       OXM_OF_METADATA=2@1.2
            in_port           16    port16       exact rw none       NXM_OF_IN_PORT=0
            in_port_oxm       32    port32       exact rw none       OXM_OF_IN_PORT=0@1.2
            actset_output     32    port32       exact ro none       ONFOXM_ET_ACTSET_OUTPUT=43@1.3 OXM_OF_ACTSET_OUTPUT=43@1.5
            skb_priority      32    hexadecimal  exact ro none
            pkt_mark          32    hexadecimal  mask  rw none       NXM_NX_PKT_MARK=33
            ct_state          32    ct_state     mask  ro none       NXM_NX_CT_STATE=105
            ct_zone           16    hexadecimal  exact ro none       NXM_NX_CT_ZONE=106
            ct_mark           32    hexadecimal  mask  rw none       NXM_NX_CT_MARK=107
            ct_label          128   hexadecimal  mask  rw none       NXM_NX_CT_LABEL=108
            ct_nw_proto       8     decimal      exact ro CT         NXM_NX_CT_NW_PROTO=119
            ct_nw_src         32    IPv4         mask  ro CT         NXM_NX_CT_NW_SRC=120
            ct_nw_dst         32    IPv4         mask  ro CT         NXM_NX_CT_NW_DST=121
            ct_ipv6_src       128   IPv6         mask  ro CT         NXM_NX_CT_IPV6_SRC=122
            ct_ipv6_dst       128   IPv6         mask  ro CT         NXM_NX_CT_IPV6_DST=123
            ct_tp_src         16    decimal      mask  ro CT         NXM_NX_CT_TP_SRC=124
            ct_tp_dst         16    decimal      mask  ro CT         NXM_NX_CT_TP_DST=125
            reg0..15          32    hexadecimal  mask  rw none       NXM_NX_REG0=0
            xreg0..7          64    hexadecimal  mask  rw none       OXM_OF_PKT_REG0=0@1.3
            xxreg0..3         128   hexadecimal  mask  rw none       NXM_NX_XXREG0=111
            eth_src,dl_src    48    Ethernet     mask  rw Ethernet   OXM_OF_ETH_SRC=4@1.2 NXM_OF_ETH_SRC=2
            eth_dst,dl_dst    48    Ethernet     mask  rw Ethernet   OXM_OF_ETH_DST=3@1.2 NXM_OF_ETH_DST=1
            eth_type,dl_type  16    hexadecimal  exact ro Ethernet   OXM_OF_ETH_TYPE=5@1.2 NXM_OF_ETH_TYPE=3
            vlan_tci          16    hexadecimal  mask  rw Ethernet   NXM_OF_VLAN_TCI=4
            vlan_vid          16/13 decimal      mask  rw Ethernet   OXM_OF_VLAN_VID=6@1.2
            vlan_pcp          8/3   decimal      exact rw VLAN_VID   OXM_OF_VLAN_PCP=7@1.2
            mpls_label        32/20 decimal      exact rw MPLS       OXM_OF_MPLS_LABEL=34@1.2
            mpls_tc           8/3   decimal      exact rw MPLS       OXM_OF_MPLS_TC=35@1.2
            mpls_bos          8/1   decimal      exact ro MPLS       OXM_OF_MPLS_BOS=36@1.3
            mpls_ttl          8     decimal      exact rw MPLS       NXM_NX_MPLS_TTL=30
            ip_src,nw_src     32    IPv4         mask  rw IPv4       OXM_OF_IPV4_SRC=11@1.2 NXM_OF_IP_SRC=7
            ip_dst,nw_dst     32    IPv4         mask  rw IPv4       OXM_OF_IPV4_DST=12@1.2 NXM_OF_IP_DST=8
            ipv6_src          128   IPv6         mask  rw IPv6       OXM_OF_IPV6_SRC=26@1.2 NXM_NX_IPV6_SRC=19
            ipv6_dst          128   IPv6         mask  rw IPv6       OXM_OF_IPV6_DST=27@1.2 NXM_NX_IPV6_DST=20
            ipv6_label        32/20 hexadecimal  mask  rw IPv6       OXM_OF_IPV6_FLABEL=28@1.2 NXM_NX_IPV6_LABEL=27
            nw_proto,ip_proto 8     decimal      exact ro IP         OXM_OF_IP_PROTO=10@1.2 NXM_OF_IP_PROTO=6
            nw_tos            8     decimal      exact rw IP         NXM_OF_IP_TOS=5
            ip_dscp           8/6   decimal      exact rw IP         OXM_OF_IP_DSCP=8@1.2
            nw_ecn,ip_ecn     8/2   decimal      exact rw IP         OXM_OF_IP_ECN=9@1.2 NXM_NX_IP_ECN=28
            nw_ttl            8     decimal      exact rw IP         NXM_NX_IP_TTL=29
            ip_frag,nw_frag   8/2   frag         mask  ro IP         NXM_NX_IP_FRAG=26
            arp_op            16    decimal      exact rw ARP        OXM_OF_ARP_OP=21@1.2 NXM_OF_ARP_OP=15
            arp_spa           32    IPv4         mask  rw ARP        OXM_OF_ARP_SPA=22@1.2 NXM_OF_ARP_SPA=16
            arp_tpa           32    IPv4         mask  rw ARP        OXM_OF_ARP_TPA=23@1.2 NXM_OF_ARP_TPA=17
            arp_sha           48    Ethernet     mask  rw ARP        OXM_OF_ARP_SHA=24@1.2 NXM_NX_ARP_SHA=17
            arp_tha           48    Ethernet     mask  rw ARP        OXM_OF_ARP_THA=25@1.2 NXM_NX_ARP_THA=18
            tcp_src,tp_src    16    decimal      mask  rw TCP        OXM_OF_TCP_SRC=13@1.2 NXM_OF_TCP_SRC=9
            tcp_dst,tp_dst    16    decimal      mask  rw TCP        OXM_OF_TCP_DST=14@1.2 NXM_OF_TCP_DST=10
            tcp_flags         16/12 TCP_flags    mask  ro TCP        ONFOXM_ET_TCP_FLAGS=42@1.3 OXM_OF_TCP_FLAGS=42@1.5 NXM_NX_TCP_FLAGS=34
            udp_src           16    decimal      mask  rw UDP        OXM_OF_UDP_SRC=15@1.2 NXM_OF_UDP_SRC=11
            udp_dst           16    decimal      mask  rw UDP        OXM_OF_UDP_DST=16@1.2 NXM_OF_UDP_DST=12
            sctp_src          16    decimal      mask  rw SCTP       OXM_OF_SCTP_SRC=17@1.2
            sctp_dst          16    decimal      mask  rw SCTP       OXM_OF_SCTP_DST=18@1.2
            icmp_type         8     decimal      exact rw ICMPv4     OXM_OF_ICMPV4_TYPE=19@1.2 NXM_OF_ICMP_TYPE=13
            icmp_code         8     decimal      exact rw ICMPv4     OXM_OF_ICMPV4_CODE=20@1.2 NXM_OF_ICMP_CODE=14
            icmpv6_type       8     decimal      exact rw ICMPv6     OXM_OF_ICMPV6_TYPE=29@1.2 NXM_NX_ICMPV6_TYPE=21
            icmpv6_code       8     decimal      exact rw ICMPv6     OXM_OF_ICMPV6_CODE=30@1.2 NXM_NX_ICMPV6_CODE=22
            nd_target         128   IPv6         mask  rw ND         OXM_OF_IPV6_ND_TARGET=31@1.2 NXM_NX_ND_TARGET=23
            nd_sll            48    Ethernet     mask  rw ND_solicit OXM_OF_IPV6_ND_SLL=32@1.2 NXM_NX_ND_SLL=24
            nd_tll            48    Ethernet     mask  rw ND_advert  OXM_OF_IPV6_ND_TLL=33@1.2 NXM_NX_ND_TLL=25
            nd_reserved       32    decimal      exact rw ND         ERICOXM_OF_ICMPV6_ND_RESERVED=1
            nd_options_type   8     decimal      exact rw ND         ERICOXM_OF_ICMPV6_ND_OPTIONS_TYPE=2
            nsh_flags         8     decimal      mask  rw NSH        NXOXM_NSH_FLAGS=1
            nsh_mdtype        8     decimal      exact ro NSH        NXOXM_NSH_MDTYPE=2
            nsh_np            8     decimal      exact ro NSH        NXOXM_NSH_NP=3
            nsh_spi,nsp       32/24 hexadecimal  exact rw NSH        NXOXM_NSH_SPI=4
            nsh_si,nsi        8     decimal      exact rw NSH        NXOXM_NSH_SI=5
            nsh_c1,nshc1      32    hexadecimal  mask  rw NSH        NXOXM_NSH_C1=6
            nsh_c2,nshc2      32    hexadecimal  mask  rw NSH        NXOXM_NSH_C2=7
            nsh_c3,nshc3      32    hexadecimal  mask  rw NSH        NXOXM_NSH_C3=8
            nsh_c4,nshc4      32    hexadecimal  mask  rw NSH        NXOXM_NSH_C4=9
            nsh_ttl           8     decimal      exact rw NSH        NXOXM_NSH_TTL=10
            """;

    private static final List<Field> ALL = new ArrayList<>();
    private static final Map<String, Field> BY_NAME = new HashMap<>();
    private static final Map<Long, Field> BY_CODE = new HashMap<>();

    static {
        TABLE.lines().forEach(Fields::addRow);
    }

    /** The 32-bit number of the port of arrival. */
    public static final Field IN_PORT = named("in_port_oxm");
    /** The 16-bit form of it, in NXM. */
    public static final Field IN_PORT_16 = named("in_port");
    /** The Ethernet source address. */
    public static final Field ETH_SRC = named("eth_src");
    /** The Ethernet destination address. */
    public static final Field ETH_DST = named("eth_dst");
    /** The Ethernet type. */
    public static final Field ETH_TYPE = named("eth_type");
    /** The VLAN tag control information, with bit 12 set where there is a tag (NXM's view of a tag). */
    public static final Field VLAN_TCI = named("vlan_tci");
    /** The VLAN identifier, with bit 12 set where there is a tag (OXM's view). */
    public static final Field VLAN_VID = named("vlan_vid");
    /** The VLAN priority. */
    public static final Field VLAN_PCP = named("vlan_pcp");
    /** The IPv4 source address. */
    public static final Field IP_SRC = named("ip_src");
    /** The IPv4 destination address. */
    public static final Field IP_DST = named("ip_dst");
    /** The IP protocol. */
    public static final Field NW_PROTO = named("nw_proto");
    /** The DSCP in the upper six bits of the IP type-of-service byte (NXM's and OpenFlow 1.0's view). */
    public static final Field NW_TOS = named("nw_tos");
    /** The DSCP as a six-bit number (OXM's view). */
    public static final Field IP_DSCP = named("ip_dscp");
    /** The ARP operation. */
    public static final Field ARP_OP = named("arp_op");
    /** The ARP sender's IPv4 address. */
    public static final Field ARP_SPA = named("arp_spa");
    /** The ARP target's IPv4 address. */
    public static final Field ARP_TPA = named("arp_tpa");
    /** The metadata between tables. */
    public static final Field METADATA = named("metadata");
    /** The MPLS label. */
    public static final Field MPLS_LABEL = named("mpls_label");
    /** The MPLS traffic class. */
    public static final Field MPLS_TC = named("mpls_tc");

    private Fields() {}

    /** Every field, in the table's order. */
    public static List<Field> all() {
        return List.copyOf(ALL);
    }

    /** The field of that name or other name, in lower case. */
    public static Optional<Field> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /**
     * The field that a header on the wire stands for.
     *
     * @param oxmClass 16 bits
     * @param experimenter 32 bits; 0 unless the class is 0xffff
     * @param number 7 bits
     */
    public static Optional<Field> find(int oxmClass, int experimenter, int number) {
        return Optional.ofNullable(BY_CODE.get(key(oxmClass, experimenter, number)));
    }

    private static Field named(String name) {
        return find(name).orElseThrow();
    }

    private static void addRow(String row) {
        String[] column = row.split(" +", -1);
        int family = column[0].indexOf("0..");
        if (family < 0) {
            add(column, Arrays.asList(column[0].split(",", -1)), 0);
            return;
        }
        int last = Integer.parseInt(column[0].substring(family + 3));
        for (int member = 0; member <= last; member++) {
            add(column, List.of(column[0].substring(0, family) + member), member);
        }
    }

    private static void add(String[] column, List<String> names, int member) {
        String[] bits = column[1].split("/", -1);
        List<FieldCode> codes = new ArrayList<>();
        for (int i = 6; i < column.length; i++) {
            FieldCode first = FieldCode.parse(column[i]);
            String name = column[0].contains("..")
                    ? first.name().substring(0, first.name().length() - 1) + member
                    : first.name();
            codes.add(new FieldCode(
                    name, first.oxmClass(), first.experimenter(), first.number() + member, first.since()));
        }
        Field field = new Field(
                ALL.size(),
                List.copyOf(names),
                Integer.parseInt(bits[0]),
                Integer.parseInt(bits[bits.length - 1]),
                FieldFormat.valueOf(column[2].toUpperCase(Locale.ROOT)),
                column[3].equals("mask"),
                column[4].equals("rw"),
                Prerequisite.valueOf(column[5].toUpperCase(Locale.ROOT)),
                List.copyOf(codes));
        ALL.add(field);
        names.forEach(name -> BY_NAME.put(name, field));
        codes.forEach(code -> BY_CODE.put(key(code.oxmClass(), code.experimenter(), code.number()), field));
    }

    private static long key(int oxmClass, int experimenter, int number) {
        return ((long) experimenter << 32) | ((long) oxmClass << 8) | number;
    }
}
