package dev.culvert.ofproto;

import dev.culvert.datapath.Datapath;
import dev.culvert.datapath.Ipsec;
import dev.culvert.datapath.PortCounters;
import dev.culvert.datapath.Protection;
import dev.culvert.datapath.Way;
import dev.culvert.linux.Netlink;
import dev.culvert.linux.TestNetwork;
import dev.culvert.packet.IpAddress;
import dev.culvert.tunnel.TunnelConfig;
import dev.culvert.tunnel.TunnelType;
import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A bridge with a datapath in a namespace, without a database: for tests of what happens to packets. */
@SuppressWarnings("FutureReturnValueIgnored") // a tick that fails makes the test fail by what it then sees
final class Box implements AutoCloseable {
    private final TestNetwork network;
    private final String namespace;
    private final ScheduledExecutorService conductor = Executors.newSingleThreadScheduledExecutor();
    private final Datapath datapath;
    private final Backer backer;
    private final Ofproto bridge;
    private int nextNumber = 1;

    /** Makes one whose packets are worked on by several threads. */
    Box(TestNetwork network, String namespace, int loops) throws Exception {
        this(network, namespace, loops, false);
    }

    Box(TestNetwork network, String namespace, int loops, boolean kernelOffload) throws Exception {
        this(network, namespace, kernelOffload);
        setThreads(Collections.nCopies(loops, -1));
    }

    /** Makes one whose flows stay in user space. */
    Box(TestNetwork network, String namespace) throws Exception {
        this(network, namespace, false);
    }

    private Box(TestNetwork network, String namespace, boolean kernelOffload) throws Exception {
        this.network = network;
        this.namespace = namespace;
        this.datapath = network.in(namespace, () -> Datapath.open(1000, this::askConductor));
        this.backer = new Backer(datapath, 1000, System::nanoTime);
        this.bridge = backer.addBridge(namespace);
        datapath.setKernelOffload(kernelOffload);
        conductor.scheduleWithFixedDelay(this::tick, 500, 500, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        inNamespace(() -> {
            datapath.watchHost();
            backer.tick();
            return true;
        });
    }

    private void askConductor() {
        try {
            conductor.execute(this::serve);
        } catch (RejectedExecutionException e) {
            // the box is being closed
        }
    }

    private void serve() {
        inNamespace(() -> {
            while (datapath.upcalls(backer, 64) > 0) {
                backer.revalidate();
            }
            datapath.offloadFlows();
            return true;
        });
    }

    private void inNamespace(Callable<Boolean> task) {
        try {
            network.in(namespace, task);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Has packets worked on by threads on these processors; -1 for any. */
    void setThreads(List<Integer> cpus) throws Exception {
        call(() -> {
            datapath.setThreads(cpus);
            return true;
        });
    }

    /** Plugs an interface in; returns the datapath's number. */
    int device(String name) throws Exception {
        return call(() -> {
            try (Netlink netlink = Netlink.open()) {
                return plug(
                        name,
                        datapath.addDevice(
                                name, netlink.link(name).orElseThrow().ifindex()));
            }
        });
    }

    /** Plugs a tunnel in; returns the datapath's number. */
    int tunnel(String type, Map<String, String> options) throws Exception {
        return tunnel(type, options, null);
    }

    /** Plugs a tunnel in that IPsec protects; returns the datapath's number. */
    int tunnel(String type, Map<String, String> options, @Nullable Protection protection) throws Exception {
        TunnelType known = TunnelType.of(type);
        if (known == null
                || !(TunnelConfig.parse("tun0", known, options) instanceof TunnelConfig.Accepted(var config, var _))) {
            throw new IllegalArgumentException(type + " " + options);
        }
        return call(() -> {
            int number = plug("tun" + nextNumber, datapath.addTunnel("tun" + nextNumber, config, protection));
            datapath.settle();
            return number;
        });
    }

    /** Takes a port out. */
    void unplug(int datapathPort) throws Exception {
        call(() -> {
            Backer.Attachment attachment = backer.attachment(datapathPort);
            if (attachment != null) {
                backer.removePort(bridge, attachment.port());
            }
            backer.revalidate();
            datapath.removePort(datapathPort);
            datapath.settle();
            return true;
        });
    }

    void setMtu(int datapathPort, int mtu) throws Exception {
        call(() -> {
            datapath.setMtu(datapathPort, mtu);
            return true;
        });
    }

    void configure(int datapathPort, VlanPolicy policy) throws Exception {
        call(() -> {
            Backer.Attachment attachment = backer.attachment(datapathPort);
            if (attachment != null) {
                backer.configurePort(bridge, attachment.port(), policy, false);
            }
            backer.revalidate();
            return true;
        });
    }

    PortCounters counters(int datapathPort) throws Exception {
        return call(() -> datapath.counters(datapathPort));
    }

    /** How many flows the kernel forwards. */
    int kernelFlows() throws Exception {
        return call(datapath::kernelFlows);
    }

    /** Tells the datapath how a tunnel's packets leave, as a switch with a database finds out itself. */
    void setWay(int datapathPort, String device, String source, String remote) throws Exception {
        call(() -> {
            try (Netlink netlink = Netlink.open()) {
                datapath.setWay(
                        datapathPort,
                        new Way(
                                netlink.link(device).orElseThrow().ifindex(),
                                IpAddress.of(InetAddress.getByName(source)),
                                IpAddress.of(InetAddress.getByName(remote))));
            }
            return true;
        });
    }

    Datapath datapath() {
        return datapath;
    }

    private int plug(String name, int datapathPort) {
        backer.addPort(bridge, OfPort.device(name, nextNumber++, datapathPort));
        return datapathPort;
    }

    /** Does something with the datapath's IPsec. */
    <T> T ipsec(IpsecTask<T> task) throws Exception {
        return call(() -> task.run(datapath.ipsec()));
    }

    /** What is done with IPsec. */
    interface IpsecTask<T> {
        T run(Ipsec ipsec) throws Exception;
    }

    /** Sockets are opened in the namespace, state is touched by the conductor. */
    private <T> T call(Callable<T> task) throws Exception {
        return conductor.submit(() -> network.in(namespace, task)).get(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        conductor.shutdown();
        try {
            conductor.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        datapath.close();
    }
}
