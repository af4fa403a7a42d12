package dev.culvert.vswitch.ipsec;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a tunnel's packets are to be protected, out of {@code Interface.options}: by {@code psk}, by {@code remote_cert} (a
 * certificate that signs itself) or by {@code remote_name} (one that the CA signs). It never shows the key.
 *
 * @param psk the pre-shared key, or null
 * @param remoteCert the file of the peer's certificate, or null
 * @param remoteName the name in the peer's certificate, or null
 * @param custom the options that begin with {@code ipsec_}, without that
 */
public record TunnelSecurity(
        @Nullable String psk,
        @Nullable String remoteCert,
        @Nullable String remoteName,
        Map<String, String> custom) {
    /** The type that Open vSwitch 2.5 has for GRE in IPsec. */
    public static final String OLD_TYPE = "ipsec_gre";

    private static final String CUSTOM = "ipsec_";

    /** What came of reading the options. */
    public sealed interface Outcome {
        /** The tunnel is in clear, as far as its options go. */
        record None() implements Outcome {}

        /** The tunnel is to be protected. */
        record Wanted(TunnelSecurity security) implements Outcome {}

        /** The options contradict themselves; the text is for the interface's {@code error}. */
        record Refused(String error) implements Outcome {}
    }

    /**
     * Reads the options of a tunnel.
     *
     * @param type the interface's type
     */
    public static Outcome parse(String name, String type, Map<String, String> options) {
        String psk = options.get("psk");
        String remoteCert = options.get("remote_cert");
        String remoteName = options.get("remote_name");
        Map<String, String> custom = new TreeMap<>();
        options.forEach((key, value) -> {
            if (key.startsWith(CUSTOM)) {
                custom.put(key.substring(CUSTOM.length()), value);
            }
        });
        if (type.equals(OLD_TYPE) && options.containsKey("peer_cert")) {
            return new Outcome.Refused(name + ": 'peer_cert' is Open vSwitch 2.5's; use 'remote_cert', and type gre");
        }
        if (psk == null && remoteCert == null && remoteName == null) {
            if (type.equals(OLD_TYPE)) {
                return new Outcome.Refused(name + ": " + OLD_TYPE + " type requires 'psk' argument");
            }
            return custom.isEmpty()
                    ? new Outcome.None()
                    : new Outcome.Refused(
                            name + ": '" + CUSTOM + custom.keySet().iterator().next()
                                    + "' needs 'psk', 'remote_cert' or 'remote_name'; refusing to send in clear");
        }
        if (psk != null && (remoteCert != null || remoteName != null)) {
            return new Outcome.Refused(name + ": 'remote_cert' and 'remote_name' must be unset with PSK");
        }
        if (psk != null && psk.isEmpty()) {
            return new Outcome.Refused(name + ": 'psk' is empty");
        }
        return new Outcome.Wanted(new TunnelSecurity(psk, remoteCert, remoteName, Map.copyOf(custom)));
    }

    /** Whether options without those of IPsec are the same. */
    static boolean isOption(String key) {
        return key.equals("psk") || key.equals("remote_cert") || key.equals("remote_name") || key.startsWith(CUSTOM);
    }

    /**
     * Returns a tunnel's options without IPsec's.
     *
     * @param options all of them
     */
    public static Map<String, String> others(Map<String, String> options) {
        Map<String, String> others = new TreeMap<>(options);
        others.keySet().removeIf(TunnelSecurity::isOption);
        return others;
    }

    /** Everything but the key. */
    @Override
    public String toString() {
        return psk != null
                ? "PSK " + custom
                : "certificate " + (remoteCert != null ? remoteCert : remoteName) + " " + custom;
    }
}
