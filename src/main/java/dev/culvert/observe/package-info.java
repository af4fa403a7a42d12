/** Looking at packets without touching them: captures in the format that every analyser reads. */
@NullMarked
package dev.culvert.observe;

import org.jspecify.annotations.NullMarked;
