package io.limelight.core.policy.regex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.tpm.Fixtures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Against what Python itself says, and against expressions and texts made to take for ever. */
class PythonRegexTest {
    private static final JsonNode VECTORS = Fixtures.json("python-re/vectors.json");
    private static final List<String> TEXTS = texts();

    private static List<String> texts() {
        List<String> texts = new ArrayList<>();
        VECTORS.get("texts").forEach(text -> texts.add(text.stringValue()));
        return texts;
    }

    static Stream<JsonNode> patterns() {
        return VECTORS.get("patterns").valueStream();
    }

    static Stream<JsonNode> lists() {
        return VECTORS.get("lists").valueStream();
    }

    private static List<Integer> numbers(JsonNode array) {
        return array.valueStream().map(JsonNode::intValue).toList();
    }

    @ParameterizedTest
    @MethodSource("patterns")
    void isCompiledAndMatchedAsPythonDoes(JsonNode vector) throws Exception {
        String pattern = vector.get("pattern").stringValue();
        if (!vector.get("valid").booleanValue()) {
            assertThatThrownBy(() -> PythonRegex.forWhole(pattern)).isInstanceOf(PythonRegexException.class);
            return;
        }
        assertThat(matching(PythonRegex.forWhole(pattern))).as("fullmatch").isEqualTo(numbers(vector.get("fullmatch")));

        Rx rx = new Rx.Alternatives(PythonRegexParser.parse(pattern).stream()
                .map(PythonRegexParser.Branch::rx)
                .toList());
        assertThat(matching(PythonRegex.of(pattern, rx, false))).as("match").isEqualTo(numbers(vector.get("match")));
        Program program = Program.of(rx, 9, false);
        List<Integer> stepped = new ArrayList<>();
        for (int i = 0; i < TEXTS.size(); i++) {
            if (program.matchesAtStart(TEXTS.get(i), StepBudget.ofAppraisal()).orElseThrow()) {
                stepped.add(i);
            }
        }
        assertThat(stepped).as("match, step by step").isEqualTo(numbers(vector.get("match")));
    }

    private static List<Integer> matching(PythonRegex regex) {
        List<Integer> matching = new ArrayList<>();
        for (int i = 0; i < TEXTS.size(); i++) {
            if (regex.matches(TEXTS.get(i), StepBudget.ofAppraisal()).orElseThrow()) {
                matching.add(i);
            }
        }
        return matching;
    }

    @ParameterizedTest
    @MethodSource("lists")
    void listsAreJoinedAsKeylimeDoes(JsonNode vector) throws Exception {
        List<String> list =
                vector.get("list").valueStream().map(JsonNode::stringValue).toList();
        if (!vector.get("valid").booleanValue()) {
            assertThatThrownBy(() -> ExclusionRegexes.compile(list)).isInstanceOf(PythonRegexException.class);
            return;
        }
        ExclusionRegexes regexes = ExclusionRegexes.compile(list);
        List<Integer> matching = new ArrayList<>();
        for (int i = 0; i < TEXTS.size(); i++) {
            if (regexes.lookAt(TEXTS.get(i), StepBudget.ofAppraisal()) instanceof ExclusionRegexes.Outcome.Matches) {
                matching.add(i);
            }
        }
        assertThat(matching).isEqualTo(numbers(vector.get("match")));
    }

    @Test
    void usualExclusionsNeedNoBudget() throws Exception {
        ExclusionRegexes regexes = ExclusionRegexes.compile(
                List.of("/usr/local/.*", "/root/\\w+\\.sh$", "[^/]", "(?i:/tmp)", "/a{2,3}?b"));

        assertThat(regexes.needingBudget()).isEmpty();
    }

    @Test
    void anExponentialExpressionIsNamedWhenTheBudgetIsGone() throws Exception {
        ExclusionRegexes regexes = ExclusionRegexes.compile(List.of("/ok", "(?=(a*)*)(a*)*b\\3", "/fine"));
        StepBudget budget = new StepBudget(100_000);

        assertThat(regexes.lookAt("a".repeat(200), budget))
                .isEqualTo(new ExclusionRegexes.Outcome.Undecided("(?=(a*)*)(a*)*b\\3"));
        assertThat(budget.exhausted()).isTrue();
        assertThat(regexes.lookAt("/fine", budget)).isInstanceOf(ExclusionRegexes.Outcome.Matches.class);
    }

    @Test
    void thePatternThatSpentTheBudgetIsNamedAndNotThoseThatFoundNoneLeft() throws Exception {
        String costly = "(?=(a*)*)(a*)*b\\3";
        ExclusionRegexes regexes = ExclusionRegexes.compile(List.of("(?=/one)x", costly, "(?=/two)x", "(?=/three)x"));
        StepBudget budget = new StepBudget(100_000);

        assertThat(regexes.lookAt("/one", budget)).isInstanceOf(ExclusionRegexes.Outcome.No.class);
        for (String path : List.of("a".repeat(200), "/one", "/two")) {
            assertThat(regexes.lookAt(path, budget)).as(path).isEqualTo(new ExclusionRegexes.Outcome.Undecided(costly));
        }
    }

    @Test
    void emptyAlternativesCostStepsToo() throws Exception {
        PythonRegex regex = PythonRegex.forWhole("(?=x)(?:|){40}(?=z)c|(?<=q)(?:||){60}d");

        assertThat(regex.matches("x".repeat(10), new StepBudget(1_000))).isIn(Optional.empty(), Optional.of(false));
    }

    @Test
    void nestedCountsAreTooLargeToKnow() throws Exception {
        PythonRegex regex = PythonRegex.forWhole("(?:(?:(?:a{1000}){1000}){1000}){1000}");

        assertThat(regex.isLinear()).isFalse();
        assertThat(regex.matches("a", StepBudget.ofAppraisal())).isEmpty();
    }

    @Test
    void endlessPathsAreNotCompared() throws Exception {
        ExclusionRegexes regexes = ExclusionRegexes.compile(List.of(".*"));
        StepBudget budget = StepBudget.ofAppraisal();

        assertThat(regexes.lookAt("/a".repeat(5_000), budget)).isInstanceOf(ExclusionRegexes.Outcome.No.class);
        String long_ = "/".repeat(4_000);
        ExclusionRegexes large = ExclusionRegexes.compile(List.of("(?:.{1,900}x){20}"));
        ExclusionRegexes.Outcome last = large.lookAt(long_, budget);
        for (int i = 0; i < 300 && !(last instanceof ExclusionRegexes.Outcome.Undecided); i++) {
            last = large.lookAt(long_, budget);
        }
        assertThat(last).isInstanceOf(ExclusionRegexes.Outcome.Undecided.class);
    }

    @Test
    void deepNestingIsRefused() {
        assertThatThrownBy(() -> PythonRegex.forWhole("(".repeat(5_000)))
                .isInstanceOf(PythonRegexException.class)
                .hasMessageContaining("nested");
    }
}
