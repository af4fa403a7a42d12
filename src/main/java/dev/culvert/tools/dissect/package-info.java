/** {@code culvert dissect}: the layers of captured packets, for people and programs. */
@NullMarked
package dev.culvert.tools.dissect;

import org.jspecify.annotations.NullMarked;
