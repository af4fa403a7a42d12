/** Packets for people and programs to read: as text, as JSON, and as a page with a picture. */
@NullMarked
package dev.culvert.observe.view;

import org.jspecify.annotations.NullMarked;
