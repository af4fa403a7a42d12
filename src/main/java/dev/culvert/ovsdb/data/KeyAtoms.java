package dev.culvert.ovsdb.data;

import org.jspecify.annotations.Nullable;

/**
 * Keys of maps from strings, each kept once as far as it goes: ten thousand rows have the same few keys, and a string costs three
 * objects. A fixed number of places, of which a key takes another's when their hashes say so. For any thread: what is seen late is
 * only made again.
 */
final class KeyAtoms {
    private static final int PLACES = 1024;
    private static final int LONGEST = 64;
    private static final @Nullable Atom[] KEPT = new @Nullable Atom[PLACES];

    private KeyAtoms() {}

    static Atom of(String text) {
        if (text.length() > LONGEST) {
            return Atom.of(text);
        }
        int hash = text.hashCode();
        int place = (hash ^ hash >>> 16) & PLACES - 1;
        Atom kept = KEPT[place];
        if (kept instanceof Atom.OfString(String value) && value.equals(text)) {
            return kept;
        }
        Atom fresh = Atom.of(text);
        KEPT[place] = fresh;
        return fresh;
    }

    /** The same atom, or one that is equal and kept. */
    static Atom of(Atom key) {
        return key instanceof Atom.OfString(String text) ? of(text) : key;
    }
}
