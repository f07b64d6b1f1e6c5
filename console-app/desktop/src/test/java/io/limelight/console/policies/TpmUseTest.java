package io.limelight.console.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.policies.TpmTemplates.Template;
import io.limelight.console.policies.TpmUse.Unnamed;
import io.limelight.core.api.AgentId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TpmUseTest {
    private static final String A = "a1".repeat(32);
    private static final String B = "b2".repeat(32);
    private static final AgentId M1 = AgentId.of("m1");
    private static final AgentId M2 = AgentId.of("m2");
    private static final AgentId M3 = AgentId.of("m3");

    @Test
    void machinesAreMatchedByWhatTheirPolicySaysHoweverItIsWritten() {
        Template template = new Template("firmware", "{\"0\": [\"" + A + "\", \"" + B + "\"], \"mask\": \"0x1\"}");
        TpmUse use = TpmUse.of(
                List.of(template),
                Map.of(
                        M1,
                        "{\"mask\": \"0x401\", \"0\": [\"" + B + "\", \"" + A.toUpperCase(java.util.Locale.ROOT)
                                + "\"]}",
                        M2,
                        "{'0': ['" + A + "', '" + B + "', '" + A + "'], 'mask': '0xffff'}",
                        M3,
                        "{\"0\": [\"" + A + "\"], \"mask\": \"0x1\"}"));
        assertThat(use.find("firmware").orElseThrow().machines()).containsExactly(M1, M2);
        assertThat(use.unnamed())
                .singleElement()
                .satisfies(each -> assertThat(each.machines()).containsExactly(M3));
        assertThat(use.unreadable()).isEmpty();
    }

    @Test
    void whatCannotBeReadIsCountedAndNeverTakenForSomethingElse() {
        TpmUse use = TpmUse.of(
                List.of(new Template("broken", "no policy at all"), new Template("empty", "{\"mask\": \"0x400\"}")),
                Map.of(
                        M1,
                        "no policy at all",
                        M2,
                        "{\"7\": [\"" + A + "\"], \"mask\": \"0x1\"}",
                        M3,
                        "{\"mask\": \"0x400\"}",
                        AgentId.of("m4"),
                        ""));
        assertThat(use.find("broken").orElseThrow().machines()).isEmpty();
        assertThat(use.find("empty").orElseThrow().machines()).isEmpty();
        assertThat(use.unreadable()).containsExactly(M1, M2);
        assertThat(use.unnamed()).isEmpty();
    }

    @Test
    void theMostUsedPolicyWithoutANameComesFirstAndTemplatesThatSayTheSameKnowOfEachOther() {
        Map<AgentId, String> texts = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            texts.put(AgentId.of("n" + i), i % 5 == 0 ? policy(1, A) : i % 5 == 1 ? policy(2, A) : policy(3, A));
        }
        TpmUse use = TpmUse.of(
                List.of(
                        new Template("one", policy(1, A)),
                        new Template("uno", policy(1, A.toUpperCase(java.util.Locale.ROOT)))),
                texts);
        assertThat(use.unnamed()).extracting(each -> each.machines().size()).containsExactly(30_000, 10_000);
        assertThat(use.unnamed().getFirst())
                .extracting(Unnamed::content)
                .isEqualTo(PcrContent.of(policy(3, A)).orElseThrow());
        assertThat(use.find("one").orElseThrow().same()).containsExactly("uno");
        assertThat(use.find("uno").orElseThrow().machines()).hasSize(10_000);
        assertThat(use.find("three")).isEmpty();
    }

    private static String policy(int pcr, String value) {
        return "{\"" + pcr + "\": [\"" + value + "\"], \"mask\": \"0x" + Integer.toHexString(1 << pcr) + "\"}";
    }
}
