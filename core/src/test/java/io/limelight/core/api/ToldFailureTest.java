package io.limelight.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.api.ToldFailure.Action;
import io.limelight.core.failure.Failure;
import io.limelight.core.failure.FailureBundle;
import io.limelight.core.failure.NextStep;
import io.limelight.core.failure.Severity;
import io.limelight.core.json.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ToldFailureTest {
    private static List<Action> actions(String members) throws Exception {
        String json = "{\"id\": \"ima.x\", " + members + "}";
        return ToldFailure.from(WireJson.parseObject(json.getBytes(StandardCharsets.UTF_8)))
                .actions();
    }

    @Test
    void actsAreKnownByTheirIds() throws Exception {
        Failure failure = Failure.recoverable("qoute_validation.x", "y", List.of(), Map.of());
        assertThat(ToldFailure.from(FailureBundle.of(failure, new Severity(6, "emergency")))
                        .actions())
                .extracting(Action::id)
                .containsExactly("compare-key", "enrol-again", "reactivate")
                .allSatisfy(id -> assertThat(NextStep.of(id)).isPresent());
    }

    @Test
    void idsThatAreNotOneForEachSentenceNameNone() throws Exception {
        assertThat(actions("\"actions\": [\"A\", \"B\"], \"action_ids\": [\"reactivate\"]"))
                .containsExactly(new Action("", "A"), new Action("", "B"));
        assertThat(actions("\"actions\": [\"A\"]")).containsExactly(new Action("", "A"));
        assertThat(actions("\"actions\": [\"A\"], \"action_ids\": \"reactivate\""))
                .containsExactly(new Action("", "A"));
    }

    @Test
    void whatIsNoTextIsLeftOutWithItsId() throws Exception {
        assertThat(actions("\"actions\": [7, \"B\"], \"action_ids\": [\"reactivate\", \"ask-owner\"]"))
                .containsExactly(new Action("ask-owner", "B"));
        assertThat(actions("\"actions\": [\"B\"], \"action_ids\": [{}]")).containsExactly(new Action("", "B"));
        assertThat(actions("\"actions\": \"B\", \"action_ids\": [\"ask-owner\"]"))
                .isEmpty();
    }
}
