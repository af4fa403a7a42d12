package dev.culvert.lab;

import java.util.List;
import java.util.Map;

/** The kernel's bridge and vxlan device in a box: no process at all, and no encapsulation but VXLAN. */
final class KernelSwitch implements BoxSwitch {
    private final Side side;
    private final Shell shell;

    KernelSwitch(Side side, Shell shell) {
        this.side = side;
        this.shell = shell;
    }

    @Override
    public void start() {
        // the kernel is up
    }

    @Override
    public String show() throws LabException, InterruptedException {
        return shell.run("bridge", "-n", side.box(), "link").out();
    }

    @Override
    public void connectUnderlay() throws LabException, InterruptedException {
        LabNetwork.address(shell, side.box(), side.underlayAddress(), side.underlayDevice());
    }

    @Override
    public void connectGuest() throws LabException, InterruptedException {
        ip("link", "add", side.bridge(), "type", "bridge");
        ip("link", "set", side.bridge(), "up");
        ip("link", "set", side.port(), "master", side.bridge());
    }

    @Override
    public void addTunnel(Encapsulation encapsulation, String remote) throws LabException, InterruptedException {
        if (encapsulation != Encapsulation.VXLAN) {
            throw new LabException("the kernel arm knows VXLAN only, not " + encapsulation.label());
        }
        ip(
                "link",
                "add",
                side.tunnel(),
                "type",
                "vxlan",
                "id",
                "123",
                "remote",
                remote,
                "local",
                side.underlayAddress(),
                "dstport",
                "4789",
                "dev",
                side.underlayDevice());
        ip("link", "set", side.tunnel(), "master", side.bridge());
        ip("link", "set", side.tunnel(), "up");
    }

    @Override
    public void removeTunnel() throws LabException, InterruptedException {
        ip("link", "del", side.tunnel());
    }

    @Override
    public String describe() throws LabException, InterruptedException {
        return "# ip -d link show master " + side.bridge() + "\n"
                + shell.run("ip", "-n", side.box(), "-d", "link", "show", "master", side.bridge())
                        .out();
    }

    @Override
    public List<ProcessIdentity> processes() {
        return List.of();
    }

    @Override
    public Map<String, String> environment() {
        return Map.of();
    }

    private void ip(String... arguments) throws LabException, InterruptedException {
        String[] line = new String[arguments.length + 3];
        line[0] = "ip";
        line[1] = "-n";
        line[2] = side.box();
        System.arraycopy(arguments, 0, line, 3, arguments.length);
        shell.run(line);
    }
}
