package dev.culvert.ipsec.ike.crypto;

import dev.culvert.ipsec.ike.message.Transform;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** Key exchange methods that are offered and accepted; nothing below 112 bits of strength. Names are strongSwan's. */
public enum KeGroup {
    /** None: a CHILD_SA whose keys come of the IKE SA's alone. */
    NONE(0),
    /** 2048-bit modular group (RFC 3526). Costs milliseconds on the thread that asks. */
    MODP2048(14),
    /** 3072-bit modular group. */
    MODP3072(15),
    /** 4096-bit modular group. */
    MODP4096(16),
    /** NIST P-256 (RFC 5903). */
    ECP256(19),
    /** NIST P-384 (RFC 5903). */
    ECP384(20),
    /** X25519 (RFC 8031). */
    CURVE25519(31);

    private final int id;

    KeGroup(int id) {
        this.id = id;
    }

    /** Returns the number of the transform. */
    public int id() {
        return id;
    }

    /** Returns the group with a number, or null. */
    public static @Nullable KeGroup ofId(int id) {
        for (KeGroup group : values()) {
            if (group.id == id && group != NONE) {
                return group;
            }
        }
        return null;
    }

    /** Draws a private value. Must not be asked of {@link #NONE}. */
    public KeyExchange start(SecureRandom random) {
        return switch (this) {
            case NONE -> throw new IllegalStateException("no key exchange");
            case MODP2048, MODP3072, MODP4096 -> ModpKeyExchange.start(this, random);
            case ECP256, ECP384 -> EcpKeyExchange.start(this, random);
            case CURVE25519 -> X25519KeyExchange.start(random);
        };
    }

    Transform transform() {
        return new Transform(Transform.KE, id);
    }
}
