package dev.culvert.unixctl.program;

/** What Culvert's programs say of their version. */
public final class Versions {
    /**
     * The Open vSwitch whose behaviour is followed. Scripts and controllers take this from {@code --version}, from
     * {@code ovs-appctl version} and from the database, to decide what they may ask for; Culvert's own number would
     * tell them that they talk to a switch of fifteen years ago.
     */
    public static final String OPEN_VSWITCH = "3.1.0";

    /** Culvert's own version. */
    public static final String CULVERT = "0.1.0";

    private Versions() {}

    /** The line that scripts parse, for example {@code ovs-vswitchd (Open vSwitch) 3.1.0}. */
    public static String line(String program) {
        return program + " (Open vSwitch) " + OPEN_VSWITCH;
    }

    /** What {@code --version} prints: the line that scripts parse, and one that tells people the truth. */
    public static String text(String program) {
        return line(program) + "\nCulvert " + CULVERT + "\n";
    }
}
