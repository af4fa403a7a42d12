/**
 * IKEv2 (RFC 7296), initiator and responder: {@link dev.culvert.ipsec.ike.IkeEngine} keeps up an IKE SA with each peer, and a
 * CHILD_SA in transport mode for each of a peer's policies. It does no input and output: {@link dev.culvert.ipsec.ike.IkeHost}
 * sends its datagrams and holds its CHILD_SAs; time is an argument; one thread owns all of it.
 */
@NullMarked
package dev.culvert.ipsec.ike;

import org.jspecify.annotations.NullMarked;
