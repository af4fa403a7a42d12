package dev.culvert.bench.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.lab.Encapsulation;
import dev.culvert.lab.LabException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ManyTest {
    @Test
    void everyTunnelHasAnAddressOfItsOwn() {
        Set<String> addresses = new HashSet<>();
        for (int i = 1; i < 100_000; i++) {
            String address = ManyTunnels.address(i);
            assertThat(address).matches("198\\.1[89]\\.\\d{1,3}\\.\\d{1,3}");
            for (String octet : address.split("\\.", -1)) {
                assertThat(Integer.parseInt(octet)).isBetween(0, 255);
            }
            assertThat(addresses.add(address)).as(address).isTrue();
        }
    }

    @Test
    void readsHowManyAddressesAreKnown() throws LabException {
        String answer = """
                Statistics for bridge "sw1":
                  Current/maximum MAC entries in the table: 1002/1000000
                  Current static MAC entries in the table : 0
                """;
        assertThat(ManyStations.entries(answer)).isEqualTo(1002);
        assertThatThrownBy(() -> ManyStations.entries("no such bridge")).isInstanceOf(LabException.class);
    }

    @Test
    void onlySwitchesTakePartWhereTheyCan() {
        for (ArmKind kind : ArmKind.values()) {
            for (Encapsulation encapsulation : Encapsulation.values()) {
                if (kind.joins(encapsulation) && kind.kind().isPresent()) {
                    assertThat(kind.kind().get().supports(kind.own(encapsulation)))
                            .as("%s, %s", kind, encapsulation)
                            .isTrue();
                }
            }
        }
    }
}
