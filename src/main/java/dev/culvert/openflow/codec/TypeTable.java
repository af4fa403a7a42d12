package dev.culvert.openflow.codec;

import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.message.MessageType;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds message types by their places on the wire, and the other way round. */
final class TypeTable {
    /** The way in which a message type is written. */
    enum Kind {
        /** The type number of the message itself. */
        MESSAGE,
        /** A statistics request's number. */
        REQUEST,
        /** A statistics reply's number. */
        REPLY
    }

    /**
     * A message type's place.
     *
     * @param version the version of the message
     * @param kind the way of writing it
     * @param experimenter the owner of the number, or {@link ErrorCode#NO_EXPERIMENTER}
     * @param number the number
     */
    record Place(Version version, Kind kind, int experimenter, int number) {}

    private static final Map<Place, MessageType> BY_PLACE = new HashMap<>();
    private static final Map<MessageType, Map<Version, Place>> BY_TYPE = new EnumMap<>(MessageType.class);

    static {
        for (MessageType type : MessageType.values()) {
            Map<Version, Place> places = new EnumMap<>(Version.class);
            for (String text : type.places().split(" ", -1)) {
                int colon = text.indexOf(':');
                int first = text.charAt(2) - '0';
                char end = text.charAt(colon - 1);
                int last = end == '+' ? Version.values().length - 1 : end - '0';
                for (int minor = first; minor <= last; minor++) {
                    Place place = parse(Version.ofWire(minor + 1).orElseThrow(), text.substring(colon + 1));
                    places.put(place.version(), place);
                    BY_PLACE.put(place, type);
                }
            }
            BY_TYPE.put(type, places);
        }
    }

    private TypeTable() {}

    static Optional<MessageType> find(Place place) {
        return Optional.ofNullable(BY_PLACE.get(place));
    }

    /** Where {@code version} has that type, or null. */
    static @Nullable Place place(MessageType type, Version version) {
        Map<Version, Place> places = BY_TYPE.get(type);
        return places == null ? null : places.get(version);
    }

    private static Place parse(Version version, String text) {
        int experimenter = ErrorCode.NO_EXPERIMENTER;
        String rest = text;
        if (text.startsWith("nx")) {
            experimenter = ErrorCode.NICIRA;
            rest = text.substring(2);
        } else if (text.startsWith("onf")) {
            experimenter = ErrorCode.ONF;
            rest = text.substring(3);
        }
        Kind kind = rest.startsWith("req") ? Kind.REQUEST : rest.startsWith("rep") ? Kind.REPLY : Kind.MESSAGE;
        return new Place(version, kind, experimenter, Integer.parseInt(rest.substring(kind == Kind.MESSAGE ? 1 : 3)));
    }
}
