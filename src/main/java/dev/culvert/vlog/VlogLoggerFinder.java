package dev.culvert.vlog;

/** Makes {@link Vlog} the log of the whole process; the JDK finds it through {@code META-INF/services}. */
public final class VlogLoggerFinder extends System.LoggerFinder {
    /** For the JDK's service loader. */
    public VlogLoggerFinder() {}

    @Override
    public System.Logger getLogger(String name, Module module) {
        return Vlog.process().logger(name);
    }
}
