/** What is measured, how it is measured, in which order, and what came out. */
@NullMarked
package dev.culvert.bench.trial;

import org.jspecify.annotations.NullMarked;
