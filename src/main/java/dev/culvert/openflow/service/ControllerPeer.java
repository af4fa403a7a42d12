package dev.culvert.openflow.service;

import java.io.Closeable;

/** A controller of the bridge, whoever of the two connects. The owner's executor has all of its methods. */
sealed interface ControllerPeer extends Closeable permits ControllerLink, ControllerDoor {
    /** As it was configured last. */
    ControllerConfig config();

    /** Goes on as {@code wanted} says, which is compatible with what was. */
    void configure(ControllerConfig wanted);

    /** How it stands. */
    ControllerStatus status();

    /** Ends what is being said; where it is the switch that connects, it does so again at once. */
    void reconnect();

    /** Ends it for good. */
    @Override
    void close();
}
