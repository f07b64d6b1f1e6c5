package io.limelight.core.appraisal.ima;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.limelight.core.ima.ImaEntry;
import io.limelight.core.ima.ImaKeyring;
import io.limelight.core.ima.ImaKeyrings;
import io.limelight.core.ima.KeyReader;
import io.limelight.core.ima.UnsupportedKeyException;
import io.limelight.core.ima.dm.DmEvent;
import io.limelight.core.ima.dm.DmEventException;
import io.limelight.core.ima.dm.DmEventParser;
import io.limelight.core.policy.regex.ExclusionRegexes;
import io.limelight.core.policy.regex.PythonRegex;
import io.limelight.core.policy.regex.PythonRegexException;
import io.limelight.core.policy.regex.StepBudget;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Everything of IMA and its policies that is read from outside: no input may end in anything but a value, failures or the
 * parser's typed error, nor take long. Plain test runs replay the inputs under {@code src/test/resources};
 * {@code JAZZER_FUZZ=1 mvn test -Dtest=ImaParsersFuzz} looks for new ones.
 */
class ImaParsersFuzz {
    private static final RuntimePolicy POLICY = policy();
    private static final ImaKeyrings KEYS =
            ImaKeyrings.EMPTY.withTenant(ImaKeyring.parseLeniently(Fixtures.text("ima/keyring-valid.json")));

    private static RuntimePolicy policy() {
        try {
            return RuntimePolicyReader.forEvaluation(
                    Fixtures.text("ima/policy-test.json")
                            .replace("\"excludes\": []", "\"excludes\": [\"/tmp/(?=a)(a|b)*c\", \"/var\"]")
                            .replace(
                                    "\"dm_policy\": null",
                                    "\"dm_policy\": " + Fixtures.text("ima/dm/dm-policy-linear.json"))
                            .getBytes(StandardCharsets.UTF_8),
                    RuntimePolicyReader.MAX_BYTES);
        } catch (RuntimePolicyException e) {
            throw new IllegalStateException(e);
        }
    }

    @FuzzTest(maxDuration = "30s")
    void list(byte[] input) {
        ImaAppraisal appraisal = ImaAppraiser.appraise(
                new ImaEvidence(input, HashAlgorithm.SHA256, Optional.empty()),
                new ImaReference(Optional.of(POLICY), KEYS.keyring(ImaKeyrings.TENANT), List.of(), Tomtou.FAIL),
                ImaState.NEW);
        if (appraisal.entries() > input.length) {
            throw new IllegalStateException("more entries than bytes");
        }
    }

    @FuzzTest(maxDuration = "30s")
    void line(byte[] input) {
        ImaEntry entry = new ImaEntry();
        if (entry.read(input, 0, input.length) == ImaEntry.Outcome.ENTRY) {
            // Every byte of the data comes from the line, but for lengths, NULs, "sha1:" and the padding of a legacy
            // name.
            if (entry.templateData().length > input.length + 320) {
                throw new IllegalStateException("template data out of nothing");
            }
            entry.isSignedBy(KEYS);
            entry.digestFitsBuffer();
        } else if (entry.problem().isEmpty()) {
            throw new IllegalStateException("broken without a reason");
        }
        entry.shownLine();
    }

    @FuzzTest(maxDuration = "30s")
    void runtimePolicy(byte[] input) {
        RuntimePolicy strict;
        try {
            RuntimePolicyReader.forEvaluation(input, 1 << 20);
            strict = RuntimePolicyReader.forUpload(input, 1 << 20);
        } catch (RuntimePolicyException e) {
            return;
        }
        strict.digests().forEach((name, digests) -> {
            if (digests.isEmpty() || strict.digests().find(name) < 0) {
                throw new IllegalStateException("a name is not found again");
            }
        });
    }

    @FuzzTest(maxDuration = "30s")
    void deviceMapperEvent(FuzzedDataProvider data) {
        String name = data.pickValue(DmEvent.NAMES.stream().sorted().toList());
        try {
            DmEventParser.parse(name, data.consumeRemainingAsBytes());
        } catch (DmEventException e) {
            // the expected answer to nearly everything
        }
    }

    @FuzzTest(maxDuration = "30s")
    void key(byte[] input) {
        try {
            KeyReader.read(input);
        } catch (UnsupportedKeyException e) {
            // fine
        }
    }

    @FuzzTest(maxDuration = "30s")
    void keyrings(FuzzedDataProvider data) throws IOException {
        String text = data.consumeRemainingAsString();
        ImaKeyring ring = ImaKeyring.parseLeniently(text);
        if (!ImaKeyring.parse(ring.json()).equals(ring)) {
            throw new IllegalStateException("written back to another keyring");
        }
    }

    @FuzzTest(maxDuration = "30s")
    void regex(FuzzedDataProvider data) {
        String pattern = data.consumeString(200);
        String text = data.consumeRemainingAsString();
        try {
            PythonRegex.forWhole(pattern).matches(text, new StepBudget(100_000));
        } catch (PythonRegexException e) {
            // most are none
        }
        try {
            ExclusionRegexes.compile(List.of("/a", pattern)).lookAt(text, new StepBudget(100_000));
        } catch (PythonRegexException e) {
            // most are none
        }
    }
}
