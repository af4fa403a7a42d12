package dev.culvert.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class EpollTest {
    @Test
    void tellsWhichDescriptorIsReady() throws Exception {
        try (Epoll epoll = Epoll.open();
                EventFd first = EventFd.open();
                EventFd second = EventFd.open()) {
            epoll.add(first.fd(), Epoll.IN, 0x1122334455667788L);
            epoll.add(second.fd(), Epoll.IN, -2);
            assertThat(epoll.await(0)).isZero();
            second.signal();
            assertThat(epoll.await(-1)).isEqualTo(1);
            assertThat(epoll.token(0)).isEqualTo(-2);
            assertThat(epoll.events(0)).isEqualTo(Epoll.IN);
            first.signal();
            assertThat(epoll.await(0)).isEqualTo(2);
            assertThat(new long[] {epoll.token(0), epoll.token(1)}).containsExactlyInAnyOrder(0x1122334455667788L, -2);
            first.drain();
            second.drain();
            assertThat(epoll.await(0)).isZero();
        }
    }

    @Test
    void changesAndEndsItsWatch() throws Exception {
        try (Epoll epoll = Epoll.open();
                EventFd event = EventFd.open()) {
            epoll.add(event.fd(), Epoll.IN, 1);
            epoll.modify(event.fd(), Epoll.IN | Epoll.OUT, 2);
            assertThat(epoll.await(0)).isEqualTo(1);
            assertThat(epoll.token(0)).isEqualTo(2);
            assertThat(epoll.events(0)).isEqualTo(Epoll.OUT);
            epoll.remove(event.fd());
            assertThat(epoll.await(0)).isZero();
            assertThatExceptionOfType(LinuxException.class)
                    .isThrownBy(() -> epoll.remove(event.fd()))
                    .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
        }
    }

    @Test
    void waitsAsLongAsItIsTold() throws Exception {
        try (Epoll epoll = Epoll.open()) {
            long start = System.nanoTime();
            assertThat(epoll.await(30_000_000)).isZero();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(30_000_000);
        }
    }

    @Test
    void aSignalFromAnotherThreadWakesIt() throws Exception {
        try (Epoll epoll = Epoll.open();
                EventFd event = EventFd.open()) {
            epoll.add(event.fd(), Epoll.IN, 1);
            Thread waker = Thread.ofPlatform().start(event::signal);
            assertThat(epoll.await(-1)).isEqualTo(1);
            waker.join();
        }
    }

    @Test
    void closingTwiceHarmsNobody() throws Exception {
        EventFd closed = EventFd.open();
        closed.close();
        try (EventFd successor = EventFd.open();
                Epoll epoll = Epoll.open()) {
            assertThat(successor.fd()).isEqualTo(closed.fd());
            closed.close();
            epoll.add(successor.fd(), Epoll.IN, 0);
        }
    }

    @Test
    void refusesWhatCannotBeWatched() throws Exception {
        try (Epoll epoll = Epoll.open()) {
            assertThatExceptionOfType(LinuxException.class)
                    .isThrownBy(() -> epoll.add(-1, Epoll.IN, 0))
                    .withMessage("epoll_ctl add: Bad file descriptor");
        }
    }
}
