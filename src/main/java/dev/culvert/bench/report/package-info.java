/** What the bench found: tables for a terminal, JSON for programs, a page with plots for people. */
@NullMarked
package dev.culvert.bench.report;

import org.jspecify.annotations.NullMarked;
