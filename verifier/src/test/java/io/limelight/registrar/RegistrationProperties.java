package io.limelight.registrar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.RegistrationRequest;
import io.limelight.core.api.WireFormatException;
import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Whatever a stranger sends as a registration: it is accepted or refused with a reason, never anything else. */
class RegistrationProperties {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final TestMachine MACHINE = TestMachine.ecc();
    private static final List<String> MEMBERS = List.of(
            "agent_id",
            "aik_tpm",
            "ek_tpm",
            "ekcert",
            "iak_tpm",
            "idevid_tpm",
            "iak_cert",
            "idevid_cert",
            "iak_attest",
            "iak_sign",
            "ip",
            "port",
            "mtls_cert");

    private final RegistrationCheck check = new RegistrationCheck(
            new EncodedFields(EncodedFields.MalformedCertAction.WARN),
            new DeviceIdentity(Path.of("/nonexistent")),
            RegistrationCheck.TpmIdentity.EK_CERT_OR_IAK_IDEVID);

    /** As the route does it. */
    private boolean accepts(byte[] body) {
        try {
            Registration registration =
                    check.check(AgentId.of("m1"), RegistrationRequest.from(WireJson.parseObject(body)));
            Challenge.make(registration.ek(), registration.ak(), RANDOM);
            return true;
        } catch (IOException | WireFormatException | RegistrationRefusedException e) {
            assertThat(e).hasMessageMatching("(?s).{5,400}");
            return false;
        }
    }

    @Property(tries = 1000)
    void anyBytes(@ForAll byte[] body) {
        assertThat(accepts(body)).isFalse();
    }

    @Property(tries = 1000)
    void anyObjectOfKnownMembers(@ForAll("objects") ObjectNode body) {
        assertThatCode(() -> accepts(WireJson.compact(body))).doesNotThrowAnyException();
    }

    @Property(tries = 1000)
    void anyBitOfAPublicArea(@ForAll("flips") int bit, @ForAll boolean ofTheAk) {
        byte[] area = (ofTheAk ? MACHINE.ak().publicArea() : MACHINE.ek().publicArea()).tpm2b();
        area[bit / 8 % area.length] ^= (byte) (1 << bit % 8);
        ObjectNode body = MACHINE.registration()
                .put(ofTheAk ? "aik_tpm" : "ek_tpm", Base64.getEncoder().encodeToString(area));
        assertThatCode(() -> accepts(WireJson.compact(body))).doesNotThrowAnyException();
    }

    @Provide
    Arbitrary<Integer> flips() {
        return Arbitraries.integers().between(0, 2047);
    }

    @Provide
    Arbitrary<ObjectNode> objects() {
        Arbitrary<JsonNode> value = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(60).map(text -> text(text)),
                Arbitraries.strings()
                        .withChars("ABCDabcd0123+/=")
                        .ofMaxLength(400)
                        .map(text -> text(text)),
                Arbitraries.strings()
                        .withChars("0123456789abcdef")
                        .ofMaxLength(400)
                        .map(text -> text(text)),
                Arbitraries.longs().map(number -> WireJson.object().numberNode(number)),
                Arbitraries.doubles().map(number -> WireJson.object().numberNode(number)),
                Arbitraries.of(
                        WireJson.object().nullNode(),
                        WireJson.object(),
                        WireJson.object().arrayNode()),
                Arbitraries.of(true, false).map(flag -> WireJson.object().booleanNode(flag)));
        Arbitrary<List<String>> names =
                Arbitraries.of(MEMBERS).list().ofMinSize(1).ofMaxSize(4);
        return Combinators.combine(names, value.list().ofSize(4)).as((changed, values) -> {
            ObjectNode body = MACHINE.registration();
            for (int i = 0; i < changed.size(); i++) {
                body.set(changed.get(i), values.get(i));
            }
            return body;
        });
    }

    private static JsonNode text(String text) {
        return WireJson.object().stringNode(text);
    }
}
