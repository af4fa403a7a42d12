package dev.culvert.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HostNamesTest {
    private final InetAddress address = InetAddress.ofLiteral("192.0.2.7");

    @Test
    void nobodyWaitsForTheNameServer() {
        CountDownLatch answered = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        HostNames.Resolver slow = _ -> {
            asked.incrementAndGet();
            try {
                answered.await();
            } catch (InterruptedException e) {
                throw new UnknownHostException();
            }
            return address;
        };
        for (int i = 0; i < 3; i++) {
            assertThatExceptionOfType(UnknownHostException.class).isThrownBy(() -> HostNames.known("slow.test", slow));
        }
        answered.countDown();
        await().ignoreExceptions()
                .untilAsserted(
                        () -> assertThat(HostNames.known("slow.test", slow)).isEqualTo(address));
        assertThat(asked).as("asked once for all who came").hasValue(1);
    }

    @Test
    void whatWasAnsweredIsAskedForAgain() {
        AtomicInteger asked = new AtomicInteger();
        HostNames.Resolver none = name -> {
            asked.incrementAndGet();
            throw new UnknownHostException(name);
        };
        await().until(() -> {
            assertThatExceptionOfType(UnknownHostException.class).isThrownBy(() -> HostNames.known("none.test", none));
            return asked.get() >= 2;
        });
    }

    @Test
    void aLiteralNeedsNoAnswer() throws Exception {
        assertThat(HostNames.known("192.0.2.7")).isEqualTo(address);
        assertThat(HostNames.known("::1").isLoopbackAddress()).isTrue();
    }
}
