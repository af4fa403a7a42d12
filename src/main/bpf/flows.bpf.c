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
    __uint(max_entries, 16384);
    __type(key, __u32);
    __type(value, struct device);
} devices SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __uint(max_entries, 65536);
    __type(key, struct endpoint);
    __type(value, __u32);
} endpoints SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __uint(max_entries, 256);
    __type(key, __u32);
    __type(value, __u32);
} transports SEC(".maps");

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

/* A frame as far as its size and its IP header matter. Lengths are from the Ethernet header on, without a tag. */
struct shape {
    __u32 frame;
    __u32 segment; /* the largest piece that it will be cut into */
    __u8 version;
    __u8 tos;
    __u8 ttl;
    __u8 tcp; /* whether it is a super-frame of TCP */
    __u32 syn; /* where a TCP header is that may be a SYN's; 0 for none */
};

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

/* Looks at the IP header at l3; 0 if the frame is of a kind that is dealt with here. */
static __always_inline int measure(struct __sk_buff *skb, __u32 l3, struct shape *shape) {
    __u8 protocol, ip_length, fragment = 0;
    __be16 type;
    if (bpf_skb_load_bytes(skb, l3 - 2, &type, 2))
        return -1;
    shape->frame = skb->len - l3 + ETH_HLEN;
    shape->tcp = 0;
    if (type == bpf_htons(ETH_P_IP)) {
        __u8 ip[sizeof(struct iphdr)];
        if (bpf_skb_load_bytes(skb, l3, ip, sizeof(ip)) || ip[0] >> 4 != 4 || (ip[0] & 15) < 5)
            return -1;
        shape->version = 4;
        shape->tos = ip[1];
        shape->ttl = ip[8];
        protocol = ip[9];
        ip_length = (ip[0] & 15) * 4;
        fragment = (ip[6] & 0x3f) | ip[7];
    } else if (type == bpf_htons(ETH_P_IPV6)) {
        __u8 ip[8];
        if (skb->len < l3 + sizeof(struct ipv6hdr) || bpf_skb_load_bytes(skb, l3, ip, sizeof(ip)) || ip[0] >> 4 != 6)
            return -1;
        shape->version = 6;
        shape->tos = ip[0] << 4 | ip[1] >> 4;
        shape->ttl = ip[7];
        protocol = ip[6];
        ip_length = sizeof(struct ipv6hdr);
    } else {
        return -1;
    }
    shape->syn = 0;
    if (!skb->gso_size) {
        shape->segment = shape->frame;
        if (protocol == IPPROTO_TCP && !fragment && shape->frame <= SYN_MAX)
            shape->syn = l3 + ip_length;
        return 0;
    }
    if (protocol == IPPROTO_TCP) {
        __u8 offset;
        if (bpf_skb_load_bytes(skb, l3 + ip_length + 12, &offset, 1))
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
 * @syn: where the TCP header begins
 * @fits: bytes of IP that fit
 */
static __always_inline int clamp(struct __sk_buff *skb, const struct shape *shape, __u32 syn, __u32 fits) {
    __u8 tcp[24];
    __be16 before, after;
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

/* Finds the flow of a frame whose Ethernet header begins at an offset: its index + 1, 0 if it is the switch's business. */
static __always_inline __u32 find(struct __sk_buff *skb, __u32 in_port, __u32 at, __u16 tag, const struct shape *shape) {
    struct flow_key key = {.in_port = in_port, .vlan_tci = tag};
    if (bpf_skb_load_bytes(skb, at, key.addresses, sizeof(key.addresses)))
        return 0;
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

static __always_inline void count(__u32 index, __u32 bytes) {
    __u32 zero = 0;
    struct config *config = bpf_map_lookup_elem(&configuration, &zero);
    if (!config)
        return;
    __u32 slot = index * config->cpus + bpf_get_smp_processor_id();
    struct counters *counters = bpf_map_lookup_elem(&flow_counters, &slot);
    if (counters) {
        counters->packets++;
        counters->bytes += bytes;
        counters->used = bpf_ktime_get_coarse_ns();
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

/* Puts a tunnel's headers in front of a frame that has no tag beside it; 0, or a negated errno. */
static __always_inline int encapsulate(struct __sk_buff *skb, const struct port *port, __u16 tag) {
    struct shape shape;
    __u8 inner[ETH_HLEN + TAG];
    __u8 header[HEADER_MAX];
    __u32 length = port->header_length;
    __u32 inner_length = ETH_HLEN;
    if (length < 24 || length > HEADER_MAX || measure(skb, ETH_HLEN, &shape))
        return -EAGAIN;
    if (bpf_skb_load_bytes(skb, 0, inner, ETH_HLEN))
        return -EAGAIN;
    int error = clamp(skb, &shape, shape.syn, port->mtu - overhead(port, tag));
    if (error)
        return error;
    if (tag) {
        __builtin_memcpy(inner + ETH_HLEN + TAG - 2, inner + ETH_HLEN - 2, 2);
        *(__be16 *)(inner + ETH_HLEN - 2) = bpf_htons(ETH_P_8021Q);
        *(__be16 *)(inner + ETH_HLEN) = bpf_htons(tag & ~VLAN_PRESENT);
        inner_length += TAG;
    }
    __u32 hash = bpf_get_hash_recalc(skb);
    __u64 flags = BPF_F_ADJ_ROOM_ENCAP_L2_ETH | BPF_F_ADJ_ROOM_ENCAP_L2(inner_length);
    flags |= port->kind == PORT_IPV4 ? BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 : BPF_F_ADJ_ROOM_ENCAP_L3_IPV6;
    flags |= port->flags & PORT_UDP ? BPF_F_ADJ_ROOM_ENCAP_L4_UDP : BPF_F_ADJ_ROOM_ENCAP_L4_GRE;
    if (fits_whole(port, &shape, tag))
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
    /* the redirection writes its own link addresses, and refuses a packet that is for a group by those it finds */
    __builtin_memset(inner, 0, 2 * ETH_ALEN);
    error = bpf_skb_store_bytes(skb, 0, inner, 2 * ETH_ALEN, 0);
    if (error)
        return error;

    __builtin_memcpy(header, port->header, HEADER_MAX);
    __u8 tos = (port->flags & PORT_TOS_INHERIT ? shape.tos & ~ECN : port->tos) | (shape.tos & ECN);
    __u8 ttl = port->flags & PORT_TTL_INHERIT ? shape.ttl : port->ttl;
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
        ip->check = fold(bpf_csum_diff(0, 0, (void *)header, sizeof(*ip), 0));
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

/* Whether a frame may skip the veth that it would go through, and be handed to who is at its end. */
static __always_inline int to_peer(struct __sk_buff *skb, const struct port *port) {
    __u8 destination[ETH_ALEN];
    if (!port->peer_set || bpf_skb_load_bytes(skb, 0, destination, sizeof(destination)))
        return 0;
    for (int i = 0; i < ETH_ALEN; i++)
        if (destination[i] != port->peer[i])
            return 0;
    return 1;
}

/* Notes that a flow is not for the kernel, unless it was but a moment without memory, or in which a port was described anew. */
static __always_inline void fail(struct flow *flow, int error) {
    if (error != -ENOMEM && error != -EAGAIN)
        flow->failed = -error;
}

/* The last output of a flow: the hook's verdict. */
static __always_inline int leave(struct __sk_buff *skb, struct flow *flow, const struct port *port, __u16 tag, __u16 wanted, int ingress) {
    int tunnel = port->kind == PORT_IPV4 || port->kind == PORT_IPV6;
    int error = retag(skb, &tag, tunnel ? 0 : wanted);
    if (!error && tunnel)
        error = encapsulate(skb, port, wanted);
    if (error) {
        fail(flow, error);
        return TC_ACT_SHOT;
    }
    skb->mark = 0; /* what the sender's mark says is about its own route */
    if (tunnel)
        return bpf_redirect_neigh(port->ifindex, 0, 0, 0);
    if (port->kind == PORT_HOST)
        return bpf_redirect(port->ifindex, BPF_F_INGRESS);
    if (ingress && to_peer(skb, port) && !bpf_skb_change_type(skb, PACKET_HOST))
        return bpf_redirect_peer(port->ifindex, 0);
    return bpf_redirect(port->ifindex, 0);
}

/*
 * Does what a flow says, with a frame that begins with its Ethernet header.
 *
 * @tag: the one that the frame is said to have
 * @beside: the one that the kernel keeps beside the frame at the moment: either the same or none
 */
static __always_inline int forward(struct __sk_buff *skb, __u32 index, __u16 tag, __u16 beside, int ingress) {
    struct flow *flow = bpf_map_lookup_elem(&flows, &index);
    if (!flow)
        return TC_ACT_SHOT;
    count(index, skb->len + (tag ? TAG : 0));
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
            return leave(skb, flow, port, beside, wanted, ingress);
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
static __always_inline __u32 decide(struct __sk_buff *skb, int tag) {
    struct shape shape;
    __u32 ifindex = skb->ifindex;
    struct device *device = bpf_map_lookup_elem(&devices, &ifindex);
    if (!device || tag < 0 || !live() || measure(skb, ETH_HLEN, &shape))
        return 0;
    return find(skb, device->in_port, 0, tag, &shape);
}

SEC("socket")
int filter(struct __sk_buff *skb) {
    __u32 zero = 0;
    struct decision *decision = bpf_map_lookup_elem(&decisions, &zero);
    if (!decision)
        return SOCKET_ACCEPT;
    decision->ifindex = skb->ifindex;
    decision->flow = decide(skb, tag_of(skb));
    return decision->flow ? SOCKET_REFUSE : SOCKET_ACCEPT;
}

SEC("tc")
int from_port(struct __sk_buff *skb) {
    __u32 zero = 0;
    struct decision *decision = bpf_map_lookup_elem(&decisions, &zero);
    if (!decision || decision->ifindex != skb->ifindex || !decision->flow)
        return TC_ACT_UNSPEC;
    __u32 index = decision->flow - 1;
    decision->flow = 0;
    int tag = tag_of(skb);
    return forward(skb, index, tag, tag, 1);
}

SEC("tc")
int from_host(struct __sk_buff *skb) {
    int tag = tag_of(skb);
    __u32 found = decide(skb, tag);
    return found ? forward(skb, found - 1, tag, tag, 0) : TC_ACT_UNSPEC;
}

/* Reads the outer IP header; returns where what it carries begins, 0 if this packet is the host's business. */
static __always_inline __u32 outer(struct __sk_buff *skb, struct endpoint *endpoint, __u8 *protocol, __u8 *tos) {
    if (skb->protocol == bpf_htons(ETH_P_IP)) {
        struct iphdr ip;
        if (bpf_skb_load_bytes(skb, ETH_HLEN, &ip, sizeof(ip)))
            return 0;
        if (ip.version != 4 || ip.ihl != 5 || ip.frag_off & bpf_htons(0x3fff))
            return 0;
        if (bpf_ntohs(ip.tot_len) != skb->len - ETH_HLEN || fold(bpf_csum_diff(0, 0, (void *)&ip, sizeof(ip), 0)))
            return 0;
        endpoint->local[10] = endpoint->local[11] = endpoint->remote[10] = endpoint->remote[11] = 0xff;
        __builtin_memcpy(endpoint->local + 12, &ip.daddr, 4);
        __builtin_memcpy(endpoint->remote + 12, &ip.saddr, 4);
        *protocol = ip.protocol;
        *tos = ip.tos;
        return ETH_HLEN + sizeof(ip);
    }
    if (skb->protocol == bpf_htons(ETH_P_IPV6)) {
        struct ipv6hdr ip;
        if (bpf_skb_load_bytes(skb, ETH_HLEN, &ip, sizeof(ip)))
            return 0;
        if (ip.version != 6 || bpf_ntohs(ip.payload_len) != skb->len - ETH_HLEN - sizeof(ip))
            return 0;
        __builtin_memcpy(endpoint->local, &ip.daddr, 16);
        __builtin_memcpy(endpoint->remote, &ip.saddr, 16);
        *protocol = ip.nexthdr;
        *tos = ip.priority << 4 | ip.flow_lbl[0] >> 4;
        return ETH_HLEN + sizeof(ip);
    }
    return 0;
}

/* Reads a GRE header that has a key or nothing; returns where the frame begins, 0 for any other. */
static __always_inline __u32 gre(struct __sk_buff *skb, __u32 at, struct endpoint *endpoint) {
    __be16 base[2];
    __be32 key;
    if (bpf_skb_load_bytes(skb, at, base, sizeof(base)) || base[1] != bpf_htons(TYPE_TEB))
        return 0;
    endpoint->transport = IPPROTO_GRE << 24;
    if (!base[0])
        return at + 4;
    if (base[0] != bpf_htons(GRE_KEY) || bpf_skb_load_bytes(skb, at + 4, &key, sizeof(key)))
        return 0;
    endpoint->key = bpf_ntohl(key);
    endpoint->key_present = 1;
    return at + 8;
}

/* Reads UDP and VXLAN, or Geneve without options; returns where the frame begins, 0 for anything else. */
static __always_inline __u32 udp(struct __sk_buff *skb, __u32 at, struct endpoint *endpoint) {
    struct udphdr udp;
    __be32 header[2];
    if (bpf_skb_load_bytes(skb, at, &udp, sizeof(udp)) || bpf_ntohs(udp.len) != skb->len - at)
        return 0;
    __u32 port = bpf_ntohs(udp.dest);
    __u32 *transport = bpf_map_lookup_elem(&transports, &port);
    at += sizeof(udp);
    if (!transport || bpf_skb_load_bytes(skb, at, header, sizeof(header)))
        return 0;
    __u32 first = bpf_ntohl(header[0]);
    __u32 second = bpf_ntohl(header[1]);
    if (*transport & GENEVE ? (first & 0xffc0ffff) != TYPE_TEB : first != VXLAN_FLAGS || second & 0xff)
        return 0;
    endpoint->transport = *transport;
    endpoint->key = second >> 8;
    endpoint->key_present = 1;
    return at + sizeof(header);
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

/* A super-frame must be one packet of the inner network, and not several tunnel packets that were sent together. */
static __always_inline int is_one(struct __sk_buff *skb, __u32 l3, const struct shape *shape) {
    __be16 length;
    if (bpf_skb_load_bytes(skb, shape->version == 4 ? l3 + 2 : l3 + 4, &length, 2))
        return 0;
    return bpf_ntohs(length) + (shape->version == 4 ? 0 : sizeof(struct ipv6hdr)) == skb->len - l3;
}

SEC("tc")
int from_underlay(struct __sk_buff *skb) {
    struct endpoint endpoint = {};
    struct shape shape;
    __u8 protocol = 0, tos = 0;
    __u8 inner[ETH_HLEN];
    __be16 type, tci;
    if (skb->pkt_type != PACKET_HOST || skb->vlan_present || !live())
        return TC_ACT_UNSPEC;
    __u32 at = outer(skb, &endpoint, &protocol, &tos);
    if (!at)
        return TC_ACT_UNSPEC;
    at = protocol == IPPROTO_UDP ? udp(skb, at, &endpoint) : protocol == IPPROTO_GRE ? gre(skb, at, &endpoint) : 0;
    if (!at || bpf_skb_load_bytes(skb, at, inner, sizeof(inner)))
        return TC_ACT_UNSPEC;
    __u32 *in_port = bpf_map_lookup_elem(&endpoints, &endpoint);
    if (!in_port)
        return TC_ACT_UNSPEC;
    __u32 l3 = at + ETH_HLEN;
    __u16 tag = 0;
    __builtin_memcpy(&type, inner + ETH_HLEN - 2, 2);
    if (type == bpf_htons(ETH_P_8021Q)) {
        if (bpf_skb_load_bytes(skb, l3, &tci, 2) || bpf_skb_load_bytes(skb, l3 + 2, inner + ETH_HLEN - 2, 2))
            return TC_ACT_UNSPEC;
        tag = (bpf_ntohs(tci) & ~VLAN_PRESENT) | VLAN_PRESENT;
        l3 += TAG;
    }
    if (measure(skb, l3, &shape) || (skb->gso_size && !is_one(skb, l3, &shape)))
        return TC_ACT_UNSPEC;
    /* The kernel would go on taking a super-frame of datagrams for one in a tunnel, and cut it as such: the switch's business. */
    if (skb->gso_size && protocol == IPPROTO_UDP && !shape.tcp)
        return TC_ACT_UNSPEC;
    int ecn = mark(shape.tos & ECN, tos & ECN);
    if (ecn < 0)
        return TC_ACT_UNSPEC;
    __u32 number = *in_port;
    __u32 found = find(skb, number, at, tag, &shape);
    if (!found)
        return TC_ACT_UNSPEC;

    __u64 flags = BPF_F_ADJ_ROOM_FIXED_GSO;
    if (skb->protocol == bpf_htons(ETH_P_IP) && shape.version == 6)
        flags |= DECAP_L3_IPV6;
    if (skb->protocol == bpf_htons(ETH_P_IPV6) && shape.version == 4)
        flags |= DECAP_L3_IPV4;
    int error = bpf_skb_adjust_room(skb, -(__s32)(l3 - ETH_HLEN), BPF_ADJ_ROOM_MAC, flags);
    if (!error)
        error = bpf_skb_store_bytes(skb, 0, inner, sizeof(inner), 0);
    if (!error && ecn != (shape.tos & ECN))
        error = set_mark(skb, &shape, ecn);
    if (!error && shape.syn) {
        struct port *port = bpf_map_lookup_elem(&ports, &number);
        if (port && port->mtu > overhead(port, tag))
            error = clamp(skb, &shape, shape.syn - (l3 - ETH_HLEN), port->mtu - overhead(port, tag));
    }
    if (error) {
        __u32 index = found - 1;
        struct flow *flow = bpf_map_lookup_elem(&flows, &index);
        if (flow)
            fail(flow, error);
        return TC_ACT_SHOT;
    }
    return forward(skb, found - 1, tag, 0, 1);
}

char LICENSE[] SEC("license") = "Apache-2.0";
