/**
 * The bench's own load: a program that runs inside a guest, sends and receives whole batches by one system call each, and
 * is told what to do line by line.
 */
@NullMarked
package dev.culvert.bench.load;

import org.jspecify.annotations.NullMarked;
