package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.message.NotifyType;
import dev.culvert.ipsec.ike.message.Payload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message's payloads, to be asked for one by one. */
record Payloads(List<Payload> list) {
    /** The first of a kind, or null. */
    <T extends Payload> @Nullable T first(Class<T> kind) {
        for (Payload payload : list) {
            if (kind.isInstance(payload)) {
                return kind.cast(payload);
            }
        }
        return null;
    }

    Payload.@Nullable Id id(boolean initiator) {
        for (Payload payload : list) {
            if (payload instanceof Payload.Id id && id.initiator() == initiator) {
                return id;
            }
        }
        return null;
    }

    Payload.@Nullable Ts selectors(boolean initiator) {
        for (Payload payload : list) {
            if (payload instanceof Payload.Ts ts && ts.initiator() == initiator) {
                return ts;
            }
        }
        return null;
    }

    Payload.@Nullable Notify notify(int type) {
        for (Payload payload : list) {
            if (payload instanceof Payload.Notify notify && notify.type() == type) {
                return notify;
            }
        }
        return null;
    }

    boolean has(int notifyType) {
        return notify(notifyType) != null;
    }

    /** The first notify that tells an error, or null. */
    Payload.@Nullable Notify error() {
        for (Payload payload : list) {
            if (payload instanceof Payload.Notify notify && notify.type() < NotifyType.FIRST_STATUS) {
                return notify;
            }
        }
        return null;
    }

    /** The type of a payload that is critical and not known, or -1. */
    int critical() {
        for (Payload payload : list) {
            if (payload instanceof Payload.Other other && other.critical()) {
                return other.type();
            }
        }
        return -1;
    }
}
