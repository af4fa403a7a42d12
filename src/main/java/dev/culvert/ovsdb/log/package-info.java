/** The database on disk: ovsdb-server's own log file (ovsdb(5), "Standalone Format"), read, written, cut and compacted. */
@NullMarked
package dev.culvert.ovsdb.log;

import org.jspecify.annotations.NullMarked;
