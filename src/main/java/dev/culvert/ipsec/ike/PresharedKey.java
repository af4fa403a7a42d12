package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.message.Identity;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A pre-shared key. An end is who it is by its IP address, as with ovs-monitor-ipsec: a peer that names another identity than the
 * address that it is configured by is refused as if its key were wrong. Were any identity accepted, a message of our own that
 * somebody sends back to us would prove knowledge of the key. Other identities must be configured.
 */
public final class PresharedKey implements Credentials {
    private final byte[] key;
    private final @Nullable Identity localIdentity;
    private final @Nullable Identity remoteIdentity;

    /**
     * Takes a copy of a key.
     *
     * @param key its bytes, at least one
     * @param localIdentity who we say we are, null for our address
     * @param remoteIdentity who the peer must be, null for its address
     */
    public PresharedKey(byte[] key, @Nullable Identity localIdentity, @Nullable Identity remoteIdentity) {
        if (key.length == 0) {
            throw new IllegalArgumentException("an empty pre-shared key");
        }
        this.key = key.clone();
        this.localIdentity = localIdentity;
        this.remoteIdentity = remoteIdentity;
    }

    /** Takes a copy of a key; both ends are who they are by their addresses. */
    public PresharedKey(byte[] key) {
        this(key, null, null);
    }

    byte[] key() {
        return key;
    }

    @Nullable
    Identity localIdentity() {
        return localIdentity;
    }

    @Nullable
    Identity remoteIdentity() {
        return remoteIdentity;
    }

    @Override
    public void wipe() {
        Arrays.fill(key, (byte) 0);
    }

    /** Compares in a time that does not tell where keys differ. */
    @Override
    public boolean equals(Object other) {
        return other instanceof PresharedKey that
                && MessageDigest.isEqual(key, that.key)
                && Objects.equals(localIdentity, that.localIdentity)
                && Objects.equals(remoteIdentity, that.remoteIdentity);
    }

    /** Says nothing of the key. */
    @Override
    public int hashCode() {
        return Objects.hash(localIdentity, remoteIdentity);
    }

    /** Says nothing of the key. */
    @Override
    public String toString() {
        return "pre-shared key";
    }
}
