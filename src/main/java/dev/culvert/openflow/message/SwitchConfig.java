package dev.culvert.openflow.message;

/**
 * The settings of {@code ofp_switch_config}.
 *
 * @param fragments what happens to IP fragments
 * @param invalidTtlToController whether packets whose TTL ran out go to the controller; on the wire in OpenFlow 1.1 and 1.2,
 *     and as an extension in 1.0
 * @param missSendLen bytes of a packet that a packet-in carries, 0 to 65535
 */
public record SwitchConfig(FragmentHandling fragments, boolean invalidTtlToController, int missSendLen) {}
