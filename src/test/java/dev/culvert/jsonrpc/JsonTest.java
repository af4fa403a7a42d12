package dev.culvert.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@Timeout(20)
class JsonTest {
    private static final JsonLimits TIGHT = new JsonLimits(1000, 50, 10);

    private static String roundTrip(String text) throws JsonException {
        return JsonText.of(JsonReader.parse(text, JsonLimits.DEFAULT));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{}~{}",
                "[ 1 , -2, 3.5 ]~[1,-2,3.5]",
                "{\"a\":{\"b\":[null,true,false]}}~{\"a\":{\"b\":[null,true,false]}}",
                "{\"a\":1,\"a\":2}~{\"a\":2}",
                "[9223372036854775807,-9223372036854775808]~[9223372036854775807,-9223372036854775808]",
                "[9223372036854775808]~[9.2233720368547758e+18]",
                "[1.0,1e3,-0,-0.0,12345678901234567890e-19]~[1,1000,0,0,1.2345678901234567]",
                "[0.1,1e-5,1e300,0.0001,123456789012345.5]~[0.1,1e-05,1e+300,0.0001,123456789012345.5]",
                "[\"\\u00e9\\/\\\"\\\\\\b\\f\\n\\r\\t\\u001f\\u007f\"]~[\"é/\\\"\\\\\\b\\f\\n\\r\\t\\u001f\u007f\"]",
                "[\"a\\\\\"]~[\"a\\\\\"]",
                "[\"\\ud834\\udd1e\"]~[\"\ud834\udd1e\"]",
            })
    void readsAndPrintsAsOpenVSwitchDoes(String in, String out) throws JsonException {
        assertThat(roundTrip(in)).isEqualTo(out);
        assertThat(roundTrip(out)).isEqualTo(out);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,",
                "[1",
                "{\"a\"",
                "{\"a\":}",
                "{a:1}",
                "[01]",
                "[1e]",
                "[1e999]",
                "[\"\\u0000\"]",
                "[\"\\ud83d\"]",
                "[\"\\ud83dx\"]",
                "{\"\\ude00\":1}",
                "[\"\\x\"]",
                "[\"\n\"]",
                "nul",
                "[1]]",
                "{} x",
                "\u0001",
                "[NaN]",
                "[+1]",
                "['a']",
                "// c\n{}",
                "[1,]"
            })
    void refusesWhatIsNotJson(String text) {
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> roundTrip(text));
    }

    @Test
    void bytesThatAreNoUtf8StayWhatTheyAre() throws Exception {
        for (String bytes : new String[] {
            "\u00ff",
            "\u00c0\u0080",
            "\u00ed\u00b2\u0080",
            "\u00f4\u0090\u0080\u0080",
            "\u00e2\u0082",
            "\u00c3\u00a9\u00c3",
            "\u00c3\u00a9 plain"
        }) {
            byte[] text = ("[\"12345678" + bytes + "\"]").getBytes(StandardCharsets.ISO_8859_1);
            assertThat(JsonText.bytes(JsonReader.parse(text, TIGHT))).isEqualTo(text);
            InputStream oneByOne = new ByteArrayInputStream(text) {
                @Override
                public synchronized int read(byte[] target, int offset, int length) {
                    return super.read(target, offset, Math.min(length, 1));
                }
            };
            for (InputStream in : new InputStream[] {new ByteArrayInputStream(text), oneByOne}) {
                JsonReader reader = new JsonReader(in, TIGHT);
                JsonNode value = reader.next();
                assertThat(value).isNotNull();
                assertThat(JsonText.bytes(value)).isEqualTo(text);
                assertThat(reader.next()).isNull();
            }
        }
        for (String bad : new String[] {"[\"\u00e2", "[\"\u00ff\\udcff\"]", "[\"\\\u00ff\"]", "[\u00ff]"}) {
            byte[] text = bad.getBytes(StandardCharsets.ISO_8859_1);
            assertThatExceptionOfType(JsonException.class).isThrownBy(() -> JsonReader.parse(text, TIGHT));
        }
    }

    @Test
    void limitsHold() throws Exception {
        assertThat(JsonReader.parse("[".repeat(10) + "]".repeat(10), TIGHT)).isNotNull();
        assertRefused("[".repeat(11) + "]".repeat(11));
        assertThat(JsonReader.parse("[" + "1,".repeat(48) + "1]", TIGHT)).hasSize(49);
        assertRefused("[" + "1,".repeat(60) + "1]");
        assertRefused("[\"" + "x".repeat(1100) + "\"]");
        assertRefused("[" + "1".repeat(1001) + "]");
    }

    private static void assertRefused(String text) {
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> JsonReader.parse(text, TIGHT));
    }

    @Test
    void anEndlessStringIsCutOff() {
        InputStream start = new ByteArrayInputStream(new byte[] {'"'});
        InputStream endless = new SequenceInputStream(start, new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                Arrays.fill(target, offset, offset + length, (byte) 'x');
                return length;
            }
        });
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> new JsonReader(endless, TIGHT).next());
    }

    @Test
    void eachValueComesOutAsSoonAsItIsComplete() throws Exception {
        PipedOutputStream out = new PipedOutputStream();
        JsonReader reader = new JsonReader(new PipedInputStream(out, 10_000), TIGHT);
        for (String text : new String[] {"{}", "[]", "{\"a\":\"}\"}", "[\"]\\\\\"]"}) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            JsonNode value = reader.next();
            assertThat(value).isNotNull();
            assertThat(JsonText.of(value)).isEqualTo(text);
        }
        // The limit is one for each value, not for the life of the reader.
        for (int i = 0; i < 10; i++) {
            out.write(("[\"" + "y".repeat(900) + "\"]").getBytes(StandardCharsets.UTF_8));
            assertThat(reader.next()).hasSize(1);
        }
        out.close();
        assertThat(reader.next()).isNull();
    }

    @Test
    void realsKeepTheirValue() {
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                assertThat(Double.parseDouble(RealText.of(value))).isEqualTo(value);
            }
        }
        assertThat(RealText.of(Double.NaN)).isEqualTo("0");
    }

    @Test
    void randomBytesDoNoHarm() throws IOException {
        Random random = new Random(11);
        byte[] alphabet = "{}[]:,\"\\u0019eE.-+truefalsn \n\u00ff".getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < 20_000; i++) {
            byte[] text = new byte[random.nextInt(40)];
            for (int j = 0; j < text.length; j++) {
                text[j] = alphabet[random.nextInt(alphabet.length)];
            }
            JsonReader reader = new JsonReader(new ByteArrayInputStream(text), TIGHT);
            try {
                for (JsonNode value = reader.next(); value != null; value = reader.next()) {
                    try {
                        assertThat(JsonRpcMessage.from(value)).isNotNull();
                    } catch (JsonException notAMessage) {
                        assertThat(notAMessage.getMessage()).doesNotContain("\n");
                    }
                }
            } catch (JsonException expected) {
                assertThat(expected.getMessage()).isNotEmpty().doesNotContain("\n");
            }
        }
    }
}
