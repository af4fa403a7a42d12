package dev.culvert.observe.dissect;

import java.util.List;

/**
 * A header, or what is behind all headers.
 *
 * @param protocol its short name as in Wireshark's list of protocols
 * @param title what people call it
 * @param bytes what it lies in: the packet, or what was decrypted of it
 * @param offset where it begins in there
 * @param length its own bytes, without those of the layers inside
 * @param trailer bytes behind the layers inside that are its own too, such as ESP's
 * @param fields in the order of the header
 * @param note what is to be said about it, such as why it was not looked into; empty for nothing
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Layer(
        String protocol,
        String title,
        byte[] bytes,
        int offset,
        int length,
        int trailer,
        List<Field> fields,
        String note) {
    /** How many bytes of the packet are its own. */
    public int overhead() {
        return length + trailer;
    }
}
