/**
 * What is in a packet: its headers from the outside in, each field with its bytes, its value and a line that says what it
 * is for.
 *
 * <p>{@link dev.culvert.observe.dissect.Dissector} begins with the link layer; a protocol is a file, reads its own header and hands what
 * is behind it to the next. Names are those of Wireshark's display filters, and values are written as it writes them,
 * so that what is found here can be looked for there.
 */
@NullMarked
package dev.culvert.observe.dissect;

import org.jspecify.annotations.NullMarked;
