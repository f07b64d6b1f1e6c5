package io.limelight.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NumericChars;
import net.jqwik.api.constraints.StringLength;

/** Ids and addresses that come from machines nobody trusts. */
class AgentIdAndEndpointProperties {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,79}");
    private static final Set<String> RESERVED =
            Set.of("ca", "lastserial", "revoked_keys", "revocationnotifier", "server", "client", "cacert", "cacrl");

    private static boolean isId(String text) {
        return FORM.matcher(text).matches() && !RESERVED.contains(text.toLowerCase(Locale.ROOT));
    }

    @Property
    void anyText(@ForAll String text) {
        judged(text);
    }

    @Property
    void nearlyIds(
            @ForAll @AlphaChars @NumericChars @Chars({'.', '_', '-', '/', ' ', '\0', 'ä', '\n'}) @StringLength(max = 90)
                    String text) {
        judged(text);
    }

    @Property(tries = 200)
    void reservedNamesInAnyCase(@ForAll @IntRange(max = 7) int name, @ForAll int cases) {
        String reserved = RESERVED.stream().sorted().toList().get(name);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < reserved.length(); i++) {
            char c = reserved.charAt(i);
            text.append((cases >> i & 1) == 0 ? c : Character.toUpperCase(c));
        }
        assertThatThrownBy(() -> AgentId.of(text.toString()))
                .isInstanceOf(InvalidAgentIdException.class)
                .hasMessageContaining("reserved");
        assertThat(AgentId.of(text + "1")).hasToString(text + "1");
    }

    private static void judged(String text) {
        if (isId(text)) {
            assertThat(AgentId.of(text)).hasToString(text);
            assertThat(AgentId.problem(text)).isEmpty();
            return;
        }
        assertThat(AgentId.problem(text))
                .hasValueSatisfying(problem -> assertThat(problem)
                        .hasSizeLessThan(160)
                        .matches("[\\x20-\\x7e]+\\.?")
                        .endsWith("."));
        assertThatThrownBy(() -> AgentId.of(text)).isInstanceOf(InvalidAgentIdException.class);
    }

    @Example
    void theDefaultIdIsOne() {
        assertThat(isId(AgentId.DEFAULT.value())).isTrue();
    }

    // Addresses

    @Property
    void anyHostIsAnEndpointOrASentence(@ForAll String host, @ForAll int port) {
        try {
            Endpoint endpoint = Endpoint.agent(host, port);
            assertThat(endpoint.baseUrl().encodedPath()).isEqualTo("/");
            assertThat(endpoint.baseUrl().query()).isNull();
            assertThat(endpoint.baseUrl().username()).isEmpty();
            assertThat(endpoint.baseUrl().port()).isEqualTo(port);
        } catch (InvalidEndpointException e) {
            assertThat(e.getMessage())
                    .hasSizeLessThan(200)
                    .doesNotContain("\n", "\r", "\u001b")
                    .endsWith(".");
        }
    }

    @Property
    void hostsWithPunctuationDoNotBecomePathsOrUsers(
            @ForAll @CharRange(from = ' ', to = '~') @StringLength(max = 30) String host) {
        anyHostIsAnEndpointOrASentence(host, 9002);
    }

    @Example
    void addressesOfEitherFamilyAndNames() {
        assertThat(Endpoint.agent("::1", 9002).address()).isEqualTo("[::1]:9002");
        assertThat(Endpoint.agent("[::1]", 9002)).isEqualTo(Endpoint.agent("::1", 9002));
        assertThat(Endpoint.agent("2001:db8::1", 9002).baseUrl()).hasToString("https://[2001:db8::1]:9002/");
        assertThat(Endpoint.agentWithoutTls("10.0.0.1", 80).baseUrl()).hasToString("http://10.0.0.1/");
        assertThat(Endpoint.registrar("registrar.example", 8891)).hasToString("registrar at registrar.example:8891");
        for (String bad : new String[] {
            "",
            " ",
            "a b",
            "a/b",
            "http://a",
            "a:b",
            "user@host",
            "[::1",
            "::1]",
            "a\0b",
            "a?b",
            "a#b",
            "1.2.3.4:80",
            "::g",
            "host:8890"
        }) {
            assertThatThrownBy(() -> Endpoint.agent(bad, 9002)).as(bad).isInstanceOf(InvalidEndpointException.class);
        }
        for (int port : new int[] {0, -1, 65536, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> Endpoint.agent("a", port)).isInstanceOf(InvalidEndpointException.class);
        }
    }
}
