/**
 * Ports, the flow cache, actions and the poll loop: packets in, packets out. It has no opinion on where a packet should
 * go: what the flow cache does not know it asks upward through {@link dev.culvert.datapath.UpcallHandler}.
 */
@NullMarked
package dev.culvert.datapath;

import org.jspecify.annotations.NullMarked;
