package dev.culvert.observe.dissect;

/**
 * A field of a header.
 *
 * @param name as in Wireshark's display filters; empty where it has none
 * @param title what people call it
 * @param offset where its first byte is, from the beginning of {@link Layer#bytes}
 * @param length bytes that it has a part of
 * @param value as Wireshark writes it
 * @param meaning a line that says what it is for
 */
public record Field(String name, String title, int offset, int length, String value, String meaning) {}
