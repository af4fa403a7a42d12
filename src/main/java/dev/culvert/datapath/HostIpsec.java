package dev.culvert.datapath;

import dev.culvert.linux.Errno;
import dev.culvert.linux.IpsecPolicies;
import dev.culvert.linux.LinuxException;
import org.jspecify.annotations.Nullable;

/**
 * Whether this host has IPsec policies of its own, or of somebody else's. What the kernel sends and receives for us beneath
 * the host's stack would pass them by, so that rests while there are any: one of them may be for the tunnel.
 */
final class HostIpsec implements AutoCloseable {
    private final @Nullable IpsecPolicies policies;

    private HostIpsec(@Nullable IpsecPolicies policies) {
        this.policies = policies;
    }

    /**
     * Looks, and watches from now on.
     *
     * @throws LinuxException EPERM without CAP_NET_ADMIN
     */
    static HostIpsec open() throws LinuxException {
        try {
            return new HostIpsec(IpsecPolicies.open());
        } catch (LinuxException e) {
            if (e.errno() == Errno.EPROTONOSUPPORT) {
                return new HostIpsec(null); // a kernel without IPsec has no policies
            }
            throw e;
        }
    }

    /** Whether there were any when they were last looked at. */
    boolean any() {
        return policies != null && policies.any();
    }

    /**
     * Looks again, where there was a change.
     *
     * @return whether {@link #any} is different now
     * @throws LinuxException if the kernel refuses the question
     */
    boolean changed() throws LinuxException {
        return policies != null && policies.changed();
    }

    @Override
    public void close() {
        if (policies != null) {
            policies.close();
        }
    }
}
