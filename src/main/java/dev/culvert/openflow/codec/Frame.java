package dev.culvert.openflow.codec;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.message.MessageType;

/**
 * The headers of a message, read: who it is, and where its body begins. Sources: OpenFlow 1.5, 7.1.1 and 7.3.5; {@code struct
 * ofp_header}, {@code ofp_multipart_request}, {@code nicira_header}, {@code nicira_stats_msg} (which has its padding elsewhere).
 *
 * @param version the version
 * @param xid the transaction
 * @param type the type
 * @param more whether it is statistics of which further parts follow
 * @param bodyOffset the size of all headers, in bytes
 */
public record Frame(Version version, int xid, MessageType type, boolean more, int bodyOffset) {
    /** The size of the header of every message. */
    public static final int HEADER = 8;

    private static final int EXPERIMENTER_MESSAGE = 4;
    private static final int EXPERIMENTER_STATS = 0xffff;
    private static final int MORE = 1;

    /** The type number of a statistics request in {@code version}; a reply's is one more. */
    static int statsType(Version version) {
        return version == Version.OPENFLOW_10 ? 16 : 18;
    }

    /**
     * Reads the headers.
     *
     * @param message a whole message: its length field says its size
     * @throws DecodeException if the version or the type is none that this side knows
     */
    public static Frame parse(byte[] message) throws DecodeException {
        WireReader in = new WireReader(message, 0, message.length, ErrorCode.OFPBRC_BAD_LEN);
        int wireVersion = in.u8();
        Version version = Version.ofWire(wireVersion)
                .orElseThrow(() -> new DecodeException(
                        ErrorCode.OFPBRC_BAD_VERSION, "version " + wireVersion + " is not supported"));
        int type = in.u8();
        if (in.u16() != message.length) {
            throw new DecodeException(ErrorCode.OFPBRC_BAD_LEN, "length field and size differ");
        }
        int xid = in.u32();
        if (type == EXPERIMENTER_MESSAGE) {
            int experimenter = in.u32();
            int subtype = in.u32();
            return found(version, xid, TypeTable.Kind.MESSAGE, experimenter, subtype, false, in, message.length);
        } else if (type == statsType(version) || type == statsType(version) + 1) {
            return stats(version, xid, type == statsType(version), in, message.length);
        }
        return found(version, xid, TypeTable.Kind.MESSAGE, ErrorCode.NO_EXPERIMENTER, type, false, in, message.length);
    }

    private static Frame stats(Version version, int xid, boolean request, WireReader in, int length)
            throws DecodeException {
        TypeTable.Kind kind = request ? TypeTable.Kind.REQUEST : TypeTable.Kind.REPLY;
        int number = in.u16();
        boolean more = (in.u16() & MORE) != 0;
        if (version.atLeast(Version.OPENFLOW_11)) {
            in.skip(4);
        }
        int experimenter = ErrorCode.NO_EXPERIMENTER;
        if (number == EXPERIMENTER_STATS) {
            experimenter = in.u32();
            number = in.u32();
            if (version == Version.OPENFLOW_10) {
                in.skip(4);
            }
        }
        return found(version, xid, kind, experimenter, number, more, in, length);
    }

    private static Frame found(
            Version version,
            int xid,
            TypeTable.Kind kind,
            int experimenter,
            int number,
            boolean more,
            WireReader in,
            int length)
            throws DecodeException {
        TypeTable.Place place = new TypeTable.Place(version, kind, experimenter, number);
        MessageType type =
                TypeTable.find(place).orElseThrow(() -> new DecodeException(unknown(place), place.toString()));
        return new Frame(version, xid, type, more, length - in.remaining());
    }

    private static ErrorCode unknown(TypeTable.Place place) {
        boolean known = place.experimenter() == ErrorCode.NO_EXPERIMENTER
                || place.experimenter() == ErrorCode.NICIRA
                || place.experimenter() == ErrorCode.ONF;
        if (!known) {
            return ErrorCode.OFPBRC_BAD_VENDOR;
        } else if (place.experimenter() != ErrorCode.NO_EXPERIMENTER) {
            return ErrorCode.OFPBRC_BAD_SUBTYPE;
        }
        return place.kind() == TypeTable.Kind.MESSAGE ? ErrorCode.OFPBRC_BAD_TYPE : ErrorCode.OFPBRC_BAD_STAT;
    }

    /** Begins a message of {@code type}: its headers, with a length to be patched by {@link #finish}. */
    static WireWriter begin(Version version, int xid, MessageType type, boolean more) {
        TypeTable.Place place = TypeTable.place(type, version);
        if (place == null) {
            throw new IllegalArgumentException(type + " does not exist in " + version);
        }
        boolean experimenter = place.experimenter() != ErrorCode.NO_EXPERIMENTER;
        WireWriter out = new WireWriter().u8(version.wire());
        if (place.kind() == TypeTable.Kind.MESSAGE) {
            out.u8(experimenter ? EXPERIMENTER_MESSAGE : place.number()).u16(0).u32(xid);
            return experimenter ? out.u32(place.experimenter()).u32(place.number()) : out;
        }
        out.u8(statsType(version) + (place.kind() == TypeTable.Kind.REPLY ? 1 : 0))
                .u16(0)
                .u32(xid);
        out.u16(experimenter ? EXPERIMENTER_STATS : place.number()).u16(more ? MORE : 0);
        if (version.atLeast(Version.OPENFLOW_11)) {
            out.zeros(4);
        }
        if (experimenter) {
            out.u32(place.experimenter()).u32(place.number());
            if (version == Version.OPENFLOW_10) {
                out.zeros(4);
            }
        }
        return out;
    }

    /** The bytes of a message that {@link #begin} began. */
    static byte[] finish(WireWriter out) {
        out.patchLength(2, 0);
        return out.toBytes();
    }
}
