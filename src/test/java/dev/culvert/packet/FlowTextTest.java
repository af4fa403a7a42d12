package dev.culvert.packet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FlowTextTest {
    private final long[] key = FlowKey.create();
    private final long[] mask = FlowKey.create();

    private void ip(int type) {
        FlowField.DL_TYPE.set(key, type);
        FlowField.DL_TYPE.unwildcard(mask);
    }

    @Test
    void leavesOutWhatTheMaskDoesNotLookAt() {
        assertThat(FlowText.format(key, mask)).isEmpty();
        ip(0x800);
        FlowField.NW_SRC.set(key, 0, 0xffff_0a00_0000L);
        FlowField.NW_SRC.unwildcard(mask, 0xffff_ff00L);
        assertThat(FlowText.format(key, mask)).isEqualTo("ip,nw_src=10.0.0.0/24");
        FlowField.NW_SRC.set(mask, 0xff00_ff00L);
        assertThat(FlowText.format(key, mask)).isEqualTo("ip,nw_src=10.0.0.0/255.0.255.0");
    }

    @Test
    void writesTagsAndAddressesWithMasks() {
        FlowField.VLAN_TCI.set(key, 0x1000);
        FlowField.VLAN_TCI.unwildcard(mask, 0x1000);
        FlowField.DL_DST.set(key, 0x0100_0000_0000L);
        FlowField.DL_DST.unwildcard(mask, 0x0100_0000_0000L);
        assertThat(FlowText.format(key, mask))
                .isEqualTo("vlan_tci=0x1000/0x1000,dl_dst=01:00:00:00:00:00/01:00:00:00:00:00");
        FlowField.VLAN_TCI.set(key, 0x1064);
        FlowField.VLAN_TCI.unwildcard(mask, 0x1fff);
        assertThat(FlowText.format(key, mask)).startsWith("dl_vlan=100,");
    }

    @Test
    void writesIpv6AndProtocols() {
        ip(0x86dd);
        FlowField.NW_DST.set(key, 0x2001_0db8_0000_0000L, 0);
        FlowField.NW_DST.set(mask, 0xffff_ffff_0000_0000L, 0);
        FlowField.NW_PROTO.set(key, 50);
        FlowField.NW_PROTO.unwildcard(mask);
        assertThat(FlowText.format(key, mask)).isEqualTo("ipv6,ipv6_dst=2001:db8::/32,nw_proto=50");
        FlowField.NW_PROTO.set(key, 6);
        FlowField.TP_DST.set(key, 0x1400);
        FlowField.TP_DST.unwildcard(mask, 0xff00);
        FlowField.TCP_FLAGS.set(key, 2);
        FlowField.TCP_FLAGS.unwildcard(mask, 0x12);
        assertThat(FlowText.format(key, mask))
                .isEqualTo("tcp6,ipv6_dst=2001:db8::/32,tp_dst=0x1400/0xff00,tcp_flags=+syn-ack");
    }

    @Test
    void writesUnknownTypesByNumber() {
        ip(0x88cc);
        assertThat(FlowText.format(key, mask)).isEqualTo("dl_type=0x88cc");
    }
}
