package dev.culvert.bench.ovsdb;

/**
 * What one server did in one round.
 *
 * @param singleRate transactions a second of one client that waits for each answer
 * @param manyRate transactions a second of 50 such clients together
 * @param monitoredRate transactions a second of one client while a thousand others monitor the table, until all have heard of all
 * @param startSeconds from the start of the process to the first answer, with a log of 100 MB
 * @param portsMegabytes resident memory that 10 000 ports added, in 10⁶ bytes
 */
record DatabaseFigures(
        double singleRate, double manyRate, double monitoredRate, double startSeconds, double portsMegabytes) {}
