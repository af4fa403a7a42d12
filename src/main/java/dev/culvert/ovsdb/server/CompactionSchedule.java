package dev.culvert.ovsdb.server;

import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.log.Compaction;
import dev.culvert.ovsdb.log.DatabaseFile;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Decides when the log is worth compacting, by the rules of ovsdb-server: some ten to twenty minutes after the last time if it is large
 * and has doubled, and once a day. Used by the server's thread; the writing is done by another.
 */
final class CompactionSchedule {
    private static final Logger LOG = System.getLogger("ovsdb_file");
    private static final long MIN_INTERVAL_MILLIS = Duration.ofMinutes(10).toMillis();
    private static final long MAX_INTERVAL_MILLIS = Duration.ofDays(1).toMillis();
    private static final long MIN_LENGTH = 10L << 20;
    private static final int MIN_RECORDS = 100;

    private final DatabaseFile file;
    private final ServerCore core;
    private long lastMillis;
    private long nextMillis;

    CompactionSchedule(DatabaseFile file, ServerCore core) {
        this.file = file;
        this.core = core;
        restart(core.nowMillis());
    }

    private void restart(long now) {
        lastMillis = now;
        nextMillis = now + MIN_INTERVAL_MILLIS + ThreadLocalRandom.current().nextLong(MIN_INTERVAL_MILLIS);
    }

    /** Compacts the log if it is time to. */
    void check(long now) {
        if (now < nextMillis || file.records() < MIN_RECORDS) {
            return;
        }
        boolean grown = file.length() >= MIN_LENGTH && file.length() / 2 >= file.baseLength();
        if (grown || now - lastMillis >= MAX_INTERVAL_MILLIS) {
            compact("compacting database online", new CompletableFuture<>());
        }
    }

    /** Begins to compact the log; the future completes when it is done, or fails. */
    void compact(String comment, CompletableFuture<Void> done) {
        Compaction compaction = file.compact(comment);
        if (compaction == null) {
            done.completeExceptionally(new IOException("the log is being compacted already"));
            return;
        }
        restart(core.nowMillis());
        Thread.ofVirtual().name("ovsdb compaction").start(() -> {
            boolean written = write(compaction);
            if (!core.execute(() -> finish(written, done))) {
                done.completeExceptionally(new IOException("the server is stopped"));
            }
        });
    }

    private static boolean write(Compaction compaction) {
        try {
            compaction.write();
            return true;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "compaction failed: {0}", e.getMessage());
            return false;
        }
    }

    private void finish(boolean written, CompletableFuture<Void> done) {
        long before = file.length();
        try {
            file.finish(written);
        } catch (OvsdbException e) {
            LOG.log(Level.WARNING, "{0}", e.getMessage());
            done.completeExceptionally(e);
            return;
        }
        if (written) {
            LOG.log(Level.INFO, "{0}: compacted from {1} to {2} bytes", file.path(), before, file.length());
            done.complete(null);
        } else {
            done.completeExceptionally(new IOException("compaction failed"));
        }
    }
}
