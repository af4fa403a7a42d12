/** OpenFlow for people's eyes: messages, flows and matches in the words that Open vSwitch's users know, and back. */
@NullMarked
package dev.culvert.openflow.text;

import org.jspecify.annotations.NullMarked;
