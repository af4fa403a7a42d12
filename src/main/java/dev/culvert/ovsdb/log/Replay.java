package dev.culvert.ovsdb.log;

import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.engine.Database;
import dev.culvert.ovsdb.engine.Transaction;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Does to an empty database what the records of a log say, up to the first that is not good.
 *
 * <p>A long log changes the same rows again and again. Many records make one transaction here, so a row is indexed, counted
 * and checked once for all its changes. Where such a transaction fails, its records are read again and done one by one,
 * which tells the good ones from the first bad one.
 */
final class Replay {
    /** Enough to make a commit's costs small, and so few that their rows are soon nobody's: more cost the collector more. */
    private static final int TOGETHER = 100;

    /** Where to read. */
    @FunctionalInterface
    interface Source {
        /**
         * Begins to read.
         *
         * @param offset where a record begins
         */
        LogReader from(long offset) throws IOException;
    }

    private final Database database;
    private final Source source;
    private long end;
    private int records;

    /**
     * Begins behind the schema.
     *
     * @param database what to change
     * @param source the log
     * @param offset where its first record begins
     */
    Replay(Database database, Source source, long offset) {
        this.database = database;
        this.source = source;
        this.end = offset;
    }

    /** Where the last good record ends. */
    long end() {
        return end;
    }

    /** How many good ones there were. */
    int records() {
        return records;
    }

    /**
     * Reads to the log's end.
     *
     * @return what is wrong with the first record that is not good, or null if all are
     */
    @Nullable
    OvsdbException run() throws IOException {
        try {
            while (!together()) {
                if (oneByOne()) {
                    break;
                }
            }
            return null;
        } catch (OvsdbException e) {
            return e;
        }
    }

    /** Goes on until the end, or until records cannot be done together: then the last of them that were are done. */
    private boolean together() throws IOException {
        try {
            LogReader reader = source.from(end);
            int taken = TOGETHER;
            while (taken == TOGETHER) {
                Transaction transaction = new Transaction(database);
                taken = 0;
                while (taken < TOGETHER && reader.next()) {
                    if (!RecordReader.replay(database, transaction, reader.tokens())) {
                        return false;
                    }
                    taken++;
                }
                transaction.commit(_ -> {});
                end = reader.offset();
                records += taken;
            }
            return true;
        } catch (OvsdbException e) {
            return false;
        }
    }

    /**
     * Does as many records as are done together.
     *
     * @return whether that was the end
     * @throws OvsdbException if one is not good
     */
    private boolean oneByOne() throws IOException, OvsdbException {
        LogReader reader = source.from(end);
        for (int i = 0; i < TOGETHER; i++) {
            if (!reader.next()) {
                return true;
            }
            TransactionRecord.replay(database, reader.json());
            end = reader.offset();
            records++;
        }
        return false;
    }
}
