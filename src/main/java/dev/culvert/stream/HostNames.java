package dev.culvert.stream;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/** Name servers' answers for those who must not wait for them: they ask, and ask again later. Any thread may use it. */
final class HostNames {
    /** Names that are asked for at a time. */
    private static final int MAX = 1_000;

    private static final ConcurrentHashMap<String, CompletableFuture<InetAddress>> ASKED = new ConcurrentHashMap<>();

    private HostNames() {}

    /** Who asks a name server, and waits for it. */
    interface Resolver {
        InetAddress ask(String name) throws UnknownHostException;
    }

    /**
     * The address of a host. An answer is given once: who comes again has it asked for again, so that it is never old.
     *
     * @param host a literal without brackets, or a name
     * @throws UnknownHostException if there is none, or no answer yet
     */
    static InetAddress known(String host) throws UnknownHostException {
        return known(host, InetAddress::getByName);
    }

    static InetAddress known(String host, Resolver resolver) throws UnknownHostException {
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException e) {
            return answer(host, resolver);
        }
    }

    private static InetAddress answer(String name, Resolver resolver) throws UnknownHostException {
        CompletableFuture<InetAddress> answer = ASKED.get(name);
        if (answer == null && ASKED.size() < MAX) {
            answer = ASKED.computeIfAbsent(name, _ -> ask(name, resolver));
        }
        if (answer == null || !answer.isDone()) {
            throw new UnknownHostException(name + ": no answer yet");
        }
        ASKED.remove(name, answer);
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw new UnknownHostException(name);
        }
    }

    private static CompletableFuture<InetAddress> ask(String name, Resolver resolver) {
        CompletableFuture<InetAddress> answer = new CompletableFuture<>();
        Thread.ofVirtual().name("resolver of " + name).start(() -> {
            try {
                answer.complete(resolver.ask(name));
            } catch (UnknownHostException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }
}
