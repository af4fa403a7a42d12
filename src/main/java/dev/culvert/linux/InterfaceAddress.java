package dev.culvert.linux;

import java.net.InetAddress;

/**
 * An IP address of an interface.
 *
 * @param ifindex the interface
 * @param address the interface's own address
 * @param prefixLength how many leading bits its network has
 * @param scope RT_SCOPE_* of linux/rtnetlink.h: 0 global, 253 link, 254 host
 */
public record InterfaceAddress(int ifindex, InetAddress address, int prefixLength, int scope) {}
