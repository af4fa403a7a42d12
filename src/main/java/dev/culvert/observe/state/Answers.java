package dev.culvert.observe.state;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Waits for what a switch answers, but not for ever. */
public final class Answers {
    private static final System.Logger LOG = System.getLogger("bridge");

    /** It may be configuring ten thousand tunnels. */
    private static final int WAIT_SECONDS = 10;

    private Answers() {}

    /**
     * Waits for an answer that nobody has to give back.
     *
     * @throws UnavailableException if there is none
     */
    public static <T extends @Nullable Object> T await(CompletableFuture<T> answer) throws UnavailableException {
        return await(answer, _ -> {});
    }

    /**
     * Waits for an answer.
     *
     * @param late what becomes of one that comes when nobody waits any more
     * @throws UnavailableException if there is none
     */
    public static <T extends @Nullable Object> T await(CompletableFuture<T> answer, Consumer<? super T> late)
            throws UnavailableException {
        try {
            return answer.get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RejectedExecutionException) {
                throw new UnavailableException("the switch is about to end");
            }
            LOG.log(System.Logger.Level.WARNING, "the switch does not say how it is", e.getCause());
            throw new UnavailableException("the switch does not say how it is");
        } catch (TimeoutException e) {
            CompletableFuture<Void> _ = answer.thenAccept(late);
            throw new UnavailableException("the switch is busy");
        } catch (InterruptedException e) {
            CompletableFuture<Void> _ = answer.thenAccept(late);
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted");
        }
    }
}
