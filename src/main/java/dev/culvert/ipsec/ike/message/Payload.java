package dev.culvert.ipsec.ike.message;

import java.util.List;

/** A payload (RFC 7296 sections 3.3 to 3.14). Whoever gets one with an array in it must not change the array. */
@SuppressWarnings("ArrayRecordComponent") // bytes for the wire; payloads are never compared
public sealed interface Payload {
    /** Security association: what is offered, or the one that was chosen. */
    record Sa(List<Proposal> proposals) implements Payload {
        public Sa {
            proposals = List.copyOf(proposals);
        }
    }

    /** Key exchange: the group and the public value. */
    record Ke(int group, byte[] value) implements Payload {}

    /** Identification of the initiator or of the responder. */
    record Id(boolean initiator, Identity identity) implements Payload {}

    /** Certificate; encoding 4 is an X.509 signature certificate. */
    record Cert(int encoding, byte[] data) implements Payload {
        /** X.509 certificate for signatures, in DER. */
        public static final int X509_SIGNATURE = 4;
    }

    /** Certificate request: SHA-1 hashes of the public keys of authorities. */
    record CertRequest(int encoding, byte[] authorities) implements Payload {}

    /** Authentication: method and data. */
    record Auth(int method, byte[] data) implements Payload {}

    /** Nonce, 16 to 256 bytes. */
    record Nonce(byte[] data) implements Payload {}

    /** Notify; the SPI is empty, or 4 bytes of ESP. */
    record Notify(int protocol, byte[] spi, int type, byte[] data) implements Payload {
        /** A notify that concerns no SA. */
        public Notify(int type, byte... data) {
            this(Protocol.NONE, new byte[0], type, data);
        }

        /** A notify about an ESP SA. */
        public static Notify ofEsp(int spi, int type) {
            byte[] bytes = new byte[4];
            Wire.put32(bytes, 0, spi);
            return new Notify(Protocol.ESP, bytes, type, new byte[0]);
        }

        /** Returns the SPI of an ESP SA, or 0. */
        public int espSpi() {
            return protocol == Protocol.ESP && spi.length == 4 ? Wire.i32(spi, 0) : 0;
        }
    }

    /** Delete: the IKE SA itself (no SPIs), or ESP SAs by the SPIs that their sender receives with. */
    record Delete(int protocol, List<Integer> spis) implements Payload {
        public Delete {
            spis = List.copyOf(spis);
        }
    }

    /** Traffic selectors of the initiator or of the responder. */
    record Ts(boolean initiator, List<TrafficSelector> selectors) implements Payload {
        public Ts {
            selectors = List.copyOf(selectors);
        }
    }

    /** What this code has no use for: vendor ids, configuration, and types that it does not know. */
    record Other(int type, boolean critical) implements Payload {}

    /**
     * Encrypted payload, or one fragment of it. Everything before {@code offset} is authenticated and clear.
     *
     * @param firstPayload type of the first payload inside; 0 in fragments behind the first
     * @param fragment number from 1 up, of {@code total}; 1 of 1 if this is no fragment
     * @param offset where initialization vector, ciphertext and checksum begin in the message; they reach to its end
     */
    record Encrypted(int firstPayload, boolean isFragment, int fragment, int total, int offset) implements Payload {}
}
