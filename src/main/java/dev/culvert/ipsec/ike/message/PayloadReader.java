package dev.culvert.ipsec.ike.message;

import dev.culvert.packet.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** From bytes to payloads. Total: whatever the bytes, the outcome is payloads or a {@link MalformedException}. */
public final class PayloadReader {
    private static final int GENERIC_HEADER = 4;
    private static final int CRITICAL = 0x80;
    private static final int PAYLOADS_MAX = 100;
    private static final int TS_IPV4_ADDR_RANGE = 7;
    private static final int TS_IPV6_ADDR_RANGE = 8;

    private PayloadReader() {}

    /** Reads the payloads of a message behind its header; an encrypted one stays shut. */
    public static List<Payload> read(IkeHeader header, byte[] message) throws MalformedException {
        return read(header.nextPayload(), message, IkeHeader.LENGTH);
    }

    /**
     * Reads a chain of payloads that ends with the array.
     *
     * @param firstType type of the first payload, as its header or the one before says
     */
    public static List<Payload> read(int firstType, byte[] bytes, int from) throws MalformedException {
        List<Payload> payloads = new ArrayList<>();
        int type = firstType;
        int at = from;
        while (type != PayloadType.NONE) {
            if (bytes.length - at < GENERIC_HEADER || payloads.size() == PAYLOADS_MAX) {
                throw new MalformedException("payloads do not end with the message");
            }
            int next = Wire.u8(bytes, at);
            int length = Wire.u16(bytes, at + 2);
            if (length < GENERIC_HEADER || length > bytes.length - at) {
                throw new MalformedException("a payload longer than the message");
            }
            boolean critical = (Wire.u8(bytes, at + 1) & CRITICAL) != 0;
            PayloadBytes body = new PayloadBytes(bytes, at + GENERIC_HEADER, at + length);
            if (type == PayloadType.SK || type == PayloadType.SKF) {
                payloads.add(encrypted(type == PayloadType.SKF, next, body));
                if (at + length != bytes.length) {
                    throw new MalformedException("an encrypted payload is not the last");
                }
                return payloads;
            }
            payloads.add(payload(type, critical, body));
            type = next;
            at += length;
        }
        if (at != bytes.length) {
            throw new MalformedException("bytes behind the last payload");
        }
        return payloads;
    }

    private static Payload encrypted(boolean fragment, int firstPayload, PayloadBytes body) throws MalformedException {
        if (!fragment) {
            return new Payload.Encrypted(firstPayload, false, 1, 1, body.at());
        }
        int number = body.u16();
        int total = body.u16();
        if (number == 0 || number > total) {
            throw new MalformedException("fragment number out of range");
        }
        return new Payload.Encrypted(firstPayload, true, number, total, body.at());
    }

    private static Payload payload(int type, boolean critical, PayloadBytes body) throws MalformedException {
        return switch (type) {
            case PayloadType.SA -> new Payload.Sa(proposals(body));
            case PayloadType.KE -> {
                int group = body.u16();
                body.u16();
                yield new Payload.Ke(group, body.rest());
            }
            case PayloadType.ID_I, PayloadType.ID_R -> {
                int idType = body.u8();
                body.u8();
                body.u16();
                yield new Payload.Id(type == PayloadType.ID_I, new Identity(idType, body.rest()));
            }
            case PayloadType.CERT -> new Payload.Cert(body.u8(), body.rest());
            case PayloadType.CERTREQ -> new Payload.CertRequest(body.u8(), body.rest());
            case PayloadType.AUTH -> {
                int method = body.u8();
                body.u8();
                body.u16();
                yield new Payload.Auth(method, body.rest());
            }
            case PayloadType.NONCE -> nonce(body.rest());
            case PayloadType.NOTIFY -> {
                int protocol = body.u8();
                int spiLength = body.u8();
                int notify = body.u16();
                yield new Payload.Notify(protocol, body.bytes(spiLength), notify, body.rest());
            }
            case PayloadType.DELETE -> delete(body);
            case PayloadType.TS_I, PayloadType.TS_R -> new Payload.Ts(type == PayloadType.TS_I, trafficSelectors(body));
            default -> new Payload.Other(type, critical && !PayloadType.isKnown(type));
        };
    }

    private static Payload nonce(byte[] data) throws MalformedException {
        if (data.length < 16 || data.length > 256) {
            throw new MalformedException("nonce of " + data.length + " bytes");
        }
        return new Payload.Nonce(data);
    }

    private static List<Proposal> proposals(PayloadBytes body) throws MalformedException {
        List<Proposal> proposals = new ArrayList<>();
        boolean more = true;
        while (more) {
            more = body.u8() == 2;
            body.u8();
            PayloadBytes in = body.slice(body.u16() - GENERIC_HEADER);
            int number = in.u8();
            int protocol = in.u8();
            int spiLength = in.u8();
            int count = in.u8();
            if (spiLength != 0 && spiLength != 4 && spiLength != 8) {
                throw new MalformedException("SPI of " + spiLength + " bytes");
            }
            long spi = spiLength == 0 ? 0 : spiLength == 4 ? in.i32() & 0xffff_ffffL : in.i64();
            List<Transform> transforms = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                transforms.add(transform(in));
            }
            in.end();
            proposals.add(new Proposal(number, protocol, spi, spiLength, transforms));
        }
        body.end();
        return proposals;
    }

    private static Transform transform(PayloadBytes body) throws MalformedException {
        body.u8();
        body.u8();
        PayloadBytes in = body.slice(body.u16() - GENERIC_HEADER);
        int type = in.u8();
        in.u8();
        int id = in.u16();
        int keyBits = 0;
        while (!in.isEmpty()) {
            int attribute = in.u16();
            int value = in.u16();
            if (attribute == (0x8000 | 14) && keyBits == 0) {
                keyBits = value;
            } else {
                keyBits = -1;
                if ((attribute & 0x8000) == 0) {
                    in.bytes(value);
                }
            }
        }
        return new Transform(type, id, keyBits);
    }

    private static Payload delete(PayloadBytes body) throws MalformedException {
        int protocol = body.u8();
        int spiLength = body.u8();
        int count = body.u16();
        boolean ike = protocol == Protocol.IKE;
        if (spiLength != (ike ? 0 : 4) || (ike && count != 0)) {
            throw new MalformedException("SPI of " + spiLength + " bytes");
        }
        List<Integer> spis = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            spis.add(body.i32());
        }
        body.end();
        return new Payload.Delete(protocol, spis);
    }

    private static List<TrafficSelector> trafficSelectors(PayloadBytes body) throws MalformedException {
        int count = body.u8();
        body.u8();
        body.u16();
        List<TrafficSelector> selectors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int type = body.u8();
            int protocol = body.u8();
            PayloadBytes in = body.slice(body.u16() - GENERIC_HEADER);
            if (type != TS_IPV4_ADDR_RANGE && type != TS_IPV6_ADDR_RANGE) {
                continue; // section 3.13.1: other types may come, and are not what we need
            }
            int first = in.u16();
            int last = in.u16();
            TrafficSelector selector = new TrafficSelector(protocol, first, last, address(type, in), address(type, in));
            in.end();
            boolean ipv4 = type == TS_IPV4_ADDR_RANGE;
            if (selector.first().isIpv4() != ipv4 || selector.last().isIpv4() != ipv4) {
                throw new MalformedException("IPv4 addresses among IPv6 ones");
            }
            selectors.add(selector);
        }
        body.end();
        return selectors;
    }

    private static IpAddress address(int type, PayloadBytes in) throws MalformedException {
        return type == TS_IPV4_ADDR_RANGE ? IpAddress.ofIpv4(in.i32()) : new IpAddress(in.i64(), in.i64());
    }

    /** A part of the message, read from front to back. */
    private static final class PayloadBytes {
        private final byte[] bytes;
        private final int end;
        private int at;

        PayloadBytes(byte[] bytes, int at, int end) {
            this.bytes = bytes;
            this.at = at;
            this.end = end;
        }

        private int take(int count) throws MalformedException {
            if (count < 0 || count > end - at) {
                throw new MalformedException("a payload ends too early");
            }
            int from = at;
            at += count;
            return from;
        }

        int u8() throws MalformedException {
            return Wire.u8(bytes, take(1));
        }

        int u16() throws MalformedException {
            return Wire.u16(bytes, take(2));
        }

        int i32() throws MalformedException {
            return Wire.i32(bytes, take(4));
        }

        long i64() throws MalformedException {
            return Wire.u64(bytes, take(8));
        }

        byte[] bytes(int count) throws MalformedException {
            int from = take(count);
            return Arrays.copyOfRange(bytes, from, from + count);
        }

        byte[] rest() throws MalformedException {
            return bytes(end - at);
        }

        PayloadBytes slice(int count) throws MalformedException {
            int from = take(count);
            return new PayloadBytes(bytes, from, from + count);
        }

        int at() {
            return at;
        }

        boolean isEmpty() {
            return at == end;
        }

        void end() throws MalformedException {
            if (at != end) {
                throw new MalformedException("a payload is longer than its content");
            }
        }
    }
}
