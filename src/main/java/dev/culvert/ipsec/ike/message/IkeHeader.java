package dev.culvert.ipsec.ike.message;

/**
 * The header of a message (RFC 7296 section 3.1), 28 bytes.
 *
 * @param spiInitiator SPI of the end that began the IKE SA
 * @param spiResponder SPI of the other end, 0 in the first message
 * @param nextPayload type of the first payload
 * @param exchange an {@link ExchangeType}
 * @param fromInitiator the I flag: whether the sender began the IKE SA
 * @param response the R flag
 * @param messageId counts the sender's requests
 */
public record IkeHeader(
        long spiInitiator,
        long spiResponder,
        int nextPayload,
        int exchange,
        boolean fromInitiator,
        boolean response,
        int messageId) {
    /** Bytes of a header. */
    public static final int LENGTH = 28;

    private static final int VERSION_2 = 0x20;
    private static final int FLAG_INITIATOR = 0x08;
    private static final int FLAG_RESPONSE = 0x20;

    /**
     * Reads the header of a datagram whose length it must tell truly.
     *
     * @throws MalformedException if it is too short, of another version, or not as long as it says
     */
    public static IkeHeader read(byte[] message) throws MalformedException {
        if (message.length < LENGTH) {
            throw new MalformedException("shorter than a header");
        }
        if (Wire.u8(message, 17) >>> 4 != VERSION_2 >>> 4) {
            throw new MalformedException("not version 2");
        }
        if (Wire.i32(message, 24) != message.length) {
            throw new MalformedException("not as long as it says");
        }
        int flags = Wire.u8(message, 19);
        return new IkeHeader(
                Wire.u64(message, 0),
                Wire.u64(message, 8),
                Wire.u8(message, 16),
                Wire.u8(message, 18),
                (flags & FLAG_INITIATOR) != 0,
                (flags & FLAG_RESPONSE) != 0,
                Wire.i32(message, 20));
    }

    /** Writes the header of a message of a total length. */
    public void write(byte[] message, int length) {
        Wire.put64(message, 0, spiInitiator);
        Wire.put64(message, 8, spiResponder);
        message[16] = (byte) nextPayload;
        message[17] = VERSION_2;
        message[18] = (byte) exchange;
        message[19] = (byte) ((fromInitiator ? FLAG_INITIATOR : 0) | (response ? FLAG_RESPONSE : 0));
        Wire.put32(message, 20, messageId);
        Wire.put32(message, 24, length);
    }

    /** Returns this header with another first payload. */
    public IkeHeader withNextPayload(int type) {
        return new IkeHeader(spiInitiator, spiResponder, type, exchange, fromInitiator, response, messageId);
    }
}
