/** OpenFlow itself: its versions, its port numbers and its error codes, which every other part of this room names. */
@NullMarked
package dev.culvert.openflow;

import org.jspecify.annotations.NullMarked;
