package io.limelight.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class HistoryTest {
    private static JsonNode json(String text) throws IOException {
        return WireJson.parse(text.replace('\'', '"'));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{}",
                "{'from':'2026-01-01T00:00:00Z','to':'2026-01-01T01:00:00Z','step':0,'steps':[]}",
                "{'from':'2026-01-01T00:00:00Z','to':'2026-01-01T01:00:00Z','step':99999999999,'steps':[]}",
                "{'from':'2026-01-01T00:00:00Z','to':'2026-01-01T01:00:00Z','step':60,'steps':{}}",
                "{'from':'2026-01-01T00:00:00Z','to':'2026-01-01T01:00:00Z','step':60,'steps':[1]}",
                "{'from':'2026-01-01T00:00:00Z','to':'2026-01-01T01:00:00Z','step':60,'steps':[{'at':null}]}",
                "{'from':'2026-01-01T00:00:00Z','to':'2026-01-01T01:00:00Z','step':60,'steps':[{'at':'noon'}]}",
                "{'from':1,'to':'2026-01-01T01:00:00Z','step':60,'steps':[]}",
                "{'from':'2026-01-01T00:00:00Z','to':'2026-01-01T01:00:00Z','step':60,"
                        + "'steps':[{'at':'2026-01-01T00:00:00Z','passed':'many'}]}"
            })
    void whatIsNoHistoryIsRefused(String text) throws Exception {
        JsonNode node = json(text);
        assertThatThrownBy(() -> History.from(node)).isInstanceOf(WireFormatException.class);
    }

    @Test
    void aHistoryWithMembersNobodyKnows() throws Exception {
        History history = History.from(
                json(
                        "{'from':'2026-01-01T00:00:00Z','to':'2026-01-01T01:00:00Z','step':60,'new':1,"
                                + "'steps':[{'at':'2026-01-01T00:07:00Z','recorded_seconds':30,'passed':7,'machines':{'trusted':3,'x\\u001b':1}}]}"));
        assertThat(history.step()).isEqualTo(Duration.ofMinutes(1));
        assertThat(history.to()).isEqualTo(Instant.parse("2026-01-01T01:00:00Z"));
        History.Step step = history.steps().getFirst();
        assertThat(step.recorded()).isEqualTo(Duration.ofSeconds(30));
        assertThat(step.passed()).isEqualTo(7);
        assertThat(step.failed()).isZero();
        assertThat(step.machines()).containsEntry("trusted", 3L).doesNotContainKey("x\u001b");
        assertThat(Map.copyOf(step.machines())).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{}", "{'registrations':[{}]}", "{'registrations':[{'agent_id':'a','port':70000}]}"})
    void whatIsNoPageOfRegistrationsIsRefused(String text) throws Exception {
        JsonNode node = json(text);
        assertThatThrownBy(() -> RegistrationPage.from(node)).isInstanceOf(WireFormatException.class);
    }

    @Test
    void aPageOfRegistrationsGoesThereAndBack() throws Exception {
        String text =
                "{'registrations':[{'agent_id':'a','ip':'10.0.0.5','port':9002,'activated_at':'2026-01-01T00:00:00Z',"
                        + "'pending_since':null,'ek_certificate':true,'device_identity':false,'regcount':2,'mtls_cert':'present'}],"
                        + "'next_after':'a'}";
        RegistrationPage page = RegistrationPage.from(json(text));
        assertThat(new String(WireJson.compact(page.toJson()), StandardCharsets.UTF_8))
                .isEqualTo(text.replace('\'', '"'));
    }
}
