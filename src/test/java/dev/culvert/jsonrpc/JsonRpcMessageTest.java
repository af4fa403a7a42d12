package dev.culvert.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRpcMessageTest {
    private static JsonRpcMessage parse(String text) throws JsonException {
        return JsonRpcMessage.from(JsonReader.parse(text, JsonLimits.DEFAULT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":0,\"method\":\"echo\",\"params\":[]}",
                "{\"id\":[\"any\",{}],\"method\":\"m\",\"params\":[1]}",
                "{\"id\":null,\"method\":\"update\",\"params\":[null,{}]}",
                "{\"id\":1,\"result\":{},\"error\":null}",
                "{\"id\":1,\"result\":null,\"error\":null}",
                "{\"id\":\"x\",\"result\":null,\"error\":\"unknown method\"}"
            })
    void messagesSurviveTheWay(String text) throws JsonException {
        assertThat(JsonText.of(parse(text).toJson())).isEqualTo(text);
    }

    /** The words are those of Open vSwitch 3.1. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]|message is not a JSON object",
                "{\"foo\":1}|message has unexpected member \"foo\"",
                "{\"method\":1,\"params\":[],\"id\":1}|method is not a JSON string",
                "{\"method\":\"m\",\"params\":{},\"id\":1}|\"params\" must be JSON array",
                "{\"method\":\"m\",\"id\":1}|request must have \"params\"",
                "{\"method\":\"m\"}|notification must have \"params\"",
                "{\"method\":\"m\",\"params\":[],\"id\":1,\"error\":2}|request must not have \"error\"",
                "{\"method\":\"m\",\"params\":[],\"result\":2}|notification must not have \"result\"",
                "{}|notification must have \"method\"",
                "{\"id\":1}|request must have \"method\"",
                "{\"result\":1}|reply must have \"id\"",
                "{\"error\":1}|error must have \"id\"",
                "{\"result\":1,\"error\":1,\"id\":1}|reply must not have \"error\"",
                "{\"result\":1,\"params\":[],\"id\":1}|reply must not have \"params\"",
            })
    void saysWhatIsWrong(String text, String message) {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> parse(text))
                .withMessage(message);
    }
}
