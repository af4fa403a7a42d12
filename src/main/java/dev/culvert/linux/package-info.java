/** The Linux kernel's interfaces, called through {@code java.lang.foreign}: the only native code in the project. */
@NullMarked
package dev.culvert.linux;

import org.jspecify.annotations.NullMarked;
