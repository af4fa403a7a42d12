package dev.culvert.datapath;

/** Something that packets are read from. */
interface Receiver {
    /** The descriptor that becomes readable. */
    int fd();

    /** Reads one batch and hands it to the loop; tells whether there was anything. Never blocks. */
    boolean receive();
}
