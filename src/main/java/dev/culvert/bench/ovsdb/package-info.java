/** {@code culvert bench ovsdb}: our database server beside Debian's, under the same clients. */
@org.jspecify.annotations.NullMarked
package dev.culvert.bench.ovsdb;
