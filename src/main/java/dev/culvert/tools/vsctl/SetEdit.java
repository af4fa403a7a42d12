package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.Datum;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A set that commands change by one element after the other; it becomes a value again only when somebody looks. */
final class SetEdit {
    private final Set<Atom> elements;
    private @Nullable Datum value;

    /**
     * Begins with what is there.
     *
     * @param before a set
     */
    SetEdit(Datum before) {
        elements = new HashSet<>(before.keys());
        value = before;
    }

    void add(Atom element) {
        if (elements.add(element)) {
            value = null;
        }
    }

    void remove(Atom element) {
        if (elements.remove(element)) {
            value = null;
        }
    }

    /** The set as it is now. */
    Datum value() {
        Datum current = value;
        if (current == null) {
            current = Datum.set(elements);
            value = current;
        }
        return current;
    }
}
