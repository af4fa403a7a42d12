/**
 * The frame of the daemon: its command line, pidfile, log, control socket, signals, and how it tells whoever started it
 * that it is ready. What the switch is lies behind {@link dev.culvert.vswitch.daemon.SwitchProgram}.
 */
@NullMarked
package dev.culvert.vswitch.daemon;

import org.jspecify.annotations.NullMarked;
