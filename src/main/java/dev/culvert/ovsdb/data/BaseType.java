package dev.culvert.ovsdb.data;

import dev.culvert.jsonrpc.StrayBytes;
import dev.culvert.ovsdb.data.Constraint.Strength;
import dev.culvert.ovsdb.data.MemberParser.Kind;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The type of a column's keys or values: {@code <base-type>} of RFC 7047 section 3.2.
 *
 * @param type the atomic type
 * @param constraint what is demanded beyond it
 */
public record BaseType(AtomicType type, Constraint constraint) {
    private static final Constraint NONE = new Constraint.None();

    /**
     * A type without constraints.
     *
     * @param type the atomic type
     * @return the base type
     */
    public static BaseType of(AtomicType type) {
        return new BaseType(type, NONE);
    }

    /**
     * The same type without its constraints.
     *
     * @return a type that takes any atom of the atomic type
     */
    public BaseType unconstrained() {
        return of(type);
    }

    /**
     * The reference that values of this type are.
     *
     * @return the reference, or null if the type is none
     */
    public Constraint.@Nullable Reference reference() {
        return constraint instanceof Constraint.Reference reference ? reference : null;
    }

    /**
     * Whether values of this type are references of some strength.
     *
     * @param strength which
     * @return true if they are
     */
    public boolean refers(Strength strength) {
        return constraint instanceof Constraint.Reference reference && reference.strength() == strength;
    }

    /**
     * Parses {@code <base-type>}.
     *
     * @param json a string or an object
     * @return the type
     * @throws OvsdbException with tag "syntax error"
     */
    static BaseType parse(JsonNode json) throws OvsdbException {
        if (json.isString()) {
            return of(atomicType(json));
        }
        MemberParser members = new MemberParser(json, "ovsdb type");
        JsonNode word = members.required("type", Kind.STRING);
        members.check();
        AtomicType type = atomicType(word);
        JsonNode enumeration = members.optional("enum", Kind.ANY);
        Constraint constraint;
        if (enumeration != null) {
            ColumnType set = new ColumnType(of(type), null, 1, ColumnType.UNLIMITED);
            constraint = new Constraint.Enumeration(Datum.parse(set, enumeration, null));
        } else {
            constraint = switch (type) {
                case INTEGER -> integerRange(json, members);
                case REAL -> realRange(json, members);
                case STRING -> length(json, members);
                case UUID -> reference(json, members);
                case BOOLEAN -> NONE;
            };
        }
        members.finish();
        return new BaseType(type, constraint);
    }

    private static AtomicType atomicType(JsonNode json) throws OvsdbException {
        AtomicType type = AtomicType.named(json.stringValue());
        if (type == null) {
            throw OvsdbException.syntax(json, "\"" + json.stringValue() + "\" is not an atomic-type");
        }
        return type;
    }

    private static Constraint integerRange(JsonNode json, MemberParser members) throws OvsdbException {
        JsonNode low = members.optional("minInteger", Kind.INTEGER);
        JsonNode high = members.optional("maxInteger", Kind.INTEGER);
        long min = low == null ? Long.MIN_VALUE : Json.integer(low);
        long max = high == null ? Long.MAX_VALUE : Json.integer(high);
        if (min > max) {
            throw OvsdbException.syntax(json, "minInteger exceeds maxInteger");
        }
        return min == Long.MIN_VALUE && max == Long.MAX_VALUE ? NONE : new Constraint.IntegerRange(min, max);
    }

    private static Constraint realRange(JsonNode json, MemberParser members) throws OvsdbException {
        JsonNode low = members.optional("minReal", Kind.NUMBER);
        JsonNode high = members.optional("maxReal", Kind.NUMBER);
        double min = low == null ? -Double.MAX_VALUE : low.doubleValue();
        double max = high == null ? Double.MAX_VALUE : high.doubleValue();
        if (min > max) {
            throw OvsdbException.syntax(json, "minReal exceeds maxReal");
        }
        return min == -Double.MAX_VALUE && max == Double.MAX_VALUE ? NONE : new Constraint.RealRange(min, max);
    }

    private static Constraint length(JsonNode json, MemberParser members) throws OvsdbException {
        long min = count(members, "minLength", 0);
        long max = count(members, "maxLength", ColumnType.UNLIMITED);
        if (min > max) {
            throw OvsdbException.syntax(json, "minLength exceeds maxLength");
        }
        return min == 0 && max == ColumnType.UNLIMITED ? NONE : new Constraint.Length(min, max);
    }

    private static long count(MemberParser members, String member, long absent) throws OvsdbException {
        JsonNode json = members.optional(member, Kind.INTEGER);
        if (json == null) {
            return absent;
        }
        long count = Json.integer(json);
        if (count < 0 || count > ColumnType.UNLIMITED) {
            throw OvsdbException.syntax(json, member + " out of valid range 0 to " + ColumnType.UNLIMITED);
        }
        return count;
    }

    private static Constraint reference(JsonNode json, MemberParser members) throws OvsdbException {
        JsonNode table = members.optional("refTable", Kind.ID);
        if (table == null) {
            return NONE;
        }
        JsonNode kind = members.optional("refType", Kind.ID);
        String word = kind == null ? "strong" : kind.stringValue();
        Strength strength = switch (word) {
            case "strong" -> Strength.STRONG;
            case "weak" -> Strength.WEAK;
            default ->
                throw OvsdbException.syntax(json, "refType must be \"strong\" or \"weak\" (not \"" + word + "\")");
        };
        return new Constraint.Reference(table.stringValue(), strength);
    }

    /**
     * The type in a schema's JSON.
     *
     * @return a string if there is no constraint, otherwise an object
     */
    JsonNode toJson() {
        if (constraint instanceof Constraint.None) {
            return JsonNodeFactory.instance.stringNode(type.word());
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("type", type.word());
        switch (constraint) {
            case Constraint.None() -> {}
            case Constraint.Enumeration(Datum values) -> json.set("enum", values.toJson());
            case Constraint.IntegerRange(long min, long max) -> {
                if (min != Long.MIN_VALUE) {
                    json.put("minInteger", min);
                }
                if (max != Long.MAX_VALUE) {
                    json.put("maxInteger", max);
                }
            }
            case Constraint.RealRange(double min, double max) -> {
                if (min != -Double.MAX_VALUE) {
                    json.set("minReal", Json.real(min));
                }
                if (max != Double.MAX_VALUE) {
                    json.set("maxReal", Json.real(max));
                }
            }
            case Constraint.Length(long min, long max) -> {
                if (min != 0) {
                    json.put("minLength", min);
                }
                if (max != ColumnType.UNLIMITED) {
                    json.put("maxLength", max);
                }
            }
            case Constraint.Reference(String table, Strength strength) -> {
                json.put("refTable", table);
                if (strength == Strength.WEAK) {
                    json.put("refType", "weak");
                }
            }
        }
        return json;
    }

    /**
     * Checks an atom against the constraint. References are not looked at: they are settled when a transaction commits.
     *
     * @param atom an atom of this atomic type
     * @throws OvsdbException with tag "constraint violation"
     */
    public void check(Atom atom) throws OvsdbException {
        if (atom instanceof Atom.OfString(String text)) {
            String complaint = StrayBytes.complaint(text);
            if (complaint != null) {
                throw violation(complaint);
            }
        }
        switch (constraint) {
            case Constraint.None() -> {}
            case Constraint.Reference _ -> {}
            case Constraint.Enumeration(Datum values) -> {
                if (!values.contains(atom)) {
                    throw violation(
                            atom.toText() + " is not one of the allowed values (" + values.toText(enumType()) + ")");
                }
            }
            case Constraint.IntegerRange(long min, long max) -> {
                long value = ((Atom.OfInteger) atom).value();
                if (value < min || value > max) {
                    throw outOfRange(
                            Long.toString(value),
                            min == Long.MIN_VALUE ? null : Long.toString(min),
                            max == Long.MAX_VALUE ? null : Long.toString(max));
                }
            }
            case Constraint.RealRange(double min, double max) -> {
                double value = ((Atom.OfReal) atom).value();
                if (value < min || value > max) {
                    throw outOfRange(
                            Json.realText(value),
                            min == -Double.MAX_VALUE ? null : Json.realText(min),
                            max == Double.MAX_VALUE ? null : Json.realText(max));
                }
            }
            case Constraint.Length(long min, long max) -> {
                String text = ((Atom.OfString) atom).value();
                long length = text.codePointCount(0, text.length());
                if (length < min) {
                    throw violation(
                            "\"" + text + "\" length " + length + " is less than minimum allowed length " + min);
                } else if (length > max) {
                    throw violation(
                            "\"" + text + "\" length " + length + " is greater than maximum allowed length " + max);
                }
            }
        }
    }

    private ColumnType enumType() {
        return new ColumnType(unconstrained(), null, 1, ColumnType.UNLIMITED);
    }

    /** @param min the least value, or null if there is none; {@code max} likewise */
    private static OvsdbException outOfRange(String value, @Nullable String min, @Nullable String max) {
        if (min != null && max != null) {
            return violation(value + " is not in the valid range " + min + " to " + max + " (inclusive)");
        }
        return violation(
                min != null
                        ? value + " is less than minimum allowed value " + min
                        : value + " is greater than maximum allowed value " + max);
    }

    private static OvsdbException violation(String details) {
        return new OvsdbException(OvsdbError.CONSTRAINT_VIOLATION, details);
    }
}
