package io.limelight.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.cli.Programs;
import io.limelight.core.ima.ImaEntry;
import io.limelight.core.json.WireJson;
import io.limelight.core.tpm.Fixtures;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.ObjectNode;

/** The evidence of a real boot, as it is and altered. */
class VerifyCommandTest {
    private static final String BOOT = "real-boot/";
    private static final String LIST = "list";
    private static final byte[] APPROVED = policy();

    @TempDir
    Path folder;

    private Programs programs;
    private String nonce;

    @BeforeEach
    void evidence() throws Exception {
        programs = new Programs(folder);
        nonce = Fixtures.text(BOOT + "nonce.txt").strip();
        quote("rsa-sha256");
        Files.write(folder.resolve(LIST), Fixtures.bytes(BOOT + "ascii_runtime_measurements"));
        Files.write(folder.resolve("log"), Fixtures.bytes(BOOT + "binary_bios_measurements"));
        Files.write(folder.resolve("pcrs"), Fixtures.bytes(BOOT + "pcrs.txt"));
        for (String ak : List.of("ak-rsa.pem", "ak-rsa.tpm2b_public", "ak-ecc.pem")) {
            Files.write(folder.resolve(ak), Fixtures.bytes(BOOT + ak));
        }
        Files.write(folder.resolve("policy"), APPROVED);
        Files.createFile(folder.resolve("empty"));
        assertThat(run("policy", "create", "measured-boot", "-e", "log", "-o", "reference"))
                .isZero();
    }

    private void quote(String name) throws Exception {
        Base64.Encoder base64 = Base64.getEncoder();
        List<String> parts = new ArrayList<>();
        for (String part : List.of("msg", "sig", "pcrs")) {
            parts.add(base64.encodeToString(Fixtures.bytes(BOOT + "quote-" + name + "." + part)));
        }
        Files.writeString(folder.resolve("quote"), "r" + String.join(":", parts) + "\n");
    }

    /** Everything that was approved on that machine. */
    private static byte[] policy() {
        ObjectNode policy = WireJson.object();
        policy.putObject("meta").put("version", 1).put("generator", 0);
        policy.put("release", 0);
        ObjectNode digests = policy.putObject("digests");
        for (String file : List.of("approved-files.sha256", "approved-initramfs.sha256")) {
            Fixtures.text(BOOT + file).lines().forEach(line -> {
                String path = line.substring(64).strip().replaceFirst("^\\*?\\.?", "");
                String absolute = path.startsWith("/") ? path : "/" + path;
                (digests.get(absolute) instanceof ArrayNode known ? known : digests.putArray(absolute))
                        .add(line.substring(0, 64));
            });
        }
        policy.putArray("excludes").add("/root/etc/fstab");
        policy.putObject("keyrings");
        policy.putObject("ima").put("log_hash_alg", "sha1").putNull("dm_policy").putArray("ignored_keyrings");
        policy.putObject("ima-buf");
        policy.put("verification-keys", "");
        return WireJson.compact(policy);
    }

    private int run(String... words) {
        return programs.run(words);
    }

    private int verify(String... further) {
        List<String> words = new ArrayList<>(List.of("verify"));
        words.addAll(Arrays.asList(further));
        return run(words.toArray(String[]::new));
    }

    private int whole(String ak, String... further) {
        List<String> words = new ArrayList<>(List.of(
                "--quote",
                "quote",
                "--nonce",
                nonce,
                "--ak",
                ak,
                "--ima-log",
                LIST,
                "--runtime-policy",
                "policy",
                "--boot-log",
                "log",
                "--mb-policy",
                "uefi-linux",
                "--mb-reference",
                "reference"));
        words.addAll(Arrays.asList(further));
        return verify(words.toArray(String[]::new));
    }

    private JsonNode failures(String... further) throws Exception {
        List<String> words = new ArrayList<>(List.of("--json"));
        words.addAll(Arrays.asList(further));
        programs.forget();
        assertThat(whole("ak-rsa.pem", words.toArray(String[]::new))).isEqualTo(1);
        JsonNode verdict = WireJson.parse(programs.out());
        assertThat(verdict.path("verdict").stringValue()).isEqualTo("fail");
        return verdict.path("failures");
    }

    private static List<String> ids(JsonNode failures) {
        return failures.valueStream()
                .map(failure -> failure.path("event_id").stringValue())
                .distinct()
                .toList();
    }

    private void rewrite(String file, String before, String after) throws Exception {
        String text = Files.readString(folder.resolve(file));
        assertThat(text).contains(before);
        Files.writeString(folder.resolve(file), text.replace(before, after));
    }

    // --- what was altered ---

    @Test
    void aQuoteForAnotherNonceEndsIt() throws Exception {
        nonce = "x".repeat(20);
        assertThat(ids(failures())).singleElement().asString().startsWith("qoute_validation");
    }

    @Test
    void aQuoteOfAnotherKeyEndsIt() {
        assertThat(whole("ak-ecc.pem")).isEqualTo(1);
        assertThat(programs.out()).contains("FAILED", "verdict   FAIL").doesNotContain("authentic");
    }

    @Test
    void aProgramThatIsNotApprovedIsNamedWithItsRowAndDigest() throws Exception {
        rewrite("policy", "/usr/local/bin/approved-task.sh", "/usr/local/bin/another-task.sh");
        JsonNode failure = failures().path(0);
        assertThat(failure.path("sentence").stringValue()).contains("/usr/local/bin/approved-task.sh");
        assertThat(failure.path("context").path("entry").intValue()).isEqualTo(355);
        assertThat(failure.path("context").path("line").stringValue()).contains("sha256:");
        assertThat(failure.path("likely_causes").size()).isPositive();
        assertThat(failure.path("actions").size()).isPositive();
        assertThat(failure.path("evidence").path(0).path("entry").intValue()).isEqualTo(355);
        assertThat(failure.path("severity_label").stringValue()).isEqualTo("emergency");
        assertThat(failure.path("recoverable").booleanValue()).isTrue();
        programs.forget();
        assertThat(whole("ak-rsa.pem")).isEqualTo(1);
        assertThat(programs.out())
                .contains("severity emergency", "checking went on", "seen in: IMA list, entry 355", "what to do:");
    }

    @Test
    void aListFromWhichAProgramWasTakenNoLongerLeadsToThePcr() throws Exception {
        String list = Files.readString(folder.resolve(LIST));
        Files.writeString(
                folder.resolve(LIST),
                list.lines()
                        .filter(line -> !line.contains("approved-task.sh"))
                        .reduce("", (all, line) -> all + line + "\n"));
        assertThat(ids(failures())).singleElement().asString().startsWith("ima.");
    }

    @Test
    void aBootLogThatWasEditedNoLongerLeadsToThePcrs() throws Exception {
        byte[] log = Files.readAllBytes(folder.resolve("log"));
        log[log.length / 2] ^= 1;
        Files.write(folder.resolve("log"), log);
        assertThat(ids(failures()))
                .isNotEmpty()
                .allMatch(id -> id.startsWith("measured_boot.") || id.startsWith("ima."));
    }

    @Test
    void aValueThatTheTpmPolicyDoesNotAllowIsAFailure() throws Exception {
        assertThat(ids(failures("--tpm-policy", "{\"15\": [\"" + "ab".repeat(32) + "\"]}")))
                .containsExactly("pcr_validation.invalid_pcr_15");
    }

    @Test
    void hostileTextReachesNoTerminal() throws Exception {
        Files.writeString(
                folder.resolve(LIST),
                "10 " + "0".repeat(40) + " ima-ng sha256:" + "0".repeat(64) + " /bin/\u001b[2Jx\u202ey\n");
        assertThat(verify("--ima-log", LIST, "--runtime-policy", "policy", "--pcr10", "00".repeat(32)))
                .isEqualTo(1);
        assertThat(programs.out()).doesNotContain("\u001b", "\u202e");
    }

    // --- how much of it is proved ---

    /** {@code rows} of the list chained, as the kernel extends the bank. */
    private String pcr10After(int rows) throws Exception {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        byte[] running = new byte[32];
        ImaEntry entry = new ImaEntry();
        List<String> lines =
                Files.readString(folder.resolve(LIST)).lines().limit(rows).toList();
        for (String line : lines) {
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            entry.read(bytes, 0, bytes.length);
            byte[] template = new byte[32];
            entry.hashTemplateData(MessageDigest.getInstance("SHA-256"), template, template.length);
            sha256.update(running);
            running = sha256.digest(template);
        }
        return HexFormat.of().formatHex(running);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, NONE", "2, 0, the first 2", "1251, 0, the first 1251", "1252, 0, all proved"})
    void howManyRowsThePcrProvesIsSaid(int rows, int exit, String said) throws Exception {
        String pcr = pcr10After(rows);
        assertThat(verify("--ima-log", LIST, "--runtime-policy", "policy", "--boot-log", "log", "--pcrs", pcrs(pcr)))
                .isEqualTo(exit);
        assertThat(programs.out()).contains("1252 entries", said);
        programs.forget();
        assertThat(verify("--ima-log", LIST, "--pcr10", pcr, "--json")).isEqualTo(exit);
        JsonNode verdict = WireJson.parse(programs.out());
        assertThat(verdict.path("ima").path("proved_entries").intValue()).isEqualTo(rows);
        assertThat(verdict.path("ima").path("entries").intValue()).isEqualTo(1252);
        assertThat(ids(verdict.path("failures"))).isEqualTo(rows == 0 ? List.of("ima.pcr_mismatch") : List.of());
    }

    private String pcrs(String pcr10) throws Exception {
        String actual = "1739EE6D0A3991D7D3072DC7DC65C1E7AFCCE368246645F2278D9DB70B24B26B";
        rewrite("pcrs", "0x" + actual, "0x" + pcr10);
        return "pcrs";
    }

    // --- as it is ---

    @ParameterizedTest
    @CsvSource({"rsa-sha256, ak-rsa.pem", "rsa-sha256, ak-rsa.tpm2b_public", "ecc-sha256, ak-ecc.pem"})
    void theWholeBootIsGood(String quote, String ak) throws Exception {
        quote(quote);
        assertThat(whole(ak)).as(programs.out() + programs.err()).isZero();
        assertThat(programs.out())
                .contains("authentic", "90 events", "1252 entries")
                .endsWith("verdict   PASS\n");
        assertThat(programs.err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"sha1", "sha384"})
    void aQuoteOfAnotherBankThanItsSignatureIsJudgedIfThatIsSaid(String bank) throws Exception {
        quote("rsa-" + bank);
        assertThat(whole("ak-rsa.pem", "--hash-alg", bank, "--signature-hash", "sha256"))
                .as(programs.out())
                .isZero();
        assertThat(programs.out()).contains("bank " + bank, "all proved");
        assertThat(whole("ak-rsa.pem", "--hash-alg", bank)).isEqualTo(1);
        assertThat(whole("ak-rsa.pem")).isEqualTo(1);
        assertThat(whole("ak-rsa.pem", "--hash-alg", "sha512", "--signature-hash", "sha256"))
                .isEqualTo(1);
    }

    @Test
    void theNonceMayBeGivenInBase64() {
        nonce = Base64.getEncoder().encodeToString(nonce.getBytes(StandardCharsets.UTF_8));
        assertThat(whole("ak-rsa.pem")).isZero();
        nonce = Base64.getEncoder().encodeToString("another".getBytes(StandardCharsets.UTF_8));
        assertThat(whole("ak-rsa.pem")).isEqualTo(1);
    }

    @Test
    void aListThatNoPolicyJudgedIsCalledSo() throws Exception {
        String[] list = {"--ima-log", LIST, "--pcrs", "pcrs"};
        assertThat(verify(list)).isZero();
        assertThat(programs.out()).contains("No policy judged", "--runtime-policy");
        programs.forget();
        assertThat(verify("--json", "--ima-log", LIST, "--pcrs", "pcrs")).isZero();
        assertThat(WireJson.parse(programs.out()).path("ima").path("judged_by_policy"))
                .isEqualTo(BooleanNode.FALSE);
        programs.forget();
        assertThat(whole("ak-rsa.pem")).isZero();
        assertThat(programs.out()).doesNotContain("No policy judged");
    }

    @Test
    void aPolicyThatLooksAtNoBootIsNamedAsItWasGiven() {
        assertThat(verify("--boot-log", "log", "--pcrs", "pcrs", "--mb-policy", "accept-all"))
                .isZero();
        assertThat(programs.err())
                .contains("--mb-policy accept-all", "any boot loader")
                .doesNotContain("is set", "measured_boot_policy_name", "--mb-reference");
    }

    @Test
    void aSignedPolicyIsTakenOutOfItsEnvelope() {
        assertThat(run("policy", "sign", "runtime", "-r", "policy", "-p", "key", "-o", "signed"))
                .isZero();
        programs.forget();
        assertThat(verify("--ima-log", LIST, "--pcrs", "pcrs", "--boot-log", "log", "--runtime-policy", "signed"))
                .as(programs.err())
                .isZero();
        assertThat(programs.err()).contains("WARNING", "is signed, and the signature is not looked at");
    }

    @Test
    void logsAloneAreJudgedByValuesThatAreGiven() {
        String pcr10 = "1739ee6d0a3991d7d3072dc7dc65c1e7afcce368246645f2278d9db70b24b26b";
        assertThat(verify("--ima-log", LIST, "--pcr10", pcr10)).isZero();
        assertThat(verify("--ima-log", LIST, "--pcr10", "ab".repeat(32))).isEqualTo(1);
        assertThat(verify("--boot-log", "log", "--pcrs", "pcrs")).isZero();
        assertThat(verify("--boot-log", "log", "--pcrs", "pcrs", "--hash-alg", "sha384"))
                .isZero();
        assertThat(verify("--boot-log", "log", "--ima-log", LIST, "--pcrs", "pcrs", "--hash-alg", "sha1"))
                .isZero();
    }

    @Test
    void theKeyMayBeInBase64AndTheQuoteOnTheInput() throws Exception {
        Files.writeString(
                folder.resolve("ak"),
                Base64.getMimeEncoder().encodeToString(Files.readAllBytes(folder.resolve("ak-rsa.tpm2b_public"))));
        programs.type(Files.readString(folder.resolve("quote")));
        assertThat(verify("--quote", "-", "--nonce", nonce, "--ak", "ak")).isZero();
    }

    // --- what cannot be judged ---

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--ima-log list",
                "--boot-log log",
                "--quote quote",
                "--quote quote --nonce x",
                "--quote quote --nonce x --ak nothing",
                "--quote quote --nonce x --ak list",
                "--quote quote --nonce x --ak ak-rsa.pem --pcrs pcrs",
                "--quote quote --nonce x --ak ak-rsa.pem --runtime-policy policy",
                "--quote quote --nonce x --ak ak-rsa.pem --ima-log list --runtime-policy log",
                "--quote quote --nonce x --ak ak-rsa.pem --ima-log list --ima-key log",
                "--quote quote --nonce x --ak ak-rsa.pem --ima-log list --tomtou perhaps",
                "--quote quote --nonce x --ak ak-rsa.pem --boot-log log --mb-policy nonsense",
                "--quote quote --nonce x --ak ak-rsa.pem --boot-log log --mb-policy example",
                "--quote quote --nonce x --ak ak-rsa.pem --boot-log log --mb-policy example --mb-reference log",
                "--quote quote --nonce x --ak ak-rsa.pem --boot-log log --mb-reference reference",
                "--quote quote --nonce x --ak ak-rsa.pem --hash-alg md5",
                "--quote quote --nonce x --ak ak-rsa.pem --tpm-policy {",
                "--quote list --nonce x --ak ak-rsa.pem",
                "--quote empty --nonce x --ak ak-rsa.pem",
                "--quote pcrs --nonce x --ak ak-rsa.pem",
                "--quote quote --nonce x --ak ak-rsa.pem --signature-hash md5",
                "--boot-log empty --pcrs pcrs",
                "--boot-log pcrs --pcrs pcrs",
                "--ima-log list --hash-alg sha1 --pcr10"
                        + " 1739ee6d0a3991d7d3072dc7dc65c1e7afcce368246645f2278d9db70b24b26b",
                "--ima-log list --signature-hash sha256 --pcr10 0000000000000000000000000000000000000000",
                "--ima-log list --pcr10 xyz",
                "--ima-log empty --pcr10 0000000000000000000000000000000000000000",
                "--ima-log pcrs --pcr10 0000000000000000000000000000000000000000",
                "--ima-log log --pcr10 0000000000000000000000000000000000000000",
                "--ima-log absent --pcr10 0000000000000000000000000000000000000000",
                "--pcr10 0000000000000000000000000000000000000000",
                "--boot-log log --pcr10 0000000000000000000000000000000000000000",
                "--boot-log log --pcrs list",
                "--boot-log log --pcrs policy",
                "--pcrs pcrs",
                "--nonsense"
            })
    void whatCannotBeJudgedIsSaidInOneSentence(String line) {
        assertThat(verify(line.isEmpty() ? new String[0] : line.split(" ", -1))).isEqualTo(2);
        assertThat(programs.out()).isEmpty();
        assertThat(programs.err()).isNotBlank().doesNotContain("Exception", "\tat ");
    }

    @Test
    void aPcrFileIsReadStrictly() throws Exception {
        for (String text : List.of(
                "sha256:\n  0 : 0xABCD\n",
                "sha256:\n  24: 0x" + "00".repeat(32),
                "sha256:\n 0: 0x" + "00".repeat(32) + "\n 0: 0x" + "00".repeat(32),
                "sha1:\n 0: 0x" + "00".repeat(20),
                "",
                "sha256:\n hello")) {
            Files.writeString(folder.resolve("pcrs"), text, StandardCharsets.UTF_8);
            assertThat(verify("--boot-log", "log", "--pcrs", "pcrs")).as(text).isEqualTo(2);
        }
    }
}
