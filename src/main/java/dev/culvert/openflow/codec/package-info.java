/** The bytes of OpenFlow messages, version by version: network byte order throughout, padded to 8 bytes where the specifications say. */
@NullMarked
package dev.culvert.openflow.codec;

import org.jspecify.annotations.NullMarked;
