package dev.culvert.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Network namespaces of a test's own, with names that no other test or program has; needs root. */
public final class TestNetwork implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Map<String, String> namespaces = new LinkedHashMap<>();

    private TestNetwork() {}

    /** Makes namespaces with a loopback interface that is up; the names are the test's own words for them. */
    public static TestNetwork of(String... names) throws Exception {
        TestNetwork network = new TestNetwork();
        try {
            for (String name : names) {
                String unique = "cv" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet() + "-" + name;
                run("ip", "netns", "add", unique);
                network.namespaces.put(name, unique);
                network.ip(name, "link set lo up");
            }
            return network;
        } catch (Exception e) {
            network.close();
            throw e;
        }
    }

    /** Joins two namespaces by a veth pair that is up, with offloads as the kernel gives them. */
    public void veth(String from, String fromName, String to, String toName) throws Exception {
        ip(from, "link add " + fromName + " type veth peer name " + toName + " netns " + name(to));
        ip(from, "link set " + fromName + " up");
        ip(to, "link set " + toName + " up");
    }

    /** Gives an interface an address, IPv6 without the wait for duplicates. */
    public void address(String namespace, String link, String prefix) throws Exception {
        ip(namespace, "addr add " + prefix + " dev " + link + (prefix.contains(":") ? " nodad" : ""));
    }

    /** Runs {@code ip -n namespace} with arguments separated by blanks; returns what it prints. */
    public String ip(String namespace, String arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("ip", "-n", name(namespace)));
        command.addAll(List.of(arguments.split(" ")));
        return run(command.toArray(String[]::new));
    }

    /** Runs a program in a namespace; returns its output and throws when it fails. */
    public String exec(String namespace, String... program) throws Exception {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", name(namespace)));
        command.addAll(List.of(program));
        return run(command.toArray(String[]::new));
    }

    /** Runs a task on a thread in a namespace. */
    public <T> T in(String namespace, Callable<T> task) throws Exception {
        return NetworkNamespace.call(name(namespace), task);
    }

    /** Returns the kernel's name of a namespace. */
    public String name(String namespace) {
        String name = namespaces.get(namespace);
        if (name == null) {
            throw new IllegalArgumentException(namespace);
        }
        return name;
    }

    /** Returns an interface as it is now. */
    public Link link(String namespace, String name) throws Exception {
        return in(namespace, () -> {
            try (Netlink netlink = Netlink.open()) {
                return netlink.link(name).orElseThrow();
            }
        });
    }

    @Override
    public void close() throws IOException {
        for (String name : namespaces.values()) {
            run("ip", "netns", "del", name);
        }
        namespaces.clear();
    }

    static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!ended(process) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + ": " + output);
        }
        return output;
    }

    private static boolean ended(Process process) {
        try {
            return process.waitFor(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
