package dev.culvert.vswitch;

import dev.culvert.openflow.service.ControllerConfig;
import dev.culvert.stream.TlsFiles;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The part of the database that says what the switch shall be, read out into values: a snapshot, never changed. Column
 * names and their meanings are those of ovs-vswitchd.conf.db(5).
 *
 * @param root the row of the Open_vSwitch table
 * @param nextConfig its {@code next_cfg}
 * @param otherConfig its {@code other_config}
 * @param tls the files that its row of the SSL table names, or null
 * @param bridges the bridges that it lists
 */
record SwitchConfig(
        UUID root,
        long nextConfig,
        Map<String, String> otherConfig,
        @Nullable TlsFiles tls,
        List<BridgeConfig> bridges) {
    /**
     * A row of the Bridge table.
     *
     * @param row its identity
     * @param name the bridge's name
     * @param datapathType {@code datapath_type}, empty for the default
     * @param failMode {@code fail_mode}, or null
     * @param otherConfig {@code other_config}
     * @param controllers its controllers, by row
     * @param protocols the OpenFlow versions that it speaks, empty for all
     * @param ports its ports
     */
    record BridgeConfig(
            UUID row,
            String name,
            String datapathType,
            @Nullable String failMode,
            Map<String, String> otherConfig,
            Map<UUID, ControllerConfig> controllers,
            Set<String> protocols,
            List<PortConfig> ports) {}

    /**
     * A row of the Port table.
     *
     * @param row its identity
     * @param name the port's name
     * @param tag the VLAN of an access port, or the native VLAN; null for none
     * @param trunks the VLANs of a trunk; empty for all
     * @param vlanMode {@code vlan_mode}, or null
     * @param isProtected {@code protected}
     * @param otherConfig {@code other_config}
     * @param interfaces its interfaces: one, or more for a bond
     */
    record PortConfig(
            UUID row,
            String name,
            @Nullable Integer tag,
            Set<Integer> trunks,
            @Nullable String vlanMode,
            boolean isProtected,
            Map<String, String> otherConfig,
            List<InterfaceConfig> interfaces) {}

    /**
     * A row of the Interface table.
     *
     * @param row its identity
     * @param name the interface's name
     * @param type its type, empty for a device that exists
     * @param options {@code options}
     * @param ofport the number that it had, from the {@code ofport} column; null for none
     * @param ofportRequest {@code ofport_request}, or null
     * @param mtuRequest {@code mtu_request}, or null
     * @param mac the {@code mac} column, or null
     */
    record InterfaceConfig(
            UUID row,
            String name,
            String type,
            Map<String, String> options,
            @Nullable Integer ofport,
            @Nullable Integer ofportRequest,
            @Nullable Integer mtuRequest,
            @Nullable String mac) {
        /** Whether another configuration needs the interface to be opened anew. */
        boolean sameDevice(InterfaceConfig other) {
            return name.equals(other.name) && type.equals(other.type) && options.equals(other.options);
        }

        /** Without the options, of which one may be a secret. */
        @Override
        public String toString() {
            return "interface " + name + " of type \"" + type + "\"";
        }
    }
}
