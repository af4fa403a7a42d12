package dev.culvert.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrnoTest {
    @Test
    void hasTheLibrarysNamesAndTexts() {
        assertThat(Errno.name(Errno.EPERM)).isEqualTo("EPERM");
        assertThat(Errno.message(Errno.EPERM)).isEqualTo("Operation not permitted");
        assertThat(Errno.message(Errno.ENODEV)).isEqualTo("No such device");
        assertThat(Errno.name(12_345)).isEqualTo("12345");
        assertThat(Errno.message(12_345)).isEqualTo("Unknown error 12345");
    }

    @Test
    void anExceptionTellsWhatAndWhy() {
        LinuxException e = new LinuxException("bind", Errno.EADDRINUSE);
        assertThat(e).hasMessage("bind: Address already in use");
        assertThat(e.reason()).isEqualTo("Address already in use");
        assertThat(new LinuxException("set mtu", Errno.EINVAL, "too small"))
                .hasMessage("set mtu: Invalid argument (too small)");
    }
}
