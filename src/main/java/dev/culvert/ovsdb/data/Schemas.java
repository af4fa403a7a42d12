package dev.culvert.ovsdb.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The schemas that come with Culvert. */
public final class Schemas {
    private Schemas() {}

    /**
     * The Open_vSwitch database of ovs-vswitchd.conf.db(5): its tables, columns, types and limits.
     *
     * @return a freshly parsed schema
     */
    public static DatabaseSchema openVSwitch() {
        return load("Open_vSwitch.json");
    }

    /**
     * The _Server database of ovsdb-server(5), in which a server describes its databases.
     *
     * @return a freshly parsed schema
     */
    public static DatabaseSchema server() {
        return load("_Server.json");
    }

    private static DatabaseSchema load(String resource) {
        try (InputStream stream = Schemas.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("no resource " + resource);
            }
            return DatabaseSchema.parse(Json.parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (OvsdbException e) {
            throw new IllegalStateException(resource + ": " + e.getMessage(), e);
        }
    }
}
