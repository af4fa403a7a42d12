/** The Open vSwitch Database (RFC 7047): values and schemas, transactions, the durable log, server and client. */
@NullMarked
package dev.culvert.ovsdb;

import org.jspecify.annotations.NullMarked;
