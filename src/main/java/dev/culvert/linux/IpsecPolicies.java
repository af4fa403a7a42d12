package dev.culvert.linux;

/**
 * Whether this host has IPsec policies, as strongSwan and its like put them into the kernel (linux/xfrm.h), in the network
 * namespace that the opening thread was in. For one thread.
 */
public final class IpsecPolicies implements AutoCloseable {
    static final int NETLINK_XFRM = 6;
    static final int XFRMGRP_POLICY = 8;
    static final int XFRM_MSG_NEWPOLICY = 19;
    static final int XFRM_MSG_GETPOLICY = 21;
    static final int POLICY_ID_SIZE = 64;

    private final NetlinkSocket notifications;
    private final NetlinkSocket questions;
    private boolean any;

    private IpsecPolicies(NetlinkSocket notifications, NetlinkSocket questions) {
        this.notifications = notifications;
        this.questions = questions;
    }

    /**
     * Subscribes to changes, and looks.
     *
     * @throws LinuxException EPROTONOSUPPORT where the kernel was built without: then there are none; EPERM without
     *     CAP_NET_ADMIN
     */
    public static IpsecPolicies open() throws LinuxException {
        NetlinkSocket notifications = NetlinkSocket.open(NETLINK_XFRM, XFRMGRP_POLICY);
        try {
            IpsecPolicies policies = new IpsecPolicies(notifications, NetlinkSocket.open(NETLINK_XFRM, 0));
            policies.look();
            return policies;
        } catch (LinuxException e) {
            notifications.close();
            throw e;
        }
    }

    /** Tells whether there were any when they were last looked at. */
    public boolean any() {
        return any;
    }

    /**
     * Looks again, if there was a change since.
     *
     * @return whether {@link #any} is different now
     * @throws LinuxException if the kernel refuses the question
     */
    public boolean changed() throws LinuxException {
        boolean news = false;
        try {
            while (notifications.receive(0).length > 0) {
                news = true;
            }
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOBUFS) {
                throw e;
            }
            news = true; // so many that some were lost
        }
        boolean before = any;
        if (news) {
            look();
        }
        return any != before;
    }

    @Override
    public void close() {
        notifications.close();
        questions.close();
    }

    private void look() throws LinuxException {
        NetlinkRequest request = new NetlinkRequest("list IPsec policies", XFRM_MSG_GETPOLICY, 0);
        for (int i = 0; i < POLICY_ID_SIZE; i += Integer.BYTES) {
            request.u32(0);
        }
        any = questions.dump(request).stream().anyMatch(message -> message.type() == XFRM_MSG_NEWPOLICY);
    }
}
