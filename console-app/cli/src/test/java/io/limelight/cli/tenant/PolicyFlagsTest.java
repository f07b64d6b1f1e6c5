package io.limelight.cli.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.api.AddAgentRequest;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.http.HttpReply;
import io.limelight.core.json.WireJson;
import io.limelight.core.tenant.kit.SoftMachine;
import io.limelight.core.tenant.kit.TenantWorld;
import io.limelight.core.tpm.Fixtures;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The policy options of {@code add} and {@code update}: what is refused before anything leaves, and what the verifier gets. */
class PolicyFlagsTest {
    private static final String ID = TenantWorld.ID.value();
    private static final String IMA = "\"mask\":\"0x400\"";
    private static final String BOOT = "\"mask\":\"0xfbff\"";
    private static final String SHA256 = "64608ceb82d6d6459e8ac5ffd19865d670d1fe99417e10f20446de5d125bc4ab";

    @TempDir
    Path folder;

    private CommandLineHarness line;
    private TenantWorld world;
    private SoftMachine machine;

    @BeforeEach
    void build() throws Exception {
        line = new CommandLineHarness(folder);
        world = TenantWorld.in(folder);
        world.configure("mb_refstate = boot.json");
        machine = world.machine(TenantWorld.ID);
        put("policy.json", "runtime-policy/sign/runtime-policy.json");
        put("signed.json", "runtime-policy/sign/runtime-policy.signed-ecdsa.json");
        put("bad.json", "runtime-policy/runtime-policy-test-signed-bad.json");
        put("prefixed.json", "runtime-policy/runtime-policy-test.json");
        put("key.pem", "runtime-policy/sign/ec-p521-public.pem");
        put("other.pem", "runtime-policy/runtime-policy-pubkey.pub");
        put("list.txt", "runtime-policy/ima-allowlist-short.txt");
        put("exclude.txt", "runtime-policy/legacy/excludelist.txt");
        put("key.sig", "runtime-policy/detached-signature/allowlist-ec-sig.bin");
        Files.writeString(folder.resolve("payload.txt"), "secret");
        Files.writeString(folder.resolve("boot.json"), "{\"has_secureboot\": true, \"pk\": []}");
        Files.writeString(folder.resolve("nonsense.json"), "nonsense");
        try (RandomAccessFile sparse =
                new RandomAccessFile(folder.resolve("large.json").toFile(), "rw")) {
            sparse.setLength(100L << 20);
        }
    }

    private void put(String name, String fixture) throws Exception {
        Files.write(folder.resolve(name), Fixtures.bytes(fixture));
    }

    @AfterEach
    void end() {
        world.close();
    }

    private int tenant(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "tenant";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return line.run(world.environment(), all);
    }

    private int add(String options) {
        return tenant(("-u " + ID + " " + options).strip().split(" ", -1));
    }

    private AddAgentRequest posted() {
        return Objects.requireNonNull(world.verifier().machines().get(ID));
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    // --- what never leaves ---

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--runtime-policy nowhere.json                                  | nowhere.json does not exist",
                "--runtime-policy .                                             | is a folder",
                "--runtime-policy large.json                                    | is longer than",
                "--runtime-policy nonsense.json                                 | is not JSON",
                "--runtime-policy prefixed.json                                 | boot_aggregate",
                "--runtime-policy policy.json --runtime-policy-checksum " + SHA256 + " | not the one given",
                "--runtime-policy policy.json --runtime-policy-checksum 12      | no SHA-256",
                "--runtime-policy policy.json --runtime-policy-sig-key key.pem  | is not signed",
                "--runtime-policy signed.json                                   | --runtime-policy-sig-key",
                "--runtime-policy signed.json --runtime-policy-sig-key other.pem | no good signature",
                "--runtime-policy bad.json --runtime-policy-sig-key other.pem   | no good signature",
                "--runtime-policy signed.json --runtime-policy-sig-key gone.pem | gone.pem does not exist",
                "--runtime-policy-sig-key key.pem                               | --runtime-policy",
                "--runtime-policy-name a/b                                      | a/b",
                "--runtime-policy-name ..                                       | folder",
                "--runtime-policy-name=                                         | is empty",
                "--runtime-policy=                                              | names no file",
                "--runtime-policy-name a --allowlist-name b                     | they differ",
                "--runtime-policy policy.json --allowlist list.txt              | Give one of",
                "--allowlist policy.json                                        | runtime policy already",
                "--allowlist nonsense.json                                      | holds no digest and path",
                "--allowlist list.txt --exclude gone.txt                        | gone.txt does not exist",
                "--allowlist-url http://127.0.0.1:1/x                           | use https",
                "--allowlist-url ftp://127.0.0.1:1/x                            | must begin with https",
                "--runtime-policy-url http://127.0.0.1:1/x --runtime-policy-checksum " + SHA256
                        + " | cannot be fetched",
                "--mb-policy nowhere.json                                       | nowhere.json does not exist",
                "--mb-policy nonsense.json                                      | limelight policy create measured-boot",
                "--mb-policy policy.json                                        | no measured boot reference state",
                "--mb-policy large.json                                         | is longer than",
                "--mb-policy-name a%2fb                                         | letters",
                "--mb-policy boot.json --tpm_policy {\"7\":\"" + SHA256 + "\",\"0\":\"" + SHA256 + "\"} | PCR 0, 7",
                "--signature-verification-key list.txt                          | neither a certificate nor a key",
                "--signature-verification-key key.pem --signature-verification-key-sig key.sig | every key needs both",
                "--signature-verification-key key.pem --signature-verification-key-sig key.sig"
                        + " --signature-verification-key-sig-key other.pem | is not one by the key",
                "--signature-verification-key-sig key.sig                       | every key needs both",
            })
    void whatIsWrongIsSaidBeforeAnybodyIsAsked(String options, String said) {
        for (String command : List.of("add", "update")) {
            assertThat(add("-c " + command + " -f payload.txt " + options))
                    .as(options)
                    .isEqualTo(1);
            assertThat(line.out().lines().filter(text -> text.contains(" - ERROR - ")))
                    .as(options)
                    .singleElement()
                    .asString()
                    .contains(said);
        }
        assertThat(world.journal().lines()).noneMatch(text -> text.contains("POST") || text.contains("DELETE"));
    }

    @Test
    void aPolicyTheVerifierLacksOrHasAlreadyEndsItBeforeTheShareLeavesAndBeforeAnythingIsDeleted() {
        assertThat(add("")).isZero();
        world.verifier().policies(PolicyKind.RUNTIME).put("web", WireJson.object());
        world.verifier().policies(PolicyKind.MEASURED_BOOT).put("uefi", WireJson.object());
        world.journal().clear();
        for (String options : List.of(
                "--runtime-policy-name absent",
                "--mb-policy-name absent",
                "--runtime-policy policy.json --runtime-policy-name web",
                "--allowlist list.txt --allowlist-name web",
                "--mb-policy boot.json --mb-policy-name uefi")) {
            assertThat(add("-c update -f payload.txt " + options)).as(options).isEqualTo(1);
            assertThat(line.out()).as(options).contains("ERROR - The verifier at", "Nothing was sent.");
        }
        assertThat(world.journal().lines()).noneMatch(text -> text.contains("POST") || text.contains("DELETE"));
        assertThat(world.verifier().machines()).containsKey(ID);
    }

    @Test
    void aLeftOverPolicyOfTheMachinesNameIsNotTakenForTheNewOne() {
        world.verifier().policies(PolicyKind.RUNTIME).put(ID, WireJson.object());
        assertThat(add("--runtime-policy policy.json")).isEqualTo(1);
        assertThat(line.out()).contains("named like the machine", "-c deleteruntimepolicy");
        assertThat(world.verifier().machines()).isEmpty();
        // Without a policy of one's own nothing is forgotten.
        assertThat(add("")).isZero();
    }

    @Test
    void aPolicyThatAVerifierRefusesIsAnErrorWithItsReasonAndNotAMachineThatExists() {
        world.verifier()
                .answering("POST agents/{id}", _ -> HttpReply.refusal(409, "IMA policy with name web already exists."));
        assertThat(add("--runtime-policy policy.json --runtime-policy-name web"))
                .isEqualTo(1);
        assertThat(line.out())
                .contains("IMA policy with name web already exists")
                .doesNotContain("-c update to enrol");
        world.verifier()
                .answering("POST agents/{id}", _ -> HttpReply.refusal(400, "Runtime policy is malformatted: why"));
        assertThat(add("--runtime-policy policy.json")).isEqualTo(1);
        assertThat(line.out()).contains("Runtime policy is malformatted: why");
        world.verifier()
                .answering(
                        "POST agents/{id}",
                        _ -> HttpReply.refusal(
                                401, "Runtime policy signature verification required but no key was given!"));
        assertThat(add("--runtime-policy policy.json")).isEqualTo(1);
        assertThat(line.out())
                .contains("takes signed runtime policies only", "limelight policy sign runtime")
                .doesNotContain("client certificate");
    }

    @Test
    void aVerifierThatIsTooOldForMeasuredBootPoliciesIsNotGivenAny() {
        world.verifier()
                .answering(
                        "GET version",
                        _ -> HttpReply.success(WireJson.parse(
                                "{\"current_version\": \"2.2\", \"supported_versions\": [\"2.1\", \"2.2\"]}")));
        assertThat(add("--mb-policy boot.json")).isEqualTo(1);
        assertThat(line.out()).contains("speaks API 2.2", "measured boot policies");
        assertThat(tenant("-c", "listmbpolicy")).isEqualTo(1);
        assertThat(world.journal().lines()).noneMatch(text -> text.contains("POST") || text.contains("mbpolicies"));
    }

    // --- what arrives ---

    @Test
    void withoutPoliciesTheBodyIsAsKeylimes() {
        assertThat(add("")).isZero();
        assertThat(posted().runtimePolicy()).isEmpty();
        assertThat(posted().runtimePolicyName()).isEmpty();
        assertThat(posted().runtimePolicyKey()).isEmpty();
        assertThat(posted().mbPolicy()).isNull();
        assertThat(posted().mbPolicyName()).isEmpty();
        assertThat(posted().imaSignVerificationKeys()).isEmpty();
        assertThat(posted().tpmPolicy()).isEqualTo("{\"mask\":\"0x0\"}");
        assertThat(world.journal().lines())
                .noneMatch(text -> text.contains("allowlists") || text.contains("mbpolicies"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--runtime-policy policy.json                                             | policy.json |",
                "--runtime-policy policy.json --runtime-policy-name web                   | policy.json | web",
                "--runtime-policy=policy.json --allowlist-name web                        | policy.json | web",
                "--runtime-policy signed.json --runtime-policy-sig-key key.pem            | signed.json |",
                "--runtime-policy-name old                                                | | old",
                "--allowlist-name old                                                     | | old",
            })
    void aRuntimePolicyArrivesToTheByte(String options, String file, String name) throws Exception {
        world.verifier().policies(PolicyKind.RUNTIME).put("old", WireJson.object());
        assertThat(add(options)).as("%s", line.out()).isZero();
        assertThat(decoded(posted().runtimePolicy()))
                .isEqualTo(file == null ? "" : Files.readString(folder.resolve(file)));
        assertThat(posted().runtimePolicyName()).isEqualTo(name == null ? "" : name);
        assertThat(decoded(posted().runtimePolicyKey()))
                .isEqualTo(options.contains("sig-key") ? Files.readString(folder.resolve("key.pem")) : "");
        assertThat(posted().tpmPolicy()).contains(IMA);
        assertThat(posted().mbPolicy()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--mb-policy boot.json",
                "--mb_refstate boot.json",
                "--mb-policy default",
                "--mb_refstate=default"
            })
    void aMeasuredBootPolicyArrivesAsItsText(String options) throws Exception {
        assertThat(add(options + " --mb-policy-name uefi")).as("%s", line.out()).isZero();
        assertThat(posted().mbPolicy()).isEqualTo(Files.readString(folder.resolve("boot.json")));
        assertThat(posted().mbPolicyName()).isEqualTo("uefi");
        assertThat(posted().tpmPolicy()).contains(BOOT);
        assertThat(posted().runtimePolicy()).isEmpty();
        assertThat(line.out()).contains("WARNING - ", "example or uefi-linux");
    }

    @Test
    void bothWithPcrsOfOnesOwnAskForAllOfThem() {
        world.verifier().policies(PolicyKind.MEASURED_BOOT).put("uefi", WireJson.object());
        assertThat(add("--runtime-policy policy.json --mb-policy-name uefi --tpm_policy {\"23\":\"" + SHA256 + "\"}"))
                .as("%s", line.out())
                .isZero();
        assertThat(posted().tpmPolicy()).contains("\"23\":[\"" + SHA256 + "\"]", "\"mask\":\"0x80ffff\"");
        assertThat(posted().mbPolicy()).isNull();
        assertThat(posted().mbPolicyName()).isEqualTo("uefi");
    }

    @Test
    void aPcrThatANamedBootPolicyExplainsIsWarnedAbout() {
        world.verifier().policies(PolicyKind.MEASURED_BOOT).put("uefi", WireJson.object());
        assertThat(add("--mb-policy-name uefi --tpm_policy {\"7\":\"" + SHA256 + "\"}"))
                .isZero();
        assertThat(line.out()).containsPattern("WARNING - PCR 7 of --tpm_policy is judged by the boot log");
    }

    @Test
    void anAllowlistArrivesAsARuntimePolicy() throws Exception {
        assertThat(add("--allowlist list.txt --exclude exclude.txt"))
                .as("%s", line.out())
                .isZero();
        JsonNode policy = WireJson.parse(decoded(posted().runtimePolicy()));
        assertThat(policy.path("meta").path("version").asInt()).isEqualTo(1);
        assertThat(policy.path("meta").path("generator").asInt()).isEqualTo(3);
        assertThat(policy.path("excludes").size()).isEqualTo(6);
        assertThat(posted().tpmPolicy()).contains(IMA);
        assertThat(line.out()).contains("WARNING - --allowlist is converted");
    }

    @Test
    void keysOfImaSignaturesArriveAsAKeyring() throws Exception {
        assertThat(add("--sign_verification_key key.pem --signature-verification-key other.pem"))
                .as("%s", line.out())
                .isZero();
        JsonNode keyring = WireJson.parse(posted().imaSignVerificationKeys());
        assertThat(keyring.path("pubkeys").size()).isEqualTo(2);
        assertThat(keyring.path("keyids").size()).isEqualTo(2);
        assertThat(posted().tpmPolicy()).contains(IMA);
        assertThat(line.out()).contains("WARNING - --signature-verification-key is an old option");
    }

    @Test
    void anUpdateBringsItsPolicyAndWhatWillBeJudgedIsSaid() {
        assertThat(add("--runtime-policy policy.json")).isZero();
        assertThat(line.out()).containsPattern("INFO - runtime policy of policy.json \\(\\d+ files?");
        world.verifier().policies(PolicyKind.RUNTIME).put(ID, WireJson.object());
        assertThat(add("-c update --runtime-policy policy.json --mb-policy boot.json"))
                .as("%s", line.out())
                .isZero();
        assertThat(posted().mbPolicy()).isNotEmpty();
        assertThat(line.out()).contains("; measured boot policy of boot.json");
    }

    @Test
    void optionsThatMeanNothingForACommandAreWarnedAbout() {
        assertThat(add("-c regstatus --runtime-policy nowhere.json")).isZero();
        assertThat(line.out()).contains("WARNING - --runtime-policy means nothing with -c regstatus");
        assertThat(machine.unlocked()).isEmpty();
    }
}
