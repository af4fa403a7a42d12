/** A bridge's OpenFlow side: its listeners, its controllers, and the answers to what they ask. */
@NullMarked
package dev.culvert.openflow.service;

import org.jspecify.annotations.NullMarked;
