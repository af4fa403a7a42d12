package dev.culvert.vlog;

import java.time.Instant;

/**
 * A message with what a pattern may show of it.
 *
 * @param sequence counts the messages of this process from 1
 * @param subprogram the thread's name if it is not the main one, otherwise empty
 */
public record VlogRecord(
        String program, String module, VlogLevel level, Instant time, long sequence, String subprogram, String text) {}
