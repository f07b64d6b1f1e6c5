package io.limelight.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** Whatever stands in a file: a result or a typed refusal, and what was written is what is read. */
class ConfigParsersProperties {
    @Provide
    Arbitrary<String> hostile() {
        return Arbitraries.oneOf(
                Arbitraries.strings().all().ofMaxLength(300),
                Arbitraries.strings()
                        .withChars("[]{}()='\"#;:,.\\ \n\tagent1_-")
                        .ofMaxLength(300));
    }

    @Provide
    Arbitrary<String> words() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .withChars("0123456789_./-")
                .ofMinLength(1)
                .ofMaxLength(20);
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .withChars("_")
                .ofMinLength(1)
                .ofMaxLength(20);
    }

    @Property(tries = 2000)
    void anyTextIsAnIniFileOrATypedRefusal(@ForAll("hostile") String text) {
        try {
            IniFile.parse(text, "f.conf");
        } catch (ConfigException e) {
            assertThat(e.getMessage()).matches("(?s)f\\.conf:[0-9]+: .+");
        }
    }

    @Property(tries = 1000)
    void anyTextIsATomlFileOrATypedRefusal(@ForAll("hostile") String text) {
        try {
            TomlFile.parse(text, "agent.conf");
        } catch (ConfigException e) {
            assertThat(e.getMessage()).startsWith("agent.conf");
        }
    }

    @Property(tries = 500)
    void anyTextInTheAgentTableIsATomlFileOrATypedRefusal(@ForAll("hostile") String text) {
        anyTextIsATomlFileOrATypedRefusal("[agent]\nuuid = " + text);
    }

    @Property(tries = 2000)
    void anyTextIsAListOrARefusalThatNamesTheCharacter(@ForAll("hostile") String text) {
        try {
            PythonList.parse(text);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).contains("character ");
        }
    }

    @Property(tries = 2000)
    void anyTextIsOfItsTypeOrAMismatch(@ForAll OptionType type, @ForAll("hostile") String text) {
        try {
            OptionText.check(type, text);
        } catch (OptionText.Mismatch e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Property(tries = 500)
    void aPythonListIsReadAsWritten(@ForAll @Size(max = 10) List<@net.jqwik.api.From("words") String> list) {
        String literal = list.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" , ", "[ ", "]"));
        assertThat(PythonList.parse(literal)).isEqualTo(list);
    }

    @Property(tries = 500)
    void theAgentsListIsReadAsWritten(@ForAll @Size(max = 10) List<@net.jqwik.api.From("words") String> list)
            throws Exception {
        assertThat(OptionText.list(OptionType.WORDS, "[" + String.join(", ", list) + "]"))
                .isEqualTo(list);
        assertThat(OptionText.list(OptionType.WORDS, String.join(" ", list))).isEqualTo(list);
    }

    @Property(tries = 500)
    void anIniFileIsReadAsWritten(
            @ForAll @Size(max = 10) Map<@net.jqwik.api.From("names") String, @net.jqwik.api.From("words") String> options)
            throws Exception {
        StringBuilder text = new StringBuilder("# head\n[verifier]\n");
        options.forEach(
                (name, value) -> text.append(name).append(" = ").append(value).append('\n'));
        IniFile file = IniFile.parse(text.toString(), "f");
        options.forEach((name, value) ->
                assertThat(file.find("verifier", name).orElseThrow().text()).isEqualTo(value));
    }
}
