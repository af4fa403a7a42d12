/**
 * What stands in a frame: wire formats as views over native memory, checksums, the flow key, and the splitting and joining
 * of TCP and UDP super-frames. Nothing here does input or output, and nothing on a packet's way allocates, blocks or throws.
 */
@NullMarked
package dev.culvert.packet;

import org.jspecify.annotations.NullMarked;
