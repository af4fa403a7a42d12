package dev.culvert.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EncapsulationTest {
    /** To the letter what an Open vSwitch user types; the README shows the same lines. */
    @Test
    void typesWhatAUserTypes() {
        Side left = Side.left("");
        String remote = Side.right("").underlayAddress();
        assertThat(String.join(" ", Encapsulation.GRE.addPort(left, remote)))
                .isEqualTo("add-port sw1 tun0 -- set Interface tun0 type=gre options:remote_ip=192.168.56.12");
        assertThat(String.join(" ", Encapsulation.VXLAN.addPort(left, remote)))
                .isEqualTo("add-port sw1 tun0 -- set interface tun0 type=vxlan "
                        + "options:remote_ip=192.168.56.12 options:key=123");
        assertThat(String.join(" ", Encapsulation.GENEVE.addPort(left, remote)))
                .isEqualTo("add-port sw1 tun0 -- set interface tun0 type=geneve "
                        + "options:remote_ip=192.168.56.12 options:key=123");
        assertThat(String.join(" ", Encapsulation.GRE_IPSEC.addPort(left, remote)))
                .isEqualTo("add-port sw1 tun0 -- set interface tun0 type=gre "
                        + "options:remote_ip=192.168.56.12 options:psk=test123");
        assertThat(String.join(" ", Encapsulation.GRE_IPSEC_UDP.addPort(left.withTunnel("t7"), remote)))
                .isEqualTo("add-port sw1 t7 -- set interface t7 type=gre "
                        + "options:remote_ip=192.168.56.12 options:psk=test123 options:ipsec_forceencaps=yes");
    }
}
