/** The OVSDB server: the methods of RFC 7047 section 4.1 and ovsdb-server(7), monitors, locks, and the _Server database. */
@NullMarked
package dev.culvert.ovsdb.server;

import org.jspecify.annotations.NullMarked;
