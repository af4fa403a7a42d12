/**
 * The figures of a running switch for Prometheus and others that read its formats. Read-only, and there is no secret in them.
 */
@NullMarked
package dev.culvert.observe.metrics;

import org.jspecify.annotations.NullMarked;
