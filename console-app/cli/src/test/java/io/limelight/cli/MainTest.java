package io.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.cli.command.CliContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @TempDir
    Path root;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(Map<String, String> environment, String... arguments) {
        return Main.run(
                new CliContext(
                        environment,
                        root,
                        root,
                        InputStream.nullInputStream(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false),
                arguments);
    }

    private int run(String... arguments) {
        return run(Map.of(), arguments);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private void file(String name, String text) throws Exception {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void withoutArgumentsTheProgramsAreListed() {
        assertThat(run()).isZero();
        for (Program program : Program.values()) {
            assertThat(out()).contains("  " + program.word() + " ");
        }
    }

    @Test
    void anUnknownProgramIsWrongUsageAndItsNameCannotDriveTheTerminal() {
        assertThat(run("\u001b[2Jnonsense")).isEqualTo(2);
        assertThat(err()).contains("?[2Jnonsense").doesNotContain("\u001b");
        assertThat(out()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Program.class)
    void everyProgramOfTheBuildHasHelp(Program program) {
        int status = run(program.word(), "--help");
        if (status == 0) {
            assertThat(out()).startsWith("Usage: limelight " + program.word());
        } else {
            assertThat(err()).contains("there is no program");
        }
    }

    @ParameterizedTest
    @CsvSource({"config", "config nonsense", "config show", "config show --nonsense", "registrar --nonsense"})
    void wrongUsageIsTwo(String line) {
        assertThat(run(line.split(" ", -1))).isEqualTo(2);
        assertThat(err()).contains("Usage:");
        assertThat(err().strip().lines().toList().getLast())
                .as("what is wrong is the last line, also of a long usage")
                .startsWith("limelight ");
    }

    @Test
    void configShowPrintsEachValueWithItsSourceAndHidesSecrets() throws Exception {
        file("etc/keylime/verifier.conf", "[verifier]\nquote_interval = 5\nclient_key_password = s3cret\n");
        assertThat(run(Map.of("KEYLIME_VERIFIER_PORT", "9999"), "config", "show", "verifier"))
                .isZero();
        assertThat(out())
                .containsPattern("port = 9999 +# environment KEYLIME_VERIFIER_PORT")
                .containsPattern("quote_interval = 5 +# .*/etc/keylime/verifier.conf:2")
                .containsPattern("client_key_password = \\(hidden\\) +# ")
                .containsPattern("ip = 127.0.0.1 +# default")
                .doesNotContain("s3cret");
    }

    @Test
    void aBadValueIsOneSentenceWithFileAndLineAndNoStackTrace() throws Exception {
        file("etc/keylime/verifier.conf", "[verifier]\nport = eighty\n");
        assertThat(run("config", "show", "verifier")).isEqualTo(1);
        assertThat(err().strip().lines())
                .singleElement()
                .asString()
                .contains("verifier.conf:2", "port", "eighty", "whole number");
    }

    @Test
    void debugShowsWhereAnErrorArose() throws Exception {
        file("etc/keylime/verifier.conf", "[verifier]\nport = eighty\n");
        assertThat(run("config", "show", "verifier", "--debug")).isEqualTo(1);
        assertThat(err()).contains("\tat io.limelight.");
    }

    @Test
    void configCheckGoesThroughAllProgramsAndFailsIfOneCouldNotStart() throws Exception {
        file("etc/keylime/registrar.conf", "[registrar]\ntls_prot = 1\n");
        file("etc/keylime/verifier.conf", "[verifier]\nmode = push\n");
        file("etc/keylime/agent.conf", "[agent]\nrun_as = \"\"\n");
        assertThat(run("config", "check")).isEqualTo(1);
        assertThat(out())
                .contains("verifier: error: ", "push model", "registrar: ok", "did you mean tls_port?", "agent: ok");
    }

    /** What the starts refuse, by program. */
    static Stream<Arguments> unusable() {
        return Stream.of(
                Arguments.of("agent", "uuid = \"no/id\"", "agent.conf:2: uuid = \"no/id\": "),
                Arguments.of("agent", "uuid = generate", "text stands in quotes here"),
                Arguments.of("agent", "secure_size = \"much\"", "secure_size"),
                Arguments.of("agent", "tpm_hash_alg = \"md5\"", "tpm_hash_alg"),
                Arguments.of("agent", "ip = \"300.1.1.1\"", "ip"),
                Arguments.of("agent", "tpm = \"usb:1\"", "agent.conf:2: tpm = \"usb:1\": "),
                Arguments.of(
                        "agent", "tpm_ownerpassword = \"hex:xy\"", "agent.conf:2: tpm_ownerpassword = \"(hidden)\": "),
                Arguments.of("agent", "registrar_ip = \"\"", "agent.conf:2: registrar_ip"),
                Arguments.of("agent", "contact_ip = \"a b\"", "agent.conf:2: contact_ip"),
                Arguments.of("tenant", "verifier_ip = http://x", "tenant.conf:2: verifier_ip"),
                Arguments.of("agent", "run_as = \"nobody-of-that-name\"", "no user nobody-of-that-name"),
                Arguments.of("agent", "payload_run_as = \"nobody-of-that-name\"", "no user nobody-of-that-name"),
                Arguments.of("agent", "trusted_client_ca = \"missing.crt\"", "missing.crt"),
                Arguments.of("verifier", "tls_dir = missing", "missing"),
                Arguments.of("verifier", "ip = 300.1.1.1", "ip"),
                Arguments.of("registrar", "tls_dir = missing", "missing"),
                Arguments.of("registrar", "ip = 300.1.1.1", "ip"),
                Arguments.of("registrar", "malformed_cert_action = nonsense", "malformed_cert_action"),
                Arguments.of("tenant", "tls_dir = missing", "tenant.conf:2: tls_dir"),
                Arguments.of("tenant", "tpm_cert_store = missing", "tenant.conf:2: tpm_cert_store"),
                Arguments.of("tenant", "ek_check_script = missing", "tenant.conf:2: ek_check_script"),
                Arguments.of("tenant", "accept_tpm_hash_algs = ['sha257']", "accept_tpm_hash_algs"),
                Arguments.of("ca", "cert_country = USA", "two letters"),
                Arguments.of("ca", "cert_crl_dist = not a url", "http://HOST"),
                Arguments.of("ca", "cert_ocsp_url = http:///ocsp", "http://HOST"));
    }

    @ParameterizedTest
    @MethodSource("unusable")
    void configCheckRefusesWhatTheStartRefuses(String program, String line, String said) throws Exception {
        file("etc/keylime/" + program + ".conf", "[" + program + "]\n" + line + "\n");
        Map<String, String> environment = line.startsWith("run_as")
                ? Map.of("KEYLIME_DIR", root.toString())
                : Map.of("KEYLIME_DIR", root.toString(), "KEYLIME_AGENT_RUN_AS", "");
        assertThat(run(environment, "config", "check", program)).isEqualTo(1);
        assertThat(out()).contains(program + ": error: ", said).doesNotContain(program + ": ok");
    }

    @ParameterizedTest
    @CsvSource({
        "verifier,limelight_storage.key,the storage key",
        "verifier,limelight_cv.sqlite,the database",
        "registrar,limelight_reg.sqlite,the database",
        "agent,agent_data.json,the agent's attestation key"
    })
    void configCheckNamesWhatEveryUserCanRead(String program, String name, String what) throws Exception {
        file("etc/keylime/agent.conf", "[agent]\nrun_as = \"\"\n");
        file(name, "x");
        Path file = root.resolve(name);
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(run(Map.of("KEYLIME_DIR", root.toString()), "config", "check", program))
                .isZero();
        String said = program + ": warning: " + what + " " + file
                + " can be read by every user of this machine; chmod o-r " + file;
        assertThat(out()).contains(said);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        run(Map.of("KEYLIME_DIR", root.toString()), "config", "check", program);
        assertThat(out().split(Pattern.quote(said), -1)).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void configCheckSaysThatTheVerifierMakesTheCaThatIsNotThereYet() throws Exception {
        file("etc/keylime/agent.conf", "[agent]\nrun_as = \"\"\n");
        assertThat(run(Map.of("KEYLIME_DIR", root.toString()), "config", "check"))
                .isZero();
        assertThat(out())
                .contains("registrar: warning: there is no CA folder ", "agent: warning: there is no ", "tenant: ok")
                .contains("the verifier makes it at its first start");
    }

    /** As into a file on a full disk, where every write fails. */
    @ParameterizedTest
    @CsvSource({"help", "version", "config show verifier"})
    void aResultThatCannotBeWrittenToItsEndIsNoSuccess(String line) {
        PrintStream full = new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int octet) throws IOException {
                        throw new IOException("No space left on device");
                    }
                },
                false,
                StandardCharsets.UTF_8);
        CliContext context = new CliContext(
                Map.of(),
                root,
                root,
                InputStream.nullInputStream(),
                full,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        assertThat(Main.run(context, line.split(" "))).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("could not be written to the standard output");
    }

    @Test
    void theCompletionScriptKnowsEveryProgramOfTheBuild() {
        assertThat(run("completion")).isZero();
        assertThat(out()).contains("complete -F", "config", "registrar");
    }

    @Test
    void aServiceThatCannotStartSaysOneSentence() throws Exception {
        file("etc/keylime/registrar.conf", "[registrar]\nport = 0\ntls_port = 0\n");
        assertThat(run(Map.of("KEYLIME_DIR", root.toString()), "registrar")).isEqualTo(1);
        assertThat(err().strip().lines())
                .singleElement()
                .asString()
                .startsWith("limelight registrar: ")
                .contains("no CA folder", "the verifier makes it at its first start");
    }

    @ParameterizedTest
    @ValueSource(strings = {"registrar", "verifier"})
    void aStartNamesTheLineOfAFolderOfKeysThatIsNotThere(String program) throws Exception {
        String port = program.equals("registrar") ? "port = 0\ntls_port = 0" : "port = 0";
        file("etc/keylime/" + program + ".conf", "[" + program + "]\ntls_dir = missing\n" + port + "\n");
        assertThat(run(Map.of("KEYLIME_DIR", root.toString()), program)).isEqualTo(1);
        assertThat(err().strip().lines().toList().getLast())
                .startsWith("limelight " + program + ": ")
                .contains(program + ".conf:2: tls_dir = \"missing\": there is no such folder: ");
    }
}
