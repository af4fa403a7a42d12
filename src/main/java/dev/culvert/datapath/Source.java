package dev.culvert.datapath;

/** Something that packets are read from, as the conductor sees it: it says by which loop. */
interface Source {
    /** What a loop reads by; only one loop at a time does. */
    Receiver in(PollLoop loop);
}
