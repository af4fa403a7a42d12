package dev.culvert.tunnel;

/** What a tunnel header said: filled by the decoders, one instance a thread, valid until the next decoding. */
public final class TunnelHeader {
    /** {@link #flags}: Geneve's control bit. */
    public static final int OAM = 1;

    /** {@link #flags}: the header had a checksum of its own, and it was right. */
    public static final int CHECKSUM = 1 << 1;

    /** {@link #flags}: the header had a sequence number. */
    public static final int SEQUENCE = 1 << 2;

    /** The key, unsigned; 0 if there was none. */
    public long key;

    /** Whether there was a key. VXLAN and Geneve always have one. */
    public boolean keyPresent;

    /** Bytes from the header's first to the inner frame's first. */
    public int length;

    /** The flags above. */
    public int flags;

    /** The inner protocol's Ethernet type; always {@link dev.culvert.packet.Ethernet#TYPE_TEB} so far. */
    public int protocol;

    /** Where Geneve's options begin, as an index in the memory that was decoded. */
    public int optionsOffset;

    /** Bytes of Geneve options, 0 to 252. */
    public int optionsLength;

    /** GRE's sequence number if {@link #SEQUENCE} is set. */
    public int sequence;

    /** Makes an empty one. */
    public TunnelHeader() {}

    /** Forgets what was decoded. */
    void clear() {
        key = 0;
        keyPresent = false;
        length = 0;
        flags = 0;
        protocol = 0;
        optionsOffset = 0;
        optionsLength = 0;
        sequence = 0;
    }
}
