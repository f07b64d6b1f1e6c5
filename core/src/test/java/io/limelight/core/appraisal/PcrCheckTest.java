package io.limelight.core.appraisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.failure.Failure;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.TpmPolicyException;
import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.tpm.TransportKeyBinding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class PcrCheckTest {
    /** Verdicts that Keylime gave; those about IMA lists belong to the appraisal of IMA. */
    static Stream<JsonNode> verdicts() {
        return Fixtures.json("tpm-policy/vectors.json")
                .get("check")
                .valueStream()
                .filter(vector -> !vector.get("name").stringValue().startsWith("IMA"));
    }

    @ParameterizedTest
    @MethodSource("verdicts")
    void agreesWithKeylime(JsonNode vector) throws Exception {
        Map<Integer, Octets> quoted = new HashMap<>();
        vector.get("quoted_pcrs_sha256")
                .properties()
                .forEach(e -> quoted.put(
                        Integer.valueOf(e.getKey()), Octets.ofHex(e.getValue().stringValue())));
        PcrValues pcrs = PcrValues.of(HashAlgorithm.SHA256, quoted);
        String policyText = vector.get("tpm_policy").toString();
        if (policyText.contains("0xaa")) {
            // Keylime keeps a value that nothing can ever equal; here it never gets as far as a quote.
            assertThatThrownBy(() -> TpmPolicy.fromWire(policyText)).isInstanceOf(TpmPolicyException.class);
            return;
        }
        TpmPolicy policy = TpmPolicy.fromWire(policyText);
        List<Failure> failures = new ArrayList<>();
        if (vector.has("data")) {
            failures.addAll(PcrCheck.binding(pcrs, vector.get("data").stringValue()));
        }
        failures.addAll(PcrCheck.policy(pcrs, policy));

        assertThat(failures.stream().map(Failure::id).toList())
                .isEqualTo(vector.get("event_ids")
                        .valueStream()
                        .map(JsonNode::stringValue)
                        .toList());
        assertThat(failures)
                .allMatch(Failure::recoverable)
                .allMatch(f -> !f.likelyCauses().isEmpty());
    }

    @ParameterizedTest
    @EnumSource(
            value = HashAlgorithm.class,
            names = {"SHA1", "SHA256", "SHA384", "SHA512"})
    void bindingValuesOfEveryBank(HashAlgorithm hash) {
        JsonNode example = Fixtures.json("tpm-policy/vectors.json").get("data_pcr_example");

        assertThat(TransportKeyBinding.pcr16(hash, example.get("data").stringValue())
                        .hex())
                .isEqualTo(example.get(hash.wireName()).stringValue());
    }
}
