/** The command-line programs, and the one through which all of them start. */
@NullMarked
package dev.culvert.tools;

import org.jspecify.annotations.NullMarked;
