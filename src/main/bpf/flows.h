/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the switch and the kernel's programs tell each other: the maps and what lies in them. Everything is in the
 * machine's own byte order unless it says otherwise. The Java side is dev.culvert.datapath.bpf, whose tests compare
 * each offset with this file's.
 */
#ifndef CULVERT_FLOWS_H
#define CULVERT_FLOWS_H

#include <linux/types.h>

#define OUTPUTS_MAX 8
#define HEADER_MAX 64
#define SOURCE_PORT_BITS 3
#define SOURCE_PORTS (1 << SOURCE_PORT_BITS)
#define RECENT_FLOW_BITS 10
#define RECENT_TUNNEL_BITS 9

/* The bit that says that there is a tag, in what is said of tags here: Open vSwitch's CFI bit, so that 0 is no tag. */
#define VLAN_PRESENT 0x1000

/* A tag of type 0x88a8 with this is in front of what is left to the switch: the one VLAN that nobody may have. */
#define LEFT_TCI 0x0fff

/* Longer than this without a sign of life from the switch, and nothing is forwarded here. */
#define PATIENCE_NS 5000000000LL

/* Longer than this without a sign of life, and link addresses are not used: nobody hears that they have changed. */
#define LINK_PATIENCE_NS 2000000000LL

/* So often the kernel is asked in any case: it verifies a neighbour as long as it is asked for it. */
#define ASK_AGAIN_NS 1000000000LL

/* What the switch looked at when it decided: the one mask of NORMAL forwarding. */
struct flow_key {
    __u32 in_port; /* a tunnel's number, or the index of an interface and this: */
#define FROM_DEVICE 0x80000000
    __u16 vlan_tci;
    __u16 zero;
    __u8 addresses[12]; /* destination, source, as on the wire */
};

struct output {
    __u32 port;     /* index of a port */
    __u16 vlan_tci; /* the tag that the frame leaves with, 0 for none */
    __u16 zero;
};

struct flow {
    struct flow_key key;
    __u32 live;    /* whether packets with that key are this flow's */
    __u32 outputs; /* how many; none for a flow that is dropped. A tunnel is the last one */
    __u32 failed;  /* written here: the errno of a step that the kernel refused, after which nothing more is tried */
    struct output output[OUTPUTS_MAX];
};

struct counters {
    __u64 packets;
    __u64 bytes; /* from the Ethernet header on, with the tag */
    __u64 used;  /* CLOCK_MONOTONIC in nanoseconds, to a few milliseconds */
    __u64 zero;
};

enum port_kind {
    PORT_NONE,
    PORT_DEVICE, /* a frame leaves by it */
    PORT_HOST,   /* a frame arrives at this host's own stack by it: an internal port */
    PORT_IPV4,   /* a tunnel over IPv4 */
    PORT_IPV6,   /* a tunnel over IPv6 */
};

#define PORT_TOS_INHERIT 1 /* the outer DSCP is the inner one */
#define PORT_TTL_INHERIT 2 /* the outer time to live is the inner one */
#define PORT_UDP 4         /* the tunnel's header is behind one of UDP */
#define PORT_IDENTIFY 8    /* outer IPv4 packets may be fragmented, so each has an identification of its own */

/* Where a packet from a tunnel comes from; addresses as on the wire, IPv4 as ::ffff:a.b.c.d. */
struct endpoint {
    __u32 transport; /* IP protocol and UDP port, as the switch files them */
    __u32 key;
    __u32 key_present;
    __u8 local[16];
    __u8 remote[16];
};

struct port {
    __u32 ifindex; /* 0 where it leads nowhere now */
    __u8 kind;
    __u8 flags;
    __u8 tos;
    __u8 ttl;
    __u32 mtu;           /* bytes of IP: the frame's for a device, the outer packet's for a tunnel */
    __u16 peer_set;      /* whether what arrives with the address below may be handed to the veth's peer */
    __u8 peer[6];        /* the link address at the other end of a veth in another network namespace */
    __u16 header_length; /* bytes of header, below */
    __u16 zero;
    __u16 source_port[SOURCE_PORTS]; /* network byte order: those of the switch's own sockets, so that ICMP finds them */
    __u8 header[HEADER_MAX];         /* IP, perhaps UDP, and the tunnel's; lengths, checksum and what is inherited are 0 */
    __u64 asked;                     /* written here: when the kernel was last asked for the next hop's link address */
    __u16 link_set;                  /* whether the switch knows it: */
    __u8 link[14];                   /* what a packet to the next hop begins with */
    __u32 hop_family;                /* struct bpf_redir_neigh: AF_INET or AF_INET6, */
    __u8 hop[16];                    /* and the next hop's address, whichever version of IP the tunnel has */
    struct endpoint origin;          /* where a tunnel's packets come from, or one such place; no transport for none */
};

/* What matters of a frame. Lengths and places are from the Ethernet header on, without a tag. */
struct shape {
    __u32 frame;
    __u32 segment; /* the largest piece that it will be cut into */
    __u32 total;   /* what the IP header says of its length */
    __u32 syn;     /* where a TCP header is that may be a SYN's; 0 for none */
    __u32 hash;    /* of addresses and ports, for when the kernel has none */
    __u8 version;
    __u8 tos;
    __u8 ttl;
    __u8 tcp;                /* whether it is a super-frame of TCP */
    __u8 ethernet[14];       /* addresses, and the type of what comes behind a tag */
    __u8 behind[2];
};

/*
 * What the programs look at for each packet, once for each processor and all in one page: each page more that a packet needs
 * costs as much as some tens of instructions.
 */
struct processor {
    __u64 alive; /* CLOCK_MONOTONIC in nanoseconds of the switch's last sign of life */
    __u32 cpus;  /* how many counters each flow has */
    /* written here: the interface of a frame that the switch has by a socket before the hook, which the frame comes to next */
    __u32 tapped;
    /* written here: the flow and the tunnel that were found last of all those with the same few bits of a hash */
    __u16 recent_flow[1 << RECENT_FLOW_BITS];
    __u16 recent_tunnel[1 << RECENT_TUNNEL_BITS];
} __attribute__((aligned(4096)));

#endif
