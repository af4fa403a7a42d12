package dev.culvert.lab;

import dev.culvert.observe.web.Box;
import dev.culvert.observe.web.CaptureRights;
import dev.culvert.observe.web.WebPage;
import dev.culvert.stream.ListenAddress;
import dev.culvert.unixctl.UnixctlException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The page that shows the lab's boxes. It is served here and not in them: a browser cannot reach the loopback address of another
 * network namespace, while control sockets are files.
 */
final class LabWeb implements AutoCloseable {
    private static final int ROOT = 0;

    private final WebPage page;

    private LabWeb(WebPage page) {
        this.page = page;
    }

    /** Begins to serve it; null where nobody wants it, or where it cannot be served, which is told. */
    static @Nullable LabWeb open(LabOptions options, LabSession session, Console console) {
        ListenAddress wanted = options.web();
        if (wanted == null) {
            return null;
        }
        List<Box> boxes = new ArrayList<>();
        for (BoxSwitch each : session.switches()) {
            if (each instanceof CulvertSwitch culvert) {
                boxes.add(Box.behind(culvert.side.box(), culvert::controlSocket));
            }
        }
        try {
            for (Box box : boxes) {
                // from now on it takes notes of what changes, for who looks later
                box.switchCaller().call("observe/events", List.of("0"));
            }
            LabWeb opened = new LabWeb(WebPage.open(wanted, boxes, new CaptureRights(false, users())));
            console.done("page", opened.url());
            return opened;
        } catch (IOException | UnixctlException e) {
            console.failed("page", wanted + ": " + e.getMessage());
            return null;
        }
    }

    /** Root, and who became root by sudo: it is that user's browser. */
    private static Set<Integer> users() {
        Set<Integer> users = new HashSet<>(Set.of(ROOT));
        String sudo = System.getenv("SUDO_UID");
        if (sudo != null && sudo.matches("[0-9]{1,9}")) {
            users.add(Integer.parseInt(sudo));
        }
        return users;
    }

    String url() {
        return page.url();
    }

    /** Waits until this thread, or the process, is interrupted. */
    void await() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    @Override
    public void close() {
        page.close();
    }
}
