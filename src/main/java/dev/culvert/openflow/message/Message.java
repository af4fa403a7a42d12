package dev.culvert.openflow.message;

import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.field.Bits;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** What one OpenFlow message says. The version and the transaction number that it travels with are its {@link Envelope}'s. */
public sealed interface Message
        permits Message.Symmetric, Message.ToSwitch, Message.FromSwitch, StatsRequest, StatsReply {
    /** Messages that either side may send. */
    sealed interface Symmetric extends Message {}

    /** Messages that a controller sends. */
    sealed interface ToSwitch extends Message {}

    /** Messages that a switch sends. */
    sealed interface FromSwitch extends Message {}

    /**
     * The first message of each side.
     *
     * @param versions those that the sender accepts; from a sender without a bitmap, all up to the message's own
     */
    record Hello(Set<Version> versions) implements Symmetric {}

    /**
     * Answers a request that failed.
     *
     * @param place the error's numbers, in the terms of the message's version
     * @param data the beginning of the request, or a text where a hello failed
     */
    record Failure(ErrorCode.Wire place, Bits data) implements Symmetric {}

    /**
     * Asks for the same bytes back.
     *
     * @param data the bytes
     */
    record EchoRequest(Bits data) implements Symmetric {}

    /**
     * The bytes of an echo request.
     *
     * @param data the bytes
     */
    record EchoReply(Bits data) implements Symmetric {}

    /**
     * A message of a known type that this side has no form for (yet).
     *
     * @param type its type
     * @param body what follows the headers
     */
    record Other(MessageType type, Bits body) implements Symmetric {}

    /** Asks who the switch is. */
    record FeaturesRequest() implements ToSwitch {}

    /**
     * Who the switch is.
     *
     * @param datapathId its 64-bit identity
     * @param buffers how many packets it buffers
     * @param tables how many tables it has
     * @param auxiliaryId the auxiliary connection's number, 0 for the main one; OpenFlow 1.3 and later
     * @param capabilities what it can do
     * @param actions what flows can do; told in OpenFlow 1.0 only
     * @param ports its ports; told in OpenFlow 1.0 to 1.2 only
     */
    record FeaturesReply(
            long datapathId,
            int buffers,
            int tables,
            int auxiliaryId,
            Set<Capability> capabilities,
            Set<ActionKind> actions,
            List<PortDescription> ports)
            implements FromSwitch {}

    /** Asks for the switch's settings. */
    record ConfigRequest() implements ToSwitch {}

    /**
     * The switch's settings.
     *
     * @param config the settings
     */
    record ConfigReply(SwitchConfig config) implements FromSwitch {}

    /**
     * Changes the switch's settings.
     *
     * @param config the settings
     */
    record SetConfig(SwitchConfig config) implements ToSwitch {}

    /** Asks for an answer when all that came before is done. */
    record BarrierRequest() implements ToSwitch {}

    /** All that came before is done. */
    record BarrierReply() implements FromSwitch {}

    /**
     * A port came, went or changed.
     *
     * @param reason which of it
     * @param port the port, as it is or last was
     */
    record PortStatus(Reason reason, PortDescription port) implements FromSwitch {
        /** What happened to the port; the order is that of the wire. */
        public enum Reason {
            /** It came. */
            ADD("ADD", 0),
            /** It went. */
            DELETE("DEL", 1),
            /** It changed. */
            MODIFY("MOD", 2);

            private final String text;
            private final int wire;

            Reason(String text, int wire) {
                this.text = text;
                this.wire = wire;
            }

            /** The name in printed messages. */
            public String text() {
                return text;
            }

            /** The number on the wire. */
            public int wire() {
                return wire;
            }
        }
    }

    /**
     * Asks for a role; Nicira's extension before OpenFlow 1.2.
     *
     * @param role the role
     * @param generation the number that orders such requests; none in Nicira's form
     */
    record RoleRequest(Role role, OptionalLong generation) implements ToSwitch {}

    /**
     * The role that the controller has.
     *
     * @param role the role
     * @param generation the last number that ordered a change; empty if there was none
     */
    record RoleReply(Role role, OptionalLong generation) implements FromSwitch {}

    /** Asks which unasked messages the controller gets. */
    record AsyncRequest() implements ToSwitch {}

    /**
     * Which unasked messages the controller gets.
     *
     * @param config the wishes
     */
    record AsyncReply(AsyncConfig config) implements FromSwitch {}

    /**
     * Chooses the unasked messages that the controller gets.
     *
     * @param config the wishes
     */
    record SetAsync(AsyncConfig config) implements ToSwitch {}

    /**
     * Chooses how flows are written to this controller; Nicira's extension of OpenFlow 1.0.
     *
     * @param format 0 for OpenFlow 1.0's form, 2 for NXM
     */
    record SetFlowFormat(int format) implements ToSwitch {
        /** The number of NXM. */
        public static final int NXM = 2;
    }

    /**
     * Has flow modifications name a table in the command's high byte; Nicira's extension of OpenFlow 1.0.
     *
     * @param enabled whether they do
     */
    record FlowModTableId(boolean enabled) implements ToSwitch {}

    /**
     * Chooses how packets are written to this controller; Nicira's extension.
     *
     * @param format 0 for the standard form, 1 for NXT_PACKET_IN, 2 for NXT_PACKET_IN2
     */
    record SetPacketInFormat(int format) implements ToSwitch {}

    /**
     * Gives the controller a number that flows can name; Nicira's extension.
     *
     * @param id 16 bits
     */
    record SetControllerId(int id) implements ToSwitch {}
}
