package io.limelight.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.limelight.cli.Programs;
import io.limelight.core.json.WireJson;
import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** convert, lint, diff, merge and explain on files. */
class PolicyToolsTest {
    private static final String A = "a".repeat(64);
    private static final String B = "b".repeat(64);

    @TempDir
    Path folder;

    private Programs programs;

    @BeforeEach
    void start() {
        programs = new Programs(folder);
    }

    private int run(String... words) {
        programs.forget();
        String[] all = new String[words.length + 1];
        all[0] = "policy";
        System.arraycopy(words, 0, all, 1, words.length);
        return programs.run(all);
    }

    private String put(String fixture) throws IOException {
        String name = fixture.substring(fixture.lastIndexOf('/') + 1);
        Files.write(folder.resolve(name), Fixtures.bytes(fixture));
        return name;
    }

    /** A policy with these digests and exclusions as JSON. */
    private String policy(String name, String digests, String excludes) throws IOException {
        Files.writeString(
                folder.resolve(name),
                "{\"meta\": {\"version\": 1, \"generator\": 3}, \"release\": 0, \"digests\": " + digests
                        + ", \"excludes\": " + excludes + ", \"keyrings\": {}, \"ima\": {\"ignored_keyrings\": [],"
                        + " \"log_hash_alg\": \"sha1\", \"dm_policy\": null}, \"ima-buf\": {}, \"verification-keys\": \"\"}");
        return name;
    }

    private JsonNode json(String name) throws IOException {
        return WireJson.parse(Files.readAllBytes(folder.resolve(name)));
    }

    /** A line of an ima-ng list whose template hash fits. */
    private static String line(String digest, String path) {
        byte[] hash = HexFormat.of().parseHex(digest);
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        byte[] data = HexFormat.of()
                .parseHex("28000000" + HexFormat.of().formatHex("sha256:\0".getBytes(StandardCharsets.US_ASCII))
                        + HexFormat.of().formatHex(hash)
                        + HexFormat.of().formatHex(new byte[] {(byte) (name.length + 1), 0, 0, 0})
                        + HexFormat.of().formatHex(name) + "00");
        return "10 " + HexFormat.of().formatHex(HashAlgorithm.SHA1.digest(data)) + " ima-ng sha256:" + digest + " "
                + path + "\n";
    }

    // --- convert ---

    @Test
    void convertsWhatKeylimeCallsAnAllowlist() throws Exception {
        assertThat(run("convert", "-a", put("runtime-policy/ima-allowlist-short.txt"), "-o", "made"))
                .as(programs.err())
                .isZero();
        assertThat(json("made").toString()).doesNotContain("sha256:");

        assertThat(run(
                        "convert",
                        "-a",
                        put("runtime-policy/legacy/legacy-json-allowlist.json"),
                        "-e",
                        put("runtime-policy/legacy/excludelist.txt"),
                        "-v",
                        put("ima/keys/rsa2048pub.pem"),
                        "-o",
                        "made"))
                .as(programs.err())
                .isZero();
        assertThat(json("made").at("/meta/generator").intValue()).isEqualTo(3);
        assertThat(json("made").get("excludes")).hasSize(6);
        assertThat(json("made").get("verification-keys").asString()).contains("pubkeys");
    }

    @Test
    void bringsAnOlderPolicyToTodaysVersion() throws Exception {
        Files.writeString(
                folder.resolve("old"),
                "{\"meta\": {\"version\": 0}, \"digests\": {\"/a\": [\"sha256:" + A + "\"]}, \"keyrings\": null}");
        Files.writeString(folder.resolve("excludes"), "# none\n/tmp/.*\n");
        assertThat(run("convert", "-r", "old", "-e", "excludes", "-o", "made"))
                .as(programs.err())
                .isZero();
        assertThat(json("made").at("/meta/version").intValue()).isOne();
        assertThat(json("made").at("/meta/generator").intValue()).isEqualTo(2);
        assertThat(json("made").at("/digests/~1a/0").asString()).isEqualTo(A);
        assertThat(json("made").get("excludes").toString()).isEqualTo("[\"/tmp/.*\"]");

        policy("now", "{\"/b\": [\"" + B + "\"]}", "[]");
        assertThat(run("convert", "--runtime_policy", "now", "-e", "excludes", "--output_file", "made"))
                .isZero();
        assertThat(programs.err()).contains("today's version already");
        assertThat(json("made").at("/meta/generator").intValue()).isEqualTo(3);
        assertThat(json("made").at("/digests/~1b/0").asString()).isEqualTo(B);
        assertThat(json("made").get("excludes")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "-r list -o made; 1; cannot be converted",
                "-r none -o made; 1; does not seem to exist",
                "-o made; 2; Name one",
                "-r list -a list -o made; 2; Name one"
            })
    void convertsOneOfTwoKinds(String line, int status, String why) throws Exception {
        Files.writeString(folder.resolve("list"), A + " /a\n");
        assertThat(run(("convert " + line).split(" "))).isEqualTo(status);
        assertThat(programs.err()).contains(why);
        assertThat(folder.resolve("made")).doesNotExist();
    }

    @Test
    void convertsNoPolicyAndNothingElse() throws Exception {
        Files.writeString(folder.resolve("other"), "{\"x\": 1}");
        assertThat(run("convert", "-a", policy("p", "{}", "[]"))).isEqualTo(1);
        assertThat(programs.err()).contains("already");
        assertThat(run("convert", "-a", "other")).isEqualTo(1);
        assertThat(run("convert", "-a", "missing")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "root:x:0:0:root\n", "{\"hashes\": {}}"})
    void anAllowlistThatHoldsNothingIsNotConverted(String text) throws Exception {
        Files.writeString(folder.resolve("nothing"), text);
        Files.writeString(folder.resolve("excludes"), "/tmp/.*");
        assertThat(run("convert", "-a", "nothing", "-e", "excludes", "-o", "made"))
                .isEqualTo(1);
        assertThat(programs.err()).contains("nothing for a policy in the allowlist 'nothing'");
        assertThat(folder.resolve("made")).doesNotExist();
    }

    // --- lint ---

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{'/a': ['A', 'SHORT']}; []; warning [mixed-digests]; 1",
                "{'/a': ['A']}; ['.*']; error [exclude-everything]; 1",
                "{'/a': ['A']}; ['x|']; error [exclude-everything]; 1",
                "{'/a': ['A']}; ['/usr']; warning [exclude-system]; 1",
                "{'/a': ['A']}; ['.ima']; warning [exclude-keyring]; 1",
                "{'/a': ['A']}; ['*']; error [excludes-unusable]; 1",
                "{'/a': ['A']}; []; warning [no-boot-aggregate]; 1",
                "{'/a b': ['A']}; []; warning [blank-in-path]; 1",
                "{'/a': ['ZERO']}; []; warning [zero-digest]; 1",
                "{}; []; warning [empty]; 1",
                "{'boot_aggregate': ['A'], '/tmp/x': ['A']}; ['/tmp/']; note [excluded-digest]; 0",
                "{'boot_aggregate': ['A'], '/x': ['A']}; ['(?=/y)x']; note [exclude-slow]; 0",
                "{'boot_aggregate': ['A'], '/x': ['A']}; ['SLOW', '(?=/y)x'];"
                        + " warning [exclude-slow] The exclusion \"SLOW\" and 1 after it; 1",
                "{'boot_aggregate': ['A'], '/x': ['A']}; ['SLOW']; note [exclude-slow] 2 paths; 1",
                "{'boot_aggregate': ['A'], '/x': ['A']}; ['/tmp/']; Nothing found.; 0",
                "{'boot_aggregate': ['A'], '/x': ['sha256:A']}; []; error [refused]; 1",
            })
    void lintFinds(String digests, String excludes, String finding, int status) throws Exception {
        String slow = "(?=(.*)*(.*)*(.*)*zzq)culprit";
        policy(
                "p",
                digests.replace('\'', '"')
                        .replace("SHORT", "c".repeat(40))
                        .replace("ZERO", "0".repeat(64))
                        .replace("A", A),
                excludes.replace('\'', '"').replace("SLOW", slow));

        assertThat(run("lint", "p")).as(programs.out() + programs.err()).isEqualTo(status);

        assertThat(programs.out()).contains(finding.replace("SLOW", slow));
    }

    @Test
    void lintOfManySlowExclusionsComesToAnEnd() throws Exception {
        StringBuilder excludes = new StringBuilder();
        for (int i = 0; i < 2_000; i++) {
            excludes.append(i == 0 ? "[\"" : "\", \"")
                    .append("(?=(.*)*(.*)*(.*)*zzq)culprit")
                    .append(i);
        }
        policy("p", "{\"boot_aggregate\": [\"" + A + "\"]}", excludes + "\"]");

        assertTimeoutPreemptively(
                Duration.ofSeconds(30), () -> assertThat(run("lint", "p")).isEqualTo(1));

        assertThat(programs.out()).contains("culprit0\" and 1999 after it could not be examined");
    }

    @Test
    void lintNamesWhatAMachineNeverMeasured() throws Exception {
        policy(
                "p",
                "{\"boot_aggregate\": [\"" + A + "\"], \"/used\": [\"" + A + "\"], \"/unused\": [\"" + A + "\"]}",
                "[]");
        Files.writeString(folder.resolve("list"), line(A, "boot_aggregate") + line(B, "/used"));

        assertThat(run("lint", "p", "-m", "list")).as(programs.out()).isZero();

        assertThat(programs.out()).contains("1 of 3 names in digests").contains("\"/unused\"");
        assertThat(run("lint", "bogus")).isEqualTo(2);
    }

    // --- diff and merge ---

    @Test
    void diffIgnoresOrderAndNamesEveryValue() throws Exception {
        policy("old", "{\"/a\": [\"" + A + "\", \"" + B + "\"], \"/gone\": [\"" + A + "\"]}", "[\"/x\"]");
        policy("new", "{\"/new\": [\"" + A + "\"], \"/a\": [\"" + B + "\"]}", "[\"/x\", \"/y\"]");

        assertThat(run("diff", "old", "new")).isEqualTo(1);
        assertThat(programs.out())
                .isEqualTo("- digests[\"/a\"] " + A + "\n- digests[\"/gone\"] " + A + "\n+ digests[\"/new\"] " + A
                        + "\n+ excludes /y\n");
        assertThat(run("diff", "old", "old")).isZero();
        assertThat(programs.out()).isEmpty();
        assertThat(run("diff", "old", "missing")).isEqualTo(2);
    }

    @Test
    void mergeAllowsWhatEitherAllowsAndSaysWhereItWidens() throws Exception {
        policy("old", "{\"/a\": [\"" + A + "\"]}", "[\"/x\"]");
        policy("new", "{\"/a\": [\"" + B + "\"], \"/b\": [\"" + B + "\"]}", "[]");

        assertThat(run("merge", "old", "new", "-o", "both")).as(programs.err()).isZero();

        assertThat(programs.err()).contains("exclusions differ");
        assertThat(json("both").at("/digests/~1a")).hasSize(2);
        assertThat(json("both").at("/digests/~1b")).hasSize(1);
        assertThat(run("diff", "old", "both")).isEqualTo(1);
        assertThat(programs.out()).doesNotContain("- ");
        assertThat(run("diff", "new", "both")).isEqualTo(1);
        assertThat(programs.out()).doesNotContain("- ");
    }

    @ParameterizedTest
    @CsvSource({"SHORT, true", "LONG, false"})
    void mergeWarnsOfDigestsOfTwoAlgorithms(String digest, boolean warned) throws Exception {
        policy("old", "{\"/a\": [\"" + A + "\"]}", "[]");
        policy("new", "{\"/b\": [\"" + (digest.equals("SHORT") ? "c".repeat(40) : B) + "\"]}", "[]");

        assertThat(run("merge", "old", "new", "-o", "both")).as(programs.err()).isZero();

        assertThat(programs.err().contains("WARNING: the digests of files have other lengths"))
                .isEqualTo(warned);
    }

    @Test
    void mergeRefusesPoliciesThatNoListPassesBoth() throws Exception {
        policy("old", "{}", "[]");
        Files.writeString(
                folder.resolve("new"), Files.readString(folder.resolve("old")).replace("\"sha1\"", "\"sha256\""));

        assertThat(run("merge", "old", "new")).isEqualTo(1);
    }

    @Test
    void mergeKeepsTheKeysOfBoth() throws Exception {
        assertThat(run(
                        "create",
                        "runtime",
                        "--add-ima-signature-verification-key",
                        put("ima/keys/rsa2048pub.pem"),
                        "-o",
                        "a"))
                .isZero();
        assertThat(run(
                        "create",
                        "runtime",
                        "--add-ima-signature-verification-key",
                        put("ima/keys/secp256k1.pem"),
                        "-o",
                        "b"))
                .isZero();

        assertThat(run("merge", "a", "b", "-o", "both")).isZero();

        assertThat(WireJson.parse(json("both").get("verification-keys").asString())
                        .get("keyids"))
                .hasSize(2);
    }

    // --- explain ---

    @ParameterizedTest
    @CsvSource({"'', is empty", "'no list', not one entry"})
    void explainsNoFileThatIsNoList(String text, String why) throws Exception {
        Files.writeString(folder.resolve("list"), text);
        assertThat(run("explain", "--ima-log", "list", "--runtime-policy", policy("p", "{}", "[]")))
                .isEqualTo(2);
        assertThat(programs.err()).contains("The IMA measurement list 'list'", why);
        assertThat(programs.out()).isEmpty();
    }

    @Test
    void explainNamesEveryRowAndTheSmallestChangeThatPassesIt() throws Exception {
        policy("p", "{\"boot_aggregate\": [\"" + A + "\"], \"/changed\": [\"" + A + "\"]}", "[\"/tmp/\"]");
        Files.writeString(
                folder.resolve("list"),
                line(A, "boot_aggregate") + line(B, "/changed") + line(B, "/tmp/x") + line(B, "/new"));

        assertThat(run("explain", "--ima-log", "list", "--runtime-policy", "p", "-o", "changed"))
                .as(programs.err())
                .isEqualTo(1);

        assertThat(programs.out())
                .contains("Entry 2: /changed has the digest sha256:" + B)
                .contains("    + digests[\"/changed\"] " + B + "\n")
                .contains("Entry 4: /new is not in the policy.\n    + digests[\"/new\"] " + B + "\n")
                .contains("2 of 4 entries fail")
                .contains("With these changes the list passes.")
                .doesNotContain("/tmp/x");
        assertThat(run("explain", "--ima-log", "list", "--runtime-policy", "changed"))
                .as(programs.out())
                .isZero();
        assertThat(run("diff", "p", "changed")).isEqualTo(1);
        assertThat(programs.out().lines()).hasSize(2);
    }

    @Test
    void explainProposesNothingForWhatNoPolicyMayPass() throws Exception {
        policy("p", "{\"boot_aggregate\": [\"" + A + "\"]}", "[]");
        Files.writeString(
                folder.resolve("list"),
                line(A, "boot_aggregate")
                        + "10 " + "0".repeat(40) + " ima-ng sha256:" + "0".repeat(64) + " /written\n"
                        + line("0".repeat(64), "/unreadable")
                        + line(A, "/x").replace("/x", "/y")
                        + "hostile\n");

        assertThat(run("explain", "--ima-log", "list", "--runtime-policy", "p", "-o", "changed"))
                .isEqualTo(1);

        assertThat(programs.out())
                .contains("a violation")
                .contains("allowing zeros")
                .contains("the line was changed")
                .contains("hostile is no entry")
                .contains("4 of 5 entries fail; 0 changes")
                .doesNotContain("    +");
        assertThat(folder.resolve("changed")).doesNotExist();
    }

    @Test
    void aRealMachinePassesThePolicyMadeFromItsOwnList() throws Exception {
        String list = put("real-boot/ascii_runtime_measurements");
        assertThat(run("create", "runtime", "-m", list, "-k", "-b", "-o", "made"))
                .as(programs.err())
                .isZero();
        assertThat(run("explain", "--ima-log", list, "--runtime-policy", "made", "--tomtou", "accept"))
                .as(programs.out())
                .isZero();

        assertThat(run("create", "runtime", "-o", "empty")).isZero();
        assertThat(run("explain", "--ima-log", list, "--runtime-policy", "empty", "-o", "again", "--tomtou", "accept"))
                .isEqualTo(1);
        assertThat(programs.out()).contains("With these changes the list passes.");
        run("diff", "again", "made");
        // The list alone does not tell whether a key was needed: both have the same.
        assertThat(programs.out()).as("only what nothing asked for").doesNotContain("- ");
    }

    @Test
    void explainKnowsWhatVerifyIsTold() throws Exception {
        String list = put("real-boot/ascii_runtime_measurements");
        String log = put("real-boot/binary_bios_measurements");
        assertThat(run("create", "runtime", "-m", list, "-k", "-b", "-o", "made"))
                .isZero();
        String made = Files.readString(folder.resolve("made"));
        String aggregate = "5107628853416193d0e45b50f18ee38921149061d971c77f849e38b11427afac";
        assertThat(made).contains(aggregate);
        Files.writeString(folder.resolve("less"), made.replace(aggregate, A));
        assertThat(run("explain", "--ima-log", list, "--runtime-policy", "less"))
                .isEqualTo(1);
        assertThat(programs.out()).contains("Entry 1: boot_aggregate");
        assertThat(run("explain", "--ima-log", list, "--runtime-policy", "less", "--boot-log", log))
                .as(programs.out())
                .isZero();

        String pcr10 = "1739ee6d0a3991d7d3072dc7dc65c1e7afcce368246645f2278d9db70b24b26b";
        assertThat(run("explain", "--ima-log", list, "--runtime-policy", "made", "--pcr10", pcr10))
                .isZero();
        assertThat(programs.out()).contains("proves 1252 of its 1252");
        for (String other : new String[] {A, "0".repeat(64)}) {
            assertThat(run("explain", "--ima-log", list, "--runtime-policy", "made", "--pcr10", other))
                    .isEqualTo(1);
        }
        assertThat(programs.out()).contains("nothing proves it");
        assertThat(run("explain", "--ima-log", list, "--runtime-policy", "made", "--pcr10", "x"))
                .isEqualTo(2);
        assertThat(run("explain", "--ima-log", list, "--runtime-policy", "made", "--boot-log", list))
                .isEqualTo(2);
        assertThat(run("explain", "--ima-log", list, "--runtime-policy", "made", "--ima-key", list))
                .isEqualTo(2);
    }

    @Test
    void explainTakesKeysThatThePolicyHasNot() throws Exception {
        String list = put("real-boot/ascii_runtime_measurements");
        assertThat(run("create", "runtime", "-m", list, "-k", "-b", "-o", "made"))
                .isZero();
        String task = "/usr/local/bin/approved-task.sh";
        Files.writeString(
                folder.resolve("less"),
                Files.readString(folder.resolve("made")).replace("\"" + task + "\"", "\"/other\""));
        assertThat(run("explain", "--ima-log", list, "--runtime-policy", "less"))
                .isEqualTo(1);
        assertThat(programs.out()).contains(task);
        assertThat(run(
                        "explain",
                        "--ima-log",
                        list,
                        "--runtime-policy",
                        "less",
                        "--ima-key",
                        put("real-boot/ima-keys/ima-ec.pub.pem")))
                .as(programs.out())
                .isZero();
    }

    @Test
    void aListWithAnotherTemplateHashNeedsOneChange() throws Exception {
        String list = put("real-boot/ascii_runtime_measurements_sha256");
        assertThat(run(
                        "create",
                        "runtime",
                        "-m",
                        put("real-boot/ascii_runtime_measurements"),
                        "-k",
                        "-b",
                        "-o",
                        "made"))
                .isZero();
        assertThat(run("create", "runtime", "-m", list, "-k", "-b", "-o", "own"))
                .isZero();

        assertThat(run("explain", "--ima-log", list, "--runtime-policy", "own", "--tomtou", "accept"))
                .as("the policy made of it")
                .isZero();
        assertThat(run("explain", "--ima-log", list, "--runtime-policy", "made", "--tomtou", "accept"))
                .isEqualTo(1);

        assertThat(programs.out())
                .contains("    + ima.log_hash_alg sha256\n")
                .contains("With these changes the list passes.");
    }

    @Test
    void aSignedPolicyIsReadAndItsSignatureSaidToBeLeftAlone() throws Exception {
        String signed = put("runtime-policy/sign/runtime-policy.signed-ecdsa.json");

        assertThat(run("diff", signed, put("runtime-policy/sign/runtime-policy.json")))
                .as(programs.out())
                .isZero();

        assertThat(programs.err()).contains("is not looked at");
    }
}
