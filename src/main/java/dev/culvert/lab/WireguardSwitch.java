package dev.culvert.lab;

import dev.culvert.stream.StreamException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * wireguard-go in a box: what people use who want a secret tunnel in user space. It carries IP and no Ethernet, so the box routes:
 * it answers ARP for the other guest (proxy_arp), and the guests notice nothing.
 */
final class WireguardSwitch implements BoxSwitch {
    private static final String PORT = "51820";
    private static final String MTU = "1420";

    private final Side side;
    private final Path folder;
    private final Shell shell;
    private final LabStore store;
    private final List<ProcessIdentity> processes = new ArrayList<>();

    /** Unique on this machine: the name is also that of a socket in a folder that all namespaces share. */
    private final String device;

    WireguardSwitch(Side side, Path folder, Shell shell, LabStore store) {
        this.side = side;
        this.folder = folder;
        this.shell = shell;
        this.store = store;
        this.device = "wg" + Long.toString(System.nanoTime() & 0xff_ffff, 36) + side.bridge();
    }

    @Override
    public void start() throws LabException, InterruptedException {
        try {
            Files.createDirectories(folder);
            Files.createFile(
                    key(folder), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (IOException e) {
            throw new LabException(folder + ": " + StreamException.reasonOf(e), e);
        }
        inBox(
                "sh",
                "-c",
                "wg genkey > " + key(folder) + " && wg pubkey < " + key(folder) + " > " + publicKey(folder)
                        + "; wireguard-go -f " + device + " > " + folder.resolve("wireguard-go.log")
                        + " 2>&1 & echo $! > "
                        + folder.resolve("wireguard-go.pid"));
        ProcessIdentity process = ProcessIdentity.fromPidfile(folder.resolve("wireguard-go.pid"));
        processes.add(process);
        store.addProcess(process);
        inBox(
                "sh",
                "-c",
                "i=0; until wg show " + device + " >/dev/null 2>&1; do i=$((i+1)); [ $i -lt 100 ] || exit 1;"
                        + " sleep 0.05; done");
        inBox(
                "wg",
                "set",
                device,
                "listen-port",
                PORT,
                "private-key",
                key(folder).toString());
        inBox("ip", "link", "set", device, "mtu", MTU, "up");
        inBox("sysctl", "-qw", "net.ipv4.ip_forward=1");
    }

    private static Path key(Path folder) {
        return folder.resolve("wireguard.key");
    }

    private static Path publicKey(Path folder) {
        return folder.resolve("wireguard.pub");
    }

    @Override
    public void connectUnderlay() throws LabException, InterruptedException {
        LabNetwork.address(shell, side.box(), side.underlayAddress(), side.underlayDevice());
    }

    @Override
    public String show() throws LabException, InterruptedException {
        return inBox("wg", "show", device);
    }

    @Override
    public void connectGuest() throws LabException, InterruptedException {
        inBox("sysctl", "-qw", "net.ipv4.conf." + side.port() + ".proxy_arp=1");
        inBox("ip", "route", "add", side.guestAddress() + "/32", "dev", side.port());
    }

    @Override
    public void addTunnel(Encapsulation encapsulation, String remote) throws LabException, InterruptedException {
        if (!encapsulation.isProtected()) {
            throw new LabException("wireguard-go has no " + encapsulation.label());
        }
        boolean left = side.bridge().equals(Side.left("").bridge());
        Side other = left ? Side.right("") : Side.left("");
        try {
            String peer = Files.readString(
                            publicKey(folder.resolveSibling(side.box().replaceFirst("box[12]$", other.box()))))
                    .strip();
            inBox("wg", "set", device, "peer", peer, "endpoint", remote + ":" + PORT, "allowed-ips", "0.0.0.0/0");
        } catch (IOException e) {
            throw new LabException("the other box has no key: " + StreamException.reasonOf(e), e);
        }
        inBox("ip", "route", "add", other.guestAddress() + "/32", "dev", device);
    }

    @Override
    public void removeTunnel() throws LabException, InterruptedException {
        String peers = inBox("wg", "show", device, "peers").strip();
        if (!peers.isEmpty()) {
            inBox("wg", "set", device, "peer", peers, "remove");
        }
        inBox("ip", "route", "flush", "dev", device);
    }

    @Override
    public String describe() throws LabException, InterruptedException {
        return "# wg show\n" + show();
    }

    @Override
    public List<ProcessIdentity> processes() {
        return List.copyOf(processes);
    }

    @Override
    public Map<String, String> environment() {
        return Map.of();
    }

    private String inBox(String... command) throws LabException, InterruptedException {
        return shell.run(Shell.LIMIT, Map.of(), Shell.inside(side.box(), List.of(command)))
                .orThrow()
                .out();
    }
}
