package io.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.cli.command.CliContext;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

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
        assertThat(run("config", "check")).isEqualTo(1);
        assertThat(out())
                .contains("verifier: error: ", "push model", "registrar: ok", "did you mean tls_port?", "agent: ok");
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
        assertThat(err().strip().lines()).singleElement().asString().startsWith("limelight registrar: ");
    }
}
