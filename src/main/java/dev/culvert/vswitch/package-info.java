/**
 * Makes the switch be what its database says. The conductor's thread reads the configuration, reconciles bridges, ports
 * and tunnels with it, answers the datapath's upcalls, and writes back what has become of it all.
 */
@NullMarked
package dev.culvert.vswitch;

import org.jspecify.annotations.NullMarked;
