package dev.culvert.openflow.codec;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.OfPort;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.message.PortConfig;
import dev.culvert.openflow.message.PortDescription;
import dev.culvert.openflow.message.PortFeature;
import dev.culvert.openflow.message.PortState;
import dev.culvert.openflow.message.WireFlag;
import java.util.EnumSet;
import java.util.Set;

/**
 * Port descriptions: {@code ofp_phy_port} of OpenFlow 1.0 (48 bytes, link speed told by feature bits only), {@code ofp_port} of
 * 1.1 to 1.3 (64 bytes), and of 1.4 and later (40 bytes and properties, of which the Ethernet one is read and others are passed
 * over). Sources: OpenFlow 1.0, 5.2.1; 1.1, A.2.1; 1.4, 7.2.1.
 */
final class PortCodec {
    private static final int NAME = 16;
    private static final int FIXED_14 = 40;
    private static final int ETHERNET_PROPERTY = 0;
    private static final int ETHERNET_PROPERTY_LENGTH = 32;
    private static final Set<PortState> STATE_10 =
            EnumSet.of(PortState.LINK_DOWN, PortState.STP_LEARN, PortState.STP_FORWARD);
    private static final Set<PortState> STATE_11 = EnumSet.of(PortState.LINK_DOWN, PortState.BLOCKED, PortState.LIVE);
    private static final Set<PortConfig> CONFIG_11 =
            EnumSet.of(PortConfig.PORT_DOWN, PortConfig.NO_RECV, PortConfig.NO_FWD, PortConfig.NO_PACKET_IN);

    private PortCodec() {}

    static PortDescription read(WireReader in, Version version) throws DecodeException {
        if (version == Version.OPENFLOW_10) {
            return read10(in);
        } else if (version.atLeast(Version.OPENFLOW_14)) {
            return read14(in);
        }
        int number = number(in);
        in.skip(4);
        long mac = in.u48();
        in.skip(2);
        String name = in.text(NAME);
        int config = in.u32();
        int state = in.u32();
        return modes(in, number, mac, name, config, state);
    }

    private static PortDescription read10(WireReader in) throws DecodeException {
        int number = OfPort.fromOf10(in.u16());
        long mac = in.u48();
        String name = in.text(NAME);
        Set<PortConfig> config = WireFlag.set(PortConfig.class, in.u32());
        Set<PortState> state = known(in.u32(), STATE_10);
        Set<PortFeature> current = PortFeature.set(in.u32(), true);
        Set<PortFeature> advertised = PortFeature.set(in.u32(), true);
        Set<PortFeature> supported = PortFeature.set(in.u32(), true);
        Set<PortFeature> peer = PortFeature.set(in.u32(), true);
        return new PortDescription(
                number,
                mac,
                name,
                config,
                state,
                current,
                advertised,
                supported,
                peer,
                PortFeature.kilobits(current),
                PortFeature.kilobits(supported));
    }

    private static PortDescription read14(WireReader in) throws DecodeException {
        int number = number(in);
        int length = in.u16();
        in.skip(2);
        long mac = in.u48();
        in.skip(2);
        String name = in.text(NAME);
        int config = in.u32();
        int state = in.u32();
        WireReader properties = in.slice(length - FIXED_14, ErrorCode.OFPBRC_BAD_LEN);
        PortDescription port = new PortDescription(number, mac, name, config11(config), known(state, STATE_11));
        while (properties.remaining() > 0) {
            Property property = Property.read(properties);
            if (property.type() == ETHERNET_PROPERTY) {
                WireReader body = property.body();
                body.skip(4);
                port = modes(body, number, mac, name, config, state);
                body.end();
            }
        }
        return port;
    }

    private static PortDescription modes(WireReader in, int number, long mac, String name, int config, int state)
            throws DecodeException {
        return new PortDescription(
                number,
                mac,
                name,
                config11(config),
                known(state, STATE_11),
                PortFeature.set(in.u32(), false),
                PortFeature.set(in.u32(), false),
                PortFeature.set(in.u32(), false),
                PortFeature.set(in.u32(), false),
                in.u32(),
                in.u32());
    }

    private static int number(WireReader in) throws DecodeException {
        int number = in.u32();
        if (!OfPort.isRepresentable(number)) {
            throw new DecodeException(ErrorCode.OFPBAC_BAD_OUT_PORT, "port " + Integer.toUnsignedString(number));
        }
        return number;
    }

    private static Set<PortConfig> config11(int bits) {
        return WireFlag.set(PortConfig.class, bits & WireFlag.bits(CONFIG_11));
    }

    private static Set<PortState> known(int bits, Set<PortState> states) {
        return WireFlag.set(PortState.class, bits & WireFlag.bits(states));
    }

    static void write(WireWriter out, PortDescription port, Version version) {
        int config = WireFlag.bits(port.config());
        int state = WireFlag.bits(port.state());
        if (version == Version.OPENFLOW_10) {
            out.u16(OfPort.toOf10(port.number())).u48(port.mac()).text(port.name(), NAME);
            out.u32(config).u32(state & WireFlag.bits(STATE_10));
            writeModes(out, port, true);
            return;
        }
        int start = out.size();
        out.u32(port.number()).u16(0).zeros(2).u48(port.mac()).zeros(2).text(port.name(), NAME);
        out.u32(config & WireFlag.bits(CONFIG_11)).u32(state & WireFlag.bits(STATE_11));
        if (version.atLeast(Version.OPENFLOW_14)) {
            out.u16(ETHERNET_PROPERTY).u16(ETHERNET_PROPERTY_LENGTH).zeros(4);
        }
        writeModes(out, port, false);
        out.u32(port.currentSpeed()).u32(port.maxSpeed());
        if (version.atLeast(Version.OPENFLOW_14)) {
            out.patchLength(start + 4, start);
        }
    }

    private static void writeModes(WireWriter out, PortDescription port, boolean of10) {
        out.u32(PortFeature.bits(port.current(), of10)).u32(PortFeature.bits(port.advertised(), of10));
        out.u32(PortFeature.bits(port.supported(), of10)).u32(PortFeature.bits(port.peer(), of10));
    }
}
