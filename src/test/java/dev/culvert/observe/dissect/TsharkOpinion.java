package dev.culvert.observe.dissect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.observe.CaptureReader;
import dev.culvert.observe.CapturedPacket;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Compares what we say of a capture with what tshark says: each of our fields has to be one of its, in the layer of the same
 * protocol and number, with the same value, of the same bytes. What it does not say of a layer (ours has more to say of none)
 * is told by {@link #unknown}.
 */
public final class TsharkOpinion {
    /** Protocols whose fields are compared. Data is nobody's header, and tshark looks further into what we leave as such. */
    private static final Set<String> NOT_COMPARED = Set.of("data");

    private final EspKeyring keys;
    private final List<String> command = new ArrayList<>(List.of("tshark", "-n", "-T", "pdml"));
    private final Map<String, String> environment = new HashMap<>();
    private final Map<String, Integer> agreed = new TreeMap<>();
    private final List<String> complaints = new ArrayList<>();

    /** @param folder with keys of ESP, or null */
    public TsharkOpinion(Path folder) throws IOException {
        keys = folder == null ? EspKeyring.NONE : EspKeyring.read(folder.resolve("esp_sa"));
        if (folder != null) {
            environment.put("WIRESHARK_CONFIG_DIR", folder.toAbsolutePath().toString());
            command.addAll(
                    List.of("-o", "esp.enable_encryption_decode:TRUE", "-o", "esp.enable_authentication_check:TRUE"));
        }
        command.addAll(List.of(
                "-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE", "-o", "tcp.desegment_tcp_streams:FALSE"));
    }

    /** Compares the first packets of a capture. */
    public TsharkOpinion compare(Path capture, int packets) throws Exception {
        List<String> line = new ArrayList<>(command);
        line.addAll(List.of("-c", Integer.toString(packets), "-r", capture.toString()));
        ProcessBuilder builder = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        Process process = builder.start();
        byte[] pdml = process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).isZero();
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(pdml));
        List<Element> theirs = children(document.getDocumentElement(), "packet");
        Dissector dissector = new Dissector(keys);
        try (CaptureReader reader = CaptureReader.open(Files.newInputStream(capture))) {
            for (Element their : theirs) {
                CapturedPacket packet = reader.next();
                assertThat(packet).isNotNull();
                compare(packet, dissector.dissect(packet.bytes()), their);
            }
        }
        return this;
    }

    private void compare(CapturedPacket packet, Dissection ours, Element theirs) {
        List<Element> protocols = new ArrayList<>();
        children(theirs, "proto").forEach(proto -> protocols.add(proto));
        int next = 0;
        for (Layer layer : ours.layers()) {
            if (NOT_COMPARED.contains(layer.protocol())) {
                continue;
            }
            int found = next;
            while (found < protocols.size()
                    && !protocols.get(found).getAttribute("name").equals(layer.protocol())) {
                found++;
            }
            String where = "packet " + packet.number() + " " + ours.protocols() + ": ";
            if (found == protocols.size()) {
                complaints.add(where + "tshark sees no " + layer.protocol());
                return;
            }
            next = found + 1;
            List<Element> fields = new ArrayList<>();
            collect(protocols.get(found), fields);
            compare(where, layer, position(protocols.get(found)), fields);
        }
    }

    private void compare(String where, Layer layer, int begin, List<Element> theirs) {
        for (Field field : layer.fields()) {
            List<Element> alike = theirs.stream()
                    .filter(their -> their.getAttribute("name").equals(field.name()))
                    .toList();
            if (field.name().isEmpty()) {
                continue;
            }
            if (alike.isEmpty()) {
                complaints.add(where + "tshark has no " + field.name());
                continue;
            }
            int place = field.offset() - layer.offset();
            // what was decrypted lies in bytes of its own to tshark, and to us where it came from
            if (alike.stream()
                    .noneMatch(their -> same(field, place, their, begin)
                            || (layer.trailer() > 0 && same(field, place - layer.length(), their, 0)))) {
                Element their = alike.getFirst();
                complaints.add("%s%s is %s at %d+%d, to tshark %s at %d+%s"
                        .formatted(
                                where,
                                field.name(),
                                field.value(),
                                place,
                                field.length(),
                                their.getAttribute("show"),
                                position(their) - begin,
                                their.getAttribute("size")));
                continue;
            }
            agreed.merge(field.name(), 1, Integer::sum);
        }
    }

    /** The same value, where there is one to it, of the same bytes. */
    private static boolean same(Field field, int place, Element their, int begin) {
        String show = their.getAttribute("show");
        return (show.isEmpty() || show.equals(field.value()))
                && position(their) - begin == place
                && their.getAttribute("size").equals(Integer.toString(field.length()));
    }

    private static int position(Element element) {
        return Integer.parseInt(element.getAttribute("pos"));
    }

    private static void collect(Element from, List<Element> fields) {
        for (Element child : children(from, null)) {
            fields.add(child);
            collect(child, fields);
        }
    }

    private static List<Element> children(Element from, String name) {
        List<Element> elements = new ArrayList<>();
        for (Node node = from.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element
                    && (name == null || element.getTagName().equals(name))) {
                elements.add(element);
            }
        }
        return elements;
    }

    /** What was not the same; empty if all was. */
    public List<String> complaints() {
        return complaints;
    }

    /** How often a field was the same, by its name. */
    public Map<String, Integer> agreed() {
        return agreed;
    }
}
