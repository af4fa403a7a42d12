package dev.culvert.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares every size, offset and number of this room with what a C compiler makes of the kernel's own headers. */
class KernelLayoutTest {
    private static final List<String> HEADERS = List.of(
            "stddef.h",
            "stdio.h",
            "errno.h",
            "fcntl.h",
            "poll.h",
            "sys/epoll.h",
            "sys/eventfd.h",
            "sys/ioctl.h",
            "sys/prctl.h",
            "sys/socket.h",
            "sys/syscall.h",
            "sys/uio.h",
            "sched.h",
            "netinet/in.h",
            "netinet/udp.h",
            "linux/bpf.h",
            "linux/ethtool.h",
            "linux/filter.h",
            "linux/if.h",
            "linux/if_ether.h",
            "linux/if_link.h",
            "linux/if_packet.h",
            "linux/if_tun.h",
            "linux/neighbour.h",
            "linux/netlink.h",
            "linux/pkt_cls.h",
            "linux/pkt_sched.h",
            "linux/rtnetlink.h",
            "linux/sockios.h",
            "linux/virtio_net.h",
            "linux/xfrm.h");

    private final Map<String, Long> expected = new LinkedHashMap<>();

    @TempDir
    Path directory;

    @Test
    void agreesWithTheCompiler() throws IOException, InterruptedException {
        messages();
        addresses();
        options();
        devices();
        files();
        netlink();
        links();
        trafficControl();
        errors();
        assertThat(compiled()).containsExactlyEntriesOf(expected);
    }

    private void messages() {
        size("struct mmsghdr", MessageBatch.MMSGHDR_SIZE);
        offset("struct mmsghdr", "msg_hdr.msg_name", MessageBatch.NAME);
        offset("struct mmsghdr", "msg_hdr.msg_namelen", MessageBatch.NAME_LENGTH);
        offset("struct mmsghdr", "msg_hdr.msg_iov", MessageBatch.VECTORS);
        offset("struct mmsghdr", "msg_hdr.msg_iovlen", MessageBatch.VECTOR_COUNT);
        offset("struct mmsghdr", "msg_hdr.msg_control", MessageBatch.CONTROL);
        offset("struct mmsghdr", "msg_hdr.msg_controllen", MessageBatch.CONTROL_LENGTH);
        offset("struct mmsghdr", "msg_hdr.msg_flags", MessageBatch.FLAGS);
        offset("struct mmsghdr", "msg_len", MessageBatch.LENGTH);
        size("struct iovec", MessageBatch.VECTOR_SIZE);
        offset("struct iovec", "iov_len", 8);
        value("CMSG_LEN(0)", MessageBatch.CONTROL_HEADER);
        value("CMSG_SPACE(2)", 24);
        offset("struct cmsghdr", "cmsg_len", 0);
        offset("struct cmsghdr", "cmsg_level", MessageBatch.CONTROL_LEVEL);
        offset("struct cmsghdr", "cmsg_type", MessageBatch.CONTROL_TYPE);
        size("struct in_pktinfo", SocketAddress.PKTINFO_SIZE);
        offset("struct in_pktinfo", "ipi_ifindex", 0);
        offset("struct in_pktinfo", "ipi_spec_dst", 4);
        offset("struct in_pktinfo", "ipi_addr", SocketAddress.PKTINFO_DESTINATION);
        size("struct in6_pktinfo", SocketAddress.PKTINFO6_SIZE);
        offset("struct in6_pktinfo", "ipi6_ifindex", SocketAddress.PKTINFO6_INTERFACE);
        size("struct tpacket_auxdata", SocketAddress.AUXDATA_SIZE);
        offset("struct tpacket_auxdata", "tp_status", 0);
        offset("struct tpacket_auxdata", "tp_vlan_tci", SocketAddress.AUXDATA_VLAN_TCI);
        offset("struct tpacket_auxdata", "tp_vlan_tpid", SocketAddress.AUXDATA_VLAN_TPID);
        value("TP_STATUS_VLAN_VALID", SocketAddress.VLAN_VALID);
        value("TP_STATUS_VLAN_TPID_VALID", SocketAddress.VLAN_TPID_VALID);
        size("struct tpacket_stats", PacketSocket.STATISTICS_SIZE);
        offset("struct tpacket_stats", "tp_drops", 4);
        size("struct packet_mreq", PacketSocket.MEMBERSHIP_SIZE);
        offset("struct packet_mreq", "mr_type", 4);
        value("MSG_DONTWAIT", SocketCalls.MSG_DONTWAIT);
        value("MSG_TRUNC", MessageSocket.TRUNCATED);
    }

    private void addresses() {
        value("AF_UNSPEC", AddressFamily.UNSPEC);
        value("AF_INET", AddressFamily.INET);
        value("AF_BRIDGE", AddressFamily.BRIDGE);
        value("AF_INET6", AddressFamily.INET6);
        value("AF_NETLINK", AddressFamily.NETLINK);
        value("AF_PACKET", AddressFamily.PACKET);
        size("struct sockaddr_in", SocketAddress.IN_SIZE);
        offset("struct sockaddr_in", "sin_port", SocketAddress.PORT);
        offset("struct sockaddr_in", "sin_addr", SocketAddress.IN_ADDRESS);
        size("struct sockaddr_in6", SocketAddress.IN6_SIZE);
        offset("struct sockaddr_in6", "sin6_port", SocketAddress.PORT);
        offset("struct sockaddr_in6", "sin6_flowinfo", SocketAddress.IN6_FLOW);
        offset("struct sockaddr_in6", "sin6_addr", SocketAddress.IN6_ADDRESS);
        offset("struct sockaddr_in6", "sin6_scope_id", SocketAddress.IN6_SCOPE);
        size("struct sockaddr_ll", SocketAddress.LL_SIZE);
        offset("struct sockaddr_ll", "sll_protocol", SocketAddress.LL_PROTOCOL);
        offset("struct sockaddr_ll", "sll_ifindex", SocketAddress.LL_INTERFACE);
        offset("struct sockaddr_ll", "sll_pkttype", SocketAddress.LL_PACKET_TYPE);
        value("ETH_P_ALL", SocketAddress.ETH_P_ALL);
        value("ETH_P_8021Q", SocketAddress.ETH_P_8021Q);
        size("struct sockaddr_nl", NetlinkSocket.ADDRESS_SIZE);
        offset("struct sockaddr_nl", "nl_groups", NetlinkSocket.ADDRESS_GROUPS);
    }

    private void options() {
        value("SOCK_DGRAM", SocketCalls.SOCK_DGRAM);
        value("SOCK_RAW", SocketCalls.SOCK_RAW);
        value("SOCK_NONBLOCK | SOCK_CLOEXEC", SocketCalls.SOCK_NONBLOCK_CLOEXEC);
        value("SOCK_CLOEXEC", SocketCalls.SOCK_CLOEXEC);
        value("SOL_SOCKET", SocketOption.SOL_SOCKET);
        value("SO_SNDBUF", SocketOption.SO_SNDBUF);
        value("SO_RCVBUF", SocketOption.SO_RCVBUF);
        value("SO_NO_CHECK", SocketOption.SO_NO_CHECK);
        value("SO_ATTACH_FILTER", SocketOption.SO_ATTACH_FILTER);
        value("SO_DETACH_FILTER", SocketOption.SO_DETACH_FILTER);
        value("SO_ATTACH_BPF", SocketOption.SO_ATTACH_BPF);
        value("SO_SNDBUFFORCE", SocketOption.SO_SNDBUFFORCE);
        value("SO_TIMESTAMPNS", SocketOption.SO_TIMESTAMPNS);
        value("SO_RCVBUFFORCE", SocketOption.SO_RCVBUFFORCE);
        value("SO_MARK", SocketOption.SO_MARK);
        value("IPPROTO_IP", SocketOption.IPPROTO_IP);
        value("IP_TOS", SocketOption.IP_TOS);
        value("IP_TTL", SocketOption.IP_TTL);
        value("IP_PKTINFO", SocketOption.IP_PKTINFO);
        value("IP_MTU_DISCOVER", SocketOption.IP_MTU_DISCOVER);
        value("IP_RECVTTL", SocketOption.IP_RECVTTL);
        value("IP_RECVTOS", SocketOption.IP_RECVTOS);
        value("IP_MTU", SocketOption.IP_MTU);
        value("IP_PMTUDISC_DONT", SocketOption.PMTUDISC_DONT);
        value("IP_PMTUDISC_DO", SocketOption.PMTUDISC_DO);
        value("IPPROTO_IPV6", SocketOption.IPPROTO_IPV6);
        value("IPV6_MTU_DISCOVER", SocketOption.IPV6_MTU_DISCOVER);
        value("IPV6_PMTUDISC_DO", SocketOption.PMTUDISC_DO);
        value("IPV6_MTU", SocketOption.IPV6_MTU);
        value("IPV6_V6ONLY", SocketOption.IPV6_V6ONLY);
        value("IPV6_RECVPKTINFO", SocketOption.IPV6_RECVPKTINFO);
        value("IPV6_PKTINFO", SocketOption.IPV6_PKTINFO);
        value("IPV6_RECVHOPLIMIT", SocketOption.IPV6_RECVHOPLIMIT);
        value("IPV6_HOPLIMIT", SocketOption.IPV6_HOPLIMIT);
        value("IPV6_RECVTCLASS", SocketOption.IPV6_RECVTCLASS);
        value("IPV6_AUTOFLOWLABEL", SocketOption.IPV6_AUTOFLOWLABEL);
        value("IPV6_TCLASS", SocketOption.IPV6_TCLASS);
        value("SOL_UDP", SocketOption.SOL_UDP);
        value("UDP_NO_CHECK6_TX", SocketOption.UDP_NO_CHECK6_TX);
        value("UDP_NO_CHECK6_RX", SocketOption.UDP_NO_CHECK6_RX);
        value("UDP_SEGMENT", SocketOption.UDP_SEGMENT);
        value("UDP_GRO", SocketOption.UDP_GRO);
        value("SOL_PACKET", SocketOption.SOL_PACKET);
        value("PACKET_ADD_MEMBERSHIP", SocketOption.PACKET_ADD_MEMBERSHIP);
        value("PACKET_MR_PROMISC", SocketOption.PACKET_MR_PROMISC);
        value("PACKET_STATISTICS", SocketOption.PACKET_STATISTICS);
        value("PACKET_AUXDATA", SocketOption.PACKET_AUXDATA);
        value("PACKET_VNET_HDR", SocketOption.PACKET_VNET_HDR);
        value("PACKET_IGNORE_OUTGOING", SocketOption.PACKET_IGNORE_OUTGOING);
        size("struct sock_fprog", SocketFilter.SOCK_FPROG_SIZE);
        offset("struct sock_fprog", "filter", SocketFilter.SOCK_FPROG_FILTER);
        size("struct sock_filter", SocketFilter.SOCK_FILTER_SIZE);
        offset("struct sock_filter", "k", 4);
        value("BPF_RET | BPF_K", SocketFilter.BPF_RETURN_CONSTANT);
    }

    private void devices() {
        size("struct virtio_net_hdr", VirtioNetHeader.LENGTH);
        offset("struct virtio_net_hdr", "flags", VirtioNetHeader.FLAGS);
        offset("struct virtio_net_hdr", "gso_type", VirtioNetHeader.GSO_TYPE);
        offset("struct virtio_net_hdr", "hdr_len", VirtioNetHeader.HEADER_LENGTH);
        offset("struct virtio_net_hdr", "gso_size", VirtioNetHeader.GSO_SIZE);
        offset("struct virtio_net_hdr", "csum_start", VirtioNetHeader.CHECKSUM_START);
        offset("struct virtio_net_hdr", "csum_offset", VirtioNetHeader.CHECKSUM_OFFSET);
        value("VIRTIO_NET_HDR_F_NEEDS_CSUM", VirtioNetHeader.FLAG_NEEDS_CHECKSUM);
        value("VIRTIO_NET_HDR_F_DATA_VALID", VirtioNetHeader.FLAG_DATA_VALID);
        value("VIRTIO_NET_HDR_GSO_NONE", VirtioNetHeader.GSO_NONE);
        value("VIRTIO_NET_HDR_GSO_TCPV4", VirtioNetHeader.GSO_TCPV4);
        value("VIRTIO_NET_HDR_GSO_UDP", VirtioNetHeader.GSO_UDP);
        value("VIRTIO_NET_HDR_GSO_TCPV6", VirtioNetHeader.GSO_TCPV6);
        value("VIRTIO_NET_HDR_GSO_ECN", VirtioNetHeader.GSO_ECN);
        size("struct ifreq", TapDevice.IFREQ_SIZE);
        offset("struct ifreq", "ifr_flags", TapDevice.IFREQ_DATA);
        offset("struct ifreq", "ifr_ifindex", TapDevice.IFREQ_DATA);
        offset("struct ifreq", "ifr_data", TapDevice.IFREQ_DATA);
        value("IFNAMSIZ", TapDevice.NAME_SIZE);
        value("IFF_TAP", TapDevice.IFF_TAP);
        value("IFF_NO_PI", TapDevice.IFF_NO_PI);
        value("IFF_VNET_HDR", TapDevice.IFF_VNET_HDR);
        value("IFF_TUN_EXCL", TapDevice.IFF_TUN_EXCL);
        value("TUNSETIFF", TapDevice.TUNSETIFF);
        value("TUNSETOFFLOAD", TapDevice.TUNSETOFFLOAD);
        value("TUNSETVNETHDRSZ", TapDevice.TUNSETVNETHDRSZ);
        value("TUN_F_CSUM", TapDevice.TUN_F_CSUM);
        value("TUN_F_TSO4", TapDevice.TUN_F_TSO4);
        value("TUN_F_TSO6", TapDevice.TUN_F_TSO6);
        value("SIOCGIFINDEX", TapDevice.SIOCGIFINDEX);
        value("SIOCETHTOOL", EthtoolInfo.SIOCETHTOOL);
        value("ETHTOOL_GDRVINFO", EthtoolInfo.GET_DRIVER);
        value("ETHTOOL_GLINKSETTINGS", EthtoolInfo.GET_LINK);
        size("struct ethtool_drvinfo", EthtoolInfo.DRIVER_SIZE);
        offset("struct ethtool_drvinfo", "driver", EthtoolInfo.DRIVER_NAME);
        offset("struct ethtool_drvinfo", "version", EthtoolInfo.DRIVER_VERSION);
        offset("struct ethtool_drvinfo", "fw_version", EthtoolInfo.DRIVER_FIRMWARE);
        offset("struct ethtool_drvinfo", "bus_info", EthtoolInfo.DRIVER_BUS);
        size("struct ethtool_link_settings", EthtoolInfo.LINK_SIZE);
        offset("struct ethtool_link_settings", "speed", EthtoolInfo.LINK_SPEED);
        offset("struct ethtool_link_settings", "duplex", EthtoolInfo.LINK_DUPLEX);
        offset("struct ethtool_link_settings", "link_mode_masks_nwords", EthtoolInfo.LINK_MASK_WORDS);
        value("(__u8) DUPLEX_FULL", 1);
        value("SIOCGIFNAME", EthtoolFeatures.SIOCGIFNAME);
        value("ETHTOOL_GSTRINGS", EthtoolFeatures.GET_STRINGS);
        value("ETHTOOL_GSSET_INFO", EthtoolFeatures.GET_SET_SIZES);
        value("ETHTOOL_GFEATURES", EthtoolFeatures.GET_FEATURES);
        value("ETH_SS_FEATURES", EthtoolFeatures.FEATURE_NAMES);
        value("ETH_GSTRING_LEN", EthtoolFeatures.NAME_SIZE);
        size("struct ethtool_gstrings", EthtoolFeatures.STRINGS_HEADER);
        size("struct ethtool_sset_info", EthtoolFeatures.SIZES_DATA);
        size("struct ethtool_gfeatures", EthtoolFeatures.FEATURES_HEADER);
        size("struct ethtool_get_features_block", EthtoolFeatures.BLOCK_SIZE);
        offset("struct ethtool_get_features_block", "active", EthtoolFeatures.BLOCK_ACTIVE);
    }

    private void files() {
        value("O_RDONLY", FileCalls.O_RDONLY);
        value("O_RDWR", FileCalls.O_RDWR);
        value("O_CREAT", FileCalls.O_CREAT);
        value("O_NONBLOCK", FileCalls.O_NONBLOCK);
        value("O_CLOEXEC", FileCalls.O_CLOEXEC);
        value("EFD_NONBLOCK | EFD_CLOEXEC", EventFd.NONBLOCK_CLOEXEC);
        value("EPOLL_CLOEXEC", Epoll.CLOEXEC);
        size("struct pollfd", 8);
        offset("struct pollfd", "events", 4);
        value("POLLIN", FileCalls.POLLIN);
        size("struct flock", FcntlLock.FLOCK_SIZE);
        offset("struct flock", "l_type", 0);
        offset("struct flock", "l_start", 8);
        offset("struct flock", "l_pid", FcntlLock.FLOCK_PID);
        value("F_GETLK", FcntlLock.F_GETLK);
        value("F_SETLK", FcntlLock.F_SETLK);
        value("F_WRLCK", FcntlLock.F_WRLCK);
        value("F_UNLCK", FcntlLock.F_UNLCK);
        size("struct epoll_event", Epoll.EVENT_SIZE);
        offset("struct epoll_event", "data", Epoll.EVENT_DATA);
        value("EPOLLIN", Epoll.IN);
        value("EPOLLOUT", Epoll.OUT);
        value("EPOLLERR", Epoll.ERR);
        value("EPOLLHUP", Epoll.HUP);
        value("(int) EPOLLET", Epoll.EDGE_TRIGGERED);
        value("CLONE_NEWNET", ProcessCalls.CLONE_NEWNET);
        value("PR_SET_NAME", ProcessCalls.PR_SET_NAME);
        value("SYS_bpf", Bpf.NUMBER);
    }

    private void netlink() {
        value("SOL_NETLINK", NetlinkSocket.SOL_NETLINK);
        value("NETLINK_ROUTE", NetlinkSocket.NETLINK_ROUTE);
        value("NETLINK_CAP_ACK", NetlinkSocket.NETLINK_CAP_ACK);
        value("NETLINK_EXT_ACK", NetlinkSocket.NETLINK_EXT_ACK);
        size("struct nlmsghdr", NetlinkRequest.HEADER);
        offset("struct nlmsghdr", "nlmsg_type", NetlinkRequest.HEADER_TYPE);
        offset("struct nlmsghdr", "nlmsg_flags", NetlinkRequest.HEADER_FLAGS);
        offset("struct nlmsghdr", "nlmsg_seq", NetlinkRequest.HEADER_SEQUENCE);
        size("struct rtattr", NetlinkRequest.ATTRIBUTE_HEADER);
        value("NLM_F_REQUEST", NetlinkRequest.NLM_F_REQUEST);
        value("NLM_F_ACK", NetlinkRequest.NLM_F_ACK);
        value("NLM_F_DUMP", NetlinkRequest.NLM_F_DUMP);
        value("NLM_F_REPLACE", NetlinkRequest.NLM_F_REPLACE);
        value("NLM_F_EXCL", NetlinkRequest.NLM_F_EXCL);
        value("NLM_F_CREATE", NetlinkRequest.NLM_F_CREATE);
        value("NLMSG_ERROR", NetlinkMessage.ERROR);
        value("NLMSG_DONE", NetlinkMessage.DONE);
        value("NLM_F_DUMP_INTR", NetlinkMessage.FLAG_INTERRUPTED);
        value("NLM_F_CAPPED", NetlinkMessage.FLAG_CAPPED);
        value("NLM_F_ACK_TLVS", NetlinkMessage.FLAG_EXPLAINED);
        value("NLMSGERR_ATTR_MSG", NetlinkMessage.EXPLANATION);
        value("NLA_TYPE_MASK & 0xffff", NetlinkAttributes.TYPE_MASK);
        value("RTMGRP_LINK", LinkMonitor.RTMGRP_LINK);
        value("RTMGRP_IPV4_IFADDR", LinkMonitor.RTMGRP_IPV4_IFADDR);
        value("RTMGRP_IPV4_ROUTE", LinkMonitor.RTMGRP_IPV4_ROUTE);
        value("RTMGRP_IPV6_IFADDR", LinkMonitor.RTMGRP_IPV6_IFADDR);
        value("RTMGRP_IPV6_ROUTE", LinkMonitor.RTMGRP_IPV6_ROUTE);
        value("RTMGRP_IPV4_RULE", LinkMonitor.RTMGRP_IPV4_RULE);
        value("RTNLGRP_IPV6_RULE", LinkMonitor.RTNLGRP_IPV6_RULE);
        value("RTNLGRP_NEXTHOP", LinkMonitor.RTNLGRP_NEXTHOP);
        value("RTMGRP_NEIGH", NeighbourMonitor.RTMGRP_NEIGH);
        value("RTM_NEWLINK", Rtnetlink.RTM_NEWLINK);
        value("RTM_DELLINK", Rtnetlink.RTM_DELLINK);
        value("RTM_GETLINK", Rtnetlink.RTM_GETLINK);
        value("RTM_SETLINK", Rtnetlink.RTM_SETLINK);
        value("RTM_NEWADDR", Rtnetlink.RTM_NEWADDR);
        value("RTM_DELADDR", Rtnetlink.RTM_DELADDR);
        value("RTM_GETADDR", Rtnetlink.RTM_GETADDR);
        value("RTM_NEWROUTE", Rtnetlink.RTM_NEWROUTE);
        value("RTM_DELROUTE", Rtnetlink.RTM_DELROUTE);
        value("RTM_NEWRULE", Rtnetlink.RTM_NEWRULE);
        value("RTM_DELRULE", Rtnetlink.RTM_DELRULE);
        value("RTM_NEWNEXTHOP", Rtnetlink.RTM_NEWNEXTHOP);
        value("RTM_DELNEXTHOP", Rtnetlink.RTM_DELNEXTHOP);
        value("RTM_GETROUTE", Rtnetlink.RTM_GETROUTE);
        value("RTM_NEWNEIGH", Rtnetlink.RTM_NEWNEIGH);
        value("RTM_DELNEIGH", Rtnetlink.RTM_DELNEIGH);
        value("RTM_GETNEIGH", Rtnetlink.RTM_GETNEIGH);
        value("RTM_F_LOOKUP_TABLE", Netlink.RTM_F_LOOKUP_TABLE);
        value("RTM_F_CLONED", Rtnetlink.RTM_F_CLONED);
    }

    private void links() {
        size("struct ifinfomsg", Rtnetlink.IFINFO_SIZE);
        offset("struct ifinfomsg", "ifi_index", 4);
        offset("struct ifinfomsg", "ifi_flags", 8);
        offset("struct ifinfomsg", "ifi_change", 12);
        size("struct ifaddrmsg", Rtnetlink.IFADDR_SIZE);
        offset("struct ifaddrmsg", "ifa_prefixlen", 1);
        offset("struct ifaddrmsg", "ifa_scope", 3);
        offset("struct ifaddrmsg", "ifa_index", 4);
        size("struct rtmsg", Rtnetlink.RTMSG_SIZE);
        offset("struct rtmsg", "rtm_dst_len", 1);
        offset("struct rtmsg", "rtm_table", 4);
        offset("struct rtmsg", "rtm_protocol", 5);
        offset("struct rtmsg", "rtm_type", 7);
        offset("struct rtmsg", "rtm_flags", 8);
        size("struct ndmsg", Rtnetlink.NDMSG_SIZE);
        offset("struct ndmsg", "ndm_ifindex", 4);
        offset("struct ndmsg", "ndm_state", 8);
        size("struct rtnexthop", Rtnetlink.NEXTHOP_SIZE);
        offset("struct rtnexthop", "rtnh_ifindex", 4);
        offset("struct rtvia", "rtvia_addr", 2);
        value("IFF_UP", Link.IFF_UP);
        value("IFF_LOOPBACK", Link.IFF_LOOPBACK);
        value("IFF_LOWER_UP", Link.IFF_LOWER_UP);
        value("IFLA_ADDRESS", Rtnetlink.IFLA_ADDRESS);
        value("IFLA_IFNAME", Rtnetlink.IFLA_IFNAME);
        value("IFLA_MTU", Rtnetlink.IFLA_MTU);
        value("IFLA_LINK", Rtnetlink.IFLA_LINK);
        value("IFLA_MASTER", Rtnetlink.IFLA_MASTER);
        value("IFLA_LINKINFO", Rtnetlink.IFLA_LINKINFO);
        value("IFLA_INFO_KIND", Rtnetlink.IFLA_INFO_KIND);
        value("IFLA_STATS64", Rtnetlink.IFLA_STATS64);
        value("IFLA_LINK_NETNSID", Rtnetlink.IFLA_LINK_NETNSID);
        value("IFLA_TARGET_NETNSID", Rtnetlink.IFLA_TARGET_NETNSID);
        value("IFA_ADDRESS", Rtnetlink.IFA_ADDRESS);
        value("IFA_LOCAL", Rtnetlink.IFA_LOCAL);
        value("NDA_DST", Rtnetlink.NDA_DST);
        value("NDA_LLADDR", Rtnetlink.NDA_LLADDR);
        value("NDA_PROTOCOL", Rtnetlink.NDA_PROTOCOL);
        value("NUD_REACHABLE", Neighbour.NUD_REACHABLE);
        value("NUD_STALE", Neighbour.NUD_STALE);
        value("NUD_DELAY", Neighbour.NUD_DELAY);
        value("NUD_PROBE", Neighbour.NUD_PROBE);
        value("NUD_NOARP", Neighbour.NUD_NOARP);
        value("NUD_PERMANENT", Neighbour.NUD_PERMANENT);
        value("RTA_SRC", Rtnetlink.RTA_SRC);
        value("RTA_DST", Rtnetlink.RTA_DST);
        value("RTA_OIF", Rtnetlink.RTA_OIF);
        value("RTA_GATEWAY", Rtnetlink.RTA_GATEWAY);
        value("RTA_PRIORITY", Rtnetlink.RTA_PRIORITY);
        value("RTA_PREFSRC", Rtnetlink.RTA_PREFSRC);
        value("RTA_METRICS", Rtnetlink.RTA_METRICS);
        value("RTA_MULTIPATH", Rtnetlink.RTA_MULTIPATH);
        value("RTA_TABLE", Rtnetlink.RTA_TABLE);
        value("RTA_MARK", Rtnetlink.RTA_MARK);
        value("RTA_VIA", Rtnetlink.RTA_VIA);
        value("RTA_ENCAP_TYPE", Rtnetlink.RTA_ENCAP_TYPE);
        value("RT_SCOPE_LINK", Rtnetlink.SCOPE_LINK);
        value("RTAX_MTU", Rtnetlink.RTAX_MTU);
        value("RT_TABLE_MAIN", Route.TABLE_MAIN);
        value("RT_TABLE_LOCAL", Route.TABLE_LOCAL);
        value("RTN_UNICAST", Route.UNICAST);
        value("RTN_LOCAL", Route.LOCAL);
        offset("struct rtnl_link_stats64", "rx_packets", 0);
        offset("struct rtnl_link_stats64", "tx_packets", 8);
        offset("struct rtnl_link_stats64", "rx_bytes", 16);
        offset("struct rtnl_link_stats64", "tx_bytes", 24);
        offset("struct rtnl_link_stats64", "rx_errors", 32);
        offset("struct rtnl_link_stats64", "tx_errors", 40);
        offset("struct rtnl_link_stats64", "rx_dropped", 48);
        offset("struct rtnl_link_stats64", "tx_dropped", 56);
        offset("struct rtnl_link_stats64", "collisions", 72);
        offset("struct rtnl_link_stats64", "rx_over_errors", 88);
        offset("struct rtnl_link_stats64", "rx_crc_errors", 96);
        offset("struct rtnl_link_stats64", "rx_frame_errors", 104);
        offset("struct rtnl_link_stats64", "rx_missed_errors", 120);
    }

    private void trafficControl() {
        size("struct tcmsg", ClsactFilter.TCMSG_SIZE);
        offset("struct tcmsg", "tcm_ifindex", 4);
        offset("struct tcmsg", "tcm_handle", 8);
        offset("struct tcmsg", "tcm_parent", 12);
        offset("struct tcmsg", "tcm_info", 16);
        value("RTM_NEWQDISC", ClsactFilter.RTM_NEWQDISC);
        value("RTM_DELQDISC", ClsactFilter.RTM_DELQDISC);
        value("RTM_NEWTFILTER", ClsactFilter.RTM_NEWTFILTER);
        value("RTM_DELTFILTER", ClsactFilter.RTM_DELTFILTER);
        value("RTM_GETTFILTER", ClsactFilter.RTM_GETTFILTER);
        value("(int) TC_H_CLSACT", ClsactFilter.TC_H_CLSACT);
        value("(int) TC_H_MAKE(TC_H_CLSACT, 0)", ClsactFilter.CLSACT_HANDLE);
        value("(int) TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS)", ClsactFilter.PARENT_INGRESS);
        value("(int) TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS)", ClsactFilter.PARENT_EGRESS);
        value("TCA_KIND", ClsactFilter.TCA_KIND);
        value("TCA_OPTIONS", ClsactFilter.TCA_OPTIONS);
        value("TCA_BPF_OPS_LEN", ClsactFilter.TCA_BPF_OPS_LEN);
        value("TCA_BPF_OPS", ClsactFilter.TCA_BPF_OPS);
        value("TCA_BPF_FLAGS", ClsactFilter.TCA_BPF_FLAGS);
        value("TCA_BPF_FD", ClsactFilter.TCA_BPF_FD);
        value("TCA_BPF_NAME", ClsactFilter.TCA_BPF_NAME);
        value("TCA_BPF_FLAG_ACT_DIRECT", ClsactFilter.TCA_BPF_FLAG_ACT_DIRECT);
        value("TC_ACT_SHOT", IngressDrop.TC_ACT_SHOT);
        value("BPF_PROG_LOAD", Bpf.COMMAND_PROGRAM_LOAD);
        value("BPF_LINK_CREATE", Bpf.COMMAND_LINK_CREATE);
        value("BPF_PROG_TYPE_SCHED_CLS", Bpf.TYPE_SCHED_CLS);
        offset("union bpf_attr", "prog_type", Bpf.PROGRAM_TYPE);
        offset("union bpf_attr", "insn_cnt", Bpf.PROGRAM_COUNT);
        offset("union bpf_attr", "insns", Bpf.PROGRAM_INSTRUCTIONS);
        offset("union bpf_attr", "license", Bpf.PROGRAM_LICENSE);
        offset("union bpf_attr", "link_create.prog_fd", Bpf.LINK_PROGRAM);
        offset("union bpf_attr", "link_create.target_ifindex", Bpf.LINK_TARGET);
        offset("union bpf_attr", "link_create.attach_type", Bpf.LINK_ATTACH_TYPE);
        offset("union bpf_attr", "link_create.flags", Bpf.LINK_FLAGS);
        size("struct bpf_insn", Bpf.INSTRUCTION_SIZE);
        offset("union bpf_attr", "map_type", Bpf.MAP_TYPE);
        offset("union bpf_attr", "key_size", Bpf.MAP_KEY_SIZE);
        offset("union bpf_attr", "value_size", Bpf.MAP_VALUE_SIZE);
        offset("union bpf_attr", "max_entries", Bpf.MAP_ENTRIES);
        offset("union bpf_attr", "map_fd", Bpf.ELEMENT_MAP);
        offset("union bpf_attr", "key", Bpf.ELEMENT_KEY);
        offset("union bpf_attr", "value", Bpf.ELEMENT_VALUE);
        value("BPF_MAP_CREATE", Bpf.COMMAND_MAP_CREATE);
        value("BPF_MAP_UPDATE_ELEM", Bpf.COMMAND_MAP_UPDATE);
        value("BPF_MAP_DELETE_ELEM", Bpf.COMMAND_MAP_DELETE);
        value("BPF_MAP_TYPE_ARRAY", Bpf.MAP_TYPE_ARRAY);
        value("BPF_ALU64 | BPF_MOV | BPF_K", BpfProgram.MOVE_CONSTANT);
        value("BPF_ALU64 | BPF_MOV | BPF_X", BpfProgram.MOVE);
        value("BPF_ALU64 | BPF_ADD | BPF_K", BpfProgram.ADD_CONSTANT);
        value("BPF_ALU64 | BPF_ADD | BPF_X", BpfProgram.ADD);
        value("BPF_ALU64 | BPF_AND | BPF_K", BpfProgram.AND_CONSTANT);
        value("BPF_ALU64 | BPF_XOR | BPF_K", BpfProgram.XOR_CONSTANT);
        value("BPF_ALU64 | BPF_LSH | BPF_K", BpfProgram.SHIFT_LEFT);
        value("BPF_ALU64 | BPF_RSH | BPF_K", BpfProgram.SHIFT_RIGHT);
        value("BPF_ALU | BPF_END | BPF_TO_BE", BpfProgram.TO_BIG_ENDIAN);
        value("BPF_LD | BPF_IMM | BPF_DW", BpfProgram.LOAD_LONG);
        value("BPF_LDX | BPF_MEM | BPF_W", BpfProgram.LOAD | BpfProgram.U32);
        value("BPF_LDX | BPF_MEM | BPF_DW", BpfProgram.LOAD | BpfProgram.U64);
        value("BPF_STX | BPF_MEM | BPF_B", BpfProgram.STORE | BpfProgram.U8);
        value("BPF_STX | BPF_MEM | BPF_H", BpfProgram.STORE | BpfProgram.U16);
        value("BPF_JMP | BPF_JEQ | BPF_K", BpfProgram.JUMP_EQUAL);
        value("BPF_JMP | BPF_JNE | BPF_K", BpfProgram.JUMP_NOT_EQUAL);
        value("BPF_JMP | BPF_JGT | BPF_K", BpfProgram.JUMP_GREATER);
        value("BPF_JMP | BPF_JLT | BPF_K", BpfProgram.JUMP_LESS);
        value("BPF_JMP | BPF_CALL", BpfProgram.CALL);
        value("BPF_JMP | BPF_EXIT", BpfProgram.EXIT);
        value("BPF_PSEUDO_MAP_FD", BpfProgram.PSEUDO_MAP);
        value("BPF_FUNC_map_lookup_elem", GreSegmentation.MAP_LOOKUP);
        value("BPF_FUNC_skb_store_bytes", GreSegmentation.SKB_STORE_BYTES);
        value("BPF_FUNC_skb_load_bytes", GreSegmentation.SKB_LOAD_BYTES);
        value("BPF_FUNC_skb_adjust_room", GreSegmentation.SKB_ADJUST_ROOM);
        value("BPF_FUNC_redirect_neigh", GreSegmentation.REDIRECT_NEIGH);
        value("BPF_ADJ_ROOM_MAC", GreSegmentation.ROOM_BEHIND_ETHERNET);
        value("BPF_F_ADJ_ROOM_FIXED_GSO", (int) GreSegmentation.FIXED_SEGMENT_SIZE);
        value("BPF_F_ADJ_ROOM_ENCAP_L3_IPV4", (int) GreSegmentation.OUTER_IPV4);
        value("BPF_F_ADJ_ROOM_ENCAP_L4_GRE", (int) GreSegmentation.OUTER_GRE);
        value("BPF_ADJ_ROOM_ENCAP_L2_SHIFT", GreSegmentation.INNER_LENGTH_SHIFT);
        offset("struct __sk_buff", "len", GreSegmentation.SKB_LENGTH);
        offset("struct __sk_buff", "mark", GreSegmentation.SKB_MARK);
        value("NETLINK_XFRM", IpsecPolicies.NETLINK_XFRM);
        value("XFRMGRP_POLICY", IpsecPolicies.XFRMGRP_POLICY);
        value("XFRM_MSG_NEWPOLICY", IpsecPolicies.XFRM_MSG_NEWPOLICY);
        value("XFRM_MSG_GETPOLICY", IpsecPolicies.XFRM_MSG_GETPOLICY);
        size("struct xfrm_userpolicy_id", IpsecPolicies.POLICY_ID_SIZE);
    }

    private void errors() {
        value("EPERM", Errno.EPERM);
        value("ENOENT", Errno.ENOENT);
        value("EINTR", Errno.EINTR);
        value("EIO", Errno.EIO);
        value("ENXIO", Errno.ENXIO);
        value("EBADF", Errno.EBADF);
        value("EAGAIN", Errno.EAGAIN);
        value("ENOMEM", Errno.ENOMEM);
        value("EACCES", Errno.EACCES);
        value("EBUSY", Errno.EBUSY);
        value("EEXIST", Errno.EEXIST);
        value("ENODEV", Errno.ENODEV);
        value("EINVAL", Errno.EINVAL);
        value("ENOSPC", Errno.ENOSPC);
        value("ENOSYS", Errno.ENOSYS);
        value("EMSGSIZE", Errno.EMSGSIZE);
        value("ENOPROTOOPT", Errno.ENOPROTOOPT);
        value("EPROTONOSUPPORT", Errno.EPROTONOSUPPORT);
        value("EOPNOTSUPP", Errno.EOPNOTSUPP);
        value("EAFNOSUPPORT", Errno.EAFNOSUPPORT);
        value("EADDRINUSE", Errno.EADDRINUSE);
        value("EADDRNOTAVAIL", Errno.EADDRNOTAVAIL);
        value("ENETDOWN", Errno.ENETDOWN);
        value("ENETUNREACH", Errno.ENETUNREACH);
        value("ENOBUFS", Errno.ENOBUFS);
        value("EISCONN", Errno.EISCONN);
        value("ENOTCONN", Errno.ENOTCONN);
        value("ETIMEDOUT", Errno.ETIMEDOUT);
        value("ECONNREFUSED", Errno.ECONNREFUSED);
        value("EHOSTUNREACH", Errno.EHOSTUNREACH);
    }

    private void value(String expression, long value) {
        expected.put(expression, value);
    }

    private void size(String type, long size) {
        value("sizeof(" + type + ")", size);
    }

    private void offset(String type, String field, long offset) {
        value("offsetof(" + type + ", " + field + ")", offset);
    }

    /** Returns the expressions' values as a C program prints them. */
    private Map<String, Long> compiled() throws IOException, InterruptedException {
        StringBuilder source = new StringBuilder("#define _GNU_SOURCE\n");
        HEADERS.forEach(header -> source.append("#include <").append(header).append(">\n"));
        source.append("int main(void) {\n");
        expected.keySet()
                .forEach(expression -> source.append("printf(\"%lld\\n\", (long long) (")
                        .append(expression)
                        .append("));\n"));
        source.append("return 0;\n}\n");
        Path code = Files.writeString(directory.resolve("layout.c"), source);
        Path program = directory.resolve("layout");
        run("gcc", "-o", program.toString(), code.toString());
        Map<String, Long> values = new LinkedHashMap<>();
        List<String> lines = run(program.toString()).lines().toList();
        List<String> expressions = List.copyOf(expected.keySet());
        for (int i = 0; i < expressions.size(); i++) {
            values.put(expressions.get(i), Long.valueOf(lines.get(i)));
        }
        return values;
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(command[0]).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
