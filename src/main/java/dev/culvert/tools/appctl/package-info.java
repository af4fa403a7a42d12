/** {@code ovs-appctl}: commands a running daemon. */
@NullMarked
package dev.culvert.tools.appctl;

import org.jspecify.annotations.NullMarked;
