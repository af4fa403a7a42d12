/** The fields that OpenFlow matches and sets, as data: names, numbers and widths; and matches made of them. */
@NullMarked
package dev.culvert.openflow.field;

import org.jspecify.annotations.NullMarked;
