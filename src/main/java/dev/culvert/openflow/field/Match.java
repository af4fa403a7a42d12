package dev.culvert.openflow.field;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An immutable conjunction of conditions on fields; the empty one matches every packet.
 *
 * <p>One packet property has one field here, whatever the wire calls it: the port of arrival is {@link Fields#IN_PORT}, a VLAN
 * tag {@link Fields#VLAN_TCI}, the DSCP {@link Fields#NW_TOS}. The codecs translate, so that a flow that arrived in one
 * version's terms can be shown in another's.
 */
public final class Match {
    /** The condition of every packet. */
    public static final Match ANY = new Match(new TreeMap<>());

    /**
     * A condition: the field equals {@code value} in the bits that {@code mask} has.
     *
     * @param value zero wherever the mask is
     * @param mask not all zero; of the value's size
     */
    public record Condition(Bits value, Bits mask) {
        /** Whether it looks at every bit. */
        public boolean isExact() {
            return mask.isOnes();
        }
    }

    private final SortedMap<Field, Condition> conditions;

    private Match(SortedMap<Field, Condition> conditions) {
        this.conditions = Collections.unmodifiableSortedMap(conditions);
    }

    /** The conditions, in the fields' order. */
    public Map<Field, Condition> conditions() {
        return conditions;
    }

    /** The condition on {@code field}, if there is one. */
    public Optional<Condition> get(Field field) {
        return Optional.ofNullable(conditions.get(field));
    }

    /** The value that {@code field} is to have in all its bits, as an unsigned number; empty if it is free in some. */
    public Optional<Long> exact(Field field) {
        return get(field).filter(Condition::isExact).map(c -> c.value().toLong());
    }

    /** Whether there is no condition. */
    public boolean isAny() {
        return conditions.isEmpty();
    }

    /** A builder that starts from nothing. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Match that && conditions.equals(that.conditions);
    }

    @Override
    public int hashCode() {
        return conditions.hashCode();
    }

    @Override
    public String toString() {
        return conditions.toString();
    }

    /** Gathers conditions; not for use by several threads. */
    public static final class Builder {
        private final SortedMap<Field, Condition> conditions = new TreeMap<>();

        private Builder() {}

        /** Requires {@code value} in all bits, a number no wider than the field; replaces an earlier condition. */
        public Builder exact(Field field, long value) {
            return masked(field, Bits.of(value, field.bytes()), Bits.ones(field.bytes()));
        }

        /** Requires {@code value} in the bits of {@code mask}; replaces an earlier condition; no bits, no condition. */
        public Builder masked(Field field, Bits value, Bits mask) {
            if (mask.isZero()) {
                conditions.remove(field);
            } else {
                conditions.put(field, new Condition(value.and(mask), mask));
            }
            return this;
        }

        /** Adds bits to a field's condition, keeping what it required in other bits. */
        public Builder merge(Field field, long value, long mask) {
            Bits bits = Bits.of(mask, field.bytes());
            Condition old = conditions.get(field);
            if (old == null) {
                return masked(field, Bits.of(value, field.bytes()), bits);
            }
            return masked(
                    field,
                    old.value().and(bits.not()).or(Bits.of(value & mask, field.bytes())),
                    old.mask().or(bits));
        }

        /** The condition so far on {@code field}. */
        public Optional<Condition> get(Field field) {
            return Optional.ofNullable(conditions.get(field));
        }

        /** The match of what was gathered. */
        public Match build() {
            return conditions.isEmpty() ? ANY : new Match(new TreeMap<>(conditions));
        }
    }
}
