package dev.culvert.bench.trial;

import dev.culvert.bench.arm.Subject;

/**
 * One that takes its turn in a contest.
 *
 * @param subject who it is
 * @param gauge what it is measured with
 */
public record Contestant(Subject subject, Gauge gauge) {}
