package dev.culvert.stream;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where Open vSwitch's programs look for each other. Each place can be moved by an environment variable; the defaults
 * are those of Debian's packages.
 *
 * @param run sockets and pidfiles ({@code OVS_RUNDIR}, default {@code /var/run/openvswitch})
 * @param database the database file {@code conf.db} ({@code OVS_DBDIR}; without it {@code OVS_SYSCONFDIR/openvswitch},
 *     default {@code /etc/openvswitch})
 * @param log log files ({@code OVS_LOGDIR}, default {@code /var/log/openvswitch})
 * @param sysconf the host's configuration ({@code OVS_SYSCONFDIR}, default {@code /etc})
 */
public record Directories(Path run, Path database, Path log, Path sysconf) {
    /** The directories of this process. */
    public static Directories fromEnvironment() {
        return from(System.getenv());
    }

    /**
     * The directories that a given environment asks for.
     *
     * @param environment variable names and values; an empty value counts as given, as in Open vSwitch
     */
    public static Directories from(Map<String, String> environment) {
        Path sysconf = Path.of(environment.getOrDefault("OVS_SYSCONFDIR", "/etc"));
        String database = environment.get("OVS_DBDIR");
        return new Directories(
                Path.of(environment.getOrDefault("OVS_RUNDIR", "/var/run/openvswitch")),
                database != null ? Path.of(database) : sysconf.resolve("openvswitch"),
                Path.of(environment.getOrDefault("OVS_LOGDIR", "/var/log/openvswitch")),
                sysconf);
    }

    /** The socket on which the database is served, {@code <run>/db.sock}. */
    public Path databaseSocket() {
        return run.resolve("db.sock");
    }
}
