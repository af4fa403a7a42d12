package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.BaseType;
import dev.culvert.ovsdb.data.Constraint;
import java.util.UUID;

/** The names ({@code @x}) that a command line gives to rows, and what became of each. */
final class Symbols {
    private final BucketMap<String, Symbol> symbols = BucketMap.byString();

    /** A name. */
    static final class Symbol {
        private UUID uuid = UUID.randomUUID();
        private boolean created;
        private boolean strong;
        private boolean weak;

        /** The row's UUID here, which is not yet the server's. */
        UUID uuid() {
            return uuid;
        }

        /** The name stands for this row, which was there before. */
        void standFor(UUID existing) {
            uuid = existing;
            strong = true;
        }

        /** The row stays without a reference to it. */
        void isRoot() {
            strong = true;
        }
    }

    /** The symbol that a value mentions; the mention counts as a reference of the type's kind. */
    UUID mention(String name, BaseType type) {
        Symbol symbol = find(name);
        Constraint.Reference reference = type.reference();
        if (reference != null) {
            if (reference.strength() == Constraint.Strength.STRONG) {
                symbol.strong = true;
            } else {
                symbol.weak = true;
            }
        }
        return symbol.uuid;
    }

    /** Whether the name has been met, be it only in a value. */
    boolean isKnown(String name) {
        return symbols.contains(name);
    }

    /**
     * Gives the name to a row, as {@code --id=} does.
     *
     * @throws Fatal when it is no name or given already
     */
    Symbol create(String name) {
        if (!name.startsWith("@")) {
            throw new Fatal("row id \"" + name + "\" does not begin with \"@\"");
        }
        Symbol symbol = find(name);
        if (symbol.created) {
            throw new Fatal("row id \"" + name + "\" may only be specified on one --id option");
        }
        symbol.created = true;
        return symbol;
    }

    private Symbol find(String name) {
        Symbol symbol = symbols.get(name);
        if (symbol == null) {
            symbol = new Symbol();
            symbols.put(name, symbol);
        }
        return symbol;
    }

    /**
     * Looks at all names when the commands have run: warns of rows that nothing refers to.
     *
     * @throws Fatal when a name was used and never given
     */
    void check(Log log) {
        for (BucketMap.Entry<String, Symbol> entry : symbols) {
            String name = entry.key();
            Symbol symbol = entry.value();
            if (!symbol.created) {
                throw new Fatal("row id \"" + name + "\" is referenced but never created (e.g. with \"-- --id=" + name
                        + " create ...\")");
            }
            if (!symbol.strong) {
                log.warn(
                        Log.VSCTL,
                        "row id \"" + name + "\" was created but "
                                + (symbol.weak ? "only a weak reference to it" : "no reference to it")
                                + " was inserted, so it will not actually appear in the database");
            }
        }
    }
}
