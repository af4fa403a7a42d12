package dev.culvert.linux;

import static dev.culvert.linux.NetlinkRequest.NLM_F_CREATE;
import static dev.culvert.linux.NetlinkRequest.NLM_F_EXCL;
import static dev.culvert.linux.NetlinkRequest.NLM_F_REPLACE;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.UnaryOperator;

/**
 * A filter of an interface's clsact queueing discipline (tc-bpf(8)): either an eBPF program, or a classic one that drops,
 * which needs no bpf(2) and so works where eBPF is forbidden. Unlike a tcx link it outlives the process when that is
 * killed; the next one takes it over. Of two filters the one that was put in later comes first.
 */
final class ClsactFilter {
    static final int TCMSG_SIZE = 20;
    static final int RTM_NEWQDISC = 36;
    static final int RTM_DELQDISC = 37;
    static final int RTM_NEWTFILTER = 44;
    static final int RTM_DELTFILTER = 45;
    static final int RTM_GETTFILTER = 46;
    static final int TC_H_CLSACT = 0xfffffff1;
    static final int CLSACT_HANDLE = 0xffff0000;
    static final int PARENT_INGRESS = 0xfffffff2;
    static final int PARENT_EGRESS = 0xfffffff3;
    static final int TCA_KIND = 1;
    static final int TCA_OPTIONS = 2;
    static final int TCA_BPF_OPS_LEN = 4;
    static final int TCA_BPF_OPS = 5;
    static final int TCA_BPF_FD = 6;
    static final int TCA_BPF_NAME = 7;
    static final int TCA_BPF_FLAGS = 8;
    static final int TCA_BPF_FLAG_ACT_DIRECT = 1;

    private static final System.Logger LOGGER = System.getLogger("netdev_linux");
    private static final int PRIORITY = 1;
    /** "culv", and from "culw" on: tell these filters from others of the same priority. */
    private static final int DROP = 0x63756c76;

    private static final int PROGRAM = 0x63756c77;

    private final NetlinkSocket socket;
    private final int ifindex;
    private final int parent;
    private final int handle;
    private boolean closed;

    private ClsactFilter(NetlinkSocket socket, int ifindex, int parent, int handle) {
        this.socket = socket;
        this.ifindex = ifindex;
        this.parent = parent;
        this.handle = handle;
    }

    /**
     * Starts dropping what arrives.
     *
     * @throws LinuxException EPERM without CAP_NET_ADMIN, ENOENT when the kernel has no such filters
     */
    static ClsactFilter drop(int ifindex) throws LinuxException {
        forget(ifindex);
        // one instruction: return TC_ACT_SHOT, which with ACT_DIRECT is the verdict itself
        byte[] instruction = ByteBuffer.allocate(8)
                .order(ByteOrder.nativeOrder())
                .putShort((short) SocketFilter.BPF_RETURN_CONSTANT)
                .putShort((short) 0)
                .putInt(IngressDrop.TC_ACT_SHOT)
                .array();
        return attach(
                ifindex,
                PARENT_INGRESS,
                DROP,
                request -> request.attributeShort(TCA_BPF_OPS_LEN, 1).attribute(TCA_BPF_OPS, instruction));
    }

    /**
     * Attaches an eBPF program.
     *
     * @param parent {@link #PARENT_INGRESS} or {@link #PARENT_EGRESS}
     * @param which tells several at the same place apart: 0, 1, …
     * @throws LinuxException EPERM without CAP_NET_ADMIN, ENOENT when the kernel has no such filters
     */
    static ClsactFilter program(int ifindex, int parent, int program, int which) throws LinuxException {
        return attach(
                ifindex,
                parent,
                PROGRAM + which,
                request -> request.attribute(TCA_BPF_FD, program).attribute(TCA_BPF_NAME, "culvert"));
    }

    /** Takes out a program of a port that a process before has left: nobody would get what it leaves. */
    private static void forget(int ifindex) throws LinuxException {
        ClsactFilter left = new ClsactFilter(NetlinkSocket.open(0), ifindex, PARENT_INGRESS, PROGRAM);
        try (left.socket) {
            left.socket.request(left.filter("take a filter out", RTM_DELTFILTER, 0));
        } catch (LinuxException none) {
            LOGGER.log(System.Logger.Level.DEBUG, "{0}", none.getMessage());
        }
    }

    private static ClsactFilter attach(int ifindex, int parent, int handle, UnaryOperator<NetlinkRequest> what)
            throws LinuxException {
        ClsactFilter filter = new ClsactFilter(NetlinkSocket.open(0), ifindex, parent, handle);
        try {
            filter.addQueue();
            NetlinkRequest request = filter.filter("add a filter", RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_REPLACE)
                    .attribute(TCA_KIND, "bpf");
            int options = request.begin(TCA_OPTIONS);
            filter.socket.request(what.apply(request)
                    .attribute(TCA_BPF_FLAGS, TCA_BPF_FLAG_ACT_DIRECT)
                    .end(options));
            return filter;
        } catch (LinuxException e) {
            filter.close();
            throw e;
        }
    }

    /** Takes the filter out, and the queueing discipline when nobody else has a filter in it. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (socket) {
            socket.request(filter("take a filter out", RTM_DELTFILTER, 0));
            if (isEmpty(PARENT_INGRESS) && isEmpty(PARENT_EGRESS)) {
                socket.request(trafficControl("clsact", RTM_DELQDISC, 0, CLSACT_HANDLE, TC_H_CLSACT, 0));
            }
        } catch (LinuxException gone) {
            // so is the interface, or somebody else has cleared it already
            LOGGER.log(System.Logger.Level.DEBUG, gone.getMessage());
        }
    }

    private void addQueue() throws LinuxException {
        try {
            socket.request(
                    trafficControl("clsact", RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, CLSACT_HANDLE, TC_H_CLSACT, 0)
                            .attribute(TCA_KIND, "clsact"));
        } catch (LinuxException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
    }

    private boolean isEmpty(int parent) throws LinuxException {
        return socket.dump(trafficControl("list filters", RTM_GETTFILTER, 0, 0, parent, 0)).stream()
                .noneMatch(message -> message.type() == RTM_NEWTFILTER);
    }

    private NetlinkRequest filter(String operation, int type, int flags) {
        int allProtocols = Short.toUnsignedInt(Short.reverseBytes((short) SocketAddress.ETH_P_ALL));
        return trafficControl(operation, type, flags, handle, parent, PRIORITY << 16 | allProtocols);
    }

    /** Starts a message with a {@code struct tcmsg} (linux/rtnetlink.h). */
    private NetlinkRequest trafficControl(String operation, int type, int flags, int handle, int parent, int info) {
        return new NetlinkRequest(operation, type, flags)
                .u32(AddressFamily.UNSPEC)
                .u32(ifindex)
                .u32(handle)
                .u32(parent)
                .u32(info);
    }
}
