package dev.culvert.unixctl.program;

import dev.culvert.stream.TlsFiles;
import dev.culvert.unixctl.program.GetOpt.Argument;
import dev.culvert.unixctl.program.GetOpt.Option;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options of every Open vSwitch program that can speak TLS; ovs-vswitchd(8), "Public Key Infrastructure Options". */
public final class TlsOptions {
    /** In the order in which the originals list them. */
    public static final List<Option> ALL = List.of(
            new Option("private-key", 'p', Argument.REQUIRED),
            new Option("certificate", 'c', Argument.REQUIRED),
            new Option("ca-cert", 'C', Argument.REQUIRED),
            Option.of("ssl-protocols", Argument.REQUIRED),
            Option.of("ssl-ciphers", Argument.REQUIRED),
            Option.of("peer-ca-cert", Argument.REQUIRED),
            Option.of("bootstrap-ca-cert", Argument.REQUIRED));

    private TlsOptions() {}

    /**
     * Adds what an option says to what others said before. Files are those of the directory in which the program started, and are
     * read when a connection needs them.
     *
     * @param option its long name
     * @param argument its argument
     * @return null if it is none of these options
     */
    public static @Nullable TlsFiles apply(String option, String argument, TlsFiles files) {
        return switch (option) {
            case "private-key" -> files.withPrivateKey(path(argument));
            case "certificate" -> files.withCertificate(path(argument));
            case "ca-cert" -> files.withCaCertificate(authority(argument), false);
            case "bootstrap-ca-cert" -> files.withCaCertificate(authority(argument), true);
            case "peer-ca-cert" -> files.withPeerCaCertificate(path(argument));
            case "ssl-protocols" -> files.withProtocols(names(argument, "[ ,\t]+"));
            case "ssl-ciphers" -> files.withCiphers(names(argument, "[: ,]+"));
            default -> null;
        };
    }

    private static Path authority(String argument) {
        Path named = Path.of(argument);
        return named.equals(TlsFiles.UNVERIFIED) ? named : path(argument);
    }

    private static Path path(String argument) {
        return Path.of(argument).toAbsolutePath();
    }

    private static List<String> names(String argument, String separator) {
        return List.of(argument.split(separator)).stream()
                .filter(name -> !name.isEmpty())
                .toList();
    }
}
