/* SPDX-License-Identifier: Apache-2.0 */
/* What is around a frame in a tunnel: put on (encapsulate), and read (outside). */
#ifndef CULVERT_TUNNEL_H
#define CULVERT_TUNNEL_H

#include "frame.h"

#define TYPE_TEB 0x6558
#define GRE_KEY 0x2000
#define VXLAN_FLAGS 0x08000000
#define GENEVE 0x10000 /* in a transport: the other one behind UDP is VXLAN */
#define ECT1 1
#define ECT0 2
#define CE 3

/* What a tunnel puts in front of a frame's IP header. */
static __always_inline __u32 overhead(const struct port *port, __u16 tag) {
    return port->header_length + ETH_HLEN + (tag ? TAG : 0);
}

static __always_inline int fits_whole(const struct port *port, const struct shape *shape, __u16 tag) {
    return shape->segment - ETH_HLEN + overhead(port, tag) <= port->mtu;
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

/* What a tunnel packet begins with, its IP header where eight bytes can be written at once. */
struct head {
    __u8 before[2];
    __u8 link[ETH_HLEN];
    __u8 header[HEADER_MAX];
} __attribute__((aligned(8)));

/*
 * Our own hash of a packet, which costs less than the kernel's, and with it the one that the packet has: a connection changes
 * that to try another path. A network card's own may be of the addresses alone.
 */
static __always_inline __u32 spread(struct __sk_buff *skb, const struct shape *shape) {
    return shape->hash ? mix(shape->hash, skb->hash) : bpf_get_hash_recalc(skb);
}

/*
 * Puts a tunnel's headers in front of a frame that has no tag beside it; 0, or a negated errno.
 *
 * @link: what the packet begins with; null for zeros
 */
static __always_inline int encapsulate(struct __sk_buff *skb, const struct port *port, __u16 tag, const struct shape *shape, const __u8 *link) {
    __u8 inner[ETH_HLEN + TAG];
    struct head head = {};
    __u8 *header = head.header;
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
    __u32 hash = port->flags & PORT_UDP ? spread(skb, shape) : 0;
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
    if (link)
        __builtin_memcpy(head.link, link, ETH_HLEN);
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
        udp->source = port->source_port[hash >> (32 - SOURCE_PORT_BITS)];
        udp->len = bpf_htons(total - ip_length);
    }
    return bpf_skb_store_bytes(skb, 0, head.link, ETH_HLEN + length, 0);
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

/* Reads a tunnel's header behind IP's, which begins at an offset; returns where the frame begins, 0 if it is none. */
static __always_inline __u32 behind_ip(struct __sk_buff *skb, __u32 at, __u8 protocol, const void *header, struct endpoint *endpoint) {
    __u32 length = protocol == IPPROTO_UDP ? udp(header, skb->len - at, endpoint) : protocol == IPPROTO_GRE ? gre(header, endpoint) : 0;
    return length ? at + length : 0;
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
    /* what is shorter is no frame that would be forwarded here */
    if (bpf_skb_load_bytes(skb, 0, outer.ethernet, OUTER))
        return 0;
    if (skb->protocol == bpf_htons(ETH_P_IP)) {
        const struct iphdr *ip = (void *)outer.rest;
        if (ip->version != 4 || ip->ihl != 5 || ip->frag_off & bpf_htons(FRAGMENT))
            return 0;
        if (bpf_ntohs(ip->tot_len) != skb->len - ETH_HLEN || checksum(ip))
            return 0;
        endpoint->local[10] = endpoint->local[11] = endpoint->remote[10] = endpoint->remote[11] = 0xff;
        __builtin_memcpy(endpoint->local + 12, &ip->daddr, 4);
        __builtin_memcpy(endpoint->remote + 12, &ip->saddr, 4);
        *tos = ip->tos;
        return behind_ip(skb, ETH_HLEN + sizeof(*ip), ip->protocol, outer.rest + sizeof(*ip), endpoint);
    }
    if (skb->protocol == bpf_htons(ETH_P_IPV6)) {
        const struct ipv6hdr *ip = (void *)outer.rest;
        if (ip->version != 6 || bpf_ntohs(ip->payload_len) != skb->len - ETH_HLEN - sizeof(*ip))
            return 0;
        __builtin_memcpy(endpoint->local, &ip->daddr, 16);
        __builtin_memcpy(endpoint->remote, &ip->saddr, 16);
        *tos = ip->priority << 4 | ip->flow_lbl[0] >> 4;
        return behind_ip(skb, ETH_HLEN + sizeof(*ip), ip->nexthdr, outer.rest + sizeof(*ip), endpoint);
    }
    return 0;
}

/* What becomes of the inner mark of congestion (RFC 6040 section 4.2); -1 where the packet is to be dropped. */
static __always_inline int mark(int inner, int outer_mark) {
    if (outer_mark == CE)
        return inner ? CE : -1;
    return outer_mark == ECT1 && inner == ECT0 ? ECT1 : inner;
}

#endif
