package dev.culvert.ipsec.ike.message;

import dev.culvert.packet.IpAddress;
import java.io.ByteArrayOutputStream;
import java.util.List;

/** From payloads to bytes. */
public final class PayloadWriter {
    private PayloadWriter() {}

    /** Writes a message that is not encrypted; the header's first payload is set to what it is. */
    public static byte[] message(IkeHeader header, List<Payload> payloads) {
        byte[] body = chain(payloads);
        byte[] message = new byte[IkeHeader.LENGTH + body.length];
        header.withNextPayload(firstType(payloads)).write(message, message.length);
        System.arraycopy(body, 0, message, IkeHeader.LENGTH, body.length);
        return message;
    }

    /** Returns the type of the first payload, 0 if there is none. */
    public static int firstType(List<Payload> payloads) {
        return payloads.isEmpty() ? PayloadType.NONE : type(payloads.getFirst());
    }

    /** Writes payloads one behind the other, each with its header. */
    public static byte[] chain(List<Payload> payloads) {
        Bytes out = new Bytes();
        for (int i = 0; i < payloads.size(); i++) {
            int next = i + 1 < payloads.size() ? type(payloads.get(i + 1)) : PayloadType.NONE;
            byte[] body = body(payloads.get(i));
            out.u8(next).u8(0).u16(body.length + 4).bytes(body);
        }
        return out.toByteArray();
    }

    /** Returns what stands behind the header of an identification payload: the "RestOfIDPayload" that AUTH is computed over. */
    public static byte[] body(Identity identity) {
        return new Bytes()
                .u8(identity.type())
                .u8(0)
                .u16(0)
                .bytes(identity.data())
                .toByteArray();
    }

    private static int type(Payload payload) {
        return switch (payload) {
            case Payload.Sa _ -> PayloadType.SA;
            case Payload.Ke _ -> PayloadType.KE;
            case Payload.Id id -> id.initiator() ? PayloadType.ID_I : PayloadType.ID_R;
            case Payload.Cert _ -> PayloadType.CERT;
            case Payload.CertRequest _ -> PayloadType.CERTREQ;
            case Payload.Auth _ -> PayloadType.AUTH;
            case Payload.Nonce _ -> PayloadType.NONCE;
            case Payload.Notify _ -> PayloadType.NOTIFY;
            case Payload.Delete _ -> PayloadType.DELETE;
            case Payload.Ts ts -> ts.initiator() ? PayloadType.TS_I : PayloadType.TS_R;
            case Payload.Other other -> other.type();
            case Payload.Encrypted e -> e.isFragment() ? PayloadType.SKF : PayloadType.SK;
        };
    }

    private static byte[] body(Payload payload) {
        Bytes out = new Bytes();
        switch (payload) {
            case Payload.Sa sa -> proposals(out, sa.proposals());
            case Payload.Ke ke -> out.u16(ke.group()).u16(0).bytes(ke.value());
            case Payload.Id id -> out.bytes(body(id.identity()));
            case Payload.Cert cert -> out.u8(cert.encoding()).bytes(cert.data());
            case Payload.CertRequest request -> out.u8(request.encoding()).bytes(request.authorities());
            case Payload.Auth auth -> out.u8(auth.method()).u8(0).u16(0).bytes(auth.data());
            case Payload.Nonce nonce -> out.bytes(nonce.data());
            case Payload.Notify notify ->
                out.u8(notify.protocol())
                        .u8(notify.spi().length)
                        .u16(notify.type())
                        .bytes(notify.spi())
                        .bytes(notify.data());
            case Payload.Delete delete -> {
                boolean ike = delete.protocol() == Protocol.IKE;
                out.u8(delete.protocol())
                        .u8(ike ? 0 : 4)
                        .u16(ike ? 0 : delete.spis().size());
                delete.spis().forEach(out::i32);
            }
            case Payload.Ts ts -> selectors(out, ts.selectors());
            case Payload.Other _, Payload.Encrypted _ -> {
                // nothing of ours is written like this
            }
        }
        return out.toByteArray();
    }

    private static void proposals(Bytes out, List<Proposal> proposals) {
        for (int i = 0; i < proposals.size(); i++) {
            Proposal proposal = proposals.get(i);
            Bytes in = new Bytes();
            in.u8(proposal.number())
                    .u8(proposal.protocol())
                    .u8(proposal.spiLength())
                    .u8(proposal.transforms().size());
            if (proposal.spiLength() == 8) {
                in.i32((int) (proposal.spi() >>> 32));
            }
            if (proposal.spiLength() > 0) {
                in.i32((int) proposal.spi());
            }
            for (int j = 0; j < proposal.transforms().size(); j++) {
                Transform transform = proposal.transforms().get(j);
                boolean keyLength = transform.keyBits() > 0;
                in.u8(j + 1 < proposal.transforms().size() ? 3 : 0)
                        .u8(0)
                        .u16(keyLength ? 12 : 8)
                        .u8(transform.type())
                        .u8(0)
                        .u16(transform.id());
                if (keyLength) {
                    in.u16(0x8000 | 14).u16(transform.keyBits());
                }
            }
            byte[] body = in.toByteArray();
            out.u8(i + 1 < proposals.size() ? 2 : 0).u8(0).u16(body.length + 4).bytes(body);
        }
    }

    private static void selectors(Bytes out, List<TrafficSelector> selectors) {
        out.u8(selectors.size()).u8(0).u16(0);
        for (TrafficSelector selector : selectors) {
            boolean ipv4 = selector.first().isIpv4();
            out.u8(ipv4 ? 7 : 8).u8(selector.protocol()).u16(ipv4 ? 16 : 40);
            out.u16(selector.firstPort()).u16(selector.lastPort());
            out.address(selector.first()).address(selector.last());
        }
    }

    /** Bytes that grow. */
    private static final class Bytes {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Bytes u8(int value) {
            out.write(value);
            return this;
        }

        Bytes u16(int value) {
            return u8(value >> 8).u8(value);
        }

        Bytes i32(int value) {
            return u16(value >>> 16).u16(value);
        }

        Bytes bytes(byte[] bytes) {
            out.writeBytes(bytes);
            return this;
        }

        Bytes address(IpAddress address) {
            return bytes(address.toInetAddress().getAddress());
        }

        byte[] toByteArray() {
            return out.toByteArray();
        }
    }
}
