package dev.culvert.vswitch.ipsec;

import dev.culvert.ipsec.ike.IkeTiming;
import dev.culvert.ipsec.ike.crypto.Proposals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The options {@code ipsec_…}, which ovs-monitor-ipsec(8) hands to the IKE daemon as they are: those of strongSwan's
 * ipsec.conf(5) and Libreswan's that mean something here.
 *
 * @param forceEncapsulation whether ESP goes in UDP although no NAT is found ({@code forceencaps}, {@code encapsulation})
 * @param ike proposals for IKE SAs ({@code ike})
 * @param esp proposals for CHILD_SAs ({@code esp}, {@code phase2alg})
 * @param timing when things are renewed ({@code ikelifetime}, {@code lifetime} and its other names, {@code dpddelay})
 */
record CustomOptions(boolean forceEncapsulation, Proposals ike, Proposals esp, IkeTiming timing) {
    static final CustomOptions NONE = new CustomOptions(false, Proposals.IKE, Proposals.ESP, IkeTiming.DEFAULT);

    /** Renewing begins this much before the end, as a part of the lifetime. */
    private static final double EARLY = 0.25;

    private static final Duration SHORTEST = Duration.ofSeconds(10);

    /** Nobody wants more; nanoseconds of 292 years and more are no {@code long}. */
    private static final Duration LONGEST = Duration.ofDays(365);

    /** Reads them; what is wrong or unknown is told and left out. */
    static CustomOptions parse(Map<String, String> custom, List<String> complaints) {
        CustomOptions options = NONE;
        for (Map.Entry<String, String> option : custom.entrySet()) {
            try {
                CustomOptions with = options.with(option.getKey(), option.getValue());
                if (with == null) {
                    complaints.add("'ipsec_" + option.getKey() + "' is not supported and has no effect");
                } else {
                    options = with;
                }
            } catch (IllegalArgumentException e) {
                complaints.add("'ipsec_" + option.getKey() + "': " + e.getMessage());
            }
        }
        return options;
    }

    private @Nullable CustomOptions with(String key, String value) {
        return switch (key) {
            case "forceencaps", "encapsulation" -> new CustomOptions(value.equals("yes"), ike, esp, timing);
            case "ike" -> new CustomOptions(forceEncapsulation, Proposals.parseIke(value), esp, timing);
            case "esp", "phase2alg" -> new CustomOptions(forceEncapsulation, ike, Proposals.parseEsp(value), timing);
            case "ikelifetime" -> {
                Duration life = duration(value);
                yield timed(timing.withIke(early(life), life));
            }
            case "lifetime", "keylife", "salifetime" -> {
                Duration life = duration(value);
                yield timed(timing.withChild(early(life), life));
            }
            case "dpddelay" -> timed(timing.withLiveness(duration(value)));
            default -> null;
        };
    }

    private CustomOptions timed(IkeTiming changed) {
        return new CustomOptions(forceEncapsulation, ike, esp, changed);
    }

    private static Duration early(Duration life) {
        return Duration.ofMillis((long) (life.toMillis() * (1 - EARLY)));
    }

    /** A number of seconds, or with {@code s}, {@code m}, {@code h} or {@code d} behind it. */
    private static Duration duration(String text) {
        String digits = text.isEmpty() ? text : text.substring(0, text.length() - 1);
        long unit = switch (text.isEmpty() ? ' ' : text.charAt(text.length() - 1)) {
            case 's' -> 1;
            case 'm' -> 60;
            case 'h' -> 3600;
            case 'd' -> 86_400;
            default -> {
                digits = text;
                yield 1;
            }
        };
        try {
            long number = Long.parseLong(digits);
            if (number > 0 && number <= LONGEST.toSeconds() / unit) {
                Duration duration = Duration.ofSeconds(number * unit);
                return duration.compareTo(SHORTEST) < 0 ? SHORTEST : duration;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("'" + text + "' is no duration");
    }

    /** Reads them, for who does not care what is wrong. */
    static CustomOptions parse(Map<String, String> custom) {
        return parse(custom, new ArrayList<>());
    }
}
