package dev.culvert.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class ChoicesTest {
    @Test
    void readsEncapsulations() {
        assertThat(Choices.encapsulations("--encap", "all", Encapsulation.LAB))
                .containsExactly(Encapsulation.GRE, Encapsulation.VXLAN, Encapsulation.GENEVE, Encapsulation.GRE_IPSEC);
        assertThat(Choices.encapsulations("--encap", "geneve,gre-ipsec,geneve", Encapsulation.LAB))
                .containsExactly(Encapsulation.GENEVE, Encapsulation.GRE_IPSEC);
    }

    @Test
    void refusesWhatIsNotThere() {
        for (String text : new String[] {"", "GRE", "gre,", "stt"}) {
            assertThatThrownBy(() -> Choices.encapsulations("--encap", text, Encapsulation.LAB))
                    .isInstanceOf(Choices.WrongChoice.class)
                    .hasMessageStartingWith("--encap: there is no '");
        }
        assertThatThrownBy(() -> Choices.requireRange("--seconds", 0, 9))
                .hasMessage("--seconds must be between 1 and 9");
    }

    @Test
    void wrongUsageIsStatusTwo() {
        assertThat(run("--encap", "stt")).isEqualTo(2);
        assertThat(run("--no-such-option")).isEqualTo(2);
        assertThat(run("--seconds", "0")).isEqualTo(2);
        assertThat(run("--prefix", "a/b")).isEqualTo(2);
        assertThat(run("--switch", "kernel", "--encap", "gre")).isEqualTo(2);
        assertThat(run("--switch", "ovs,culvert,kernel")).isEqualTo(2);
    }

    private static int run(String... arguments) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        return new LabProgram().run(arguments, nowhere, nowhere);
    }
}
