package dev.culvert.ovsdb.data;

/** What a schema demands of an atom beyond its type (RFC 7047 section 3.2, {@code <base-type>}). */
public sealed interface Constraint {
    /** Nothing is demanded. */
    record None() implements Constraint {}

    /**
     * The atom is one of a few.
     *
     * @param values the allowed atoms, a set
     */
    record Enumeration(Datum values) implements Constraint {}

    /**
     * Bounds of an integer.
     *
     * @param min the least allowed value, {@link Long#MIN_VALUE} for no bound
     * @param max the greatest allowed value, {@link Long#MAX_VALUE} for no bound
     */
    record IntegerRange(long min, long max) implements Constraint {}

    /**
     * Bounds of a real.
     *
     * @param min the least allowed value, {@code -Double.MAX_VALUE} for no bound
     * @param max the greatest allowed value, {@code Double.MAX_VALUE} for no bound
     */
    record RealRange(double min, double max) implements Constraint {}

    /**
     * Bounds of a string's length.
     *
     * @param min the least number of characters
     * @param max the greatest number of characters, {@link ColumnType#UNLIMITED} for no bound
     */
    record Length(long min, long max) implements Constraint {}

    /**
     * The UUID names a row.
     *
     * @param table the row's table
     * @param strength whether the reference keeps the row alive
     */
    record Reference(String table, Strength strength) implements Constraint {}

    /** How a reference binds. */
    enum Strength {
        /** The row cannot be deleted, or stays alive, while the reference exists. */
        STRONG,
        /** The reference vanishes when the row is deleted. */
        WEAK
    }
}
