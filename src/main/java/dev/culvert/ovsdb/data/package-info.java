/** OVSDB's values and schemas (RFC 7047 sections 3 and 5.1): what a column may hold, and how it is written in JSON. */
@NullMarked
package dev.culvert.ovsdb.data;

import org.jspecify.annotations.NullMarked;
