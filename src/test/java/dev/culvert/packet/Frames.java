package dev.culvert.packet;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

/**
 * Builds frames byte by byte for tests, by code that shares nothing with what is tested: its checksum is the textbook's loop.
 */
public final class Frames {
    public long destination = 0x02_00_00_00_00_02L;
    public long source = 0x02_00_00_00_00_01L;
    public int[] vlans = {};
    public boolean ipv6;
    public int tos;
    public int ttl = 64;
    public int id = 0x1234;
    public int fragment = 0x4000;
    public int label;
    public byte[] ipv4Options = {};
    /** IPv6 extension headers; the first byte of each, the next header, is filled in. */
    public byte[][] extensions = {};

    public int[] extensionTypes = {};
    public byte[] sourceAddress = {10, 0, 0, 1};
    public byte[] destinationAddress = {10, 0, 0, 2};
    public int protocol = 6;
    public int sourcePort = 0xc001;
    public int destinationPort = 5201;
    public int sequence = 0xffff_fc00;
    public int acknowledgment = 0x0102_0304;
    public int flags = 0x10;
    public int window = 0x1f6;
    public byte[] tcpOptions = HexFormat.of().parseHex("0101080a1234567800abcdef");
    public boolean partial;
    public boolean udpWithoutChecksum;
    public byte[] payload = {};
    public byte[] trailer = {};

    public static Frames tcp4() {
        return new Frames();
    }

    public static Frames tcp6() {
        Frames frame = new Frames();
        frame.ipv6 = true;
        frame.sourceAddress = HexFormat.of().parseHex("20010db8000000000000000000000001");
        frame.destinationAddress = HexFormat.of().parseHex("20010db8000000000000000000000002");
        return frame;
    }

    public Frames udp() {
        protocol = 17;
        return this;
    }

    public Frames payload(byte[] bytes) {
        payload = bytes;
        return this;
    }

    public Frames payload(Random random, int length) {
        payload = new byte[length];
        random.nextBytes(payload);
        return this;
    }

    public Frames vlans(int... tags) {
        vlans = tags;
        return this;
    }

    /** Where the transport header begins in the frame. */
    public int l4() {
        int at = 14 + 4 * vlans.length + (ipv6 ? 40 : 20 + ipv4Options.length);
        for (byte[] extension : extensions) {
            at += extension.length;
        }
        return at;
    }

    public int headerLength() {
        return l4() + transport().length - payload.length;
    }

    public byte[] build() {
        byte[] l4 = transport();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        put(out, destination, 6);
        put(out, source, 6);
        for (int tci : vlans) {
            put(out, 0x8100, 2);
            put(out, tci, 2);
        }
        put(out, ipv6 ? 0x86dd : 0x0800, 2);
        if (ipv6) {
            ipv6(out, l4.length);
        } else {
            ipv4(out, l4.length);
        }
        out.writeBytes(l4);
        out.writeBytes(trailer);
        return out.toByteArray();
    }

    private void ipv4(ByteArrayOutputStream out, int length) {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        int bytes = 20 + ipv4Options.length;
        put(header, 0x40 | (bytes / 4), 1);
        put(header, tos, 1);
        put(header, bytes + length, 2);
        put(header, id, 2);
        put(header, fragment, 2);
        put(header, ttl, 1);
        put(header, protocol, 1);
        put(header, 0, 2);
        header.writeBytes(sourceAddress);
        header.writeBytes(destinationAddress);
        header.writeBytes(ipv4Options);
        byte[] raw = header.toByteArray();
        int checksum = ~naiveSum(raw, 0, raw.length) & 0xffff;
        raw[10] = (byte) (checksum >>> 8);
        raw[11] = (byte) checksum;
        out.writeBytes(raw);
    }

    private void ipv6(ByteArrayOutputStream out, int length) {
        int all = length + Arrays.stream(extensions).mapToInt(e -> e.length).sum();
        put(out, (6L << 28) | ((long) tos << 20) | label, 4);
        put(out, all, 2);
        put(out, extensionTypes.length > 0 ? extensionTypes[0] : protocol, 1);
        put(out, ttl, 1);
        out.writeBytes(sourceAddress);
        out.writeBytes(destinationAddress);
        for (int i = 0; i < extensions.length; i++) {
            byte[] extension = extensions[i].clone();
            extension[0] = (byte) (i + 1 < extensions.length ? extensionTypes[i + 1] : protocol);
            out.writeBytes(extension);
        }
    }

    private byte[] transport() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int field;
        if (protocol == 6) {
            put(out, sourcePort, 2);
            put(out, destinationPort, 2);
            put(out, sequence, 4);
            put(out, acknowledgment, 4);
            put(out, (((20 + tcpOptions.length) / 4) << 12) | flags, 2);
            put(out, window, 2);
            put(out, 0, 4);
            out.writeBytes(tcpOptions);
            field = 16;
        } else if (protocol == 17) {
            put(out, sourcePort, 2);
            put(out, destinationPort, 2);
            put(out, 8 + payload.length, 2);
            put(out, 0, 2);
            field = 6;
        } else {
            field = -1;
        }
        out.writeBytes(payload);
        byte[] raw = out.toByteArray();
        if (field >= 0 && !(protocol == 17 && udpWithoutChecksum)) {
            int pseudo = pseudoSum(raw.length);
            int sum = partial ? pseudo : ~naiveAdd(pseudo, naiveSum(raw, 0, raw.length)) & 0xffff;
            if (!partial && sum == 0 && protocol == 17) {
                sum = 0xffff;
            }
            raw[field] = (byte) (sum >>> 8);
            raw[field + 1] = (byte) sum;
        }
        return raw;
    }

    private int pseudoSum(int length) {
        int sum = naiveAdd(
                naiveSum(sourceAddress, 0, sourceAddress.length),
                naiveSum(destinationAddress, 0, destinationAddress.length));
        return naiveAdd(naiveAdd(sum, protocol), length);
    }

    public static int naiveSum(byte[] bytes, int from, int length) {
        int sum = 0;
        for (int i = 0; i < length; i += 2) {
            int high = bytes[from + i] & 0xff;
            int low = i + 1 < length ? bytes[from + i + 1] & 0xff : 0;
            sum = naiveAdd(sum, (high << 8) | low);
        }
        return sum;
    }

    public static int naiveAdd(int one, int other) {
        int sum = one + other;
        return sum > 0xffff ? sum - 0xffff : sum;
    }

    private static void put(ByteArrayOutputStream out, long value, int bytes) {
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            out.write((int) (value >>> shift));
        }
    }

    /** A packet with this frame, in memory of its own. */
    public static Packet packet(byte[] frame) {
        Packet packet = new Packet(Arena.ofAuto().allocate(Packet.CAPACITY));
        fill(packet, frame);
        return packet;
    }

    public static void fill(Packet packet, byte[] frame) {
        packet.reset();
        packet.length = frame.length;
        MemorySegment.copy(frame, 0, packet.memory, ValueLayout.JAVA_BYTE, packet.offset, frame.length);
    }

    public Packet packet() {
        Packet packet = packet(build());
        if (partial) {
            packet.checksumPartial = true;
            packet.checksumStart = l4();
            packet.checksumOffset = protocol == 6 ? 16 : 6;
        }
        return packet;
    }

    public static byte[] bytes(Packet packet) {
        return bytes(packet.memory, packet.offset, packet.length);
    }

    public static byte[] bytes(MemorySegment memory, long offset, int length) {
        return memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    }

    public static MemorySegment memory(byte[] bytes) {
        MemorySegment memory = Arena.ofAuto().allocate(Math.max(bytes.length, 1));
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return memory;
    }

    public static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }

    /** A random generator whose seed is printed, so that a failure can be repeated. */
    public static Random random(String test) {
        long seed = Long.getLong("culvert.seed", System.nanoTime());
        System.out.println(test + ": -Dculvert.seed=" + seed);
        return new Random(seed);
    }
}
