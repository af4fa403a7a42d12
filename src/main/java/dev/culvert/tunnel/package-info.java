/**
 * What carries a frame across a Layer 3 network: GRE, VXLAN and Geneve headers, a tunnel's configuration, and which tunnel
 * port a received packet belongs to.
 */
@NullMarked
package dev.culvert.tunnel;

import org.jspecify.annotations.NullMarked;
