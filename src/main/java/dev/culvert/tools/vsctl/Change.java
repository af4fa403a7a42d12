package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.Datum;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a transaction does to one row. */
final class Change {
    private static final Comparator<ColumnSchema> BY_NAME = Comparator.comparing(ColumnSchema::name);

    /** How the row comes to be. */
    private enum Birth {
        NONE,
        /** Inserted, the server choosing its UUID. */
        INSERTED,
        /** Inserted under the UUID that it has here. */
        INSERTED_AS_NAMED
    }

    private Birth birth = Birth.NONE;
    private boolean deletion;
    private final SortedSet<ColumnSchema> verified = new TreeSet<>(BY_NAME);
    private final SortedMap<ColumnSchema, Datum> written = new TreeMap<>(BY_NAME);
    private final SortedMap<ColumnSchema, SetEdit> edits = new TreeMap<>(BY_NAME);
    private final SortedMap<ColumnSchema, BucketMap<Atom, Element>> elements = new TreeMap<>(BY_NAME);

    /**
     * A single element that is put into a column or taken out, without regard to the others.
     *
     * @param element a set of one, or a map of one pair; of a removal, the key alone
     * @param removal whether it is taken out
     */
    record Element(Datum element, boolean removal) {}

    /** The row is new. */
    void insert(boolean asNamed) {
        birth = asNamed ? Birth.INSERTED_AS_NAMED : Birth.INSERTED;
    }

    boolean isInsertion() {
        return birth != Birth.NONE;
    }

    /** Whether the row is inserted under the UUID that it has here. */
    boolean keepsUuid() {
        return birth == Birth.INSERTED_AS_NAMED;
    }

    /** The row goes; what was written to it no longer matters. */
    void delete() {
        deletion = true;
        elements.clear();
    }

    boolean isDeletion() {
        return deletion;
    }

    /** The transaction must fail unless the server has in the column what we think it has. */
    void verify(ColumnSchema column) {
        if (birth == Birth.NONE && !written.containsKey(column)) {
            verified.add(column);
        }
    }

    SortedSet<ColumnSchema> verified() {
        return verified;
    }

    /** Replaces the column. */
    void write(ColumnSchema column, Datum datum) {
        edits.remove(column);
        written.put(column, datum);
    }

    /**
     * Replaces the column, a set, by one that is changed element by element from now on.
     *
     * @param before what it holds, if no such change has begun yet
     */
    SetEdit edit(ColumnSchema column, Supplier<Datum> before) {
        SetEdit edit = edits.get(column);
        if (edit == null) {
            edit = new SetEdit(before.get());
            edits.put(column, edit);
            written.put(column, edit.value());
        }
        return edit;
    }

    @Nullable
    Datum written(ColumnSchema column) {
        SetEdit edit = edits.get(column);
        return edit == null ? written.get(column) : edit.value();
    }

    SortedMap<ColumnSchema, Datum> written() {
        edits.forEach((column, edit) -> written.put(column, edit.value()));
        return written;
    }

    /** Changes one element of the column; the last change of a key counts. */
    void change(ColumnSchema column, Element element) {
        BucketMap<Atom, Element> ofColumn = elements.computeIfAbsent(column, _ -> BucketMap.byAtom());
        Atom key = element.element().key(0);
        ofColumn.remove(key);
        ofColumn.put(key, element);
    }

    SortedMap<ColumnSchema, BucketMap<Atom, Element>> elements() {
        return elements;
    }
}
