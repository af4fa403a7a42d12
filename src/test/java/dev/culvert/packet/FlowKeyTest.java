package dev.culvert.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FlowKeyTest {
    private final Random random = Frames.random("flow key");

    private long[] randomWords() {
        long[] words = FlowKey.create();
        for (int i = 0; i < words.length; i++) {
            words[i] = random.nextLong();
        }
        return words;
    }

    @Test
    void noTwoFieldsShareABit() {
        long[] all = FlowKey.create();
        for (FlowField field : FlowField.values()) {
            long[] mask = FlowKey.create();
            field.unwildcard(mask);
            int bits = 0;
            for (int i = 0; i < FlowKey.WORDS; i++) {
                assertThat(all[i] & mask[i]).as("%s", field).isZero();
                bits += Long.bitCount(mask[i]);
            }
            assertThat(bits).isEqualTo(field.width());
            FlowKey.union(all, mask);
        }
    }

    @Test
    void fieldsKeepToTheirBits() {
        for (FlowField field : FlowField.values()) {
            long[] words = randomWords();
            long[] before = words.clone();
            long high = random.nextLong();
            long low = random.nextLong();
            field.set(words, high, low);
            long ones = field.width() >= 64 ? -1L : (1L << field.width()) - 1;
            assertThat(field.get(words)).as("%s", field).isEqualTo(low & ones);
            assertThat(field.getHigh(words)).isEqualTo(field.width() == 128 ? high : 0);
            long[] mask = FlowKey.create();
            field.unwildcard(mask);
            for (int i = 0; i < FlowKey.WORDS; i++) {
                assertThat(words[i] & ~mask[i]).isEqualTo(before[i] & ~mask[i]);
            }
        }
    }

    @Test
    void masksLookOnlyWhereTheyShould() {
        for (FlowField field : FlowField.values()) {
            long[] key = randomWords();
            long[] mask = FlowKey.create();
            field.unwildcard(mask);
            long[] masked = FlowKey.create();
            FlowKey.apply(key, mask, masked);
            long[] other = randomWords();
            field.set(other, field.getHigh(key), field.get(key));
            assertThat(FlowKey.matches(other, masked, mask)).isTrue();
            assertThat(FlowKey.hash(other, mask))
                    .isEqualTo(FlowKey.hash(key, mask))
                    .isEqualTo(FlowKey.hash(masked));
            field.set(other, field.getHigh(key), field.get(key) ^ 1);
            assertThat(FlowKey.matches(other, masked, mask)).isFalse();
        }
    }

    @Test
    void keysThatDifferInOneBitHashApart() {
        long[] key = randomWords();
        Set<Integer> hashes = new HashSet<>();
        Set<Integer> buckets = new HashSet<>();
        for (int bit = 0; bit < 64 * FlowKey.WORDS; bit++) {
            long[] other = key.clone();
            other[bit / 64] ^= 1L << (bit % 64);
            assertThat(FlowKey.same(key, other)).isFalse();
            hashes.add(FlowKey.hash(other));
            buckets.add(FlowKey.hash(other) & 0xfff);
        }
        // 1,216 balls in 4,096 bins leave about 1,053 bins hit; far fewer would mean that bits get lost
        assertThat(hashes).hasSizeGreaterThan(64 * FlowKey.WORDS - 5);
        assertThat(buckets).hasSizeGreaterThan(900);
        assertThat(FlowKey.same(key, key.clone())).isTrue();
    }
}
