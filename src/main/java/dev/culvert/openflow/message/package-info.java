/** What OpenFlow peers say to each other, as values that are the same for every version of the protocol. */
@NullMarked
package dev.culvert.openflow.message;

import org.jspecify.annotations.NullMarked;
