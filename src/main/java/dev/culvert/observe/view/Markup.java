package dev.culvert.observe.view;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/** HTML and SVG as text that is XML as well: everything is closed, quoted and escaped. */
public final class Markup {
    private final StringBuilder text = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /**
     * Reads a style sheet.
     *
     * @param beside a class of the package that it lies in
     * @param name the file
     * @throws IOException if it is not where it was built
     */
    public static String styleSheet(Class<?> beside, String name) throws IOException {
        try (InputStream sheet = beside.getResourceAsStream(name)) {
            if (sheet == null) {
                throw new IOException(name + " is missing");
            }
            return new String(sheet.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /**
     * Begins a page that needs nothing but itself, up to the beginning of its body. What it opens, {@code html} and {@code body}, is the
     * caller's to close.
     *
     * @param title what it is about
     * @param style its style sheet, without angle brackets and ampersands
     * @return this
     */
    public Markup page(String title, String style) {
        verbatim("<!DOCTYPE html>\n").open("html", "lang", "en").open("head").leaf("meta", "charset", "utf-8");
        leaf("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        element("title", title);
        return open("style").verbatim("\n" + style).close().close().open("body");
    }

    /**
     * Opens an element.
     *
     * @param tag its name
     * @param attributes names and values in turn; numbers are written shortly
     * @return this
     */
    public Markup open(String tag, Object... attributes) {
        start(tag, attributes).append('>');
        open.push(tag);
        return this;
    }

    /** Closes the innermost element that is open. */
    public Markup close() {
        text.append("</").append(open.pop()).append('>');
        return this;
    }

    /** An element without content. */
    public Markup leaf(String tag, Object... attributes) {
        start(tag, attributes).append("/>");
        return this;
    }

    /** An element with nothing but text in it. */
    public Markup element(String tag, String content, Object... attributes) {
        return open(tag, attributes).text(content).close();
    }

    /** Text. */
    public Markup text(String content) {
        for (int i = 0; i < content.length(); i++) {
            char each = content.charAt(i);
            switch (each) {
                case '&' -> text.append("&amp;");
                case '<' -> text.append("&lt;");
                case '>' -> text.append("&gt;");
                case '"' -> text.append("&quot;");
                default -> text.append(each);
            }
        }
        return this;
    }

    /** What another one has written. */
    public Markup add(Markup other) {
        text.append(other);
        return this;
    }

    /** What is markup already, such as a style sheet without angle brackets and ampersands. */
    public Markup verbatim(String content) {
        text.append(content);
        return this;
    }

    private StringBuilder start(String tag, Object... attributes) {
        text.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            text.append(' ').append(attributes[i]).append("=\"");
            text(attributes[i + 1] instanceof Double number ? number(number) : attributes[i + 1].toString());
            text.append('"');
        }
        return text;
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    /** All of it; nothing may be open. */
    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("still open: " + open);
        }
        return text.toString();
    }
}
