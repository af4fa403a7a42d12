/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The flow cache's copy in the kernel. A packet's way:
 *
 *   from a port      filter -> from_port        the filter of the switch's packet socket decides, and keeps what will be
 *                                               forwarded here from the switch; the hook behind it does it
 *   from this host   from_host                  at the egress of an internal port's device
 *   from a tunnel    from_underlay              at the ingress of the interface that the neighbour is reached by
 *
 * Each looks up what the switch would have done (find), whether the packet is of a kind and size that can be done here
 * (measure, fits), and does it (forward). Everything else goes on to the switch as if these programs were not there: what
 * no flow covers, what is not IP, fragments of outer packets, what must be cut or answered because it is too long.
 *
 * A step that the kernel refuses halfway costs that packet; the flow is marked, and later ones go to the switch.
 */
#include "flows.h"
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <linux/udp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* Not in every version of linux/bpf.h. */
#define DECAP_L3_IPV4 (1ULL << 7)
#define DECAP_L3_IPV6 (1ULL << 8)

#define ENOMEM 12
#define EAGAIN 11
#define TAG 4
#define SOCKET_ACCEPT 0xffffffff
#define SOCKET_REFUSE 0
#define TYPE_TEB 0x6558
#define GRE_KEY 0x2000
#define VXLAN_FLAGS 0x08000000
#define GENEVE 0x10000 /* in a transport: the other one behind UDP is VXLAN */
#define TOTAL_MAX 65535
#define SEGMENT_MIN 64
#define SYN_MAX 122 /* a frame that is longer is no SYN without data */
#define MSS_MIN 536
#define ECN 3
#define ECT1 1
#define ECT0 2
#define CE 3

/* The part of a frame that is looked at, with its IP header where eight bytes can be read at once. */
struct front {
    __u8 before[2];
    __u8 ethernet[ETH_HLEN];
    __u8 ip[sizeof(struct ipv6hdr)];
} __attribute__((aligned(8)));

#define FRONT (ETH_HLEN + sizeof(struct ipv6hdr))
#define FRONT_MIN (ETH_HLEN + sizeof(struct iphdr))

/* What matters of a frame. Lengths and places are from the Ethernet header on, without a tag. */
struct shape {
    __u32 frame;
    __u32 segment; /* the largest piece that it will be cut into */
    __u32 total;   /* what the IP header says of its length */
    __u32 syn;     /* where a TCP header is that may be a SYN's; 0 for none */
    __u8 version;
    __u8 tos;
    __u8 ttl;
    __u8 tcp;                /* whether it is a super-frame of TCP */
    __u8 ethernet[ETH_HLEN]; /* addresses, and the type of what comes behind a tag */
    __u8 behind[2];
};

/* What the socket's filter decided about the packet that the traffic control hook sees next on the same processor. */
struct decision {
    __u32 ifindex;
    __u32 flow; /* index + 1; 0 for none */
    struct shape shape;
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __uint(max_entries, 65536);
    __type(key, struct flow_key);
    __type(value, __u32);
} flow_of_key SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(map_flags, BPF_F_MMAPABLE);
    __uint(max_entries, 65536);
    __type(key, __u32);
    __type(value, struct flow);
} flows SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(map_flags, BPF_F_MMAPABLE);
    __uint(max_entries, 65536);
    __type(key, __u32);
    __type(value, struct counters);
} flow_counters SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(map_flags, BPF_F_MMAPABLE);
    __uint(max_entries, 16384);
    __type(key, __u32);
    __type(value, struct port);
} ports SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __uint(max_entries, 65536);
    __type(key, struct endpoint);
    __type(value, __u32);
} endpoints SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(map_flags, BPF_F_MMAPABLE);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct config);
} configuration SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct decision);
} decisions SEC(".maps");

static __always_inline struct config *live(void) {
    __u32 zero = 0;
    struct config *config = bpf_map_lookup_elem(&configuration, &zero);
    /* signed: this clock is some milliseconds behind the one that the sign of life is by */
    return config && (__s64)(bpf_ktime_get_coarse_ns() - config->alive) < PATIENCE_NS ? config : 0;
}

/* The tag beside a frame; a tag of another type than 802.1Q's makes it the switch's business. */
static __always_inline int tag_of(struct __sk_buff *skb) {
    if (!skb->vlan_present)
        return 0;
    if (skb->vlan_proto != bpf_htons(ETH_P_8021Q))
        return -1;
    return (skb->vlan_tci & ~VLAN_PRESENT & 0xffff) | VLAN_PRESENT;
}

/* Reads the beginning of a frame, in one step: each costs as much as looking at all that it reads. */
static __always_inline int read(struct __sk_buff *skb, __u32 at, struct front *front) {
    if (skb->len >= at + FRONT)
        return bpf_skb_load_bytes(skb, at, front->ethernet, FRONT);
    return skb->len < at + FRONT_MIN ? -1 : bpf_skb_load_bytes(skb, at, front->ethernet, FRONT_MIN);
}

/* Looks at a frame that begins at an offset; 0 if it is of a kind that is dealt with here. */
static __always_inline int measure(struct __sk_buff *skb, __u32 at, const struct front *front, struct shape *shape) {
    __u8 protocol;
    __u32 ip_length, fragment = 0;
    __be16 type;
    __builtin_memcpy(&type, front->ethernet + ETH_HLEN - 2, 2);
    __builtin_memcpy(shape->ethernet, front->ethernet, ETH_HLEN);
    shape->frame = skb->len - at;
    if (type == bpf_htons(ETH_P_IP)) {
        const struct iphdr *ip = (void *)front->ip;
        if (ip->version != 4 || ip->ihl < 5)
            return -1;
        shape->version = 4;
        shape->tos = ip->tos;
        shape->ttl = ip->ttl;
        shape->total = bpf_ntohs(ip->tot_len);
        protocol = ip->protocol;
        ip_length = ip->ihl * 4;
        fragment = ip->frag_off & bpf_htons(0x3fff);
    } else if (type == bpf_htons(ETH_P_IPV6)) {
        const struct ipv6hdr *ip = (void *)front->ip;
        if (shape->frame < FRONT || ip->version != 6)
            return -1;
        shape->version = 6;
        shape->tos = ip->priority << 4 | ip->flow_lbl[0] >> 4;
        shape->ttl = ip->hop_limit;
        shape->total = bpf_ntohs(ip->payload_len) + sizeof(*ip);
        protocol = ip->nexthdr;
        ip_length = sizeof(*ip);
    } else {
        return -1;
    }
    shape->syn = 0;
    shape->tcp = 0;
    if (!skb->gso_size) {
        shape->segment = shape->frame;
        if (protocol == IPPROTO_TCP && !fragment && shape->frame <= SYN_MAX)
            shape->syn = ETH_HLEN + ip_length;
        return 0;
    }
    if (protocol == IPPROTO_TCP) {
        __u8 offset;
        if (ip_length == sizeof(struct iphdr))
            offset = front->ip[sizeof(struct iphdr) + 12];
        else if (bpf_skb_load_bytes(skb, at + ETH_HLEN + ip_length + 12, &offset, 1))
            return -1;
        shape->tcp = 1;
        shape->segment = ETH_HLEN + ip_length + (offset >> 4) * 4 + skb->gso_size;
        return 0;
    }
    shape->segment = ETH_HLEN + ip_length + sizeof(struct udphdr) + skb->gso_size;
    return protocol == IPPROTO_UDP ? 0 : -1;
}

/*
 * Lowers the largest size of segments in a SYN to what fits, where the option is the first one, as it is in everybody's: what
 * the ends of a connection know of has not to be cut.
 *
 * @fits: bytes of IP that fit
 */
static __always_inline int clamp(struct __sk_buff *skb, const struct shape *shape, __u32 fits) {
    __u8 tcp[24];
    __be16 before, after;
    __u32 syn = shape->syn;
    if (!syn || bpf_skb_load_bytes(skb, syn, tcp, sizeof(tcp)) || !(tcp[13] & 2) || tcp[12] >> 4 < 6)
        return 0;
    if (tcp[20] != 2 || tcp[21] != 4)
        return 0;
    __u32 headers = 20 + (shape->version == 4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr));
    __u32 size = fits > headers + MSS_MIN ? fits - headers : MSS_MIN;
    __builtin_memcpy(&before, tcp + 22, 2);
    if (bpf_ntohs(before) <= size)
        return 0;
    after = bpf_htons(size);
    int error = bpf_l4_csum_replace(skb, syn + 16, before, after, 2);
    return error ? error : bpf_skb_store_bytes(skb, syn + 22, &after, 2, 0);
}

/* What a tunnel puts in front of a frame's IP header. */
static __always_inline __u32 overhead(const struct port *port, __u16 tag) {
    return port->header_length + ETH_HLEN + (tag ? TAG : 0);
}

static __always_inline int fits_whole(const struct port *port, const struct shape *shape, __u16 tag) {
    return shape->segment - ETH_HLEN + overhead(port, tag) <= port->mtu;
}

static __always_inline int fits(const struct port *port, const struct shape *shape, __u16 tag) {
    if (!port->ifindex)
        return 0;
    if (port->kind == PORT_DEVICE || port->kind == PORT_HOST)
        return shape->segment - ETH_HLEN <= port->mtu;
    if (port->kind != PORT_IPV4 && port->kind != PORT_IPV6)
        return 0;
    if (shape->frame - ETH_HLEN + overhead(port, tag) > TOTAL_MAX)
        return 0;
    /* the kernel makes the segments of TCP shorter by what comes in front of them, if asked to */
    return fits_whole(port, shape, tag) ||
           (shape->tcp && shape->segment - ETH_HLEN <= port->mtu && shape->segment > overhead(port, tag) + ETH_HLEN + 120 + SEGMENT_MIN);
}

/* Finds the flow of a frame: its index + 1, 0 if it is the switch's business. */
static __always_inline __u32 find(__u32 in_port, __u16 tag, const struct shape *shape) {
    struct flow_key key = {.in_port = in_port, .vlan_tci = tag};
    __builtin_memcpy(key.addresses, shape->ethernet, sizeof(key.addresses));
    __u32 *index = bpf_map_lookup_elem(&flow_of_key, &key);
    if (!index)
        return 0;
    __u32 found = *index;
    struct flow *flow = bpf_map_lookup_elem(&flows, &found);
    if (!flow || flow->failed)
        return 0;
    __u32 outputs = flow->outputs;
#pragma clang loop unroll(disable)
    for (__u32 i = 0; i < OUTPUTS_MAX; i++) {
        if (i >= outputs)
            break;
        __u32 number = flow->output[i].port;
        struct port *port = bpf_map_lookup_elem(&ports, &number);
        if (!port || !fits(port, shape, flow->output[i].vlan_tci))
            return 0;
    }
    return found + 1;
}

static __always_inline void count(const struct config *config, __u32 index, __u32 bytes, __u64 now) {
    __u32 slot = index * config->cpus + bpf_get_smp_processor_id();
    struct counters *counters = bpf_map_lookup_elem(&flow_counters, &slot);
    if (counters) {
        counters->packets++;
        counters->bytes += bytes;
        counters->used = now;
    }
}

/* Makes the tag beside a frame another one. */
static __always_inline int retag(struct __sk_buff *skb, __u16 *tag, __u16 wanted) {
    int error = 0;
    if (*tag == wanted)
        return 0;
    if (*tag)
        error = bpf_skb_vlan_pop(skb);
    if (!error && wanted)
        error = bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021Q), wanted & ~VLAN_PRESENT);
    *tag = wanted;
    return error;
}

static __always_inline __u16 fold(__u32 sum) {
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return ~sum;
}

/* The checksum of an IPv4 header without options: 0 for one that has the right one. */
static __always_inline __u16 checksum(const struct iphdr *ip) {
    const __u16 *words = (const void *)ip;
    __u32 sum = 0;
    for (__u32 i = 0; i < sizeof(*ip) / 2; i++)
        sum += words[i];
    return fold(sum);
}

/* Puts a tunnel's headers in front of a frame that has no tag beside it; 0, or a negated errno. */
static __always_inline int encapsulate(struct __sk_buff *skb, const struct port *port, __u16 tag, const struct shape *shape) {
    __u8 inner[ETH_HLEN + TAG];
    __u8 header[HEADER_MAX] __attribute__((aligned(8)));
    __u32 length = port->header_length;
    __u32 inner_length = ETH_HLEN;
    if (length < 24 || length > HEADER_MAX)
        return -EAGAIN;
    int error = clamp(skb, shape, port->mtu - overhead(port, tag));
    if (error)
        return error;
    __builtin_memcpy(inner, shape->ethernet, ETH_HLEN);
    if (tag) {
        __builtin_memcpy(inner + ETH_HLEN + TAG - 2, inner + ETH_HLEN - 2, 2);
        *(__be16 *)(inner + ETH_HLEN - 2) = bpf_htons(ETH_P_8021Q);
        *(__be16 *)(inner + ETH_HLEN) = bpf_htons(tag & ~VLAN_PRESENT);
        inner_length += TAG;
    }
    __u32 hash = port->flags & PORT_UDP ? bpf_get_hash_recalc(skb) : 0;
    __u64 flags = BPF_F_ADJ_ROOM_ENCAP_L2_ETH | BPF_F_ADJ_ROOM_ENCAP_L2(inner_length);
    flags |= port->kind == PORT_IPV4 ? BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 : BPF_F_ADJ_ROOM_ENCAP_L3_IPV6;
    flags |= port->flags & PORT_UDP ? BPF_F_ADJ_ROOM_ENCAP_L4_UDP : BPF_F_ADJ_ROOM_ENCAP_L4_GRE;
    if (fits_whole(port, shape, tag))
        flags |= BPF_F_ADJ_ROOM_FIXED_GSO;
    error = bpf_skb_adjust_room(skb, length + inner_length, BPF_ADJ_ROOM_MAC, flags);
    if (error)
        return error;
    if (tag)
        error = bpf_skb_store_bytes(skb, ETH_HLEN + length, inner, ETH_HLEN + TAG, 0);
    else
        error = bpf_skb_store_bytes(skb, ETH_HLEN + length, inner, ETH_HLEN, 0);
    if (error)
        return error;
    __builtin_memcpy(header, port->header, HEADER_MAX);
    __u8 tos = (port->flags & PORT_TOS_INHERIT ? shape->tos & ~ECN : port->tos) | (shape->tos & ECN);
    __u8 ttl = port->flags & PORT_TTL_INHERIT ? shape->ttl : port->ttl;
    __u32 total = skb->len - ETH_HLEN;
    __u32 ip_length;
    if (port->kind == PORT_IPV4) {
        struct iphdr *ip = (void *)header;
        ip_length = sizeof(*ip);
        ip->tos = tos;
        ip->ttl = ttl;
        ip->tot_len = bpf_htons(total);
        if (port->flags & PORT_IDENTIFY)
            ip->id = bpf_get_prandom_u32();
        ip->check = 0;
        ip->check = checksum(ip);
    } else {
        struct ipv6hdr *ip = (void *)header;
        ip_length = sizeof(*ip);
        header[0] = 0x60 | tos >> 4;
        header[1] = tos << 4;
        ip->payload_len = bpf_htons(total - sizeof(*ip));
        ip->hop_limit = ttl;
    }
    if (port->flags & PORT_UDP) {
        struct udphdr *udp = (void *)(header + (port->kind == PORT_IPV4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr)));
        udp->source = port->source_port[hash & (SOURCE_PORTS - 1)];
        udp->len = bpf_htons(total - ip_length);
    }
    return bpf_skb_store_bytes(skb, ETH_HLEN, header, length, 0);
}

/* Notes that a flow is not for the kernel, unless it was but a moment without memory, or in which a port was described anew. */
static __always_inline void fail(struct flow *flow, int error) {
    if (error != -ENOMEM && error != -EAGAIN)
        flow->failed = -error;
}

/*
 * Sends a tunnel packet to the next hop, whose link address the switch may know already. To look up route and neighbour takes
 * the kernel a microsecond.
 *
 * @lag: how long ago the switch gave a sign of life
 */
static __always_inline int send(struct __sk_buff *skb, struct flow *flow, struct port *port, __u64 now, __s64 lag) {
    int error, known = port->link_set && lag < LINK_PATIENCE_NS, ask = now - port->asked >= ASK_AGAIN_NS;
    if (known && !ask) {
        error = bpf_skb_store_bytes(skb, 0, port->link, sizeof(port->link), 0);
        if (!error)
            return bpf_redirect(port->ifindex, 0);
    } else {
        /* the redirection writes its own link addresses, but refuses a packet that is for a group by those it finds */
        __u8 nobody[2 * ETH_ALEN] = {};
        error = bpf_skb_store_bytes(skb, 0, nobody, sizeof(nobody), 0);
        if (ask)
            port->asked = now;
        /* for the one whose address is used: it is that one who is to be verified */
        if (!error && known)
            return bpf_redirect_neigh(port->ifindex, (struct bpf_redir_neigh *)&port->hop_family, sizeof(struct bpf_redir_neigh), 0);
        if (!error)
            return bpf_redirect_neigh(port->ifindex, 0, 0, 0);
    }
    fail(flow, error);
    return TC_ACT_SHOT;
}

/* Whether a frame may skip the veth that it would go through, and be handed to who is at its end. */
static __always_inline int to_peer(struct __sk_buff *skb, const struct port *port, const struct shape *shape) {
    if (!port->peer_set)
        return 0;
    for (int i = 0; i < ETH_ALEN; i++)
        if (shape->ethernet[i] != port->peer[i])
            return 0;
    return skb->pkt_type == PACKET_HOST || !bpf_skb_change_type(skb, PACKET_HOST);
}

/* The last output of a flow: the hook's verdict. */
static __always_inline int leave(struct __sk_buff *skb, struct flow *flow, struct port *port, const struct shape *shape, __u16 tag, __u16 wanted,
                                 int ingress, __u64 now, __s64 lag) {
    int tunnel = port->kind == PORT_IPV4 || port->kind == PORT_IPV6;
    int error = retag(skb, &tag, tunnel ? 0 : wanted);
    if (!error && tunnel)
        error = encapsulate(skb, port, wanted, shape);
    if (error) {
        fail(flow, error);
        return TC_ACT_SHOT;
    }
    skb->mark = 0; /* what the sender's mark says is about its own route */
    if (tunnel)
        return send(skb, flow, port, now, lag);
    if (port->kind == PORT_HOST)
        return bpf_redirect(port->ifindex, BPF_F_INGRESS);
    if (ingress && to_peer(skb, port, shape))
        return bpf_redirect_peer(port->ifindex, 0);
    return bpf_redirect(port->ifindex, 0);
}

/*
 * Does what a flow says, with a frame that begins with its Ethernet header.
 *
 * @tag: the one that the frame is said to have
 * @beside: the one that the kernel keeps beside the frame at the moment: either the same or none
 */
static __always_inline int forward(struct __sk_buff *skb, __u32 index, const struct shape *shape, __u16 tag, __u16 beside, int ingress) {
    __u32 zero = 0;
    struct config *config = bpf_map_lookup_elem(&configuration, &zero);
    struct flow *flow = bpf_map_lookup_elem(&flows, &index);
    if (!config || !flow)
        return TC_ACT_SHOT;
    __u64 now = bpf_ktime_get_coarse_ns();
    count(config, index, skb->len + (tag ? TAG : 0), now);
    __u32 outputs = flow->outputs;
#pragma clang loop unroll(disable)
    for (__u32 i = 0; i < OUTPUTS_MAX; i++) {
        if (i >= outputs)
            break;
        __u32 number = flow->output[i].port;
        __u16 wanted = flow->output[i].vlan_tci;
        struct port *port = bpf_map_lookup_elem(&ports, &number);
        if (!port)
            return TC_ACT_SHOT;
        if (i + 1 == outputs)
            return leave(skb, flow, port, shape, beside, wanted, ingress, now, now - config->alive);
        int error = retag(skb, &beside, wanted);
        if (error) {
            fail(flow, error);
            return TC_ACT_SHOT;
        }
        /* a port that is down, or without room, loses its copy; the others get theirs */
        bpf_clone_redirect(skb, port->ifindex, port->kind == PORT_HOST ? BPF_F_INGRESS : 0);
    }
    return TC_ACT_SHOT;
}

/* Decides about a frame that begins with its Ethernet header and whose tag is beside it. */
static __always_inline __u32 decide(struct __sk_buff *skb, int tag, struct shape *shape) {
    struct front front = {};
    if (tag < 0 || !live() || read(skb, 0, &front) || measure(skb, 0, &front, shape))
        return 0;
    return find(FROM_DEVICE | skb->ifindex, tag, shape);
}

SEC("socket")
int filter(struct __sk_buff *skb) {
    __u32 zero = 0;
    struct decision *decision = bpf_map_lookup_elem(&decisions, &zero);
    if (!decision)
        return SOCKET_ACCEPT;
    decision->ifindex = skb->ifindex;
    decision->flow = decide(skb, tag_of(skb), &decision->shape);
    return decision->flow ? SOCKET_REFUSE : SOCKET_ACCEPT;
}

SEC("tc")
int from_port(struct __sk_buff *skb) {
    __u32 zero = 0;
    struct decision *decision = bpf_map_lookup_elem(&decisions, &zero);
    if (!decision || decision->ifindex != skb->ifindex || !decision->flow)
        return TC_ACT_UNSPEC;
    struct shape shape = decision->shape;
    __u32 index = decision->flow - 1;
    decision->flow = 0;
    int tag = tag_of(skb);
    return forward(skb, index, &shape, tag, tag, 1);
}

SEC("tc")
int from_host(struct __sk_buff *skb) {
    struct shape shape;
    int tag = tag_of(skb);
    __u32 found = decide(skb, tag, &shape);
    return found ? forward(skb, found - 1, &shape, tag, tag, 0) : TC_ACT_UNSPEC;
}

/* Reads a GRE header that has a key or nothing; returns its length, 0 for any other. */
static __always_inline __u32 gre(const __be32 *header, struct endpoint *endpoint) {
    endpoint->transport = IPPROTO_GRE << 24;
    if (header[0] == bpf_htonl(TYPE_TEB))
        return 4;
    if (header[0] != bpf_htonl(GRE_KEY << 16 | TYPE_TEB))
        return 0;
    endpoint->key = bpf_ntohl(header[1]);
    endpoint->key_present = 1;
    return 8;
}

/*
 * Reads UDP and VXLAN, or Geneve without options; returns their length, 0 for anything else. Any payload may look so: it is
 * the origin that has to be known.
 *
 * @rest: bytes of the packet from the UDP header on
 */
static __always_inline __u32 udp(const __be32 *header, __u32 rest, struct endpoint *endpoint) {
    __u32 port = bpf_ntohl(header[0]) & 0xffff;
    __u32 first = bpf_ntohl(header[2]);
    __u32 second = bpf_ntohl(header[3]);
    if (bpf_ntohl(header[1]) >> 16 != rest)
        return 0;
    if (first == VXLAN_FLAGS && !(second & 0xff))
        endpoint->transport = IPPROTO_UDP << 24 | port;
    else if ((first & 0xffc0ffff) == TYPE_TEB)
        endpoint->transport = IPPROTO_UDP << 24 | GENEVE | port;
    else
        return 0;
    endpoint->key = second >> 8;
    endpoint->key_present = 1;
    return sizeof(struct udphdr) + 8;
}

/* The outer headers, likewise aligned, up to the longest that is dealt with. */
struct outer {
    __u8 before[2];
    __u8 ethernet[ETH_HLEN];
    __u8 rest[sizeof(struct ipv6hdr) + sizeof(struct udphdr) + 8];
} __attribute__((aligned(8)));

#define OUTER (sizeof(struct outer) - 2)

/* Reads what is around a frame; returns where that begins, 0 if this packet is the host's business. */
static __always_inline __u32 outside(struct __sk_buff *skb, struct endpoint *endpoint, __u8 *tos) {
    struct outer outer;
    __u32 at, length;
    __u8 protocol;
    const __be32 *header;
    /* what is shorter is no frame that would be forwarded here */
    if (bpf_skb_load_bytes(skb, 0, outer.ethernet, OUTER))
        return 0;
    if (skb->protocol == bpf_htons(ETH_P_IP)) {
        const struct iphdr *ip = (void *)outer.rest;
        if (ip->version != 4 || ip->ihl != 5 || ip->frag_off & bpf_htons(0x3fff))
            return 0;
        if (bpf_ntohs(ip->tot_len) != skb->len - ETH_HLEN || checksum(ip))
            return 0;
        endpoint->local[10] = endpoint->local[11] = endpoint->remote[10] = endpoint->remote[11] = 0xff;
        __builtin_memcpy(endpoint->local + 12, &ip->daddr, 4);
        __builtin_memcpy(endpoint->remote + 12, &ip->saddr, 4);
        protocol = ip->protocol;
        *tos = ip->tos;
        at = ETH_HLEN + sizeof(*ip);
        header = (void *)(outer.rest + sizeof(*ip));
        length = protocol == IPPROTO_UDP ? udp(header, skb->len - at, endpoint) : protocol == IPPROTO_GRE ? gre(header, endpoint) : 0;
    } else if (skb->protocol == bpf_htons(ETH_P_IPV6)) {
        const struct ipv6hdr *ip = (void *)outer.rest;
        if (ip->version != 6 || bpf_ntohs(ip->payload_len) != skb->len - ETH_HLEN - sizeof(*ip))
            return 0;
        __builtin_memcpy(endpoint->local, &ip->daddr, 16);
        __builtin_memcpy(endpoint->remote, &ip->saddr, 16);
        protocol = ip->nexthdr;
        *tos = ip->priority << 4 | ip->flow_lbl[0] >> 4;
        at = ETH_HLEN + sizeof(*ip);
        header = (void *)(outer.rest + sizeof(*ip));
        length = protocol == IPPROTO_UDP ? udp(header, skb->len - at, endpoint) : protocol == IPPROTO_GRE ? gre(header, endpoint) : 0;
    } else {
        return 0;
    }
    return length ? at + length : 0;
}

/* What becomes of the inner mark of congestion (RFC 6040 section 4.2); -1 where the packet is to be dropped. */
static __always_inline int mark(int inner, int outer_mark) {
    if (outer_mark == CE)
        return inner ? CE : -1;
    return outer_mark == ECT1 && inner == ECT0 ? ECT1 : inner;
}

/* Writes a mark of congestion into the IP header of a frame without tags in it. */
static __always_inline int set_mark(struct __sk_buff *skb, const struct shape *shape, int ecn) {
    __u8 word[2];
    __be16 before, after;
    if (bpf_skb_load_bytes(skb, ETH_HLEN, word, 2))
        return -EAGAIN;
    __builtin_memcpy(&before, word, 2);
    word[1] = shape->version == 4 ? (word[1] & ~ECN) | ecn : (word[1] & ~(ECN << 4)) | ecn << 4;
    __builtin_memcpy(&after, word, 2);
    if (shape->version == 4) {
        int error = bpf_l3_csum_replace(skb, ETH_HLEN + 10, before, after, 2);
        if (error)
            return error;
    }
    return bpf_skb_store_bytes(skb, ETH_HLEN, word, 2, BPF_F_RECOMPUTE_CSUM);
}

SEC("tc")
int from_underlay(struct __sk_buff *skb) {
    struct endpoint endpoint = {};
    struct front front = {};
    struct shape shape;
    __u8 tos = 0;
    __be16 type, tci;
    if (skb->pkt_type != PACKET_HOST || skb->vlan_present || !live())
        return TC_ACT_UNSPEC;
    __u32 at = outside(skb, &endpoint, &tos);
    if (!at || read(skb, at, &front))
        return TC_ACT_UNSPEC;
    __u32 *in_port = bpf_map_lookup_elem(&endpoints, &endpoint);
    if (!in_port)
        return TC_ACT_UNSPEC;
    __u16 tag = 0;
    __builtin_memcpy(&type, front.ethernet + ETH_HLEN - 2, 2);
    if (type == bpf_htons(ETH_P_8021Q)) {
        __u8 addresses[2 * ETH_ALEN];
        __builtin_memcpy(addresses, front.ethernet, sizeof(addresses));
        __builtin_memcpy(&tci, front.ip, 2);
        tag = (bpf_ntohs(tci) & ~VLAN_PRESENT) | VLAN_PRESENT;
        at += TAG;
        if (read(skb, at, &front))
            return TC_ACT_UNSPEC;
        __builtin_memcpy(front.ethernet, addresses, sizeof(addresses));
    }
    if (measure(skb, at, &front, &shape))
        return TC_ACT_UNSPEC;
    if (skb->gso_size) {
        /* It must be one packet of the inner network, and not several tunnel packets that were sent together. */
        if (shape.total != shape.frame - ETH_HLEN)
            return TC_ACT_UNSPEC;
        /* The kernel would go on taking a super-frame of datagrams for one in a tunnel, and cut it as such. */
        if (endpoint.transport >> 24 == IPPROTO_UDP && !shape.tcp)
            return TC_ACT_UNSPEC;
    }
    int ecn = mark(shape.tos & ECN, tos & ECN);
    if (ecn < 0)
        return TC_ACT_UNSPEC;
    __u32 number = *in_port;
    __u32 found = find(number, tag, &shape);
    if (!found)
        return TC_ACT_UNSPEC;

    __u64 flags = BPF_F_ADJ_ROOM_FIXED_GSO;
    if (skb->protocol == bpf_htons(ETH_P_IP) && shape.version == 6)
        flags |= DECAP_L3_IPV6;
    if (skb->protocol == bpf_htons(ETH_P_IPV6) && shape.version == 4)
        flags |= DECAP_L3_IPV4;
    int error = bpf_skb_adjust_room(skb, -(__s32)at, BPF_ADJ_ROOM_MAC, flags);
    if (!error)
        error = bpf_skb_store_bytes(skb, 0, shape.ethernet, sizeof(shape.ethernet), 0);
    if (!error && ecn != (shape.tos & ECN))
        error = set_mark(skb, &shape, ecn);
    if (!error && shape.syn) {
        struct port *port = bpf_map_lookup_elem(&ports, &number);
        if (port && port->mtu > overhead(port, tag))
            error = clamp(skb, &shape, port->mtu - overhead(port, tag));
    }
    if (error) {
        __u32 index = found - 1;
        struct flow *flow = bpf_map_lookup_elem(&flows, &index);
        if (flow)
            fail(flow, error);
        return TC_ACT_SHOT;
    }
    shape.tos = (shape.tos & ~ECN) | ecn;
    return forward(skb, found - 1, &shape, tag, 0, 1);
}

char LICENSE[] SEC("license") = "Apache-2.0";
