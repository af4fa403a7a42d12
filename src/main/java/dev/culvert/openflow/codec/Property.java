package dev.culvert.openflow.codec;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.ErrorCode;

/**
 * One of the properties that OpenFlow 1.3's table features began and OpenFlow 1.4 has everywhere: type 16 bits, length 16 bits
 * without the padding to 8 bytes, body. In type 0xffff the body begins with the experimenter and its own type, 32 bits each.
 *
 * @param type the type
 * @param experimenter the experimenter, 0 unless the type is {@link #EXPERIMENTER}
 * @param experimenterType the experimenter's type, likewise
 * @param body what follows these headers, padding left out
 */
record Property(int type, int experimenter, int experimenterType, WireReader body) {
    /** The type of experimenters' properties. */
    static final int EXPERIMENTER = 0xffff;

    private static final int HEADER = 4;

    static Property read(WireReader in) throws DecodeException {
        int type = in.u16();
        int length = in.u16();
        if (length < HEADER) {
            throw new DecodeException(ErrorCode.OFPBPC_BAD_LEN, "property length " + length);
        }
        WireReader body = in.slice(length - HEADER, ErrorCode.OFPBPC_BAD_LEN);
        // the last property's padding is missing where the list itself ends unpadded
        in.skip(Math.min(in.remaining(), -length & 7));
        return type == EXPERIMENTER ? new Property(type, body.u32(), body.u32(), body) : new Property(type, 0, 0, body);
    }

    /** Begins a property; {@link #finish} needs the position that this returns. */
    static int begin(WireWriter out, int type) {
        int start = out.size();
        out.u16(type).u16(0);
        return start;
    }

    /** Writes the length of the property that began at {@code start}, and its padding. */
    static void finish(WireWriter out, int start) {
        out.patchLength(start + 2, start);
        out.pad8(start);
    }
}
