package dev.culvert.observe.web;

import dev.culvert.jsonrpc.JsonText;
import dev.culvert.observe.http.HttpException;
import dev.culvert.observe.http.HttpReply;
import dev.culvert.observe.http.HttpRequest;
import dev.culvert.stream.StreamException;
import dev.culvert.unixctl.UnixctlException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The JSON that the page's scripts ask for: what {@code observe/*} commands of a box answer, as it is. */
final class StateApi {
    /** How long an answer waits for an event: well below what a connection bears. */
    private static final String WAIT_MILLIS = "10000";

    private final List<Box> boxes;
    private final CaptureRights rights;

    StateApi(List<Box> boxes, CaptureRights rights) {
        this.boxes = List.copyOf(boxes);
        this.rights = rights;
    }

    /** The boxes' names, and a token for captures for who may take any. */
    HttpReply boxes(HttpRequest request) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode names = json.putArray("boxes");
        boxes.forEach(box -> names.add(box.name()));
        if (rights.allow(request)) {
            json.put("token", rights.token());
        }
        return reply(JsonText.of(json));
    }

    HttpReply state(HttpRequest request) throws HttpException {
        return reply(call(box(boxes, new Query(request.query())), "observe/state"));
    }

    HttpReply tables(HttpRequest request) throws HttpException {
        Query query = new Query(request.query());
        return reply(call(box(boxes, query), "observe/tables", query.text("bridge")));
    }

    HttpReply events(HttpRequest request) throws HttpException {
        Query query = new Query(request.query());
        long after = query.number("after", 0, 0, Long.MAX_VALUE);
        return reply(call(box(boxes, query), "observe/events", "" + after, WAIT_MILLIS));
    }

    /** The box that a request means, by its number. */
    static Box box(List<Box> boxes, Query query) throws HttpException {
        return boxes.get((int) query.number("box", 0, 0, boxes.size() - 1));
    }

    private static String call(Box box, String command, String... arguments) throws HttpException {
        try {
            return box.switchCaller().call(command, List.of(arguments));
        } catch (UnixctlException e) {
            throw new HttpException(
                    409, box.name() + ": " + String.valueOf(e.getMessage()).strip());
        } catch (IOException e) {
            throw new HttpException(503, box.name() + ": " + StreamException.reasonOf(e));
        }
    }

    private static HttpReply reply(String json) {
        return new HttpReply("application/json", out -> out.write(json.getBytes(StandardCharsets.UTF_8)), () -> {});
    }
}
