package dev.culvert.openflow.field;

import dev.culvert.openflow.Version;
import java.util.List;
import java.util.Optional;

/**
 * A property of a packet that OpenFlow can match or set. The instances are those of {@link Fields}; there is one of each, so
 * they compare by identity, and {@link #compareTo} orders them as that table does.
 */
public final class Field implements Comparable<Field> {
    private final int index;
    private final List<String> names;
    private final int width;
    private final int significant;
    private final FieldFormat format;
    private final boolean maskable;
    private final boolean writable;
    private final Prerequisite prerequisite;
    private final List<FieldCode> codes;

    Field(
            int index,
            List<String> names,
            int width,
            int significant,
            FieldFormat format,
            boolean maskable,
            boolean writable,
            Prerequisite prerequisite,
            List<FieldCode> codes) {
        this.index = index;
        this.names = names;
        this.width = width;
        this.significant = significant;
        this.format = format;
        this.maskable = maskable;
        this.writable = writable;
        this.prerequisite = prerequisite;
        this.codes = codes;
    }

    /** Its place in the table, from 0. */
    public int index() {
        return index;
    }

    /** Its name in text, the first of its {@link #names}. */
    public String name() {
        return names.getFirst();
    }

    /** Its name and its other names. */
    public List<String> names() {
        return names;
    }

    /** Its size on the wire, in bytes; the tunnel metadata fields may be shorter there. */
    public int bytes() {
        return width / 8;
    }

    /** How many of its low bits can be other than zero. */
    public int significantBits() {
        return significant;
    }

    /** How its value is written. */
    public FieldFormat format() {
        return format;
    }

    /** Whether it can be matched under a bitwise mask, or only as a whole. */
    public boolean isMaskable() {
        return maskable;
    }

    /** Whether actions can change it. */
    public boolean isWritable() {
        return writable;
    }

    /** What must be matched first for it to exist. */
    public Prerequisite prerequisite() {
        return prerequisite;
    }

    /** Its numbers on the wire, the standard ones first; none for a field that has only a name. */
    public List<FieldCode> codes() {
        return codes;
    }

    /** Whether its value may be shorter on the wire than {@link #bytes()}. */
    public boolean isVariable() {
        return bytes() > 16;
    }

    /**
     * The number to send to a peer of that version: OpenFlow's own if the version has it, else Nicira's, else one of a later
     * version, which may be all that there is.
     *
     * @param version the version of the message; 1.0 and 1.1 messages carry NXM
     * @return empty for a field that has only a name
     */
    public Optional<FieldCode> codeFor(Version version) {
        FieldCode best = null;
        for (FieldCode code : codes) {
            boolean usable = version.atLeast(code.since());
            // a later standard number (OXM_OF_TCP_FLAGS) supersedes the extension that came before it
            if (usable && (best == null || (code.isStandard() && code.since().atLeast(best.since())))) {
                best = code;
            }
        }
        return best == null ? codes.stream().findFirst() : Optional.of(best);
    }

    @Override
    public int compareTo(Field other) {
        return Integer.compare(index, other.index);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return index;
    }

    @Override
    public String toString() {
        return name();
    }
}
