/**
 * Captures of a running switch, over its control socket. What crosses a port or the underlay is seen there by packet sockets of
 * the capture's own, so that it makes no difference who forwards it, a loop or the kernel, and neither waits for it. What no such
 * socket shows, frames that were dropped and those inside of IPsec, the loops copy into rings ({@link
 * dev.culvert.datapath.FrameWatch}).
 *
 * <p>One {@link dev.culvert.observe.capture.Capture} is a thread that puts all of it, in the order of time, as pcapng into an
 * {@link dev.culvert.observe.capture.Outbox}, which whoever asked for it empties. Sockets, rings and outbox are bounded: what
 * finds no room is counted.
 */
@NullMarked
package dev.culvert.observe.capture;

import org.jspecify.annotations.NullMarked;
