/** IPsec for tunnels: what their options ask for, the peers that come of it, and IKE between those and the datapath. */
@NullMarked
package dev.culvert.vswitch.ipsec;

import org.jspecify.annotations.NullMarked;
