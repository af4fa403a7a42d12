package dev.culvert.observe.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.ovsdb.client.ReplicaChange;
import dev.culvert.ovsdb.client.ReplicaRow;
import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.data.Schemas;
import dev.culvert.ovsdb.data.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ChangeTextTest {
    private static final UUID ROW = new UUID(1, 2);

    private static ReplicaRow row(String table, Map<String, Datum> values) throws Exception {
        TableSchema schema = Objects.requireNonNull(Schemas.openVSwitch().table(table));
        Row row = Row.create(schema, ROW);
        for (Map.Entry<String, Datum> value : values.entrySet()) {
            ColumnSchema column = Objects.requireNonNull(schema.column(value.getKey()));
            row = row.with(column, value.getValue());
        }
        return new ReplicaRow(schema, row);
    }

    private static Datum name(String text) {
        return Datum.of(new Atom.OfString(text));
    }

    @Test
    void aNewRowSaysWhatIsNotUsual() throws Exception {
        ReplicaRow added = row(
                "Interface",
                Map.of(
                        "name", name("tun0"),
                        "type", name("vxlan"),
                        "options", Datum.stringMap(Map.of("key", "7", "psk", "a-secret"))));
        assertThat(ChangeText.of(new ReplicaChange(null, added)))
                .isEqualTo("tun0 added: options={key=\"7\", psk=***}, type=vxlan");
        assertThat(ChangeText.of(new ReplicaChange(added, null))).isEqualTo("tun0 removed");
    }

    @Test
    void ofAMapOnlyWhatDiffersIsTold() throws Exception {
        ReplicaRow before = row(
                "Interface",
                Map.of("name", name("tun0"), "options", Datum.stringMap(Map.of("key", "7", "psk", "one", "ttl", "9"))));
        ReplicaRow after = row(
                "Interface",
                Map.of("name", name("tun0"), "options", Datum.stringMap(Map.of("key", "8", "psk", "two", "tos", "1"))));
        assertThat(ChangeText.of(new ReplicaChange(before, after)))
                .isEqualTo("tun0: options:key \"7\" → \"8\", options:psk *** → ***, options:ttl \"9\" → none,"
                        + " options:tos none → \"1\"");
    }

    @Test
    void whatCountsAllTheTimeIsNotTold() throws Exception {
        ReplicaRow before = row(
                "Interface",
                Map.of(
                        "statistics", Datum.map(Map.of(new Atom.OfString("rx_bytes"), new Atom.OfInteger(1))),
                        "status", Datum.stringMap(Map.of("ipsec_rx_bytes", "10", "ipsec_state", "established"))));
        ReplicaRow after = row(
                "Interface",
                Map.of(
                        "statistics", Datum.map(Map.of(new Atom.OfString("rx_bytes"), new Atom.OfInteger(2))),
                        "status", Datum.stringMap(Map.of("ipsec_rx_bytes", "20", "ipsec_state", "established"))));
        assertThat(ChangeText.of(new ReplicaChange(before, after))).isEmpty();
        ReplicaRow down = row("Interface", Map.of("status", Datum.stringMap(Map.of("ipsec_state", "connecting"))));
        assertThat(ChangeText.of(new ReplicaChange(after, down)))
                .contains("status:ipsec_state established → connecting")
                .contains("status:ipsec_rx_bytes \"20\" → none");
    }

    /** A bridge may have ten thousand ports, and each that is added changes the set of all. */
    @Test
    void ofALargeSetOnlyWhatHasComeAndGone() throws Exception {
        List<UUID> ports = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            ports.add(new UUID(0, i));
        }
        ReplicaRow before = row("Bridge", Map.of("name", name("br0"), "ports", Datum.uuids(ports)));
        ports.set(5000, new UUID(0, 20_000));
        ReplicaRow after = row("Bridge", Map.of("name", name("br0"), "ports", Datum.uuids(ports)));
        assertThat(ChangeText.of(new ReplicaChange(before, after)))
                .isEqualTo("br0: ports -" + new UUID(0, 5000) + " +" + new UUID(0, 20_000));
        ReplicaRow none = row("Bridge", Map.of("name", name("br0")));
        assertThat(ChangeText.of(new ReplicaChange(none, after))).endsWith(" …").hasSizeLessThan(500);
        assertThat(ChangeText.of(new ReplicaChange(null, after)))
                .endsWith(", …]")
                .hasSizeLessThan(500);
        Map<String, String> pairs = new TreeMap<>();
        for (int i = 0; i < 1000; i++) {
            pairs.put("key" + i, "x");
        }
        ReplicaRow many = row("Bridge", Map.of("external_ids", Datum.stringMap(pairs)));
        assertThat(ChangeText.of(new ReplicaChange(null, many)))
                .endsWith(", …}")
                .hasSizeLessThan(500);
    }

    @Test
    void aRowWithoutANameHasTheBeginningOfItsUuid() throws Exception {
        ReplicaRow root = row("Open_vSwitch", Map.of("next_cfg", Datum.of(new Atom.OfInteger(3))));
        ReplicaRow later = row(
                "Open_vSwitch", Map.of("next_cfg", Datum.of(new Atom.OfInteger(4)), "system_type", name("culvert")));
        assertThat(ChangeText.of(new ReplicaChange(root, later)))
                .isEqualTo(ROW.toString().substring(0, 8) + ": system_type [] → culvert");
    }
}
