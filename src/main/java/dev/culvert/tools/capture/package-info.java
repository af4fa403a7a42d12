/** {@code culvert capture}: what crosses a running switch, for Wireshark, a file or the eye. */
@NullMarked
package dev.culvert.tools.capture;

import org.jspecify.annotations.NullMarked;
