/**
 * A running switch as JSON, for programs that show it: control commands that tell how it is, what its tables have in them, and what has
 * happened since one asked last. Everything is bounded, and nothing is changed.
 */
@NullMarked
package dev.culvert.observe.live;

import org.jspecify.annotations.NullMarked;
