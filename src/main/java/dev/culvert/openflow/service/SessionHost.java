package dev.culvert.openflow.service;

/** What the service does with sessions, wherever they come from. */
interface SessionHost {
    /** A version has been agreed on. */
    void opened(Session session);

    /** It is over. */
    void ended(Session session);
}
