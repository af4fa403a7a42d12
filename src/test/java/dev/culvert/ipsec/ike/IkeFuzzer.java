package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.message.IkeHeader;
import dev.culvert.ipsec.ike.message.MalformedException;
import dev.culvert.ipsec.ike.message.Payload;
import dev.culvert.ipsec.ike.message.PayloadReader;
import dev.culvert.ipsec.ike.message.PayloadWriter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Fuzz target: the first byte says how the rest reaches the code. As a datagram, to an engine with an IKE SA; as payloads that an
 * authentic peer has encrypted, since a peer that knows the key must not do harm either; or to the reader alone, whose payloads can be
 * written and read again.
 */
public final class IkeFuzzer {
    private IkeFuzzer() {}

    /** For Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        if (input.length < 2) {
            return;
        }
        byte[] rest = java.util.Arrays.copyOfRange(input, 1, input.length);
        switch (input[0] & 3) {
            case 0 -> read(rest);
            case 1 -> datagram(rest);
            default -> payloads(input[0] & 0xff, rest);
        }
    }

    private static void read(byte[] bytes) throws MalformedException {
        List<Payload> payloads;
        try {
            payloads = PayloadReader.read(bytes[0] & 0xff, bytes, 1);
        } catch (MalformedException e) {
            return; // the announced end of what is no message
        }
        payloads.removeIf(payload -> payload instanceof Payload.Encrypted || payload instanceof Payload.Other);
        byte[] written = PayloadWriter.chain(payloads);
        List<Payload> again = PayloadReader.read(PayloadWriter.firstType(payloads), written, 0);
        if (!java.util.Arrays.equals(PayloadWriter.chain(again), written)) {
            throw new AssertionError("read back otherwise than written");
        }
    }

    /** Two engines with an IKE SA. One that has been restored would be cheaper; making it anew holds no state between inputs. */
    private static EnginePair pair() {
        EnginePair pair = new EnginePair(7);
        String suites = "aes128gcm16-sha256-curve25519!";
        for (boolean atA : new boolean[] {true, false}) {
            IkePeer peer =
                    IkePeer.of("p", atA ? EnginePair.B : EnginePair.A, EnginePair.psk("k"), ChildPolicy.gre("tun0"));
            IkePeer quick = new IkePeer(
                    peer.name(),
                    peer.local(),
                    peer.remote(),
                    peer.credentials(),
                    peer.policies(),
                    false,
                    dev.culvert.ipsec.ike.crypto.Proposals.parseIke(suites),
                    dev.culvert.ipsec.ike.crypto.Proposals.parseEsp("aes128gcm16!"),
                    peer.timing());
            (atA ? pair.a : pair.b).put(quick, pair.now);
            if (atA) {
                pair.pass(Duration.ofMillis(1));
            }
        }
        pair.await(Duration.ofSeconds(30), pair::bothUp);
        pair.pass(Duration.ofSeconds(2));
        return pair;
    }

    private static EnginePair shared = pair();
    private static int used;

    private static EnginePair shared() {
        if (++used % 50 == 0 || !shared.bothUp()) {
            shared = pair();
        }
        return shared;
    }

    private static void datagram(byte[] bytes) {
        EnginePair pair = shared();
        if (bytes.length >= IkeHeader.LENGTH) {
            ByteBuffer.wrap(bytes).putInt(24, bytes.length);
            IkeSa sa = pair.a.current("p");
            if (sa != null && (bytes[0] & 1) != 0) {
                ByteBuffer.wrap(bytes).putLong(0, sa.spiInitiator()).putLong(8, sa.spiResponder());
            }
        }
        pair.a.receive(new IkeDatagram(EnginePair.A, 500, EnginePair.B, 500, bytes), pair.now);
        pair.pass(Duration.ofMillis(30));
        pair.a.status(pair.now);
    }

    /** What the peer might say under the right key. */
    private static void payloads(int kind, byte[] bytes) throws MalformedException {
        EnginePair pair = shared();
        IkeSa sa = pair.b.current("p");
        if (sa == null || !sa.window.isFree()) {
            return;
        }
        List<Payload> payloads;
        try {
            payloads = PayloadReader.read(bytes[0] & 0xff, bytes, 1);
        } catch (MalformedException e) {
            return;
        }
        payloads.removeIf(payload -> payload instanceof Payload.Encrypted || payload instanceof Payload.Other);
        sa.send(
                new Exchange() {
                    @Override
                    public int type() {
                        return 34 + ((kind >> 2) & 3);
                    }

                    @Override
                    public List<Payload> request(long now) {
                        return payloads;
                    }

                    @Override
                    public void answered(Payloads answer, long now) {}

                    @Override
                    public void abandoned() {}
                },
                pair.now + 5_000_000_000L);
        pair.pass(Duration.ofMillis(200));
        pair.a.status(pair.now);
    }

    /** Where to begin: each message of a life with its rekeyings, and each message's payloads. */
    public static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        EnginePair pair = pair();
        pair.a.rekey("p", null, pair.now);
        pair.pass(Duration.ofSeconds(15));
        Random random = new Random(1);
        for (IkeDatagram datagram : pair.seen) {
            byte[] message = datagram.message();
            seeds.add(ByteBuffer.allocate(message.length + 1)
                    .put((byte) 1)
                    .put(message)
                    .array());
            if (message[18] == 34) {
                byte[] body = java.util.Arrays.copyOfRange(message, IkeHeader.LENGTH, message.length);
                seeds.add(ByteBuffer.allocate(body.length + 2)
                        .put((byte) 0)
                        .put(message[16])
                        .put(body)
                        .array());
            }
        }
        IkeSa sa = pair.b.current("p");
        List<List<Payload>> requests = List.of(
                new CreateChildExchange(sa, sa.peer.config.policies().getFirst(), null).request(0),
                new CreateChildExchange(
                                sa,
                                sa.peer.config.policies().getFirst(),
                                sa.children.all().getFirst())
                        .request(0),
                new RekeyIkeExchange(sa).request(0),
                DeleteExchange.of(sa, sa.children.all()).request(0),
                DeleteExchange.ofIke(sa).request(0),
                List.of(
                        new Payload.Cert(4, new byte[20]),
                        new Payload.CertRequest(4, new byte[20]),
                        new Payload.Auth(14, new byte[30])));
        for (List<Payload> request : requests) {
            byte[] chain = PayloadWriter.chain(request);
            for (int kind : new int[] {0, 2 | (2 << 2), 2 | (3 << 2), 2 | (1 << 2)}) {
                seeds.add(ByteBuffer.allocate(chain.length + 2)
                        .put((byte) kind)
                        .put((byte) PayloadWriter.firstType(request))
                        .put(chain)
                        .array());
            }
        }
        byte[] noise = new byte[60];
        random.nextBytes(noise);
        seeds.add(noise);
        return seeds;
    }
}
