/** Wire formats as views over native memory. */
@NullMarked
package dev.culvert.packet;

import org.jspecify.annotations.NullMarked;
