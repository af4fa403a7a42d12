package dev.culvert.vswitch.daemon;

import dev.culvert.stream.Directories;

/** What {@code --help} prints; apart, so that nothing else has to load it. */
final class DaemonHelp {
    private DaemonHelp() {}

    static String text(Directories directories) {
        return """
                ovs-vswitchd: Open vSwitch daemon (Culvert)
                usage: ovs-vswitchd [OPTIONS] [DATABASE]

                DATABASE is where an ovsdb-server listens: unix:FILE or tcp:HOST:PORT. Without
                it, the daemon serves the database itself, from
                  %1$s/conf.db
                on
                  unix:%2$s

                Database options:
                  --remote=PASSIVE        serve it there as well: punix:FILE or ptcp:[PORT][:IP]

                Daemon options:
                  --detach                return when the daemon is ready, and leave it running
                  --no-chdir              do not change the directory to '/' when detaching
                  --pidfile[=FILE]        create pidfile (default: %3$s/ovs-vswitchd.pid)
                  --overwrite-pidfile     with --pidfile, start even if already running
                  --unixctl=SOCKET        control socket, or 'none'
                                          (default: %3$s/ovs-vswitchd.PID.ctl)
                  --disable-system        refuse datapaths of type 'system'

                Logging options:
                  -vSPEC, --verbose=SPEC  set logging levels
                  -v, --verbose           set maximum verbosity level
                  --log-file[=FILE]       log to a file (default: %4$s/ovs-vswitchd.log)

                Other options:
                  -h, --help              display this help message
                  -V, --version           display version information

                Accepted for the sake of scripts, without effect: --monitor, --mlockall,
                --enable-dummy, --disable-system-route, --syslog-method, --syslog-target and the
                options of SSL.
                """.formatted(
                        directories.database(), directories.databaseSocket(), directories.run(), directories.log());
    }
}
