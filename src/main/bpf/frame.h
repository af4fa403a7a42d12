/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A frame: what is looked at (read, measure), and what is changed in it: the tag beside it, the largest size of segments in
 * a SYN, the mark of congestion.
 */
#ifndef CULVERT_FRAME_H
#define CULVERT_FRAME_H

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

#define EAGAIN 11
#define TAG 4
#define SYN_MAX 122 /* a frame that is longer is no SYN without data */
#define MSS_MIN 536
#define ECN 3
#define FRAGMENT 0x3fff /* that there are more of them, or how far into the packet this one is */

/* The part of a frame that is looked at, with its IP header where eight bytes can be read at once. */
struct front {
    __u8 before[2];
    __u8 ethernet[ETH_HLEN];
    __u8 ip[sizeof(struct ipv6hdr)];
} __attribute__((aligned(8)));

#define FRONT (ETH_HLEN + sizeof(struct ipv6hdr))
#define FRONT_MIN (ETH_HLEN + sizeof(struct iphdr))

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

static __always_inline __u32 mix(__u32 sum, __u32 word) {
    return (sum ^ word) * 0x9e3779b1;
}

/* A hash of addresses and, where they come right behind, ports of an IPv4 packet that is no fragment; its upper bits are the better ones. */
static __always_inline __u32 hash_of(const struct front *front) {
    const __u32 *words = (const void *)front->ip;
    const struct iphdr *ip = (const void *)front->ip;
    __u32 hash = mix(mix(ip->protocol, words[3]), words[4]);
    int ports = ip->ihl == 5 && !(ip->frag_off & bpf_htons(FRAGMENT)) && (ip->protocol == IPPROTO_TCP || ip->protocol == IPPROTO_UDP);
    return ports ? mix(hash, words[5]) : hash;
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
        fragment = ip->frag_off & bpf_htons(FRAGMENT);
        shape->hash = hash_of(front);
    } else if (type == bpf_htons(ETH_P_IPV6)) {
        const struct ipv6hdr *ip = (void *)front->ip;
        if (shape->frame < FRONT || ip->version != 6)
            return -1;
        shape->version = 6;
        shape->hash = 0; /* the ports are further than was read */
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

#endif
