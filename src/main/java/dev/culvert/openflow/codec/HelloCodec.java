package dev.culvert.openflow.codec;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.message.Message;
import java.util.EnumSet;
import java.util.Set;

/**
 * Hellos: elements of type 16 bits, length 16 bits, body, padded to 8 bytes; type 1 is a bitmap of versions. A hello is read
 * whatever its version, since a peer begins with its highest. Sources: OpenFlow 1.3.1, A.5.1; OpenFlow 1.5, 7.5.1.
 */
public final class HelloCodec {
    private static final int VERSION_BITMAP = 1;
    private static final int ELEMENT_HEADER = 4;
    private static final int HELLO = 0;

    private HelloCodec() {}

    /**
     * What a hello offered.
     *
     * @param message the versions
     * @param understood whether all of its elements had a known form
     */
    public record Offer(Message.Hello message, boolean understood) {}

    /** Whether the bytes are a hello of any version. */
    public static boolean isHello(byte[] message) {
        return message.length >= Frame.HEADER && message[1] == HELLO;
    }

    /** Reads a hello of any version; elements that are unknown or broken are ignored, as the specification asks. */
    public static Offer read(byte[] message) {
        int wire = message[0] & 0xff;
        WireReader in = new WireReader(message, Frame.HEADER, message.length, ErrorCode.OFPHFC_INCOMPATIBLE);
        boolean understood = true;
        Set<Version> versions = upTo(wire);
        try {
            while (in.remaining() >= ELEMENT_HEADER) {
                int type = in.u16();
                int length = in.u16();
                WireReader element = in.slice(length - ELEMENT_HEADER, ErrorCode.OFPHFC_INCOMPATIBLE);
                in.skip(Math.min(in.remaining(), -length & 7));
                if (type == VERSION_BITMAP && length >= 2 * ELEMENT_HEADER && length % 4 == 0) {
                    versions = Version.ofBitmap(element.u32());
                } else {
                    understood = false;
                }
            }
        } catch (DecodeException e) {
            understood = false;
        }
        return new Offer(new Message.Hello(versions), understood && in.remaining() == 0);
    }

    private static Set<Version> upTo(int wire) {
        Set<Version> versions = EnumSet.noneOf(Version.class);
        for (Version version : Version.values()) {
            if (version.wire() <= wire) {
                versions.add(version);
            }
        }
        return versions;
    }

    /** Writes a hello in the highest of {@code versions}; the bitmap is left out where it would say nothing more. */
    public static byte[] write(Set<Version> versions, int xid) {
        Version highest = Version.OPENFLOW_10;
        for (Version version : versions) {
            highest = version.atLeast(highest) ? version : highest;
        }
        WireWriter out = new WireWriter().u8(highest.wire()).u8(HELLO).u16(0).u32(xid);
        if (!versions.equals(upTo(highest.wire()))) {
            out.u16(VERSION_BITMAP).u16(2 * ELEMENT_HEADER).u32(Version.bitmap(versions));
        }
        return Frame.finish(out);
    }
}
