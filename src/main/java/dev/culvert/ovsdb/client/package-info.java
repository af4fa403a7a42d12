/** A client of any OVSDB server: keeps a copy of chosen tables, tells what changes, and commits transactions. */
@NullMarked
package dev.culvert.ovsdb.client;

import org.jspecify.annotations.NullMarked;
