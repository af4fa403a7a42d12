/**
 * Byte streams to and from other programs: the {@code unix:}, {@code tcp:} family of addresses that every Open vSwitch
 * program understands, and blocking connections and listeners for them, meant for virtual threads.
 */
@NullMarked
package dev.culvert.stream;

import org.jspecify.annotations.NullMarked;
