package io.limelight.cli.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.limelight.cli.command.CommandFailure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Arguments as Python's parser reads them. */
class TenantArgumentsTest {
    private static TenantOptions parse(String line) throws CommandFailure {
        return TenantArguments.parse(line.isEmpty() ? List.of() : List.of(line.split(" ", -1)));
    }

    @Test
    void theHelpDescribesExactlyTheOptionsThatAreRead() {
        List<String> withValue = new ArrayList<>();
        List<String> flags = new ArrayList<>(List.of("--debug"));
        CommandLine.Model.CommandSpec.forAnnotatedObject(new TenantOptions())
                .options()
                .forEach(option -> (option.arity().max() == 0 ? flags : withValue).addAll(List.of(option.names())));
        assertThat(TenantArguments.names(true)).containsExactlyInAnyOrderElementsOf(withValue);
        assertThat(TenantArguments.names(false)).containsExactlyInAnyOrderElementsOf(flags);
    }

    @Test
    void everyOptionThatIsListedIsSet() throws Exception {
        for (String name : TenantArguments.names(true)) {
            // Some need company, which is what the message is about then; none may be unknown.
            CommandFailure failure =
                    catchThrowableOfType(CommandFailure.class, () -> TenantArguments.parse(List.of(name, "7")));
            if (failure != null) {
                assertThat(failure.getMessage()).as(name).doesNotContain("is no option");
            }
        }
        for (String name : TenantArguments.names(false)) {
            TenantArguments.parse(List.of(name));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-t 10.0.0.5",
                "-t10.0.0.5",
                "-t=10.0.0.5",
                "--targethost 10.0.0.5",
                "--targethost=10.0.0.5",
                "--targeth=10.0.0.5"
            })
    void oneOptionCanBeWrittenInManyWays(String line) throws Exception {
        assertThat(parse(line).targetHost).isEqualTo("10.0.0.5");
    }

    @Test
    void longOptionsWithOneDashAreNotShortOnesWithAValue() throws Exception {
        TenantOptions options = parse("-t a -tp 1 -v b -vp 2 -vi c -r d -rp 3 -nvc");
        assertThat(options.targetHost).isEqualTo("a");
        assertThat(options.targetPort).isEqualTo(1);
        assertThat(options.verifierHost).isEqualTo("b");
        assertThat(options.verifierPort).isEqualTo(2);
        assertThat(options.verifierId).isEqualTo("c");
        assertThat(options.registrarHost).isEqualTo("d");
        assertThat(options.registrarPort).isEqualTo(3);
        assertThat(options.noVerifierCheck).isTrue();
    }

    @Test
    void anExactNameWinsOverTheLongerOnesItBegins() throws Exception {
        assertThat(parse("--runtime-policy p").runtimePolicy).isEqualTo("p");
        assertThat(parse("--cv v").verifierHost).isEqualTo("v");
        assertThat(parse("--mb-policy m").mbPolicy).isEqualTo("m");
    }

    @ParameterizedTest
    @CsvSource({
        "--runtime, --runtime-policy-url",
        "--cvp, needs a value",
        "--cv_, needs a value",
        "--c, --cvport",
        "--sig, --signature-verification-key-sig",
        "--nonsense, is no option",
        "-x, is no option",
        "surplus, is no option",
        "-, is no option",
        "--, may mean",
        "-u, needs a value",
        "-u -f, needs a value",
        "--verify=yes, takes no value",
        "-tp 1x, no port number",
        "-tp 123456, no port number",
        "-tp -1, no port number",
        "-vp 0, no port number",
    })
    void whatIsNotClearIsRefusedWithUsage(String line, String said) {
        assertThatThrownBy(() -> parse(line))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitStatus()).isEqualTo(2))
                .hasMessageContaining(said)
                .hasMessageContaining("Usage: limelight tenant");
    }

    @Test
    void theLastOneCountsAndListsGrow() throws Exception {
        assertThat(parse("-u a -u b").uuid).isEqualTo("b");
        assertThat(parse("--sign_verification_key a --signature-verification-key b").signatureKeys)
                .containsExactly("a", "b");
    }

    @Test
    void valuesMayHoldEqualsSignsBlanksAndLeadingDashesAfterAnEqualsSign() throws Exception {
        assertThat(TenantArguments.parse(List.of("--tpm_policy={\"7\": [\"a=b\"]}")).tpmPolicy)
                .isEqualTo("{\"7\": [\"a=b\"]}");
        assertThat(parse("--uuid=-x").uuid).isEqualTo("-x");
        assertThat(TenantArguments.parse(List.of("-f", "-a file")).file).isEqualTo(Path.of("-a file"));
        assertThat(parse("-f=").file).isEqualTo(Path.of(""));
    }

    @Test
    void theDefaultsAreKeylimes() throws Exception {
        TenantOptions options = parse("");
        assertThat(options.command).isEqualTo("add");
        assertThat(options.tpmPolicy).isEqualTo("{}");
        assertThat(options.uuid).isNull();
        assertThat(options.noVerifierCheck).isFalse();
    }

    @Property
    void anyArgumentsAreReadOrRefusedInASentence(
            @ForAll @Size(max = 5) List<@StringLength(max = 12) String> arguments) {
        List<String> words = arguments.stream()
                .map(word -> word.length() % 3 == 0 ? "-" + word : word.length() % 3 == 1 ? "--" + word : word)
                .toList();
        try {
            TenantArguments.parse(words);
        } catch (CommandFailure failure) {
            assertThat(failure.exitStatus()).isEqualTo(2);
        }
    }
}
