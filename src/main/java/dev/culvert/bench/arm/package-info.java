/** The switches that are compared, each in a lab of its own that stays up while it is measured. */
@NullMarked
package dev.culvert.bench.arm;

import org.jspecify.annotations.NullMarked;
