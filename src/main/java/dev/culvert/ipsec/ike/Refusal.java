package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.message.NotifyType;
import dev.culvert.ipsec.ike.message.Payload;

/** Why a request is not done, as the notify to answer with; or why an answer is not taken. No stack trace: peers cause it. */
final class Refusal extends Exception {
    private final transient Payload.Notify notify;

    Refusal(Payload.Notify notify) {
        super(NotifyType.name(notify.type()), null, false, false);
        this.notify = notify;
    }

    Refusal(int notifyType) {
        this(new Payload.Notify(notifyType));
    }

    Payload.Notify notification() {
        return notify;
    }
}
