package dev.culvert.openflow.message;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** A constant that is one bit of a number on the wire. */
public interface WireFlag {
    /** The bit, the same in every version that has it. */
    int bit();

    /** The constants of {@code type} whose bits are in {@code bits}; other bits mean nothing and are left out. */
    static <F extends Enum<F> & WireFlag> Set<F> set(Class<F> type, int bits) {
        Set<F> flags = EnumSet.noneOf(type);
        for (F flag : type.getEnumConstants()) {
            if ((bits & flag.bit()) != 0) {
                flags.add(flag);
            }
        }
        return Collections.unmodifiableSet(flags);
    }

    /** The bits of some constants, together. */
    static int bits(Collection<? extends WireFlag> flags) {
        int bits = 0;
        for (WireFlag flag : flags) {
            bits |= flag.bit();
        }
        return bits;
    }
}
