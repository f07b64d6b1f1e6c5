package io.limelight.core.appraisal.ima;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.failure.Failure;
import io.limelight.core.ima.ImaEntry;
import io.limelight.core.ima.ImaKeyring;
import io.limelight.core.ima.KeyReader;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The list of a real machine: 1252 entries of template ima-sig, seven of them signed. */
class RealBootImaTest {
    private static final byte[] LIST = Fixtures.bytes("real-boot/ascii_runtime_measurements");
    private static final JsonNode FACTS =
            Fixtures.json("real-boot/expected.json").get("boot-a");
    private static final Octets BOOT_AGGREGATE =
            Octets.ofHex("5107628853416193d0e45b50f18ee38921149061d971c77f849e38b11427afac");

    private static RuntimePolicy policy(Set<String> without, String logHash) throws Exception {
        Map<String, Set<String>> digests = new LinkedHashMap<>();
        for (String file : List.of("approved-files.sha256", "approved-initramfs.sha256")) {
            Fixtures.text("real-boot/" + file).lines().forEach(line -> {
                String path = line.substring(66).replace(' ', '_');
                if (!without.contains(path)) {
                    digests.computeIfAbsent(path, p -> new TreeSet<>()).add('"' + line.substring(0, 64) + '"');
                }
            });
        }
        List<String> members = new ArrayList<>();
        digests.forEach((path, list) -> members.add('"' + path + "\": [" + String.join(", ", list) + "]"));
        String text = RuntimePolicy.EMPTY_TEXT
                .replace("\"digests\": {}", "\"digests\": {" + String.join(", ", members) + "}")
                .replace("\"excludes\": []", "\"excludes\": [\"/root/etc/fstab$\"]")
                .replace("\"log_hash_alg\": \"sha1\"", "\"log_hash_alg\": \"" + logHash + "\"");
        return RuntimePolicyReader.forUpload(text.getBytes(StandardCharsets.UTF_8), RuntimePolicyReader.MAX_BYTES);
    }

    private static Octets pcr10(String bank) {
        return Octets.ofHex(FACTS.get("pcrs").get(bank).get("10").stringValue());
    }

    private static ImaAppraisal appraise(byte[] list, String bank, ImaReference reference) {
        return ImaAppraiser.appraise(
                new ImaEvidence(list, HashAlgorithm.fromWireName(bank).orElseThrow(), Optional.of(pcr10(bank))),
                reference,
                ImaState.NEW);
    }

    private static ImaKeyring keys() throws Exception {
        return ImaKeyring.EMPTY
                .with(KeyReader.read(Fixtures.bytes("real-boot/ima-keys/ima-rsa.pub.pem"))
                        .orElseThrow())
                .with(KeyReader.read(Fixtures.bytes("real-boot/ima-keys/ima-ec.crt.pem"))
                        .orElseThrow());
    }

    private static Set<String> signedPaths() {
        Set<String> paths = new TreeSet<>();
        FACTS.get("imaSignedEntries").forEach(signed -> paths.add(signed.get(1).stringValue()));
        return paths;
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha1", "sha256", "sha384"})
    void everyEntryIsAcceptedAndLeadsToPcr10(String bank) throws Exception {
        ImaAppraisal appraisal =
                appraise(LIST, bank, ImaReference.of(policy(Set.of(), "sha1"), List.of(BOOT_AGGREGATE), Tomtou.FAIL));

        assertThat(appraisal.failures()).isEmpty();
        assertThat(appraisal.entries()).isEqualTo(1252);
        assertThat(appraisal.nextState().nextEntry()).isEqualTo(1252);
    }

    @Test
    void theListWithHashesOfTheOtherBankIsReadByAPolicyThatSaysSo() throws Exception {
        byte[] list = Fixtures.bytes("real-boot/ascii_runtime_measurements_sha256");

        assertThat(appraise(
                                list,
                                "sha256",
                                ImaReference.of(policy(Set.of(), "sha256"), List.of(BOOT_AGGREGATE), Tomtou.FAIL))
                        .failures())
                .isEmpty();
    }

    @Test
    void withoutTheBootAggregateTheFirstEntryFailsAlone() throws Exception {
        ImaAppraisal appraisal =
                appraise(LIST, "sha256", ImaReference.of(policy(Set.of(), "sha1"), List.of(), Tomtou.FAIL));

        assertThat(appraisal.failures())
                .extracting(Failure::id)
                .containsExactly("ima.validation.ima-ng.not_in_allowlist");
        assertThat(appraisal.failures().getFirst().sentence()).contains("boot_aggregate");
    }

    @Test
    void signaturesMakeUpForMissingDigests() throws Exception {
        RuntimePolicy policy = policy(signedPaths(), "sha1");

        ImaAppraisal withKeys = appraise(
                LIST,
                "sha256",
                new ImaReference(Optional.of(policy), Optional.of(keys()), List.of(BOOT_AGGREGATE), Tomtou.FAIL));
        ImaAppraisal without = appraise(
                LIST,
                "sha256",
                new ImaReference(
                        Optional.of(policy), Optional.of(ImaKeyring.EMPTY), List.of(BOOT_AGGREGATE), Tomtou.FAIL));

        // The copy of cat in the initramfs is another file and not signed.
        assertThat(withKeys.failures())
                .allSatisfy(failure -> assertThat(failure.context()).containsEntry("path", "/usr/bin/cat"));
        assertThat(without.failures())
                .extracting(failure -> (String) failure.context().get("path"))
                .containsAll(signedPaths());
        assertThat(without.failures())
                .filteredOn(failure -> "/usr/local/bin/approved-task.sh"
                        .equals(failure.context().get("path")))
                .singleElement()
                .satisfies(failure -> {
                    assertThat(failure.sentence())
                            .contains("key with the id d8e4ef1c, which is not among the verification keys");
                    assertThat(failure.likelyCauses().getFirst()).contains("d8e4ef1c", "add the key");
                });
    }

    /** A key that bears the id of the one that signed: its signatures are by it and wrong. */
    private static ImaKeyring falseKeys() throws Exception {
        byte[] other = KeyReader.read(Fixtures.bytes("real-boot/ima-keys/ima-rsa.pub.pem"))
                .orElseThrow()
                .spki();
        return ImaKeyring.parse("{\"keyids\": [" + 0xd8e4ef1cL + "], \"pubkeys\": [\""
                + Base64.getEncoder().encodeToString(other) + "\"]}");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSignatureThatIsWrongUnderAKeyThatIsKnownIsCalledSo(boolean withPolicy) throws Exception {
        Optional<RuntimePolicy> policy = withPolicy ? Optional.of(policy(signedPaths(), "sha1")) : Optional.empty();

        byte[] row = new String(LIST, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains(" /usr/local/bin/approved-task.sh "))
                .findFirst()
                .orElseThrow()
                .getBytes(StandardCharsets.UTF_8);

        ImaAppraisal appraisal = appraise(
                row,
                "sha256",
                new ImaReference(policy, Optional.of(falseKeys()), List.of(BOOT_AGGREGATE), Tomtou.FAIL));

        assertThat(appraisal.failures())
                .filteredOn(failure -> "/usr/local/bin/approved-task.sh"
                        .equals(failure.context().get("path")))
                .singleElement()
                .satisfies(failure -> {
                    assertThat(failure.sentence())
                            .contains(
                                    "its signature is by the key with the id d8e4ef1c, which is known and has not signed");
                    assertThat(failure.likelyCauses().getFirst())
                            .contains("d8e4ef1c", "was changed after it was signed")
                            .doesNotContain("add the key");
                });
    }

    @Test
    void keysHaveTheIdsTheKernelWrites() throws Exception {
        for (String file : List.of("ima-rsa", "ima-ec")) {
            String expected = file.equals("ima-rsa") ? "c375a35a" : "d8e4ef1c";
            assertThat(KeyReader.read(Fixtures.bytes("real-boot/ima-keys/" + file + ".pub.pem"))
                            .orElseThrow())
                    .hasToString(expected);
            assertThat(KeyReader.read(Fixtures.bytes("real-boot/ima-keys/" + file + ".crt.pem"))
                            .orElseThrow())
                    .hasToString(expected);
        }
    }

    @Test
    void theListMayComeInPiecesOfAnySize() throws Exception {
        ImaReference reference = ImaReference.of(policy(Set.of(), "sha1"), List.of(BOOT_AGGREGATE), Tomtou.FAIL);
        ImaState state = ImaState.NEW;
        List<String> lines = new String(LIST, StandardCharsets.UTF_8)
                .lines()
                .map(line -> line + "\n")
                .toList();
        byte[] running = new byte[32];
        int sent = 0;
        for (int size = 1; sent < lines.size(); size = 3 * size) {
            StringBuilder piece = new StringBuilder();
            for (int i = sent; i < Math.min(lines.size(), sent + size); i++) {
                piece.append(lines.get(i));
                running = extend(running, lines.get(i));
            }
            sent = Math.min(lines.size(), sent + size);
            ImaAppraisal appraisal = ImaAppraiser.appraise(
                    new ImaEvidence(
                            piece.toString().getBytes(StandardCharsets.UTF_8),
                            HashAlgorithm.SHA256,
                            Optional.of(Octets.copyOf(running))),
                    reference,
                    ImaState.parse(state.json()));
            assertThat(appraisal.failures()).isEmpty();
            state = appraisal.nextState();
            assertThat(state.nextEntry()).isEqualTo(sent);
        }
        assertThat(state.pcr10()).contains(pcr10("sha256"));
    }

    private static byte[] extend(byte[] running, String line) {
        ImaEntry entry = new ImaEntry();
        byte[] whole = line.substring(0, line.length() - 1).getBytes(StandardCharsets.UTF_8);
        assertThat(entry.read(whole, 0, whole.length)).isEqualTo(ImaEntry.Outcome.ENTRY);
        return HashAlgorithm.SHA256.digest(running, HashAlgorithm.SHA256.digest(entry.templateData()));
    }
}
