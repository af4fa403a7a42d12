package dev.culvert.vswitch.ipsec;

import dev.culvert.datapath.Ipsec;
import dev.culvert.datapath.Protection;
import dev.culvert.ipsec.esp.InboundSa;
import dev.culvert.ipsec.esp.OutboundSa;
import dev.culvert.ipsec.ike.ChildPolicy;
import dev.culvert.ipsec.ike.Credentials;
import dev.culvert.ipsec.ike.IkeDrop;
import dev.culvert.ipsec.ike.IkeEngine;
import dev.culvert.ipsec.ike.IkePeer;
import dev.culvert.ipsec.ike.PeerStatus;
import dev.culvert.linux.LinuxException;
import dev.culvert.packet.IpAddress;
import dev.culvert.tunnel.TunnelConfig;
import dev.culvert.tunnel.TunnelType;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The tunnels that IPsec protects, and IKE with their other ends. Tunnels between the same two addresses have one peer, and
 * those of the same encapsulation and port one protection: on the wire nothing tells them apart but what ESP hides.
 *
 * <p>Ports join and leave while a configuration is applied; {@link #settle} then makes of it what has changed for a peer, so
 * that a tunnel which is opened anew keeps its associations. The conductor's.
 */
public final class IpsecTunnels implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("ipsec");
    private static final int IKE_BATCH = 8;

    /** A port that has joined. */
    record Member(String port, TunnelConfig config, TunnelSecurity security, Group group) {}

    private final Ipsec datapath;
    private final IkeEngine engine;
    private final IpsecHost host;
    private final ObjLongConsumer<Runnable> later;
    private final Map<String, Member> members = new TreeMap<>();
    private final Map<Ends, Map<String, Group>> groups = new LinkedHashMap<>();
    private final Map<String, Map<String, Group>> byPeer = new HashMap<>();
    private final Map<String, String> peerErrors = new HashMap<>();
    private Map<String, PeerStatus> statuses = Map.of();
    private Pki pki = Pki.NONE;
    private boolean changed;
    private long due = Long.MAX_VALUE;

    /**
     * Begins without tunnels.
     *
     * @param localAddress tells which address of this host leads to another one; {@link IpAddress#NONE} if none does
     * @param later has something done after so many nanoseconds
     * @param stateChanged told when the status of some tunnel is other than before
     * @param exportable whether keys are kept so that they can be exported
     */
    public IpsecTunnels(
            Ipsec datapath,
            Function<IpAddress, IpAddress> localAddress,
            ObjLongConsumer<Runnable> later,
            Runnable stateChanged,
            boolean exportable) {
        this.datapath = datapath;
        this.later = later;
        this.host = new IpsecHost(datapath, localAddress, this::protection, stateChanged, exportable);
        this.engine = new IkeEngine(host, new SecureRandom(), System.nanoTime());
    }

    /** Takes note of {@code Open_vSwitch.other_config}. */
    public void configure(Map<String, String> otherConfig) {
        Pki now = Pki.of(otherConfig);
        changed |= !now.equals(pki) || !now.sameFiles(pki);
        pki = now;
    }

    /**
     * Adds a port.
     *
     * @return what the datapath is to protect its packets by
     * @throws LinuxException EADDRINUSE if another IKE daemon has the ports 500 and 4500, EPERM without CAP_NET_RAW
     */
    public Protection join(String port, TunnelConfig config, TunnelSecurity security) throws LinuxException {
        Ends ends = ends(config);
        TunnelType wire = config.type().wire();
        String key = wire.isUdp() ? wire.label() + "-" + config.port() : wire.label();
        Map<String, Group> ofEnds = groups.computeIfAbsent(ends, _ -> new TreeMap<>());
        byPeer.put(ends.name(), ofEnds);
        Group group = ofEnds.get(key);
        if (group == null) {
            group = new Group(ends, key, wire, config.port(), datapath.protect(wire, config.port()));
            ofEnds.put(key, group);
        }
        group.members++;
        members.put(port, new Member(port, config, security, group));
        changed = true;
        for (String complaint : complaints(security)) {
            LOG.log(System.Logger.Level.WARNING, "{0}: {1}", port, complaint);
        }
        return group.protection;
    }

    /** The ends of a tunnel as other tunnels have them already, or its own. */
    private Ends ends(TunnelConfig config) {
        Ends own = Ends.of(config);
        for (Map.Entry<Ends, Map<String, Group>> other : groups.entrySet()) {
            boolean used = other.getValue().values().stream().anyMatch(group -> group.members > 0);
            if (used && own.meet(other.getKey(), host::localAddress)) {
                return other.getKey();
            }
        }
        return own;
    }

    private static List<String> complaints(TunnelSecurity security) {
        List<String> complaints = new ArrayList<>();
        CustomOptions.parse(security.custom(), complaints);
        return complaints;
    }

    /** Takes a port away; the datapath has none of its packets any more. */
    public void leave(String port) {
        Member member = members.remove(port);
        if (member != null) {
            member.group.members--;
            changed = true;
        }
    }

    /** Has the peers be what the ports want. */
    public void settle() {
        if (!changed) {
            return;
        }
        changed = false;
        long now = System.nanoTime();
        Map<Ends, Member> deciding = new LinkedHashMap<>();
        peerErrors.clear();
        for (Member member : members.values()) {
            Member first = deciding.putIfAbsent(member.group.ends, member);
            if (first != null && !first.security.equals(member.security)) {
                peerErrors.put(
                        member.port,
                        "IPsec's options are other than those of " + first.port + ", which count for both");
            }
        }
        for (Ends ends : List.copyOf(groups.keySet())) {
            Map<String, Group> ofEnds = groups.getOrDefault(ends, Map.of());
            List<Group> gone =
                    ofEnds.values().stream().filter(group -> group.members == 0).toList();
            gone.forEach(group -> ofEnds.remove(group.name));
            Member first = deciding.get(ends);
            if (first == null) {
                engine.remove(ends.name(), now);
                groups.remove(ends);
                byPeer.remove(ends.name());
            } else {
                put(ends, first, ofEnds, now);
            }
            if (!gone.isEmpty()) {
                pump(); // what is deleted says good-bye before its sockets are closed
            }
            gone.forEach(group -> datapath.release(group.protection));
        }
        pump();
    }

    private void put(Ends ends, Member first, Map<String, Group> ofEnds, long now) {
        Credentials credentials;
        try {
            credentials = pki.credentials(first.security);
        } catch (PkiException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}: {1}", first.port, e.getMessage());
            peerErrors.put(first.port, String.valueOf(e.getMessage()));
            engine.remove(ends.name(), now);
            return;
        }
        List<ChildPolicy> policies = new ArrayList<>();
        ofEnds.values().forEach(group -> policies.addAll(group.policies()));
        CustomOptions custom = CustomOptions.parse(first.security.custom());
        engine.put(
                new IkePeer(
                        ends.name(),
                        ends.local(),
                        ends.remote(),
                        credentials,
                        policies,
                        custom.forceEncapsulation(),
                        custom.ike(),
                        custom.esp(),
                        custom.timing()),
                now);
    }

    private @Nullable Group protection(String peer, String policy) {
        Map<String, Group> ofPeer = byPeer.get(peer);
        return ofPeer == null ? null : ofPeer.get(Group.ofPolicy(policy));
    }

    /**
     * Answers what has come of IKE. To be called when the datapath asks for the conductor.
     *
     * @return whether there may be more: a flood must not keep the conductor from everything else
     */
    public boolean receive() {
        int count = datapath.receive(datagram -> engine.receive(datagram, System.nanoTime()), IKE_BATCH);
        if (count > 0) {
            pump();
        }
        return count == IKE_BATCH;
    }

    /** Does what is due, and comes again when something is. */
    private void pump() {
        long now = System.nanoTime();
        long next = engine.run(now);
        if (next == Long.MAX_VALUE || (due != Long.MAX_VALUE && due - now > 0 && due - next <= 0)) {
            return;
        }
        due = next;
        later.accept(
                () -> {
                    if (due == next) {
                        due = Long.MAX_VALUE;
                    }
                    pump();
                },
                Math.max(next - now, 0));
    }

    /** Makes new associations. */
    public boolean rekey(String port) {
        Member member = members.get(port);
        if (member == null) {
            return false;
        }
        engine.rekey(member.group.ends.name(), null, System.nanoTime());
        member.group
                .policies()
                .forEach(policy -> engine.rekey(member.group.ends.name(), policy.name(), System.nanoTime()));
        pump();
        return true;
    }

    /** Replaces what has carried so much that its keys are worn; packets are counted by IKE itself. To be called now and then. */
    public void replaceWorn() {
        if (members.isEmpty()) {
            return;
        }
        for (PeerStatus peer : engine.status(System.nanoTime())) {
            for (PeerStatus.ChildStatus child : peer.children()) {
                OutboundSa out = datapath.outbound(child.spiIn());
                InboundSa in = datapath.inbound(child.spiIn());
                if (child.active() && ((out != null && out.wantsRekey()) || (in != null && in.wantsRekey()))) {
                    engine.rekey(peer.name(), child.policy(), System.nanoTime());
                }
            }
        }
        pump();
    }

    /** Takes a picture of the peers, which {@link #status} and the texts show. */
    public void look() {
        if (members.isEmpty() && statuses.isEmpty()) {
            return;
        }
        Map<String, PeerStatus> now = new HashMap<>();
        engine.status(System.nanoTime()).forEach(status -> now.put(status.name(), status));
        statuses = now;
    }

    /** What there is to say of a port in {@code Interface.status}; empty if it is not protected. */
    public Map<String, String> status(String port) {
        Member member = members.get(port);
        return member == null ? Map.of() : IpsecStatus.columns(member, peer(member), peerErrors.get(port), datapath);
    }

    /** The peers as the picture shows them, by name. */
    public List<PeerStatus> peerStatuses() {
        return statuses.values().stream()
                .sorted(Comparator.comparing(PeerStatus::name))
                .toList();
    }

    /** The name of a port's peer, and how many CHILD_SAs the port's packets may come and go by; null if it is not protected. */
    public Map.@Nullable Entry<String, Integer> associations(String port) {
        Member member = members.get(port);
        if (member == null) {
            return null;
        }
        PeerStatus peer = peer(member);
        int count = peer == null ? 0 : IpsecStatus.children(member, peer).size();
        return Map.entry(member.group.ends.name(), count);
    }

    /** What the picture shows of a port's peer. */
    @Nullable
    PeerStatus peer(Member member) {
        return statuses.get(member.group.ends.name());
    }

    /** What there is of a port; null if it is not protected. */
    @Nullable
    Member member(String port) {
        return members.get(port);
    }

    /** How many datagrams of IKE were not obeyed, and why. */
    public Map<IkeDrop, Long> drops() {
        return engine.drops();
    }

    /** What is wrong with a port's IPsec; null if nothing is known to be. */
    @Nullable
    String error(String port) {
        return peerErrors.get(port);
    }

    /** The ports, by name. */
    Iterable<Member> members() {
        return new TreeMap<>(members).values();
    }

    /** The peers' names, in order. */
    Iterable<String> peers() {
        return new TreeSet<>(statuses.keySet());
    }

    @Nullable
    PeerStatus peer(String name) {
        return statuses.get(name);
    }

    Ipsec datapath() {
        return datapath;
    }

    IkeEngine engine() {
        return engine;
    }

    IpsecHost host() {
        return host;
    }

    Pki pki() {
        return pki;
    }

    /** Says good-bye to all peers, and forgets all keys. */
    @Override
    public void close() {
        engine.close(System.nanoTime());
    }
}
