package dev.culvert.openflow.text;

import dev.culvert.openflow.field.Bits;
import dev.culvert.openflow.field.Field;
import dev.culvert.openflow.field.Match.Condition;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Values of fields and their masks, read from the text that ovs-fields(7) describes. */
final class FieldParser {
    private FieldParser() {}

    /**
     * Reads what follows the equals sign.
     *
     * @param ports finds a port's number by its text
     */
    static Condition parse(Field field, String text, Function<String, Optional<Integer>> ports)
            throws FlowSyntaxException {
        return switch (field.format()) {
            case TCP_FLAGS -> flags(field, text, FieldText.TCP_FLAGS);
            case CT_STATE -> flags(field, text, FieldText.CT_STATE);
            case TUNNEL_FLAGS -> flags(field, text, FieldText.TUNNEL_FLAGS);
            case FRAG -> fragment(field, text);
            case PORT16, PORT32 -> {
                int port = ports.apply(text)
                        .orElseThrow(
                                () -> new FlowSyntaxException(text + ": invalid or unknown port for " + field.name()));
                yield condition(Bits.of(port, field.bytes()), Bits.ones(field.bytes()));
            }
            default -> masked(field, text);
        };
    }

    private static Condition masked(Field field, String text) throws FlowSyntaxException {
        int slash = text.indexOf('/');
        Bits value = value(field, slash < 0 ? text : text.substring(0, slash));
        Bits mask = slash < 0 ? Bits.ones(field.bytes()) : mask(field, text.substring(slash + 1));
        if (!field.isMaskable() && !mask.isOnes()) {
            throw new FlowSyntaxException(text + ": invalid mask for field " + field.name());
        }
        return condition(value, mask);
    }

    private static Condition condition(Bits value, Bits mask) {
        return new Condition(value.and(mask), mask);
    }

    private static Bits value(Field field, String text) throws FlowSyntaxException {
        return switch (field.format()) {
            case ETHERNET -> ethernet(text);
            case IPV4, IPV6 -> address(text, field.bytes());
            default -> integer(field, text);
        };
    }

    private static Bits mask(Field field, String text) throws FlowSyntaxException {
        boolean address = field.bytes() == 4 || field.bytes() == 16;
        boolean isPrefix = address && text.matches("\\d{1,3}") && isAddress(field);
        if (isPrefix) {
            int prefix = Integer.parseInt(text);
            if (prefix > field.bytes() * 8) {
                throw new FlowSyntaxException(text + ": network prefix bits not between 0 and " + field.bytes() * 8);
            }
            return Bits.prefix(prefix, field.bytes());
        }
        return value(field, text);
    }

    private static boolean isAddress(Field field) {
        return switch (field.format()) {
            case IPV4, IPV6 -> true;
            default -> false;
        };
    }

    private static Bits integer(Field field, String text) throws FlowSyntaxException {
        BigInteger number = big(text, field.name());
        if (number.bitLength() > field.significantBits()) {
            throw new FlowSyntaxException(
                    text + ": value too large for " + field.bytes() + "-byte field " + field.name());
        }
        byte[] bytes = number.toByteArray();
        byte[] wide = new byte[field.bytes()];
        int length = Math.min(bytes.length, wide.length);
        System.arraycopy(bytes, bytes.length - length, wide, wide.length - length, length);
        return Bits.of(wide);
    }

    private static BigInteger big(String text, String key) throws FlowSyntaxException {
        String lower = text.toLowerCase(Locale.ROOT);
        try {
            boolean isHex = lower.startsWith("0x");
            BigInteger number = isHex ? new BigInteger(lower.substring(2), 16) : new BigInteger(lower);
            if (number.signum() >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new FlowSyntaxException("invalid numeric format " + text + " (" + key + ")");
    }

    /**
     * A number, decimal or with 0x.
     *
     * @param max the greatest that is allowed, unsigned; -1 for all 64 bits, where a minus sign is understood too
     */
    static long number(String text, long max, String key) throws FlowSyntaxException {
        if (max == -1 && text.matches("-\\d{1,18}")) {
            return Long.parseLong(text);
        }
        BigInteger number = big(text, key);
        if (number.bitLength() > 64 || Long.compareUnsigned(number.longValue(), max) > 0) {
            throw new FlowSyntaxException("invalid numeric format " + text + " (" + key + ")");
        }
        return number.longValue();
    }

    private static Bits ethernet(String text) throws FlowSyntaxException {
        String[] octets = text.split(":", -1);
        byte[] bytes = new byte[6];
        boolean good = octets.length == bytes.length;
        for (int i = 0; good && i < bytes.length; i++) {
            good = octets[i].matches("[0-9a-fA-F]{1,2}");
            bytes[i] = good ? (byte) Integer.parseInt(octets[i], 16) : 0;
        }
        if (!good) {
            throw new FlowSyntaxException(text + ": invalid Ethernet address");
        }
        return Bits.of(bytes);
    }

    private static Bits address(String text, int size) throws FlowSyntaxException {
        try {
            // a literal only: a name must not be looked up here
            byte[] bytes = InetAddress.ofLiteral(text).getAddress();
            if (bytes.length == size) {
                return Bits.of(bytes);
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new FlowSyntaxException(text + (size == 4 ? ": invalid IP address" : ": invalid IPv6 address"));
    }

    private static Condition fragment(Field field, String text) throws FlowSyntaxException {
        int[] valueAndMask = switch (text) {
            case "no" -> new int[] {0, 1};
            case "yes" -> new int[] {1, 1};
            case "first" -> new int[] {1, 3};
            case "later" -> new int[] {3, 3};
            case "not_later" -> new int[] {0, 2};
            default ->
                throw new FlowSyntaxException(text + ": unknown fragment type (valid types are \"no\","
                        + " \"yes\", \"first\", \"later\", \"not_later\"");
        };
        return condition(Bits.of(valueAndMask[0], field.bytes()), Bits.of(valueAndMask[1], field.bytes()));
    }

    private static Condition flags(Field field, String text, List<String> names) throws FlowSyntaxException {
        if (text.matches("[0-9].*")) {
            return masked(field, text);
        }
        long value = 0;
        long mask = 0;
        String rest = text;
        boolean signed = text.startsWith("+") || text.startsWith("-");
        for (String part : signed ? rest.split("(?=[+-])", -1) : rest.split("\\|", -1)) {
            int bit = names.indexOf(signed ? part.substring(1) : part);
            if (bit < 0) {
                throw new FlowSyntaxException(text + ": unknown " + field.name() + " flag(s)");
            }
            value |= !signed || part.charAt(0) == '+' ? 1L << bit : 0;
            mask |= 1L << bit;
        }
        long all = field.significantBits() >= 63 ? -1 : (1L << field.significantBits()) - 1;
        return condition(Bits.of(value, field.bytes()), Bits.of(signed ? mask : all, field.bytes()));
    }
}
