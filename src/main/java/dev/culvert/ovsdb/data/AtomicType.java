package dev.culvert.ovsdb.data;

import org.jspecify.annotations.Nullable;

/** The five atomic types of RFC 7047 section 3.1. */
public enum AtomicType {
    /** A signed integer of 64 bits. */
    INTEGER("integer"),
    /** A double. */
    REAL("real"),
    /** True or false. */
    BOOLEAN("boolean"),
    /** Unicode text without U+0000. */
    STRING("string"),
    /** 128 bits that name a row, or anything else. */
    UUID("uuid");

    private final String word;

    AtomicType(String word) {
        this.word = word;
    }

    /**
     * The type's name in a schema.
     *
     * @return for example {@code "integer"}
     */
    public String word() {
        return word;
    }

    /**
     * Finds a type by its name in a schema.
     *
     * @param word for example {@code "integer"}
     * @return the type, or null if there is none of that name
     */
    public static @Nullable AtomicType named(String word) {
        for (AtomicType type : values()) {
            if (type.word.equals(word)) {
                return type;
            }
        }
        return null;
    }
}
