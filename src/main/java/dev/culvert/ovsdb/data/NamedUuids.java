package dev.culvert.ovsdb.data;

import java.util.UUID;

/**
 * Gives the UUID that a {@code ["named-uuid", "x"]} of RFC 7047 section 5.1 stands for. A name may be used before the insert
 * that defines it.
 */
@FunctionalInterface
public interface NamedUuids {
    /**
     * The UUID behind a name; the same name always has the same one.
     *
     * @param name an {@code <id>}
     * @return the UUID
     */
    UUID resolve(String name);
}
