package dev.culvert.tools;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A program's log does not name its main thread. Where a test runs one in its own thread, that has to be called so, too. */
public final class OnMainThread implements BeforeEachCallback, AfterEachCallback {
    private static final ExtensionContext.Namespace HERE = ExtensionContext.Namespace.create(OnMainThread.class);

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(HERE).put("name", Thread.currentThread().getName());
        Thread.currentThread().setName("main");
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Thread.currentThread().setName(context.getStore(HERE).get("name", String.class));
    }
}
