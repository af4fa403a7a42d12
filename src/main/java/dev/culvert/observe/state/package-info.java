/** Asking a running switch how it is, for all who look at one. */
@NullMarked
package dev.culvert.observe.state;

import org.jspecify.annotations.NullMarked;
