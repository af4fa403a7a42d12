/** The arithmetic that all comparisons share. */
@org.jspecify.annotations.NullMarked
package dev.culvert.bench.figures;
