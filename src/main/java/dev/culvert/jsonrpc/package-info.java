/**
 * JSON-RPC 1.0 as OVSDB (RFC 7047, section 4) and Open vSwitch's control sockets speak it: bare JSON texts one after
 * the other on a byte stream, both ends free to ask.
 */
@NullMarked
package dev.culvert.jsonrpc;

import org.jspecify.annotations.NullMarked;
