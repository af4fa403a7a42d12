package dev.culvert.ipsec.ike.message;

import java.util.List;

/**
 * One proposal of an SA payload (RFC 7296 section 3.3.1).
 *
 * @param number from 1 up
 * @param protocol a {@link Protocol}
 * @param spi the sender's SPI: 0 in the first exchange, else 8 bytes of IKE or 4 of ESP
 * @param spiLength bytes of the SPI on the wire: 0, 4 or 8
 */
public record Proposal(int number, int protocol, long spi, int spiLength, List<Transform> transforms) {
    public Proposal {
        transforms = List.copyOf(transforms);
    }
}
