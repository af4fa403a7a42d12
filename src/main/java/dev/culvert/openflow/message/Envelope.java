package dev.culvert.openflow.message;

import dev.culvert.openflow.Version;

/**
 * A message with what surrounds it.
 *
 * @param version the version that it is written in
 * @param xid the transaction: a reply bears its request's number
 * @param message what it says
 * @param more whether further parts of the same statistics follow
 */
public record Envelope(Version version, int xid, Message message, boolean more) {
    /** A message that is complete in itself. */
    public Envelope(Version version, int xid, Message message) {
        this(version, xid, message, false);
    }
}
