package io.limelight.console.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.problem.Problem;
import io.limelight.console.words.Words;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plants secrets and names wherever a bundle reads, and looks for them in what it wrote. */
class SupportBundleTest {
    private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");

    private static final List<String> SECRETS = List.of(
            // A share of 32 bytes as the wire has it, one as hex, one of 16 bytes, one without padding and for
            // addresses.
            "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=",
            "abcdef1234567890abcdef1234567890abcdef1234567890abcdef1234567890",
            "q83vEjRWeJCrze8SNFZ4kA==",
            "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA",
            "q83vEjRWeJCrze8SNFZ4-KvN7xI0_niQq83vEjRWeJA",
            "hunter2",
            "correct horse",
            "s3cr3t-t0ken",
            "dXNlcjpwYXNz",
            "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC",
            "opensesame",
            "short-v-value",
            "short-k-value");

    private static final List<String> NAMES = List.of(
            "10.20.0.11",
            "2001:db8::17",
            "fe80:0:0:0:1:2:3:4",
            "verifier.example.com",
            "registrar.internal",
            "d432fbb3-d2f1-4a97-9ef7-75bd81c00000",
            "web-07",
            "payments-db",
            "dc-east",
            "alice",
            "carol@example.com",
            "a1:b2:c3:d4:e5:f6:a7:b8:c9");

    private static final String LOG = """
            2026-11-28 10:56:27.123 - io.limelight.console - WARN - agent d432fbb3-d2f1-4a97-9ef7-75bd81c00000 at 10.20.0.11:9002 is silent
            2026-11-28 10:56:28.123 - io.limelight.console - WARN - https://carol:opensesame@verifier.example.com:8881/v2.3/agents/web-07
            2026-11-28 10:56:29.123 - io.limelight.console - WARN - connecting to [2001:db8::17]:8881 and fe80:0:0:0:1:2:3:4
            2026-11-28 10:56:30.123 - io.limelight.console - WARN - {"v": "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=", "k":"short-k-value"}
            2026-11-28 10:56:31.123 - io.limelight.console - WARN - U abcdef1234567890abcdef1234567890abcdef1234567890abcdef1234567890
            2026-11-28 10:56:32.123 - io.limelight.console - WARN - got q83vEjRWeJCrze8SNFZ4kA== and q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA and q83vEjRWeJCrze8SNFZ4-KvN7xI0_niQq83vEjRWeJA
            2026-11-28 10:56:33.123 - io.limelight.console - WARN - keystore.password=hunter2, V = short-v-value; "passphrase" : "correct horse"
            2026-11-28 10:56:34.123 - io.limelight.console - WARN - Authorization: Bearer s3cr3t-t0ken and Basic dXNlcjpwYXNz
            2026-11-28 10:56:35.123 - io.limelight.console - WARN - reading /home/alice/keys of carol@example.com, a1:b2:c3:d4:e5:f6:a7:b8:c9
            -----BEGIN PRIVATE KEY-----
            MIIEvQIBADANBgkqhkiG9w0BAQEFAASC
            -----END PRIVATE KEY-----
            2026-11-28 10:56:36.123 - io.limelight.console - WARN - registrar.internal refused payments-db at 10.20.0.11
            """;

    private static SupportFacts facts(Path log) {
        return new SupportFacts(
                NOON,
                Map.of("java", "25.0.1+8"),
                Map.of("theme", "dark"),
                Map.of(
                        "name",
                        "dc-east",
                        "verifier",
                        "verifier.example.com port 8881",
                        "tls folder",
                        "/home/alice/keys"),
                List.of(new RecentProblems.Seen(
                        NOON,
                        new Problem(
                                "fleet.silent",
                                "payments-db does not answer at 10.20.0.11.",
                                List.of("the password=hunter2 is wrong"),
                                List.of("ask alice"),
                                "token: s3cr3t-t0ken"))),
                Optional.of(log),
                Map.of(
                        "host", Set.of("verifier.example.com", "registrar.internal"),
                        "machine", Set.of("web-07", "payments-db"),
                        "profile", Set.of("dc-east"),
                        "user", Set.of("alice")));
    }

    @Test
    void nothingSecretAndNoNameLeaves(@TempDir Path folder) throws IOException {
        Path log = Files.writeString(folder.resolve("console.log"), LOG);
        Path file = folder.resolve("bundle.zip");
        SupportBundle.of(facts(log), Words.english().of("support.readme")).write(file);

        StringBuilder all = new StringBuilder();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            zip.stream().forEach(entry -> {
                try (InputStream in = zip.getInputStream(entry)) {
                    all.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
        }
        assertThat(all.toString())
                .contains("fleet.silent", "is silent", "25.0.1+8", "theme = dark", "10:56:36.123")
                .doesNotContainIgnoringCase(SECRETS.toArray(String[]::new))
                .doesNotContainIgnoringCase(NAMES.toArray(String[]::new));
    }

    /** What happened to whom can still be followed from one file to the other. */
    @Test
    void theSameNameIsTheSameWordInEveryFile(@TempDir Path folder) throws IOException {
        Path log = Files.writeString(folder.resolve("console.log"), LOG);
        SupportBundle bundle = SupportBundle.of(facts(log), "");
        String problems = text(bundle, "problems.txt");
        String lines = text(bundle, "console.log");
        Matcher machine = Pattern.compile("(<machine-\\d+>) does not answer at (<address-\\d+>)")
                .matcher(problems);
        assertThat(machine.find()).isTrue();
        assertThat(lines).contains(machine.group(1) + " at " + machine.group(2));
        Matcher host = Pattern.compile("verifier = (<host-\\d+>) port 8881").matcher(text(bundle, "profile.txt"));
        assertThat(host.find()).isTrue();
        assertThat(lines).contains("https://" + host.group(1) + ":8881");
    }

    private static String text(SupportBundle bundle, String name) {
        return bundle.parts().stream()
                .filter(part -> part.name().equals(name))
                .findFirst()
                .orElseThrow()
                .text();
    }

    @Test
    void onlyItsOwnerReadsIt(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("bundle.zip");
        Files.writeString(file, "of before");
        SupportBundle.of(facts(folder.resolve("no.log")), "").write(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    /** A line that is cut in two could be the end of a secret without the word before it. */
    @Test
    void ofALongLogTheEndIsTakenInWholeLines(@TempDir Path folder) throws IOException {
        String line = "2026-11-28 10:56:33.123 - x - WARN - password=" + "hunter2 ".repeat(20) + "\n";
        Path log = Files.writeString(folder.resolve("console.log"), line.repeat(3_000));
        String text = text(SupportBundle.of(facts(log), ""), "console.log");
        assertThat(text.lines().count()).isEqualTo(500);
        assertThat(text.lines())
                .allSatisfy(each ->
                        assertThat(each).startsWith("2026-11-28 10:56:33").doesNotContain("hunter2"));
    }

    @Test
    void aHostileLogTakesNoMinute(@TempDir Path folder) throws IOException {
        for (String bad :
                List.of("a_", "a.", "A1a-", "://", "-----BEGIN A-----", "::", "\"key\": \"", "a:", "1.", "@")) {
            Path log = Files.writeString(folder.resolve("console.log"), bad.repeat(120_000 / bad.length()));
            long begun = System.nanoTime();
            SupportBundle.of(facts(log), "");
            assertThat((System.nanoTime() - begun) / 1_000_000_000.0).as(bad).isLessThan(20);
        }
    }

    @Test
    void whatWasPreviewedIsWhatIsWritten(@TempDir Path folder) throws IOException {
        Path log = Files.writeString(folder.resolve("console.log"), LOG);
        SupportViewModel model =
                new SupportViewModel(Words.english(), () -> facts(log), () -> NOON, Runnable::run, Runnable::run);
        SupportBundle shown = model.bundleProperty().get().orElseThrow();
        Files.writeString(log, "password=other\n");
        Path file = folder.resolve(model.fileName());
        model.write(file);
        assertThat(model.writtenProperty().get()).contains(file);
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (SupportBundle.Part part : shown.parts()) {
                assertThat(new String(
                                zip.getInputStream(zip.getEntry(part.name())).readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo(part.text());
            }
        }
        model.write(folder.resolve("nowhere/bundle.zip"));
        assertThat(model.writtenProperty().get()).isEmpty();
        assertThat(model.problemProperty().get())
                .get()
                .satisfies(problem -> assertThat(problem.code()).isEqualTo("support.not-written"));
    }

    @Test
    void theLatestProblemsAreRemembered() {
        RecentProblems recent = new RecentProblems(() -> NOON);
        for (int i = 0; i < 100; i++) {
            recent.shown(new Problem("code" + i, "", List.of(), List.of(), ""));
        }
        assertThat(recent.all()).hasSize(30);
        assertThat(recent.all().getLast().problem().code()).isEqualTo("code99");
    }
}
