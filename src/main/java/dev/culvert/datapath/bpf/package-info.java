/**
 * The flow cache's copy in the kernel: the eBPF programs of {@code src/main/bpf}, and what they are told. It knows nothing
 * of bridges or of why a flow is worth it; {@code flows.h} is the contract with the programs.
 */
@NullMarked
package dev.culvert.datapath.bpf;

import org.jspecify.annotations.NullMarked;
