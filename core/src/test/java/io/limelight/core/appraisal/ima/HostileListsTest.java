package io.limelight.core.appraisal.ima;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.failure.Failure;
import io.limelight.core.ima.ImaKeyrings;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Lists that no kernel writes. */
class HostileListsTest {
    private static final String FILE = "a".repeat(64);

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static RuntimePolicy policy(String digests, String excludes) throws Exception {
        return RuntimePolicyReader.forUpload(
                ascii(RuntimePolicy.EMPTY_TEXT
                        .replace("\"digests\": {}", "\"digests\": " + digests)
                        .replace("\"excludes\": []", "\"excludes\": " + excludes)),
                RuntimePolicyReader.MAX_BYTES);
    }

    private static byte[] templateData(String path) {
        byte[] name = ascii(path);
        byte[] data = new byte[4 + 40 + 4 + name.length + 1];
        data[0] = 40;
        System.arraycopy(ascii("sha256:"), 0, data, 4, 7);
        System.arraycopy(HexFormat.of().parseHex(FILE), 0, data, 12, 32);
        for (int i = 0; i < 4; i++) {
            data[44 + i] = (byte) ((name.length + 1) >>> (8 * i));
        }
        System.arraycopy(name, 0, data, 48, name.length);
        return data;
    }

    private static String line(String path) {
        return "10 " + hex(HashAlgorithm.SHA1.digest(templateData(path))) + " ima-ng sha256:" + FILE + " " + path
                + "\n";
    }

    private static ImaAppraisal appraise(byte[] list, RuntimePolicy policy) {
        return ImaAppraiser.appraise(
                new ImaEvidence(list, HashAlgorithm.SHA256, Optional.empty()),
                ImaReference.of(policy, List.of(), Tomtou.FAIL),
                ImaState.NEW);
    }

    private static List<String> ids(ImaAppraisal appraisal) {
        return appraisal.failures().stream().map(Failure::id).toList();
    }

    @Test
    void aTemplateHashOfOnesExemptsNothing() throws Exception {
        String line = "10 " + "ff".repeat(20) + line("/evil").substring(43);

        ImaAppraisal appraisal = appraise(ascii(line), policy("{}", "[]"));

        assertThat(ids(appraisal)).containsExactly("ima.validation.ima_hash");
    }

    @Test
    void aListWithTheTemplateHashesOfAnotherBankFailsOnceAndSaysSo() throws Exception {
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            String path = "/bin/" + i;
            list.append("10 ")
                    .append(hex(HashAlgorithm.SHA256.digest(templateData(path))))
                    .append(line(path).substring(43));
        }

        ImaAppraisal appraisal = appraise(ascii(list.toString()), policy("{}", "[]"));

        assertThat(ids(appraisal)).containsExactly("ima.validation.ima_hash");
        assertThat(appraisal.passed()).isFalse();
        assertThat(appraisal.unlisted()).isZero();
        assertThat(appraisal.failures().getFirst().sentence())
                .contains("1000 entries", "64 digits (sha256)", "the runtime policy is for those of sha1", "/bin/0");
        assertThat(appraisal.failures().getFirst().context()).containsEntry("entry", 1L);
    }

    @Test
    void oneRowWithAnotherTemplateHashStandsAtItsPlaceAmongTheFailures() throws Exception {
        String other = "10 " + "ab".repeat(32) + line("/other").substring(43);

        ImaAppraisal appraisal = appraise(ascii(line("/first") + other + line("/last")), policy("{}", "[]"));

        assertThat(appraisal.failures())
                .extracting(failure -> failure.context().get("path"))
                .containsExactly("/first", "/other", "/last");
        assertThat(appraisal.failures().get(1).sentence())
                .contains("Entry 2 of the IMA list (/other) has a template hash of 64 digits");
    }

    @Test
    void zerosInPlaceOfATemplateHashBreakTheChain() throws Exception {
        byte[] pcr10 = HashAlgorithm.SHA256.digest(new byte[32], HashAlgorithm.SHA256.digest(templateData("/evil")));
        String hidden = "10 " + "00".repeat(20) + line("/evil").substring(43);

        ImaAppraisal appraisal = ImaAppraiser.appraise(
                new ImaEvidence(ascii(hidden), HashAlgorithm.SHA256, Optional.of(Octets.copyOf(pcr10))),
                ImaReference.of(policy("{}", "[]"), List.of(), Tomtou.ACCEPT),
                ImaState.NEW);

        assertThat(ids(appraisal)).containsExactly("ima.pcr_mismatch");
    }

    @Test
    void theSentenceNamesPathEntryAndDigest() throws Exception {
        ImaAppraisal appraisal = appraise(
                ascii(line("/usr/bin/good") + line("/usr/bin/evil")),
                policy("{\"/usr/bin/good\": [\"" + FILE + "\"]}", "[]"));

        assertThat(appraisal.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.sentence())
                    .contains("/usr/bin/evil")
                    .contains("entry 2 ")
                    .contains("sha256:" + FILE);
            assertThat(failure.context())
                    .containsEntry("entry", 2L)
                    .containsEntry("path", "/usr/bin/evil")
                    .containsEntry("got", FILE)
                    .containsEntry("line", line("/usr/bin/evil").strip());
        });
    }

    @Test
    void aChangedFileIsToldFromAnUnknownOne() throws Exception {
        String other = "b".repeat(64);
        ImaAppraisal appraisal =
                appraise(ascii(line("/usr/bin/ls")), policy("{\"/usr/bin/ls\": [\"" + other + "\"]}", "[]"));

        assertThat(ids(appraisal)).containsExactly("ima.validation.ima-ng.runtime_policy_hash");
        assertThat(appraisal.failures().getFirst().context()).containsEntry("expected", List.of(other));
    }

    @Test
    void anExclusionThatCannotBeDecidedDoesNotExcludeAndIsNamed() throws Exception {
        String pattern = "/tmp/(?=a)(a|aa)+$";
        RuntimePolicy policy = policy("{}", "[\"" + pattern + "\", \"/var/.*\"]");
        String path = "/tmp/" + "a".repeat(200) + "b";

        ImaAppraisal appraisal = appraise(ascii(line(path) + line("/var/lib/x") + line("/tmp/aaa")), policy);

        assertThat(appraisal.failures().getFirst().sentence()).contains(pattern).contains("not covered");
        // Exclusions that need no budget still count; those that do are as good as absent from then on.
        assertThat(appraisal.failures())
                .extracting(failure -> failure.context().get("path"))
                .doesNotContain("/var/lib/x");
    }

    @Test
    void unusableExclusionsAreMentioned() throws Exception {
        ImaAppraisal appraisal = appraise(ascii(line("/tmp/x")), policy("{}", "[\"/tmp\", \"(\"]"));

        assertThat(appraisal.failures().getFirst().likelyCauses().getFirst()).contains("exclusions cannot be used");
    }

    @Test
    void ofEachKindTheFirstFailuresAreListed() throws Exception {
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            list.append("nonsense\n").append(line("/evil/" + i));
        }
        list.append("9").append(line("/x").substring(2));

        ImaAppraisal appraisal = appraise(ascii(list.toString()), policy("{}", "[]"));

        assertThat(appraisal.failures()).hasSize(2 * ImaAppraisal.MAX_OF_A_KIND + 1);
        assertThat(appraisal.unlisted()).isEqualTo(10_000 - 2 * ImaAppraisal.MAX_OF_A_KIND);
        assertThat(ids(appraisal)).last().isEqualTo("ima.validation.ima_pcr");
    }

    @Test
    void linesWithoutEndAreNoEntries() throws Exception {
        byte[] list = new byte[6 * 1024 * 1024];
        Arrays.fill(list, (byte) '1');

        ImaAppraisal appraisal = appraise(list, policy("{}", "[]"));

        assertThat(ids(appraisal)).containsExactly("ima.parser.entry");
        assertThat(appraisal.failures().getFirst().sentence().length()).isLessThan(1000);
    }

    @Test
    void millionsOfLinesEndSomewhere() throws Exception {
        byte[] list = new byte[8 * 1024 * 1024];
        for (int i = 0; i < list.length; i += 2) {
            list[i] = 'x';
            list[i + 1] = '\n';
        }

        ImaAppraisal appraisal = appraise(list, policy("{}", "[]"));

        assertThat(appraisal.entries()).isEqualTo(ImaAppraiser.MAX_ENTRIES);
        assertThat(appraisal.failures()).hasSizeLessThanOrEqualTo(ImaAppraisal.MAX_OF_A_KIND);
        assertThat(appraisal.unlisted()).isPositive();
    }

    @Test
    void bytesThatAreNoUtf8AreHashedAsTheyAre() throws Exception {
        byte[] list = ascii(line("/tmp/x?y"));
        byte[] data = templateData("/tmp/x?y");
        data[54] = (byte) 0xff;
        byte[] changed = ascii("10 " + hex(HashAlgorithm.SHA1.digest(data))
                + new String(list, 43, list.length - 43, StandardCharsets.US_ASCII));
        changed[changed.length - 3] = (byte) 0xff;

        ImaAppraisal appraisal = appraise(changed, policy("{}", "[]"));

        assertThat(ids(appraisal)).containsExactly("ima.validation.ima-ng.not_in_allowlist");
    }

    @Test
    void anEntryOfAnotherBootAggregateTellsWhatWasComputed() throws Exception {
        RuntimePolicy policy = policy("{}", "[]");
        Octets computed = Octets.ofHex(FILE);

        ImaAppraisal accepted = ImaAppraiser.appraise(
                new ImaEvidence(ascii(line("boot_aggregate")), HashAlgorithm.SHA256, Optional.empty()),
                ImaReference.of(policy, List.of(computed), Tomtou.FAIL),
                ImaState.NEW);
        ImaAppraisal refused = ImaAppraiser.appraise(
                new ImaEvidence(ascii(line("boot_aggregate")), HashAlgorithm.SHA256, Optional.empty()),
                ImaReference.of(policy, List.of(Octets.ofHex("b".repeat(64))), Tomtou.FAIL),
                ImaState.NEW);

        assertThat(accepted.passed()).isTrue();
        assertThat(ids(refused)).containsExactly("ima.validation.ima-ng.runtime_policy_hash");
    }

    @Test
    void aStateOfAnotherBankDoesNotFit() {
        ImaState state = new ImaState(
                5, Optional.of(Octets.copyOf(new byte[20])), ImaKeyrings.EMPTY, Optional.empty(), DmDevices.NONE);

        assertThat(state.fits(HashAlgorithm.SHA1)).isTrue();
        assertThat(state.fits(HashAlgorithm.SHA256)).isFalse();
        assertThatThrownBy(() -> ImaAppraiser.appraise(
                        new ImaEvidence(new byte[0], HashAlgorithm.SHA256, Optional.empty()),
                        new ImaReference(Optional.empty(), Optional.empty(), List.of(), Tomtou.FAIL),
                        state))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aListTamperedWithAnywhereFails() throws Exception {
        byte[] list = Fixtures.bytes("ima/combined.log");
        RuntimePolicy policy = RuntimePolicyReader.forEvaluation(Fixtures.bytes("ima/policy-test.json"), 10_000);
        Octets pcr10 = Octets.ofHex(Fixtures.json("ima/expected-pcr10.json")
                .get("combined.log")
                .get("pcr10_sha256")
                .stringValue());
        for (int i = 0; i < list.length - 1; i++) {
            byte[] changed = list.clone();
            changed[i] ^= 1;
            ImaAppraisal appraisal = ImaAppraiser.appraise(
                    new ImaEvidence(changed, HashAlgorithm.SHA256, Optional.of(pcr10)),
                    ImaReference.of(policy, List.of(), Tomtou.FAIL),
                    ImaState.NEW);
            assertThat(appraisal.passed()).as("byte %d", i).isFalse();
        }
    }
}
