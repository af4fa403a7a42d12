package dev.culvert.vswitch;

import dev.culvert.ofproto.OfPort;
import dev.culvert.ofproto.Ofproto;
import dev.culvert.vswitch.SwitchConfig.BridgeConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A bridge as it is. The conductor's. */
final class RunningBridge {
    BridgeConfig config;
    final Ofproto ofproto;

    /** Its interfaces by name, open or failed. */
    final Map<String, RunningInterface> interfaces = new LinkedHashMap<>();

    /** What it does about the loss of its controllers. */
    final FailOpen failOpen = new FailOpen();

    /** The Ethernet address of its own port, 48 bits. */
    long mac;

    /** The datapath identifier that it tells OpenFlow controllers. */
    long datapathId;

    RunningBridge(BridgeConfig config, Ofproto ofproto) {
        this.config = config;
        this.ofproto = ofproto;
    }

    /** Whether it is to forward nothing on its own, come what may. */
    boolean isSecure() {
        return "secure".equals(config.failMode());
    }

    /** What it does with packets for which no controller has a say. */
    Ofproto.FailMode failMode() {
        boolean hasPrimary = config.controllers().values().stream().anyMatch(controller -> !controller.service());
        return failOpen.mode(isSecure(), hasPrimary);
    }

    String name() {
        return config.name();
    }

    /** The interface that has a port, or null. */
    @Nullable
    RunningInterface byPort(OfPort port) {
        return interfaces.get(port.name());
    }

    /**
     * Chooses the OpenFlow number of an interface: what was asked for, what it had, or the lowest that is free.
     *
     * @return the number, or -1 where there is none left
     */
    int chooseNumber(SwitchConfig.InterfaceConfig wanted) {
        if (wanted.name().equals(name())) {
            return OfPort.LOCAL;
        }
        Integer asked = wanted.ofportRequest();
        if (asked != null && isFree(asked)) {
            return asked;
        }
        Integer had = wanted.ofport();
        if (had != null && isFree(had)) {
            return had;
        }
        int number = ofproto.freeNumber();
        return number < MAX_NUMBER ? number : -1;
    }

    /** Whether an interface that is open asks for another number, and can have it. */
    boolean wantsOtherNumber(RunningInterface present, SwitchConfig.InterfaceConfig wish) {
        OfPort port = present.port;
        Integer asked = wish.ofportRequest();
        return port != null
                && asked != null
                && port.number() != OfPort.LOCAL
                && asked != port.number()
                && isFree(asked);
    }

    /** Numbers from here on are reserved (OFPP_MAX of OpenFlow 1.0). */
    private static final int MAX_NUMBER = 0xff00;

    private boolean isFree(int number) {
        return number > 0 && number < MAX_NUMBER && ofproto.port(number) == null;
    }
}
