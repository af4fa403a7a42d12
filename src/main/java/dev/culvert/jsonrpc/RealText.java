package dev.culvert.jsonrpc;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Prints real numbers; apart from {@link JsonText}, since few messages have any and it takes much of the JDK. */
final class RealText {
    private static final MathContext DIGITS_15 = new MathContext(15, RoundingMode.HALF_EVEN);
    private static final MathContext DIGITS_17 = new MathContext(17, RoundingMode.HALF_EVEN);

    private RealText() {}

    /**
     * A real number as {@code printf("%.15g")} prints it, or with 17 digits where 15 would not bring back the same
     * number. JSON has no infinity and no NaN; both become 0, so that what is printed can always be read.
     */
    static String of(double value) {
        if (!Double.isFinite(value) || value == 0) {
            return "0";
        }
        BigDecimal exact = new BigDecimal(value);
        BigDecimal rounded = exact.round(DIGITS_15);
        if (rounded.doubleValue() != value) {
            rounded = exact.round(DIGITS_17);
        }
        BigDecimal bare = rounded.stripTrailingZeros();
        int exponent = bare.precision() - bare.scale() - 1;
        if (exponent >= -4 && exponent < 15) {
            return bare.toPlainString();
        }
        String digits = bare.unscaledValue().abs().toString();
        String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
        String magnitude = (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
        return (value < 0 ? "-" : "") + digits.charAt(0) + fraction + (exponent < 0 ? "e-" : "e+") + magnitude;
    }
}
