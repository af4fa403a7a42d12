package dev.culvert.tools.appctl;

/** What {@code ovs-appctl --help} prints; apart, so that nothing else has to load it. */
final class AppctlHelp {
    static final String TEXT = """
            ovs-appctl, commands a running Open vSwitch daemon
            usage: ovs-appctl [OPTION...] COMMAND [ARG...]

            Which daemon:
              -t, --target=TARGET  its name (the default is ovs-vswitchd), or the path
                                   of its control socket, beginning with a slash

            Commands that every daemon knows:
              list-commands      all that this one knows
              version            which version it is
              vlog/list          how much each module logs, and where to
              vlog/list-pattern  the form of the log's lines
              vlog/set [SPEC]    change either: a module, a destination (syslog, console
                                 or file) and a level (off, emer, err, warn, info or
                                 dbg), each optional, between colons
              vlog/reopen        open the log file anew, after it was rotated

            Other options:
              -T, --timeout=SECS   give up after so many seconds
              -v, --verbose[=SPEC] make this program log more, as vlog/set has it
              -h, --help           this text
              -o, --option         the names of all options
              -V, --version        which version this program is
            """;

    private AppctlHelp() {}
}
