package dev.culvert.openflow.codec;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.message.AsyncConfig;
import dev.culvert.openflow.message.AsyncConfig.Kind;
import dev.culvert.openflow.message.AsyncConfig.Masks;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Wishes for unasked messages: three pairs of masks (primary, secondary) in Nicira's extension and OpenFlow 1.3, properties of
 * a mask each since OpenFlow 1.4. Sources: OpenFlow 1.3, A.3.10; 1.4, 7.3.10; {@code nx_async_config}.
 */
final class AsyncCodec {
    private static final List<Kind> FIXED = List.of(Kind.PACKET_IN, Kind.PORT_STATUS, Kind.FLOW_REMOVED);
    private static final int PROPERTY_LENGTH = 8;

    private AsyncCodec() {}

    static AsyncConfig readFixed(WireReader in) throws DecodeException {
        Map<Kind, Masks> wanted = new EnumMap<>(Kind.class);
        for (Kind kind : FIXED) {
            wanted.put(kind, new Masks(in.u32(), in.u32()));
        }
        return new AsyncConfig(wanted);
    }

    static AsyncConfig readProperties(WireReader in) throws DecodeException {
        Map<Kind, Masks> wanted = new EnumMap<>(Kind.class);
        while (in.remaining() > 0) {
            Property property = Property.read(in);
            for (Kind kind : Kind.values()) {
                Masks old = wanted.getOrDefault(kind, new Masks(0, 0));
                if (property.type() == kind.property()) {
                    wanted.put(kind, new Masks(old.primary(), property.body().u32()));
                } else if (property.type() == kind.property() + 1) {
                    wanted.put(kind, new Masks(property.body().u32(), old.secondary()));
                }
            }
        }
        return new AsyncConfig(wanted);
    }

    static AsyncConfig read(WireReader in, Version version) throws DecodeException {
        return version.atLeast(Version.OPENFLOW_14) ? readProperties(in) : readFixed(in);
    }

    static void write(WireWriter out, AsyncConfig config, Version version) {
        if (!version.atLeast(Version.OPENFLOW_14)) {
            for (Kind kind : FIXED) {
                Masks masks = config.wanted().getOrDefault(kind, new Masks(0, 0));
                out.u32(masks.primary()).u32(masks.secondary());
            }
            return;
        }
        config.wanted().forEach((kind, masks) -> {
            out.u16(kind.property()).u16(PROPERTY_LENGTH).u32(masks.secondary());
            out.u16(kind.property() + 1).u16(PROPERTY_LENGTH).u32(masks.primary());
        });
    }
}
