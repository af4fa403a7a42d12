package dev.culvert.vswitch;

import dev.culvert.ofproto.OfPort;
import dev.culvert.stream.StreamException;
import dev.culvert.unixctl.UnixctlException;
import dev.culvert.vswitch.ipsec.IpsecText;
import dev.culvert.vswitch.ipsec.IpsecTunnels;
import dev.culvert.vswitch.ipsec.KeyExport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The commands {@code ipsec/…}, which are ours, and {@code tunnels/show}, which is ovs-monitor-ipsec(8)'s. */
final class IpsecCommands {
    private final SwitchCommands commands;
    private final IpsecTunnels tunnels;
    private final Reconciler reconciler;
    private final IpsecText text;
    private final KeyExport export;
    private final Path runDirectory;

    IpsecCommands(SwitchCommands commands, IpsecTunnels tunnels, Reconciler reconciler, Path runDirectory) {
        this.commands = commands;
        this.tunnels = tunnels;
        this.reconciler = reconciler;
        this.text = new IpsecText(tunnels);
        this.export = new KeyExport(tunnels);
        this.runDirectory = runDirectory;
    }

    void register() {
        commands.add("ipsec/show", "", 0, 0, _ -> text.peers());
        commands.add("ipsec/sa", "", 0, 0, _ -> text.associations());
        commands.add("ipsec/rekey", "PORT", 1, 1, this::rekey);
        commands.add("ipsec/export-keys", "[DIRECTORY]", 0, 1, this::export);
        commands.add("tunnels/show", "", 0, 0, _ -> text.tunnels(this::number));
    }

    private String rekey(List<String> arguments) throws UnixctlException {
        if (!tunnels.rekey(arguments.getFirst())) {
            throw new UnixctlException("no tunnel " + arguments.getFirst() + " with IPsec");
        }
        return "";
    }

    private String export(List<String> arguments) throws UnixctlException {
        if (!export.isPermitted()) {
            throw new UnixctlException("keys can be exported only if the switch was started with --allow-key-export");
        }
        Path folder = arguments.isEmpty() ? runDirectory : Path.of(arguments.getFirst());
        try {
            return export.write(folder.toAbsolutePath()).stream()
                    .map(file -> file + "\n")
                    .collect(Collectors.joining());
        } catch (IOException e) {
            throw new UnixctlException(folder + ": cannot write keys (" + StreamException.reasonOf(e) + ")");
        }
    }

    private int number(String port) {
        for (RunningBridge bridge : reconciler.bridges()) {
            RunningInterface present = bridge.interfaces.get(port);
            OfPort open = present == null ? null : present.port;
            if (open != null) {
                return open.number();
            }
        }
        return -1;
    }
}
