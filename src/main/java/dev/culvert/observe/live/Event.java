package dev.culvert.observe.live;

import java.time.Instant;

/**
 * Something that has happened in a switch.
 *
 * @param number one more than that of the event before
 * @param source the log's module, or the database's table
 * @param level of a log message; empty for a change of the database
 */
record Event(long number, Instant time, Kind kind, String source, String level, String text) {
    /** Where it was seen. */
    enum Kind {
        /** A message of the log. */
        LOG,
        /** A row of the database that is not what it was. */
        DATABASE
    }
}
