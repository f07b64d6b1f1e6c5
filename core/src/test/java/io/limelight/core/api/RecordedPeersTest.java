package io.limelight.core.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.api.Endpoint.Service;
import io.limelight.core.api.Recording.Replay;
import io.limelight.core.payload.BootstrapKey;
import io.limelight.core.payload.KeyTransport;
import io.limelight.core.payload.SealedPayload;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tpm.AttestationKey;
import io.limelight.core.tpm.CredentialBlob;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.ObjectAttributes;
import io.limelight.core.tpm.PcrMask;
import io.limelight.core.tpm.QuoteText;
import io.limelight.core.tpm.QuoteVerifier;
import io.limelight.core.tpm.TpmPublic;
import io.limelight.core.tpm.TransportKeyBinding;
import io.limelight.core.tpm.VerifiedQuote;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Our clients and parsers against what Keylime's own programs answered. */
class RecordedPeersTest {
    private static final Recording REGISTRAR = Recording.of("keylime-registrar.json");
    private static final Recording VERIFIER = Recording.of("keylime-verifier.json");
    private static final Recording AGENT = Recording.of("rust-agent.json");
    private static final JsonNode ENROLMENT = Recording.file("enrolment.json");
    private static final AgentId MACHINE = AgentId.of("d432fbb3-d2f1-4a97-9ef7-75bd81c00002");
    private static final AgentId PENDING = AgentId.of("11111111-2222-4333-8444-555555555555");
    private static final AgentId NOBODY = AgentId.of("nobody");
    private static final ApiVersion V = ApiVersion.CURRENT;

    private final OkHttpClient http = HttpClients.plain(HttpTimeouts.of(Duration.ofSeconds(20)));

    @AfterEach
    void close() {
        HttpClients.close(http);
    }

    private RegistrarClient registrar(Replay replay) {
        return new RegistrarClient(replay.endpoint(Service.REGISTRAR), http);
    }

    private VerifierClient verifier(Replay replay) {
        return new VerifierClient(replay.endpoint(Service.VERIFIER), http);
    }

    private AgentClient agent(Replay replay) {
        return new AgentClient(replay.endpoint(Service.AGENT), http);
    }

    private static List<JsonNode> exchange(String to, String method, String pathStart) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode pair : ENROLMENT.path("exchange")) {
            if (pair.path("to").asString().equals(to)
                    && pair.path("request").path("method").asString().equals(method)
                    && pair.path("request").path("path").asString().startsWith(pathStart)) {
                found.add(pair);
            }
        }
        return found;
    }

    // --- registrar ---

    @Test
    void theRegistrarsVersionsAndLists() throws Exception {
        try (Replay replay = REGISTRAR.replay("version plain", "list at v2.6", "list with pending")) {
            assertThat(registrar(replay).versions().offered())
                    .contains(V)
                    .allMatch(version -> version.major() == 2 || !version.supported());
            assertThat(registrar(replay).agents(V).value().ids()).contains(MACHINE.value());
            assertThat(registrar(replay).agents(V).value().ids())
                    .as("ids that Keylime's registrar let in are shown, not judged")
                    .contains(PENDING.value(), "..", "a%20b");
        }
    }

    @Test
    void aRecordAsTheRegistrarShowsIt() throws Exception {
        try (Replay replay = REGISTRAR.replay("show active", "show unknown", "show pending", "delete unknown")) {
            RegistrarAgent record = registrar(replay).agent(V, MACHINE).value();
            assertThat(record.agentId()).isEqualTo(MACHINE.value());
            assertThat(record.port()).isPositive();
            assertThat(record.plainHttp()).isFalse();
            assertThat(TpmPublic.fromBase64(record.aikTpm()).attributes()).isEqualTo(ObjectAttributes.ATTESTATION_KEY);
            assertThat(registrar(replay).find(V, NOBODY)).isEmpty();
            assertThat(registrar(replay).find(V, PENDING)).as("not activated").isEmpty();
            assertThat(registrar(replay).delete(V, NOBODY)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "list anonymous, 403, Action list_registrations requires admin authentication (mTLS certificate)",
        "list bearer garbage, 401, Invalid authentication token",
    })
    void aRefusalOfTheFrameworkIsUnderstood(String name, int status, String reason) throws Exception {
        try (Replay replay = REGISTRAR.replay(name)) {
            assertThatThrownBy(() -> registrar(replay).agents(V))
                    .isInstanceOfSatisfying(ApiException.Refused.class, refused -> {
                        assertThat(refused.status()).isEqualTo(status);
                        assertThat(refused.reason()).isEqualTo(reason);
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reregister another aik", "reregister another ek"})
    void anotherIdentityUnderAKnownIdIsRefusedAsForbidden(String name) throws Exception {
        RegistrationRequest request = RegistrationRequest.from(Recording.sent(REGISTRAR.pair(name)));
        try (Replay replay = REGISTRAR.replay(name)) {
            assertThatThrownBy(() -> registrar(replay).register(V, MACHINE, request))
                    .isInstanceOfSatisfying(ApiException.Refused.class, refused -> {
                        assertThat(refused.status()).isEqualTo(403);
                        assertThat(refused.retryable()).isFalse();
                    });
        }
    }

    @Test
    void aWrongTagIsRefusedWithAReason() throws Exception {
        try (Replay replay = REGISTRAR.replay("activate wrong tag", "activate unknown")) {
            assertThatThrownBy(() -> registrar(replay).activate(V, PENDING, "00".repeat(48)))
                    .isInstanceOfSatisfying(
                            ApiException.Refused.class,
                            refused -> assertThat(refused.status()).isEqualTo(400));
            assertThatThrownBy(() -> registrar(replay).activate(V, NOBODY, "00".repeat(48)))
                    .isInstanceOfSatisfying(
                            ApiException.Refused.class,
                            refused -> assertThat(refused.notFound()).isTrue());
        }
    }

    @Test
    void whatTheRustAgentRegisters() throws Exception {
        JsonNode pair = exchange("registrar", "POST", "/v2.6/agents/").getFirst();
        RegistrationRequest request = RegistrationRequest.from(Recording.sent(pair));
        assertThat(request.toJson()).as("our agent would send the same").isEqualTo(Recording.sent(pair));
        assertThat(TpmPublic.fromBase64(String.valueOf(request.aikTpm())).attributes())
                .isEqualTo(ObjectAttributes.ATTESTATION_KEY);
        assertThat(request.port()).isPositive();
        assertThat(request.iakCert()).isNull();
        String blob = RegistrationChallenge.from(Recording.results(pair)).blob();
        assertThat(CredentialBlob.parse(Base64.getDecoder().decode(blob)).encode())
                .as("Keylime's credential in our framing")
                .isEqualTo(Base64.getDecoder().decode(blob));
        JsonNode activation = exchange("registrar", "PUT", "/v2.6/agents/").getFirst();
        assertThat(ActivationRequest.from(Recording.sent(activation)).authTag()).matches("[0-9a-f]{96}");
    }

    // --- verifier ---

    @Test
    void theVerifiersVersionsListsAndStatuses() throws Exception {
        try (Replay replay = VERIFIER.replay("version", "status", "status stopped", "status deleted", "show unknown")) {
            assertThat(verifier(replay).versions().offered()).contains(V);
            AgentStatus status = verifier(replay).agent(V, MACHINE).value();
            assertThat(status.state()).contains(OperationalState.GET_QUOTE);
            assertThat(status.encAlg()).isEqualTo("rsa2048");
            assertThat(status.attestationStatus()).isEqualTo("PASS");
            assertThat(status.attestationPeriod()).isEqualTo("2s");
            assertThat(status.tpmPolicy()).isEqualTo("{\"mask\": \"0x0\"}");
            assertThat(status.toString()).as("V is not for logs").doesNotContain(String.valueOf(status.v()));
            assertThat(verifier(replay).agent(V, MACHINE).value().state()).contains(OperationalState.TENANT_FAILED);
            assertThat(verifier(replay).find(V, MACHINE)).isEmpty();
            assertThat(verifier(replay).find(V, NOBODY)).isEmpty();
        }
        assertThat(AgentList.from(Recording.results(VERIFIER.pair("list"))).ids())
                .as("a list of one-element lists")
                .contains(MACHINE.value());
    }

    @Test
    void theLifecycleCallsAreAnsweredAsOurClientExpects() throws Exception {
        AddAgentRequest request = AddAgentRequest.from(Recording.sent(VERIFIER.pair("post good")));
        try (Replay replay = VERIFIER.replay("post good", "post twice", "stop", "reactivate", "delete")) {
            VerifierClient client = verifier(replay);
            client.add(V, MACHINE, request);
            assertThatThrownBy(() -> client.add(V, MACHINE, request))
                    .isInstanceOfSatisfying(
                            ApiException.Refused.class,
                            refused -> assertThat(refused.status()).isEqualTo(409));
            client.stop(V, MACHINE);
            client.reactivate(V, MACHINE);
            assertThat(client.delete(V, MACHINE)).isEqualTo(VerifierClient.Deletion.DONE);
        }
        try (Replay replay = VERIFIER.replay("stop unknown", "delete unknown")) {
            assertThatThrownBy(() -> verifier(replay).stop(V, NOBODY)).isInstanceOf(ApiException.Refused.class);
            assertThat(verifier(replay).delete(V, NOBODY)).isEqualTo(VerifierClient.Deletion.ABSENT);
        }
    }

    @Test
    void whatTheTenantPostsIsCompleteToUs() throws Exception {
        JsonNode body =
                Recording.sent(exchange("verifier", "POST", "/v2.6/agents/").getFirst());
        assertThat(AddAgentRequest.missingMember(body)).isEmpty();
        AddAgentRequest request = AddAgentRequest.from(body);
        assertThat(request.cloudagentPort()).isPositive();
        assertThat(request.supportedVersion()).isEqualTo("2.6");
        assertThat(request.acceptTpmSigningAlgs()).containsExactly("rsassa", "ecdsa");
        JsonNode again = AddAgentRequest.from(request.toJson()).toJson();
        assertThat(again).isEqualTo(request.toJson());
    }

    @ParameterizedTest
    @CsvSource({"post without tpm_policy, tpm_policy"})
    void whatKeylimeFindsMissingWeFindMissing(String name, String member) {
        assertThat(AddAgentRequest.missingMember(Recording.sent(VERIFIER.pair(name))))
                .contains(member);
    }

    @Test
    void namedPolicies() throws Exception {
        assertThat(PolicyNames.from(Recording.results(VERIFIER.pair("allowlists list")), PolicyNames.RUNTIME_KEY)
                        .names())
                .isNotNull();
        assertThat(StoredPolicy.fromRuntimePolicy(Recording.results(VERIFIER.pair("allowlists show")))
                        .name())
                .isEqualTo("one");
        assertThat(PolicyNames.from(
                                Recording.results(VERIFIER.pair("mbpolicies list 2")), PolicyNames.MEASURED_BOOT_KEY)
                        .names())
                .contains("one");
        assertThat(StoredPolicy.fromMeasuredBootPolicy(Recording.results(VERIFIER.pair("mbpolicies show")))
                        .name())
                .isEqualTo("one");
    }

    // --- agent ---

    @Test
    void theRustAgentsVersionsAndFacts() throws Exception {
        try (Replay replay = AGENT.replay("version", "info v2.6", "info v2.4", "pubkey")) {
            assertThat(agent(replay).versions().offered())
                    .contains(ApiVersion.V2_2, V)
                    .doesNotContain(ApiVersion.V2_0);
            assertThat(agent(replay).info(V).tpmEncAlg()).isEqualTo("rsa2048");
            assertThat(agent(replay).info(new ApiVersion(2, 4)).tpmEncAlg()).isEqualTo("rsa");
            assertThat(KeyTransport.parse(agent(replay).transportKey(V).pubkey()))
                    .isNotNull();
        }
    }

    @Test
    void anAgentThatDoesNotSpeakTheVersionSaysSoInTheTextThatIsNegotiatedOn() {
        JsonNode pair = AGENT.pair("info v9.9");
        assertThat(Recording.status(pair)).isEqualTo(400);
        assertThat(pair.path("answer").path("body").asString()).contains("API version not supported");
    }

    @Test
    void aTpmThatCannotQuoteIsWorthAnotherTry() throws Exception {
        try (Replay replay = AGENT.replay("integrity mask 1<<24")) {
            assertThatThrownBy(() -> agent(replay).integrityQuote(V, "abcdefghij0123456789", "0x1000000", false, 0))
                    .isInstanceOfSatisfying(ApiException.Refused.class, refused -> {
                        assertThat(refused.status()).isEqualTo(500);
                        assertThat(refused.retryable()).isTrue();
                    });
        }
    }

    @Test
    void aShareIsTakenBeforeAKeyCanBeProven() throws Exception {
        try (Replay replay = AGENT.replay("vkey good", "verify early")) {
            agent(replay).deliverV(V, VKeyRequest.from(Recording.sent(AGENT.pair("vkey good"))));
            assertThatThrownBy(() -> agent(replay).proveKey(V, "abc"))
                    .isInstanceOfSatisfying(
                            ApiException.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo("Bootstrap key not yet available."));
        }
    }

    @Test
    void ourClientAsksForQuotesAsKeylimesVerifierAndTenantDo() throws Exception {
        List<JsonNode> asked = quotes().toList();
        try (Replay replay = Recording.replay(asked)) {
            for (JsonNode pair : asked) {
                HttpUrl url = HttpUrl.get(
                        "http://agent" + pair.path("request").path("path").asString());
                String nonce = String.valueOf(url.queryParameter("nonce"));
                String mask = url.queryParameter("mask");
                QuoteResults results = mask == null
                        ? agent(replay).identityQuote(V, nonce)
                        : agent(replay).integrityQuote(V, nonce, mask, "0".equals(url.queryParameter("partial")), 0);
                assertThat(results.quote()).startsWith("r");
            }
        }
    }

    static Stream<JsonNode> quotes() {
        return Stream.concat(
                exchange("agent", "GET", "/v2.6/quotes/integrity").stream(),
                exchange("agent", "GET", "/v2.6/quotes/identity").stream());
    }

    @ParameterizedTest(name = "quote {index}")
    @MethodSource("quotes")
    void everyRecordedQuoteIsGood(JsonNode pair) throws Exception {
        RegistrarAgent record = RegistrarAgent.from(
                Recording.results(exchange("registrar", "GET", "/v2.6/agents/d").getFirst()));
        AttestationKey ak = AttestationKey.of(TpmPublic.fromBase64(record.aikTpm()));
        QuoteResults results = QuoteResults.from(Recording.results(pair));
        HttpUrl url =
                HttpUrl.get("http://agent" + pair.path("request").path("path").asString());
        byte[] nonce = String.valueOf(url.queryParameter("nonce")).getBytes(US_ASCII);
        VerifiedQuote quote = QuoteVerifier.verify(
                ak, QuoteText.parse(String.valueOf(results.quote())), nonce, HashAlgorithm.SHA256, PcrMask.NONE);
        String pubkey = QuoteResults.from(Recording.results(
                        exchange("agent", "GET", "/v2.6/quotes/identity").getFirst()))
                .pubkey();
        assertThat(quote.pcrs().value(QuoteVerifier.BINDING_PCR))
                .as("PCR 16 binds the transport key")
                .contains(TransportKeyBinding.pcr16(HashAlgorithm.SHA256, String.valueOf(pubkey)));
        assertThat(quote.clock().safe()).isTrue();
    }

    // --- the shares and the payload ---

    @Test
    void theRecordedSharesOpenTheRecordedPayload() throws Exception {
        PrivateKey transport = transportKey();
        UKeyRequest delivery = UKeyRequest.from(
                Recording.sent(exchange("agent", "POST", "/v2.6/keys/ukey").getFirst()));
        VKeyRequest release = VKeyRequest.from(
                Recording.sent(exchange("agent", "POST", "/v2.6/keys/vkey").getFirst()));
        try (SecretBytes u = KeyTransport.decrypt(transport, Base64.getDecoder().decode(delivery.encryptedKey()));
                SecretBytes v =
                        KeyTransport.decrypt(transport, Base64.getDecoder().decode(release.encryptedKey()));
                BootstrapKey key = BootstrapKey.join(u, v)) {
            assertThat(key.matches(MACHINE.value(), HexFormat.of().parseHex(delivery.authTag())))
                    .isTrue();
            assertThat(key.authTag(MACHINE.value())).isEqualTo(delivery.authTag());
            try (SecretBytes zip =
                    SealedPayload.open(key, Base64.getDecoder().decode(String.valueOf(delivery.payload())))) {
                assertThat(zip.<String>apply(bytes -> new String(bytes, 0, 2, US_ASCII)))
                        .isEqualTo("PK");
            }
            List<JsonNode> challenges = exchange("agent", "GET", "/v2.6/keys/verify");
            JsonNode proven = challenges.getLast();
            String challenge = String.valueOf(HttpUrl.get(
                            "http://agent" + proven.path("request").path("path").asString())
                    .queryParameter("challenge"));
            assertThat(KeyProof.from(Recording.results(proven)).hmac()).isEqualTo(key.answer(challenge));
            assertThat(Recording.status(challenges.getFirst()))
                    .as("before V arrived")
                    .isEqualTo(400);
        }
    }

    private static PrivateKey transportKey() throws Exception {
        String pem = ENROLMENT.path("transport_private_key").asString();
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
    }
}
