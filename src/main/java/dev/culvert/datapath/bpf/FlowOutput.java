package dev.culvert.datapath.bpf;

/**
 * One way out of a flow.
 *
 * @param port the number of a port that the programs know
 * @param vlanTci the tag that the packet leaves with, as in {@link FlowMatch}; 0 for none
 */
public record FlowOutput(int port, int vlanTci) {
    /** How many a flow has at most ({@code OUTPUTS_MAX}). */
    public static final int MAX = 8;
}
