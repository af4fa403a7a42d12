/** {@code culvert doctor}: what is wrong with a running switch, or between two. */
@NullMarked
package dev.culvert.tools.doctor;

import org.jspecify.annotations.NullMarked;
