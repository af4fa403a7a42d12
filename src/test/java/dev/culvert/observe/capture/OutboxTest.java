package dev.culvert.observe.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OutboxTest {
    private final Outbox outbox = new Outbox();

    @Test
    void wholeChunksComeOutInTheirOrder() {
        outbox.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        outbox.write(ByteBuffer.wrap(new byte[] {4, 5}));
        outbox.write(ByteBuffer.wrap(new byte[] {6}));
        assertThat(outbox.take(5, 0)).containsExactly(1, 2, 3, 4, 5);
        assertThat(outbox.take(5, 0)).containsExactly(6);
        assertThat(outbox.take(5, 10)).isEmpty();
    }

    @Test
    void aChunkThatIsLongerThanWantedComesAlone() {
        outbox.write(ByteBuffer.allocate(100));
        outbox.write(ByteBuffer.allocate(1));
        assertThat(outbox.take(10, 0)).hasSize(100);
        assertThat(outbox.take(10, 0)).hasSize(1);
    }

    @Test
    void roomComesBackWithWhatIsTaken() {
        int chunk = 1 << 20;
        int count = 0;
        while (outbox.hasRoom(chunk)) {
            outbox.write(ByteBuffer.allocate(chunk));
            count++;
        }
        assertThat(count).isEqualTo(8);
        outbox.take(1, 0);
        assertThat(outbox.hasRoom(chunk)).isTrue();
    }

    @Test
    void whoWaitsIsToldOfWhatComesAndOfTheEnd() throws Exception {
        Thread writer = Thread.ofVirtual().start(() -> outbox.write(ByteBuffer.allocate(7)));
        assertThat(outbox.take(100, 20_000)).hasSize(7);
        writer.join();
        Thread closer = Thread.ofVirtual().start(outbox::close);
        assertThat(outbox.take(100, 20_000)).isEmpty();
        closer.join();
        assertThat(outbox.isExhausted()).isTrue();
    }
}
