/** OpenFlow over a stream: whole messages, the version handshake, and the client's side of a conversation. */
@NullMarked
package dev.culvert.openflow.connection;

import org.jspecify.annotations.NullMarked;
