package dev.culvert.linux;

/** What {@link LinkMonitor} saw happen to this network namespace. */
public sealed interface NetworkChange {
    /** An interface appeared, or something about it changed. */
    record LinkChanged(Link link) implements NetworkChange {}

    /** An interface is gone, or moved to another namespace. */
    record LinkRemoved(Link link) implements NetworkChange {}

    /** An address was added or changed. */
    record AddressChanged(InterfaceAddress address) implements NetworkChange {}

    /** An address is gone. */
    record AddressRemoved(InterfaceAddress address) implements NetworkChange {}

    /** A route was added or changed. */
    record RouteChanged(Route route) implements NetworkChange {}

    /** A route is gone. */
    record RouteRemoved(Route route) implements NetworkChange {}

    /** Something else about where packets go has changed: a route of another table, a rule, a group of next hops. */
    record RoutingChanged() implements NetworkChange {}

    /** The kernel had more to tell than there was room for: read everything anew. */
    record Resync() implements NetworkChange {}
}
