/** The control socket through which {@code ovs-appctl} commands a running daemon: both its ends. */
@NullMarked
package dev.culvert.unixctl;

import org.jspecify.annotations.NullMarked;
