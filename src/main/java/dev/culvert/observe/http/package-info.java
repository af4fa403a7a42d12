/**
 * A small HTTP/1.1 server (RFC 9110, RFC 9112) for pages that show a switch: GET and HEAD of a few known paths, nothing else.
 *
 * <p>It is not the JDK's {@code com.sun.net.httpserver}. That one's bounds are system properties, which are read once and count for
 * the whole process, and thus for a program that has a switch in it; most are off unless they are set. At the most connections it
 * refuses the next one, so that a few that say nothing keep everybody out. Here a connection that owes its request makes room,
 * and every connection has one deadline at a time and one buffer of fixed size.
 */
@NullMarked
package dev.culvert.observe.http;

import org.jspecify.annotations.NullMarked;
