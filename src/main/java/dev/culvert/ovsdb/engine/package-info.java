/** The database itself: tables in memory, transactions (RFC 7047 section 5.2) and the constraints that they must keep. */
@NullMarked
package dev.culvert.ovsdb.engine;

import org.jspecify.annotations.NullMarked;
