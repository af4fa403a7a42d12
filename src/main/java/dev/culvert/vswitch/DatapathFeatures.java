package dev.culvert.vswitch;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the datapath can do, by the names that Open vSwitch has for it: in {@code dpif/show-dp-features}, and as the
 * {@code capabilities} of a Datapath row (ovs-vswitchd.conf.db(5)), which controllers go by.
 */
final class DatapathFeatures {
    /**
     * A feature.
     *
     * @param title for people
     * @param column for programs
     * @param value a number, or 1 and 0 for yes and no
     * @param counted whether it is a number
     */
    private record Feature(String title, String column, int value, boolean counted) {}

    private static final List<Feature> ALL = List.of(
            flag("Masked set action", "masked_set_action", false),
            flag("Tunnel push pop", "tnl_push_pop", false),
            flag("Ufid", "ufid", true),
            flag("Truncate action", "trunc", false),
            flag("Clone action", "clone", false),
            new Feature("Sample nesting", "sample_nesting", 0, true),
            flag("Conntrack eventmask", "ct_eventmask", false),
            flag("Conntrack clear", "ct_clear", false),
            new Feature("Max dp_hash algorithm", "max_hash_alg", 0, true),
            flag("Check pkt length action", "check_pkt_len", false),
            flag("Conntrack timeout policy", "ct_timeout", false),
            flag("Explicit Drop action", "explicit_drop_action", false),
            flag("Optimized Balance TCP mode", "lb_output_action", false),
            flag("Conntrack all-zero IP SNAT", "ct_zero_snat", false),
            flag("MPLS Label add", "add_mpls", false),
            new Feature("Max VLAN headers", "max_vlan_headers", 1, true),
            new Feature("Max MPLS depth", "max_mpls_depth", 0, true),
            flag("Recirc", "recirc", false),
            flag("CT state", "ct_state", false),
            flag("CT zone", "ct_zone", false),
            flag("CT mark", "ct_mark", false),
            flag("CT label", "ct_label", false),
            flag("CT state NAT", "ct_state_nat", false),
            flag("CT orig tuple", "ct_orig_tuple", false),
            flag("CT orig tuple for IPv6", "ct_orig_tuple6", false),
            flag("IPv6 ND Extension", "nd_ext", false));

    private DatapathFeatures() {}

    private static Feature flag(String title, String column, boolean value) {
        return new Feature(title, column, value ? 1 : 0, false);
    }

    /** The lines of {@code dpif/show-dp-features}. */
    static String show() {
        StringBuilder text = new StringBuilder();
        for (Feature feature : ALL) {
            String value = feature.counted ? Integer.toString(feature.value) : feature.value != 0 ? "Yes" : "No";
            text.append(feature.title).append(": ").append(value).append('\n');
        }
        return text.toString();
    }

    /** The {@code capabilities} column. */
    static Map<String, String> capabilities() {
        Map<String, String> capabilities = new TreeMap<>();
        for (Feature feature : ALL) {
            boolean number = feature.counted && !feature.column.equals("sample_nesting");
            capabilities.put(
                    feature.column, number ? Integer.toString(feature.value) : Boolean.toString(feature.value != 0));
        }
        capabilities.put("ct_flush", "false");
        return capabilities;
    }
}
