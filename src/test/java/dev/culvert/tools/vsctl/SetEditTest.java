package dev.culvert.tools.vsctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.Datum;
import java.util.List;
import org.junit.jupiter.api.Test;

class SetEditTest {
    private final Datum before = Datum.set(List.of(Atom.of(1), Atom.of(2)));
    private final SetEdit edit = new SetEdit(before);

    @Test
    void isWhatItWasUntilItIsChanged() {
        edit.add(Atom.of(2));
        edit.remove(Atom.of(7));
        assertThat(edit.value()).isSameAs(before);
    }

    @Test
    void isASetWhenSomebodyLooks() {
        edit.add(Atom.of(0));
        edit.add(Atom.of(9));
        edit.remove(Atom.of(1));
        assertThat(edit.value()).isEqualTo(Datum.set(List.of(Atom.of(0), Atom.of(2), Atom.of(9))));
        assertThat(edit.value()).isSameAs(edit.value());
        edit.remove(Atom.of(9));
        assertThat(edit.value()).isEqualTo(Datum.set(List.of(Atom.of(0), Atom.of(2))));
    }
}
