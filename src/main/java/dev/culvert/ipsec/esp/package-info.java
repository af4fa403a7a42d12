/**
 * ESP, the packets of IPsec (RFC 4303): security associations, their keys and suites, and the window against replays. A packet
 * is sealed and opened where it lies; who gets which association is decided elsewhere.
 */
@NullMarked
package dev.culvert.ipsec.esp;

import org.jspecify.annotations.NullMarked;
