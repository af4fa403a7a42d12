package dev.culvert.observe.web;

import dev.culvert.stream.ListenAddress;
import dev.culvert.vswitch.SwitchCompanion;
import dev.culvert.vswitch.VirtualSwitch;
import dev.culvert.vswitch.daemon.DaemonContext;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Serves the page where {@code --web} says. */
public final class WebCompanion implements SwitchCompanion {
    private static final System.Logger LOG = System.getLogger("web");
    private static final int ROOT = 0;

    private @Nullable WebPage page;

    /** For {@link java.util.ServiceLoader}. */
    public WebCompanion() {}

    @Override
    public void start(VirtualSwitch running, DaemonContext context) {
        ListenAddress wanted = context.options().web();
        if (wanted == null) {
            return;
        }
        try {
            CaptureRights rights = new CaptureRights(context.options().webCapture(), users());
            WebPage opened =
                    WebPage.open(wanted, List.of(new Box(WebPage.hostName(), context.commands()::call)), rights);
            page = opened;
            LOG.log(Level.INFO, "a page that shows this switch is at {0}", opened.url());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "no page at {0}: {1}", wanted, e.getMessage());
        }
    }

    /** Root, and whose the daemon is. */
    private static Set<Integer> users() throws IOException {
        Set<Integer> users = new HashSet<>(Set.of(ROOT));
        if (Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer own) {
            users.add(own);
        }
        return users;
    }

    @Override
    public void stop() {
        WebPage opened = page;
        if (opened != null) {
            opened.close();
        }
    }
}
