package dev.culvert.openflow.service;

import java.util.concurrent.atomic.LongAdder;

/** Counts a bridge's messages, of all conversations. Safe for threads. */
final class MessageCounts {
    final LongAdder received = new LongAdder();
    final LongAdder sent = new LongAdder();
    final LongAdder errors = new LongAdder();
}
