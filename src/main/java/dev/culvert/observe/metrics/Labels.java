package dev.culvert.observe.metrics;

/** The labels of a sample, as they are written. */
final class Labels {
    static final Labels NONE = new Labels("");

    private final String text;

    private Labels(String text) {
        this.text = text;
    }

    /**
     * Makes labels.
     *
     * @param namesAndValues a name, then its value, and so on; values may be anything
     */
    static Labels of(String... namesAndValues) {
        return NONE.and(namesAndValues);
    }

    /** The same, and more. */
    Labels and(String... namesAndValues) {
        StringBuilder all = new StringBuilder(text);
        for (int i = 0; i + 1 < namesAndValues.length; i += 2) {
            if (!all.isEmpty()) {
                all.append(',');
            }
            all.append(namesAndValues[i]).append("=\"");
            escape(all, namesAndValues[i + 1]);
            all.append('"');
        }
        return new Labels(all.toString());
    }

    private static void escape(StringBuilder to, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> to.append("\\\\");
                case '"' -> to.append("\\\"");
                case '\n' -> to.append("\\n");
                default -> to.append(c);
            }
        }
    }

    /** In braces; nothing for none. */
    @Override
    public String toString() {
        return text.isEmpty() ? "" : "{" + text + "}";
    }
}
