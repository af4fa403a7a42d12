package dev.culvert.openflow.message;

/** The kinds of instruction that a table reports it can do; the bit is 1 shifted by the type number. */
public enum InstructionKind implements WireFlag {
    /** Metering; OpenFlow 1.3 and 1.4. */
    METER("meter", 6),
    /** Doing actions at once. */
    APPLY_ACTIONS("apply_actions", 4),
    /** Emptying the action set. */
    CLEAR_ACTIONS("clear_actions", 5),
    /** Writing into the action set. */
    WRITE_ACTIONS("write_actions", 3),
    /** Changing the metadata. */
    WRITE_METADATA("write_metadata", 2),
    /** Going to another table. */
    GOTO_TABLE("goto_table", 1);

    private final String text;
    private final int type;

    InstructionKind(String text, int type) {
        this.text = text;
        this.type = type;
    }

    /** Its name in printed messages. */
    public String text() {
        return text;
    }

    /** The type number, the same in all versions. */
    public int type() {
        return type;
    }

    @Override
    public int bit() {
        return 1 << type;
    }
}
