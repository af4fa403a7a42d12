package dev.culvert.observe.http;

import java.time.Duration;

/**
 * How much a server bears.
 *
 * @param connections at a time; beyond, the one that has owed a whole request the longest makes room
 * @param headBytes of a request: its first line and its fields together
 * @param fields of a request
 * @param requests that are answered on one connection
 * @param head how long a request may take from its first byte, and a new connection until its first request is whole
 * @param idle how long a connection may rest between two requests
 * @param reply how long an answer may take, until its last byte has been taken by the kernel
 */
public record HttpLimits(
        int connections, int headBytes, int fields, int requests, Duration head, Duration idle, Duration reply) {
    /** Enough for some Prometheus servers, each of which scrapes at most every minute, and for people. */
    public static final HttpLimits DEFAULT =
            new HttpLimits(64, 8192, 64, 1000, Duration.ofSeconds(10), Duration.ofSeconds(75), Duration.ofSeconds(30));
}
