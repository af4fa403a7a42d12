/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The flow cache's copy in the kernel. A packet's way:
 *
 *   from a port      from_port        at the ingress of its interface; the switch's socket is behind it, and gets what is left
 *   from this host   from_host        at the egress of an internal port's device
 *   from a tunnel    from_underlay    at the ingress of the interface that the neighbour is reached by
 *
 * Each looks up what the switch would have done (find), whether the packet is of a kind and size that can be done here
 * (measure, fits), and does it (forward). Everything else goes on to the switch as if these programs were not there: what
 * no flow covers, what is not IP, fragments of outer packets, what must be cut or answered because it is too long.
 *
 * A step that the kernel refuses halfway costs that packet; the flow is marked, and later ones go to the switch.
 */
#include "tunnel.h"

/* Not in every version of linux/bpf.h. */
#define DECAP_L3_IPV4 (1ULL << 7)
#define DECAP_L3_IPV6 (1ULL << 8)

#define ENOMEM 12
#define SOCKET_ACCEPT 0xffffffff
#define SOCKET_REFUSE 0
#define TOTAL_MAX 65535
#define SEGMENT_MIN 64

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
    __uint(max_entries, 4096);
    __type(key, __u32);
    __type(value, struct processor);
} processors SEC(".maps");

static __always_inline struct processor *this_processor(void) {
    __u32 number = bpf_get_smp_processor_id();
    return bpf_map_lookup_elem(&processors, &number);
}

static __always_inline int alive(const struct processor *processor) {
    /* signed: this clock is some milliseconds behind the one that the sign of life is by */
    return (__s64)(bpf_ktime_get_coarse_ns() - processor->alive) < PATIENCE_NS;
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

static __always_inline int same(const void *left, const void *right, __u32 words) {
    const __u32 *some = left, *other = right;
    __u32 difference = 0;
    for (__u32 i = 0; i < words; i++)
        difference |= some[i] ^ other[i];
    return !difference;
}

/*
 * The flow with a key; null if there is none. Most packets are of a flow that had one a moment ago: to compare the key with
 * that flow's costs a fraction of a hash table, each step of which is somewhere else in memory.
 *
 * @found: becomes its index
 */
static __always_inline struct flow *flow_of(struct processor *processor, const struct flow_key *key, __u32 *found) {
    const __u32 *words = (const void *)key;
    __u32 hash = words[0];
    for (__u32 i = 1; i < sizeof(*key) / sizeof(*words); i++)
        hash = mix(hash, words[i]);
    __u16 *recent = &processor->recent_flow[hash >> (32 - RECENT_FLOW_BITS)];
    *found = *recent;
    struct flow *flow = bpf_map_lookup_elem(&flows, found);
    if (flow && flow->live && same(&flow->key, key, sizeof(*key) / sizeof(*words)))
        return flow;
    __u32 *index = bpf_map_lookup_elem(&flow_of_key, key);
    if (!index)
        return 0;
    *found = *index;
    flow = bpf_map_lookup_elem(&flows, found);
    if (!flow || !flow->live || !same(&flow->key, key, sizeof(*key) / sizeof(*words)))
        return 0;
    *recent = *found;
    return flow;
}

/* The tunnel that packets from somewhere come in by, likewise; -1 if there is none. */
static __always_inline __s64 tunnel_of(struct processor *processor, const struct endpoint *endpoint) {
    const __u32 *remote = (const void *)endpoint->remote, *local = (const void *)endpoint->local;
    __u32 hash = mix(mix(mix(mix(endpoint->transport, endpoint->key), remote[3]), remote[2]), local[3]);
    __u16 *recent = &processor->recent_tunnel[hash >> (32 - RECENT_TUNNEL_BITS)];
    __u32 number = *recent;
    struct port *port = bpf_map_lookup_elem(&ports, &number);
    if (port && same(&port->origin, endpoint, sizeof(*endpoint) / sizeof(__u32)))
        return number;
    __u32 *found = bpf_map_lookup_elem(&endpoints, endpoint);
    if (!found)
        return -1;
    *recent = *found;
    return *found;
}

/* Finds the flow of a frame: its index + 1, 0 if it is the switch's business. */
static __always_inline __u32 find(struct processor *processor, __u32 in_port, __u16 tag, const struct shape *shape) {
    struct flow_key key = {.in_port = in_port, .vlan_tci = tag};
    __u32 found;
    __builtin_memcpy(key.addresses, shape->ethernet, sizeof(key.addresses));
    struct flow *flow = flow_of(processor, &key, &found);
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

static __always_inline void count(const struct processor *processor, __u32 index, __u32 bytes, __u64 now) {
    __u32 slot = index * processor->cpus + bpf_get_smp_processor_id();
    struct counters *counters = bpf_map_lookup_elem(&flow_counters, &slot);
    if (counters) {
        counters->packets++;
        counters->bytes += bytes;
        counters->used = now;
    }
}

/* Notes that a flow is not for the kernel, unless it was but a moment without memory, or in which a port was described anew. */
static __always_inline void fail(struct flow *flow, int error) {
    if (error != -ENOMEM && error != -EAGAIN)
        flow->failed = -error;
}

/*
 * Sends a frame through a tunnel, to the next hop, whose link address the switch may know already. To look up route and
 * neighbour takes the kernel a microsecond.
 *
 * @tag: the one that the frame is to have inside
 * @lag: how long ago the switch gave a sign of life
 */
static __always_inline int send(struct __sk_buff *skb, struct flow *flow, struct port *port, __u16 tag, const struct shape *shape, __u64 now,
                                __s64 lag) {
    int known = port->link_set && lag < LINK_PATIENCE_NS, ask = now - port->asked >= ASK_AGAIN_NS;
    /* the kernel writes link addresses of its own, but refuses a packet that is for a group by those it finds */
    int error = encapsulate(skb, port, tag, shape, known && !ask ? port->link : 0);
    if (error) {
        fail(flow, error);
        return TC_ACT_SHOT;
    }
    if (known && !ask)
        return bpf_redirect(port->ifindex, 0);
    if (ask)
        port->asked = now;
    if (!known)
        return bpf_redirect_neigh(port->ifindex, 0, 0, 0);
    /* for the one whose address is used: it is that one who is to be verified */
    return bpf_redirect_neigh(port->ifindex, (struct bpf_redir_neigh *)&port->hop_family, sizeof(struct bpf_redir_neigh), 0);
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
    if (error) {
        fail(flow, error);
        return TC_ACT_SHOT;
    }
    skb->mark = 0; /* what the sender's mark says is about its own route */
    if (tunnel)
        return send(skb, flow, port, wanted, shape, now, lag);
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
static __always_inline int forward(struct __sk_buff *skb, struct processor *processor, __u32 index, const struct shape *shape, __u16 tag, __u16 beside, int ingress) {
    struct flow *flow = bpf_map_lookup_elem(&flows, &index);
    if (!flow)
        return TC_ACT_SHOT;
    __u64 now = bpf_ktime_get_coarse_ns();
    count(processor, index, skb->len + (tag ? TAG : 0), now);
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
            return leave(skb, flow, port, shape, beside, wanted, ingress, now, now - processor->alive);
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
static __always_inline __u32 decide(struct __sk_buff *skb, struct processor *processor, int tag, struct shape *shape) {
    struct front front = {};
    if (tag < 0 || !alive(processor) || read(skb, 0, &front) || measure(skb, 0, &front, shape))
        return 0;
    return find(processor, FROM_DEVICE | skb->ifindex, tag, shape);
}

/*
 * Leaves a frame that came in by a port to the switch. Its socket there is bound to one type of frames, so that it comes behind
 * this hook in the kernel's order and costs nothing where it gets nothing. Of two tags the inner one is written into the
 * frame, with that of the sender behind it; the outer one makes it the frame's type, and is gone when it is delivered.
 */
static __always_inline int leave_to_switch(struct __sk_buff *skb) {
    for (int i = 0; i < 2; i++)
        if (bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021AD), LEFT_TCI))
            return TC_ACT_UNSPEC;
    return TC_ACT_OK;
}

/* On the way from a socket before the hook to the one behind it: what that one gets, the other must not. */
SEC("socket")
int tapped(struct __sk_buff *skb) {
    struct processor *processor = this_processor();
    if (processor)
        processor->tapped = skb->ifindex;
    return SOCKET_ACCEPT;
}

/* Then, as long as the one before the hook is open: what has passed it before the other was there is forgotten where the next comes. */
SEC("socket")
int untapped(struct __sk_buff *skb) {
    struct processor *processor = this_processor();
    if (processor && processor->tapped == skb->ifindex)
        processor->tapped = 0;
    return SOCKET_REFUSE;
}

SEC("tc")
int from_port(struct __sk_buff *skb) {
    struct processor *processor = this_processor();
    struct shape shape;
    int tag = tag_of(skb);
    if (!processor)
        return TC_ACT_UNSPEC;
    if (processor->tapped == skb->ifindex) {
        processor->tapped = 0;
        return TC_ACT_UNSPEC;
    }
    __u32 found = decide(skb, processor, tag, &shape);
    return found ? forward(skb, processor, found - 1, &shape, tag, tag, 1) : leave_to_switch(skb);
}

SEC("tc")
int from_host(struct __sk_buff *skb) {
    struct processor *processor = this_processor();
    struct shape shape;
    int tag = tag_of(skb);
    __u32 found = processor ? decide(skb, processor, tag, &shape) : 0;
    return found ? forward(skb, processor, found - 1, &shape, tag, tag, 0) : TC_ACT_UNSPEC;
}

SEC("tc")
int from_underlay(struct __sk_buff *skb) {
    struct endpoint endpoint = {};
    struct front front = {};
    struct shape shape;
    __u8 tos = 0;
    __be16 type, tci;
    struct processor *processor = this_processor();
    if (skb->pkt_type != PACKET_HOST || skb->vlan_present || !processor || !alive(processor))
        return TC_ACT_UNSPEC;
    __u32 at = outside(skb, &endpoint, &tos);
    if (!at || read(skb, at, &front))
        return TC_ACT_UNSPEC;
    __s64 in_port = tunnel_of(processor, &endpoint);
    if (in_port < 0)
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
    __u32 number = in_port;
    __u32 found = find(processor, number, tag, &shape);
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
    return forward(skb, processor, found - 1, &shape, tag, 0, 1);
}

char LICENSE[] SEC("license") = "Apache-2.0";
