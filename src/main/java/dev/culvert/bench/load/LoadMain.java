package dev.culvert.bench.load;

import dev.culvert.linux.LinuxException;
import dev.culvert.linux.PacketSocket;
import dev.culvert.linux.UdpSocket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The program in the guest. It reads a command a line and answers each with one line, {@code ok} and a result or
 * {@code error} and a reason; a command that waits for packets says {@code ready} before. It ends with its input.
 *
 * <p>Times are whole seconds, MAC addresses decimal numbers, rates packets a second with 0 for as many as possible.
 */
public final class LoadMain {
    private static final long SECOND = 1_000_000_000;

    private final PrintStream out;
    private long station;

    private LoadMain(PrintStream out) {
        this.out = out;
    }

    /** Serves standard input. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        LoadMain program = new LoadMain(out);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            out.println(program.answer(line.split(" ", -1)));
        }
    }

    private String answer(String[] words) throws InterruptedException {
        try {
            return "ok " + run(words);
        } catch (IOException | RuntimeException e) {
            return "error " + words[0] + ": " + e.getMessage();
        }
    }

    private String run(String[] words) throws IOException, InterruptedException {
        return switch (words[0]) {
            case "mac" -> Long.toString(mac(device(words[1])));
            case "flood" ->
                Datagrams.send(
                                ByteBuffer.wrap(InetAddress.getByName(words[1]).getAddress())
                                        .getInt(),
                                number(words[2]),
                                number(words[3]),
                                number(words[4]) * SECOND,
                                number(words[5]))
                        .toString();
            case "count" -> count(number(words[1]), number(words[2]) * SECOND);
            case "frames" -> frames(words);
            case "tally" -> onDevice(words[1], socket -> Stations.receive(socket, number(words[2]) * SECOND));
            case "echo" -> onDevice(words[1], socket -> StationEcho.run(socket, number(words[2]) * SECOND));
            case "request" -> request(words);
            case "connect" ->
                Connections.open(
                                InetAddress.getByName(words[1]),
                                number(words[2]),
                                number(words[3]) * SECOND,
                                number(words[4]))
                        .toString();
            case "accept" -> accept(number(words[1]), number(words[2]) * SECOND);
            default -> throw new IOException("no such command");
        };
    }

    private String count(int port, long nanos) throws LinuxException {
        try (UdpSocket socket = Datagrams.open(port)) {
            out.println("ready");
            return Datagrams.receive(socket, nanos).toString();
        }
    }

    private static String frames(String[] words) throws IOException {
        try (PacketSocket socket = PacketSocket.open(device(words[1]).getIndex())) {
            return Stations.send(
                            socket,
                            Long.parseLong(words[2]),
                            number(words[3]),
                            number(words[4]) * SECOND,
                            number(words[5]),
                            Long.parseLong(words[6]))
                    .toString();
        }
    }

    private String request(String[] words) throws IOException {
        try (PacketSocket socket = PacketSocket.open(device(words[1]).getIndex())) {
            NewStations stations = new NewStations(socket, Long.parseLong(words[2]), number(words[4]), station);
            Count answered = stations.run(number(words[3]) * SECOND);
            station = stations.next();
            return answered + " " + stations.lost();
        }
    }

    private String accept(int port, long nanos) throws IOException {
        try (ServerSocket server = Connections.listen(port)) {
            out.println("ready");
            return Connections.accept(server, nanos).toString();
        }
    }

    /** What is done with a packet socket. */
    @FunctionalInterface
    private interface Task {
        Count run(PacketSocket socket) throws LinuxException;
    }

    private String onDevice(String name, Task task) throws IOException {
        try (PacketSocket socket = PacketSocket.open(device(name).getIndex())) {
            out.println("ready");
            return task.run(socket).toString();
        }
    }

    private static NetworkInterface device(String name) throws IOException {
        NetworkInterface device = NetworkInterface.getByName(name);
        if (device == null) {
            throw new IOException("no interface " + name);
        }
        return device;
    }

    private static long mac(NetworkInterface device) throws IOException {
        byte[] bytes = device.getHardwareAddress();
        if (bytes == null || bytes.length != 6) {
            throw new IOException(device.getName() + " has no MAC address");
        }
        long mac = 0;
        for (byte each : bytes) {
            mac = (mac << 8) | Byte.toUnsignedLong(each);
        }
        return mac;
    }

    private static int number(String word) {
        return Integer.parseInt(word);
    }
}
