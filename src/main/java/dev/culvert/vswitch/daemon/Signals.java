package dev.culvert.vswitch.daemon;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Unix signals. The JDK has them in {@code sun.misc} only, which every JDK still carries ({@code jdk.unsupported}) but no
 * compiler lets pass without a warning that cannot be turned off; hence by reflection, once per signal at the start.
 */
final class Signals {
    private static final Logger LOG = System.getLogger("signals");

    private Signals() {}

    /**
     * Has {@code action} run, on a thread of its own, whenever the signal comes. Without {@code jdk.unsupported} the
     * JVM's own answer stays: it ends. A signal that was ignored when the JVM started, as nohup(1) has it, stays ignored.
     *
     * @param name without SIG, for example {@code TERM}
     */
    static void handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(),
                    new Class<?>[] {handler},
                    (self, method, arguments) -> switch (method.getName()) {
                        case "handle" -> {
                            // The log names threads that have a name; the JVM's has one, and it is nobody's business.
                            Thread.ofVirtual().start(action);
                            yield null;
                        }
                        case "equals" -> System.identityHashCode(self) == System.identityHashCode(arguments[0]);
                        case "hashCode" -> System.identityHashCode(self);
                        default -> "handler of SIG" + name;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException e) {
            Throwable cause = e instanceof InvocationTargetException wrapped && wrapped.getCause() != null
                    ? wrapped.getCause()
                    : e;
            LOG.log(Level.WARNING, "cannot handle SIG{0}: {1}", name, cause);
        }
    }
}
