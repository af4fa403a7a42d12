package dev.culvert.observe.view;

import dev.culvert.observe.CapturedPacket;
import dev.culvert.observe.dissect.Dissection;
import dev.culvert.observe.dissect.Field;
import dev.culvert.observe.dissect.Layer;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** A packet as an object in one line, for programs. */
public final class LayerJson {
    private static final JsonMapper MAPPER = new JsonMapper();

    private LayerJson() {}

    /** The object; nothing follows it. */
    public static String of(CapturedPacket packet, Dissection dissection) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("number", packet.number());
        object.put("time_ns", packet.nanos());
        object.put("interface", packet.port());
        object.put("length", packet.originalLength());
        object.put("captured", packet.bytes().length);
        if (!packet.comment().isEmpty()) {
            object.put("comment", packet.comment());
        }
        object.put("layers", dissection.layers().stream().map(LayerJson::layer).toList());
        return MAPPER.writeValueAsString(object);
    }

    private static Map<String, Object> layer(Layer layer) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("protocol", layer.protocol());
        object.put("title", layer.title());
        object.put("offset", layer.offset());
        object.put("length", layer.length());
        object.put("trailer", layer.trailer());
        object.put("bytes", HexFormat.of().formatHex(layer.bytes(), layer.offset(), layer.offset() + layer.length()));
        if (!layer.note().isEmpty()) {
            object.put("note", layer.note());
        }
        List<Map<String, Object>> fields =
                layer.fields().stream().map(LayerJson::field).toList();
        object.put("fields", fields);
        return object;
    }

    private static Map<String, Object> field(Field field) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("name", field.name());
        object.put("title", field.title());
        object.put("offset", field.offset());
        object.put("length", field.length());
        object.put("value", field.value());
        object.put("meaning", field.meaning());
        return object;
    }
}
