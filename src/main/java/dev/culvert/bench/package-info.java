/**
 * The bench: the lab's network with one switch after another in its boxes, the same measurements of each in turn and
 * close together, and how many times better or worse Culvert is.
 */
@NullMarked
package dev.culvert.bench;

import org.jspecify.annotations.NullMarked;
