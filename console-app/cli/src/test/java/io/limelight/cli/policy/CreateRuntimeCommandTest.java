package io.limelight.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.limelight.cli.Programs;
import io.limelight.core.json.WireJson;
import io.limelight.core.tpm.Fixtures;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The runs of Keylime's tool, and what a root file system may hold. */
class CreateRuntimeCommandTest {
    private static final String HELLO_SHA256 = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";

    @TempDir
    Path folder;

    private Programs programs;

    @BeforeEach
    void start() {
        programs = new Programs(folder);
    }

    private int run(List<String> arguments) {
        List<String> all = new ArrayList<>(List.of("policy", "create", "runtime"));
        all.addAll(arguments);
        return programs.run(all.toArray(String[]::new));
    }

    private int run(String... arguments) {
        return run(List.of(arguments));
    }

    private JsonNode made() throws Exception {
        return WireJson.parse(programs.out());
    }

    private Path file(String name, String content) throws Exception {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    static Stream<Named<JsonNode>> keylimesRuns() {
        return StreamSupport.stream(
                        Fixtures.json("create-runtime-policy/expected.json").spliterator(), false)
                .map(run -> Named.of(run.get("name").asString(), run));
    }

    @ParameterizedTest
    @MethodSource("keylimesRuns")
    void makesWhatKeylimesToolMakes(JsonNode expected) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--any-owner"));
        for (JsonNode argument : expected.get("args")) {
            String text = argument.asString();
            if (text.equals("inputs/rootfs")) {
                put("create-runtime-policy/inputs/rootfs/rootfs_data", "inputs/rootfs/rootfs_data");
            } else if (text.startsWith("inputs/../../")) {
                put(text.substring("inputs/../../".length()), text.substring("inputs/../../".length()));
                text = text.substring("inputs/../../".length());
            } else if (text.startsWith("inputs/") && !text.contains("does-not-exist")) {
                put("create-runtime-policy/" + text, text);
            }
            arguments.add(text);
        }

        int status = run(arguments);

        assertThat(status)
                .as(programs.err())
                .isEqualTo(expected.get("exit_status").intValue());
        for (JsonNode message : expected.get("warnings_or_errors")) {
            if (!message.asString().startsWith("Aborting")
                    && !message.asString().startsWith("You need to")) {
                String begin = message.asString().replace("nothing to repeat.", "");
                assertThat(programs.err()).contains(begin);
            }
        }
        if (expected.has("output_text")) {
            assertThat(programs.out()).isEqualTo(expected.get("output_text").asString());
        }
        if (expected.has("output_json")) {
            ObjectNode policy = (ObjectNode) made();
            assertThat(policy.path("meta").path("timestamp").asString())
                    .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{6}");
            ObjectNode wanted = (ObjectNode) expected.get("output_json");
            ((ObjectNode) wanted.get("meta"))
                    .set("timestamp", policy.get("meta").get("timestamp"));
            // As text: the order of members counts, for checksums.
            assertThat(WireJson.compactText(policy)).isEqualTo(WireJson.compactText(wanted));
            assertThat(programs.out()).startsWith("{\"meta\": {\"version\": 1, \"generator\": 3, \"timestamp\": \"");
        }
    }

    private void put(String fixture, String name) throws Exception {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, Fixtures.bytes(fixture));
    }

    @Test
    void hashesNoLinksNoForeignFoldersAndNothingThatChangesWhileAMachineRuns() throws Exception {
        file("root/usr/bin/tool", "hello\n");
        file("root/usr/share/a name", "hello\n");
        file("root/usr/share/größe", "hello\n");
        file("root/opt/app/tmp/kept", "hello\n");
        for (String changing : List.of("sys", "run", "proc", "dev", "media", "snap", "mnt", "var", "tmp")) {
            file("root/" + changing + "/file", "hello\n");
        }
        file("outside/secret", "hello\n");
        Files.createSymbolicLink(folder.resolve("root/usr/bin/link"), folder.resolve("outside/secret"));
        Files.createSymbolicLink(folder.resolve("root/opt/linked"), folder.resolve("outside"));
        file("root/opt/skipped/file", "hello\n");

        assertThat(run("--rootfs", "root", "--any-owner", "-s", "root/opt/skipped,elsewhere"))
                .as(programs.err())
                .isZero();

        assertThat(made().get("digests").propertyNames())
                .containsExactly("/opt/app/tmp/kept", "/usr/bin/tool", "/usr/share/a_name", "/usr/share/größe");
        assertThat(made().at("/digests/~1usr~1bin~1tool/0").asString()).isEqualTo(HELLO_SHA256);
        assertThat(programs.err()).contains("elsewhere").contains("ignored").doesNotContain("\r");
    }

    @Test
    void tellsWhatItCouldNotReadAndFailsForItOnlyIfAsked() throws Exception {
        file("root/usr/seen", "hello\n");
        String hidden = unreadable("root/usr");

        assertThat(run("--rootfs", "root", "--any-owner")).isZero();
        assertThat(made().get("digests").propertyNames()).containsExactly("/usr/seen");
        assertThat(programs.err())
                .contains("1 files or directories could not be read")
                .contains(hidden);
        assertThat(run("--rootfs", "root", "--any-owner", "--fail-unreadable", "-o", "made"))
                .isEqualTo(1);
        assertThat(folder.resolve("made")).exists();
    }

    /** A file that cannot be read; root reads everything but a name that means nothing. */
    private String unreadable(String parent) throws Exception {
        if (!"root".equals(System.getProperty("user.name"))) {
            Path hidden = file(parent + "/hidden", "hello\n");
            Files.setPosixFilePermissions(hidden, PosixFilePermissions.fromString("---------"));
            return "/usr/hidden";
        }
        Process made = new ProcessBuilder("/bin/sh", "-c", "printf x > \"$(printf 'b\\344d')\"")
                .directory(folder.resolve(parent).toFile())
                .start();
        assertThat(made.waitFor()).isZero();
        return "/usr/b";
    }

    @Test
    void aNameThatIsNoUtf8IsToldAndLeftOut() throws Exception {
        file("root/usr/seen", "hello\n");
        Process made = new ProcessBuilder("/bin/sh", "-c", "printf x > \"root/usr/$(printf 'b\\344d')\"")
                .directory(folder.toFile())
                .start();
        assumeTrue(made.waitFor() == 0, "this file system has UTF-8 names only");

        assertThat(run("--rootfs", "root", "--any-owner")).isZero();

        assertThat(made().get("digests").propertyNames()).containsExactly("/usr/seen");
        assertThat(programs.err()).contains("have names that are no UTF-8");
    }

    @Test
    void aDirectoryToSkipThatHoldsTheRootLeavesNothing() throws Exception {
        file("root/usr/bin/tool", "hello\n");

        assertThat(run("--rootfs", "root", "--any-owner", "-s", ".", "-o", "made"))
                .isEqualTo(1);

        assertThat(folder.resolve("made")).doesNotExist();
        assertThat(programs.err()).contains("holds the whole root file system", "--rootfs: there is nothing");
    }

    @ParameterizedTest
    @CsvSource({
        "-a,               nothing, --allowlist: there is nothing",
        "-m,               nothing, Invalid digest algorithm found in the IMA measurement list",
        "-m,               binary,  give ascii_runtime_measurements",
        "--rootfs,         hollow,  --rootfs: there is nothing",
        "--ramdisk-dir,    hollow,  --ramdisk-dir: there is nothing",
        "--local-rpm-repo, rpm,     --local-rpm-repo: there is nothing",
        "--deb,            hollow,  no Debian package",
        "--deb,            nothing, no Debian package",
    })
    void aSourceThatGivesNothingMakesNoPolicy(String option, String place, String why) throws Exception {
        file("nothing", "");
        file("binary", "\n\0\0\0 and so on");
        file("hollow/var/log", "what changes while a machine runs");
        file("rpm/repodata/repomd.xml", "<repomd/>");
        file("excludes", "/tmp/.*\n");

        assertThat(run("-e", "excludes", option, place, "--any-owner", "-o", "made"))
                .isEqualTo(1);

        assertThat(programs.err()).contains(why);
        assertThat(folder.resolve("made")).doesNotExist();
    }

    @Test
    void buildsOnAnEmptyPolicyAndOnOneOf256BitsWithTheAlgorithmNamed() throws Exception {
        assertThat(run("-o", "empty")).isZero();
        file("root/usr/bin/tool", "hello\n");
        assertThat(run("-p", "empty", "--rootfs", "root", "--any-owner", "-o", "made"))
                .as(programs.err())
                .isZero();
        assertThat(run("-p", "made", "--algo", "sha256", "--rootfs", "root", "--any-owner"))
                .as(programs.err())
                .isZero();
        assertThat(made().at("/digests/~1usr~1bin~1tool")).hasSize(1);
    }

    @Test
    void hashesWhatIsInRamdisksAndNothingElseInTheirDirectory() throws Exception {
        Files.createDirectories(folder.resolve("boot/sub"));
        byte[] image = Fixtures.bytes("create-runtime-policy/initrds/initramfs-keylime-early-debian-zstd.img");
        Files.write(folder.resolve("boot/initrd.img-6.1"), image);
        Files.write(folder.resolve("boot/sub/initrd.img"), new byte[3]);
        file("boot/vmlinuz", "kernel");

        assertThat(run("--ramdisk-dir", "boot", "--algo", "sha1"))
                .as(programs.err())
                .isZero();

        assertThat(WireJson.compactText(made().get("digests")))
                .isEqualTo("{\"/dev/foo_bar\":[\"da39a3ee5e6b4b0d3255bfef95601890afd80709\"],"
                        + "\"/usr/bin/foo\":[\"a26ce416a048883cd6ca8e890f6b0a62a8031e8a\"],"
                        + "\"/usr/lib/foobar.so\":[\"da39a3ee5e6b4b0d3255bfef95601890afd80709\"],"
                        + "\"/usr/lib64/foobar64.so\":[\"da39a3ee5e6b4b0d3255bfef95601890afd80709\"],"
                        + "\"/usr/sbin/bar\":[\"ec6705ccdaafdf57261e35e40379cc339d36a204\"]}");
        file("boot/initramfs-broken.img", "no archive");
        assertThat(run("--ramdisk-dir", "boot", "-o", "made")).isEqualTo(1);
        assertThat(programs.err()).contains("initramfs-broken.img").contains("cannot be unpacked");
        assertThat(folder.resolve("made")).doesNotExist();
    }

    @Test
    void whatHoldsNoPackageMakesNoPolicy() throws Exception {
        file("text", "root:x:0");
        file("empty/readme", "");
        for (String place : List.of("text", "empty")) {
            assertThat(run("--deb", place, "-o", "made")).isEqualTo(1);
            assertThat(programs.err()).contains("no Debian package", place);
            assertThat(folder.resolve("made")).doesNotExist();
        }
    }

    @Test
    void optionsOfKeylimesToolAreTakenOrAnsweredInOneSentence() throws Exception {
        assertThat(run("-v", "-o", "made")).as(programs.err()).isZero();
        assertThat(run("--remote-rpm-repo", "https://example.org/repo")).isEqualTo(2);
        assertThat(programs.err()).contains("--local-rpm-repo", "mirror").doesNotContain("Usage");
        assertThat(programs.err().lines()).hasSize(1);
    }

    @Test
    void hashesWithSm3() throws Exception {
        file("root/abc", "abc");

        assertThat(run("--rootfs", "root", "--any-owner", "--algo", "sm3_256")).isZero();

        // GB/T 32905-2016, example 1
        assertThat(made().at("/digests/~1abc/0").asString())
                .isEqualTo("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    }

    /** A list as kernels print it for one of the PCR banks. */
    private void list(String name, int... digits) throws Exception {
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < digits.length; row++) {
            text.append("10 ")
                    .append("1".repeat(digits[row]))
                    .append(" ima-ng sha256:" + HELLO_SHA256 + " ")
                    .append(row == 0 ? "boot_aggregate" : "/bin/" + row)
                    .append('\n');
        }
        file(name, text.toString());
    }

    @ParameterizedTest
    @CsvSource({"40, sha1", "64, sha256", "96, sha384", "128, sha512"})
    void thePolicyIsForListsWithTheTemplateHashesOfItsOwn(int digits, String logHash) throws Exception {
        list("list", digits, digits);

        assertThat(run("-m", "list")).as(programs.err()).isZero();

        assertThat(made().at("/ima/log_hash_alg").asString()).isEqualTo(logHash);
        assertThat(programs.err().contains("agents send the list with SHA-1")).isEqualTo(digits != 40);
    }

    @Test
    void aListWhoseTemplateHashesAreNotToldMakesNoPolicy() throws Exception {
        list("odd", 30, 30);
        list("mixed", 40, 64);
        list("long", 64);

        assertThat(run("-m", "odd", "-o", "made")).isEqualTo(1);
        assertThat(programs.err()).contains("template hashes of 30 digits", "no known algorithm");
        assertThat(run("-m", "mixed", "-o", "made")).isEqualTo(1);
        assertThat(programs.err()).contains("of 40 and of 64 digits");
        assertThat(run("-o", "base")).isZero();
        assertThat(run("-p", "base", "-m", "long", "-o", "made")).isEqualTo(1);
        assertThat(programs.err()).contains("base policy is for lists with template hashes of sha1");
        assertThat(folder.resolve("made")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "10 1111111111111111111111111111111111111111 ima-ng sha256:DIGEST /bin/ls, is not boot_aggregate",
        "no entry, its first line is no entry",
        "'', it has no entries",
        "10 1111111111111111111111111111111111111111 ima-ng sha1:DIGEST boot_aggregate, of no known algorithm",
    })
    void aListOfWhichTheAlgorithmCannotBeToldIsRefusedWithTheReason(String line, String why) throws Exception {
        file("list", line.replace("DIGEST", HELLO_SHA256) + "\n");

        assertThat(run("-m", "list", "-o", "made")).isEqualTo(1);

        assertThat(programs.err())
                .contains("Invalid digest algorithm found in the IMA measurement list: ")
                .contains(why);
        assertThat(folder.resolve("made")).doesNotExist();
    }

    @Test
    void whatCouldNotBeMeasuredAllowsNothing() throws Exception {
        String zeros = "0".repeat(64);
        file(
                "list",
                "10 " + "0".repeat(40) + " ima-ng sha256:" + zeros + " boot_aggregate\n"
                        + "10 " + "0".repeat(40) + " ima-ng sha256:" + zeros + " /usr/bin/written\n"
                        + "no entry\n");

        assertThat(run("-m", "list")).isZero();

        assertThat(made().get("digests").propertyNames()).containsExactly("boot_aggregate");
        assertThat(programs.err()).contains("1 entries").contains("1 lines");
    }

    @Test
    void aDigestWithItsAlgorithmInFrontMakesNoPolicy() throws Exception {
        file("list", "sha256:" + HELLO_SHA256 + " /usr/bin/tool\n");

        assertThat(run("-a", "list", "-o", "made")).isEqualTo(1);

        assertThat(folder.resolve("made")).doesNotExist();
    }

    @Test
    void theKernelsListIsTakenWhereNoneIsNamed() throws Exception {
        file(
                "sys/kernel/security/ima/ascii_runtime_measurements",
                "10 " + "1".repeat(40) + " ima-ng sha256:" + HELLO_SHA256 + " boot_aggregate\n");

        assertThat(run("-m")).as(programs.err()).isZero();

        assertThat(made().at("/digests/boot_aggregate/0").asString()).isEqualTo(HELLO_SHA256);
    }

    @Test
    void writesAsciiAsKeylimeDoes() throws Exception {
        file("list", HELLO_SHA256 + " /usr/größe\n");

        assertThat(run("-a", "list")).isZero();

        assertThat(programs.out()).contains("\"/usr/gr\\u00f6\\u00dfe\": [\"");
        assertThat(programs.out().getBytes(StandardCharsets.UTF_8))
                .hasSize(programs.out().length());
    }
}
