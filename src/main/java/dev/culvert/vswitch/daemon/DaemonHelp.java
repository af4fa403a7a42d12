package dev.culvert.vswitch.daemon;

import dev.culvert.stream.Directories;

/** What {@code --help} prints; apart, so that nothing else has to load it. */
final class DaemonHelp {
    private DaemonHelp() {}

    static String text(Directories directories) {
        return """
                ovs-vswitchd: Open vSwitch daemon (Culvert)
                usage: ovs-vswitchd [OPTIONS] [DATABASE]

                DATABASE is where an ovsdb-server listens: unix:FILE, tcp:HOST:PORT or
                ssl:HOST:PORT. Without it, the daemon serves the database itself, from
                  %1$s/conf.db
                on
                  unix:%2$s

                Database options:
                  --remote=REMOTE         serve it there as well: punix:FILE,
                                          ptcp:[PORT][:IP], pssl:[PORT][:IP], or whoever
                                          waits at unix:FILE, tcp:HOST[:PORT], ssl:HOST[:PORT].
                                          What the Manager table names is always served.

                Daemon options:
                  --detach                return when the daemon is ready, and leave it running
                  --no-chdir              do not change the directory to '/' when detaching
                  --pidfile[=FILE]        create pidfile (default: %3$s/ovs-vswitchd.pid)
                  --overwrite-pidfile     with --pidfile, start even if already running
                  --unixctl=SOCKET        control socket, or 'none'
                                          (default: %3$s/ovs-vswitchd.PID.ctl)
                  --disable-system        refuse datapaths of type 'system'
                  --allow-key-export      let ipsec/export-keys give IPsec's keys to Wireshark
                  --metrics=ADDRESS:PORT  serve figures for Prometheus at
                                          http://ADDRESS:PORT/metrics; IPv6 in brackets
                  --web=[ADDRESS:]PORT    serve a page that shows the switch at
                                          http://ADDRESS:PORT/ (default: loopback)
                  --web-capture           let everybody who has the page capture,
                                          and not only root of this host

                PKI options (ssl: and pssl: need them, or the SSL table):
                  -p, --private-key=FILE  file with private key
                  -c, --certificate=FILE  file with certificate for private key
                  -C, --ca-cert=FILE      file with peer CA certificate
                  --bootstrap-ca-cert=FILE  file with peer CA certificate to read or create
                  --peer-ca-cert=FILE     file with CA certificate to send to peers
                  --ssl-protocols=PROTOS  list of SSL protocols to enable
                  --ssl-ciphers=CIPHERS   list of SSL ciphers to enable

                Logging options:
                  -vSPEC, --verbose=SPEC  set logging levels
                  -v, --verbose           set maximum verbosity level
                  --log-file[=FILE]       log to a file (default: %4$s/ovs-vswitchd.log)

                Other options:
                  -h, --help              display this help message
                  -V, --version           display version information

                Accepted for the sake of scripts, without effect: --monitor, --mlockall,
                --enable-dummy, --disable-system-route, --syslog-method and --syslog-target.
                """.formatted(
                        directories.database(), directories.databaseSocket(), directories.run(), directories.log());
    }
}
