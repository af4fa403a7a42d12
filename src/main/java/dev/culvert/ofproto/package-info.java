/**
 * A bridge's mind: which port a packet came in on, what was learned, and therefore which actions it gets. A packet is
 * <i>translated</i> into datapath actions together with the mask of the fields that the answer depends on; the datapath
 * caches the pair. Everything here belongs to one thread, the conductor's, and takes the time as an argument.
 */
@NullMarked
package dev.culvert.ofproto;

import org.jspecify.annotations.NullMarked;
