/** {@code culvert ofctl}: ovs-ofctl, as far as Culvert has it. */
@NullMarked
package dev.culvert.tools.ofctl;

import org.jspecify.annotations.NullMarked;
