package io.limelight.core.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.limelight.core.api.AddAgentRequest;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.KeyProof;
import io.limelight.core.api.OperationalState;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.api.PolicyName;
import io.limelight.core.api.QuoteResults;
import io.limelight.core.api.RegistrarAgent;
import io.limelight.core.api.Versions;
import io.limelight.core.endorsement.EndorsementException;
import io.limelight.core.endorsement.TestVendor;
import io.limelight.core.http.HttpCall;
import io.limelight.core.http.HttpHandler;
import io.limelight.core.http.HttpReply;
import io.limelight.core.json.WireJson;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.runtime.SignerKeys;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tenant.TenantException.Aftermath;
import io.limelight.core.tenant.TenantException.Kind;
import io.limelight.core.tenant.kit.SoftMachine;
import io.limelight.core.tenant.kit.TenantWorld;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tpm.ClockInfo;
import io.limelight.core.tpm.EccCurve;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.ObjectAttributes;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrBlob;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.tpm.QuoteText;
import io.limelight.core.tpm.SigningAlgorithm;
import io.limelight.core.tpm.TpmPublic;
import io.limelight.core.tpm.TransportKeyBinding;
import io.limelight.core.tpm.soft.SoftAttestationKey;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An enrolment against real TLS servers: honest ones, hostile ones, and ones that are not there. */
class EnrolmentTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final AgentId ID = TenantWorld.ID;
    private static final String SECRET = "the database password is correct-horse";
    private static final SoftAttestationKey OTHER_AK =
            SoftAttestationKey.generateRsa(2048, HashAlgorithm.SHA256, RANDOM);

    @TempDir
    Path folder;

    private final RecordingReport report = new RecordingReport();
    private final Cancellation cancellation = new Cancellation();
    private final CountDownLatch testEnded = new CountDownLatch(1);
    private TenantWorld world;
    private SoftMachine machine;
    private Path payload;

    @BeforeEach
    void build() throws Exception {
        world = TenantWorld.in(folder);
        world.configure();
        machine = world.machine(ID);
        payload = Files.writeString(folder.resolve("payload.txt"), SECRET);
    }

    @AfterEach
    void end() {
        testEnded.countDown();
        world.close();
    }

    private EnrolmentDraft draft() {
        return draft(true, false);
    }

    private EnrolmentDraft draft(boolean prove, boolean replace) {
        return new EnrolmentDraft(
                ID,
                replace,
                true,
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                new PayloadChoice.PlainFile(payload),
                TpmPolicy.EMPTY,
                PreparedPolicies.NONE,
                prove,
                Optional.empty());
    }

    private Enrolled run(EnrolmentDraft draft) throws Exception {
        TenantSettings settings = world.settings();
        try (TenantServices services = new TenantServices(settings, InstantSource.system(), cancellation)) {
            return new Enrolment(settings, services, RANDOM, InstantSource.system(), report, cancellation)
                    .run(EnrolmentPlan.of(draft, settings));
        }
    }

    private TenantException failure(EnrolmentDraft draft) {
        TenantException failure = catchThrowableOfType(TenantException.class, () -> run(draft));
        assertThat(failure).isNotNull();
        // A sentence for people: no class name, no stack, no line end.
        assertThat(failure.sentences())
                .doesNotContain("Exception", "\n", "io.limelight")
                .matches("['A-Z].*[.?]");
        return failure;
    }

    /** What must hold after every failed check. */
    private void assertNothingSent(TenantException failure) {
        assertThat(failure.aftermath()).isEqualTo(Aftermath.NOTHING);
        assertThat(world.journal().lines()).noneMatch(line -> line.contains("POST") || line.contains("PUT"));
        assertThat(machine.receivedU()).isEmpty();
        assertThat(world.verifier().machines()).isEmpty();
    }

    private static HttpHandler answers(int status, String reason) {
        return call -> HttpReply.refusal(status, reason);
    }

    /** Takes the request and never answers; lets go when the test is over. */
    private HttpHandler hangs() {
        return call -> {
            testEnded.await();
            return HttpReply.refusal(500, "the test is over");
        };
    }

    // --- the good case ---

    @Test
    void everyStepHappensOnceAndInOrderAndTheSecretArrives() throws Exception {
        Enrolled result = run(draft());
        // The verifier is reached beside the rest; it learns nothing from that.
        assertThat(world.journal().lines()).containsOnlyOnce("verifier GET version");
        assertThat(world.journal().lines())
                .filteredOn(line -> !line.equals("verifier GET version"))
                .containsExactly(
                        "registrar GET version",
                        "registrar GET agents/{id}",
                        "agent GET version",
                        "agent GET quotes/identity",
                        "verifier GET agents/{id}",
                        "agent POST keys/ukey",
                        "verifier POST agents/{id}",
                        "verifier GET agents/{id}",
                        "agent GET keys/verify",
                        "agent GET limelight/v1/status",
                        "verifier GET agents/{id}");
        assertThat(machine.unlocked()).contains(SECRET);
        assertThat(result.keyProven()).isTrue();
        assertThat(result.status().value().state()).contains(OperationalState.START);
        assertThat(report.steps)
                .isEqualTo(EnrolmentPlan.of(draft(), world.settings()).steps().stream()
                        .map(step -> step.id())
                        .toList());
        assertThat(report.warnings).isEmpty();
    }

    @Test
    void theVerifierGetsEveryMemberOfTheWireReference() throws Exception {
        EnrolmentDraft draft = new EnrolmentDraft(
                ID,
                false,
                true,
                Optional.of("localhost"),
                OptionalInt.empty(),
                Optional.of("10.9.8.7"),
                new PayloadChoice.PlainFile(payload),
                TpmPolicy.fromUser("{\"15\": \"" + "AB".repeat(32) + "\", \"2\": [\"" + "cd".repeat(20) + "\", \""
                        + "ef".repeat(32) + "\"]}"),
                PreparedPolicies.NONE,
                false,
                Optional.of(ApiVersion.parse("2.3").orElseThrow()));
        run(draft);
        AddAgentRequest posted = world.verifier().machines().get(ID.value());
        assertThat(posted.toJson().propertyNames())
                .containsExactlyInAnyOrder(
                        "v",
                        "cloudagent_ip",
                        "cloudagent_port",
                        "verifier_ip",
                        "verifier_port",
                        "tpm_policy",
                        "runtime_policy",
                        "runtime_policy_name",
                        "runtime_policy_key",
                        "mb_policy",
                        "mb_policy_name",
                        "ima_sign_verification_keys",
                        "metadata",
                        "revocation_key",
                        "accept_tpm_hash_algs",
                        "accept_tpm_encryption_algs",
                        "accept_tpm_signing_algs",
                        "ak_tpm",
                        "mtls_cert",
                        "supported_version");
        assertThat(Base64.getDecoder().decode(posted.v())).hasSize(32);
        assertThat(posted.cloudagentIp()).isEqualTo("10.9.8.7");
        assertThat(posted.cloudagentPort()).isEqualTo(machine.port());
        assertThat(posted.verifierIp()).isEqualTo("127.0.0.1");
        assertThat(WireJson.parse(posted.tpmPolicy()))
                .isEqualTo(WireJson.parse("{\"2\": [\"" + "cd".repeat(20) + "\", \"" + "ef".repeat(32)
                        + "\"], \"15\": [\"" + "ab".repeat(32) + "\"], \"mask\": \"0x8004\"}"));
        assertThat(posted.runtimePolicy()).isEmpty();
        assertThat(posted.mbPolicy()).isNull();
        assertThat(posted.metadata()).isEqualTo("{}");
        assertThat(posted.revocationKey()).isEmpty();
        assertThat(posted.acceptTpmSigningAlgs()).containsExactly("ecschnorr", "rsassa");
        assertThat(posted.akTpm()).isEqualTo(machine.ak().publicArea().toBase64());
        assertThat(posted.mtlsCert())
                .isEqualTo(world.registrar().records().get(ID.value()).mtlsCert());
        assertThat(posted.supportedVersion()).isEqualTo("2.3");
    }

    @Test
    void withoutPayloadNothingIsSentToTheMachineAndVIsNull() throws Exception {
        run(EnrolmentDraft.of(ID));
        assertThat(world.journal().lines()).noneMatch(line -> line.startsWith("agent POST"));
        assertThat(world.verifier().machines().get(ID.value()).v()).isNull();
    }

    @Test
    void nothingSecretIsEverSaid() throws Exception {
        run(draft());
        AddAgentRequest posted = world.verifier().machines().get(ID.value());
        assertThat(report.all()).doesNotContain(SECRET, posted.v());
        assertThat(posted.toString()).doesNotContain(posted.v());
        machine.answering("POST keys/ukey", answers(400, "no"));
        world.verifier().machines().clear();
        TenantException failure = failure(draft());
        assertThat(failure.sentences()).doesNotContain(SECRET);
    }

    @Test
    void aMachineThatIsSlowToHaveItsKeyIsAskedAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        world.configure("max_retries = 4");
        machine.answering("GET keys/verify", call -> {
            if (asked.incrementAndGet() == 4) {
                machine.honest("GET keys/verify");
            }
            return HttpReply.refusal(400, "Bootstrap key not yet available.");
        });
        assertThat(run(draft()).keyProven()).isTrue();
    }

    @Test
    void aMachineThatIsBusyIsAskedAgainWithAFreshNonce() throws Exception {
        List<String> nonces = new java.util.concurrent.CopyOnWriteArrayList<>();
        machine.answering("GET quotes/identity", call -> {
            nonces.add(call.query("nonce").orElseThrow());
            if (nonces.size() == 2) {
                machine.honest("GET quotes/identity");
            }
            return HttpReply.refusal(500, "Unable to retrieve quote");
        });
        run(draft());
        assertThat(nonces).hasSize(2).doesNotHaveDuplicates().allMatch(nonce -> nonce.matches("[0-9A-Za-z]{20}"));
        assertThat(report.waits).hasSize(2).allMatch(line -> line.contains("Unable to retrieve quote"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.0", "2.1", "2.2"})
    void olderAgentsAreSpokenToInTheirVersion(String version) throws Exception {
        machine.answering(
                "GET version", call -> HttpReply.success(WireJson.object().put("supported_version", version)));
        assertThat(run(draft()).agentVersion().toString()).isEqualTo(version);
        assertThat(world.verifier().machines().get(ID.value()).supportedVersion())
                .isEqualTo(version);
    }

    @Test
    void anAgentThatCannotSayItsVersionIsSpokenToInOurs() throws Exception {
        machine.answering("GET version", answers(404, "Not Found"));
        assertThat(run(draft()).agentVersion()).isEqualTo(ApiVersion.CURRENT);
    }

    // --- what a machine, a registrar or a verifier can do wrong before anything leaves ---

    /** One way to go wrong. */
    @FunctionalInterface
    interface Sabotage {
        void in(EnrolmentTest test) throws Exception;
    }

    private void quotes(java.util.function.Function<String, QuoteResults> answer) {
        machine.answering(
                "GET quotes/identity",
                call -> HttpReply.success(
                        answer.apply(call.query("nonce").orElseThrow()).toJson()));
    }

    private void record(java.util.function.UnaryOperator<RegistrarAgent> change) {
        world.registrar().put(change.apply(machine.record(world.vendor())));
    }

    private static RegistrarAgent with(RegistrarAgent r, String ekcert, String mtlsCert) {
        return new RegistrarAgent(r.agentId(), r.ekTpm(), r.aikTpm(), ekcert, r.ip(), r.port(), mtlsCert, r.regcount());
    }

    private static String otherKeyPem() {
        return PemFiles.publicKey(OTHER_AK.publicArea().publicKey());
    }

    static Stream<Arguments> sabotage() {
        return Stream.of(
                wrong(
                        "quote of another attestation key",
                        Kind.IDENTITY,
                        "registered attestation key",
                        t -> t.quotes(nonce ->
                                t.machine.quote(nonce, OTHER_AK, t.machine.transportPem(), t.machine.transportPem()))),
                wrong(
                        "quote for another nonce",
                        Kind.IDENTITY,
                        "nonce",
                        t -> t.quotes(nonce -> t.machine.quote("x".repeat(20)))),
                wrong("transport key that is not bound", Kind.IDENTITY, "transport key", t -> {
                    String other = otherKeyPem();
                    t.quotes(nonce -> t.machine.quote(nonce, t.machine.ak(), t.machine.transportPem(), other));
                }),
                wrong("PCR 23 relabelled as PCR 16", Kind.IDENTITY, "labelled", t -> t.quotes(t::relabelled)),
                wrong(
                        "no PCR 16",
                        Kind.IDENTITY,
                        "PCR",
                        t -> t.quotes(nonce -> t.machine.quote(
                                nonce,
                                t.machine.ak(),
                                PcrValues.of(HashAlgorithm.SHA256, Map.of(1, SoftMachine.pcrValue("1"))),
                                t.machine.transportPem()))),
                wrong(
                        "no quote",
                        Kind.IDENTITY,
                        "no quote",
                        t -> t.machine.answering("GET quotes/identity", call -> HttpReply.success(WireJson.object()))),
                wrong(
                        "no transport key",
                        Kind.IDENTITY,
                        "transport key",
                        t -> t.quotes(nonce -> t.machine.quote(nonce, t.machine.ak(), t.machine.transportPem(), null))),
                wrong("transport key of 1024 bits", Kind.IDENTITY, "2048", t -> {
                    String small = PemFiles.publicKey(KeyPairs.rsa(1024, RANDOM).getPublic());
                    t.quotes(nonce -> t.machine.quote(nonce, t.machine.ak(), small, small));
                }),
                wrong(
                        "hash that is not accepted",
                        Kind.IDENTITY,
                        "not among those accepted",
                        t -> t.world.configure("accept_tpm_hash_algs = ['sha512']")),
                wrong(
                        "garbage quote",
                        Kind.IDENTITY,
                        "cannot be read",
                        t -> t.quotes(nonce -> new QuoteResults(
                                "rAAAA:BBBB:CCCC",
                                "sha256",
                                "rsa",
                                "rsassa",
                                t.machine.transportPem(),
                                null,
                                null,
                                null,
                                null))),
                wrong(
                        "answer that is no JSON object",
                        Kind.REQUEST,
                        "JSON",
                        t -> t.machine.answering(
                                "GET quotes/identity",
                                call -> new HttpReply.Json(
                                        200, WireJson.object().arrayNode(), Map.of()))),
                wrong(
                        "redirect instead of a quote",
                        Kind.REQUEST,
                        "redirect",
                        t -> t.machine.answering("GET quotes/identity", redirect())),
                wrong(
                        "compressed answer",
                        Kind.REQUEST,
                        "compressed",
                        t -> t.machine.answering(
                                "GET quotes/identity",
                                call -> new HttpReply.Json(
                                        200, WireJson.object(), Map.of("Content-Encoding", "gzip")))),
                wrong(
                        "answer of 5 MiB",
                        Kind.REQUEST,
                        "larger",
                        t -> t.machine.answering(
                                "GET quotes/identity",
                                call -> HttpReply.success(WireJson.object().put("quote", "r".repeat(5 << 20))))),
                wrong(
                        "agent that is always busy",
                        Kind.REQUEST,
                        "Unable",
                        t -> t.machine.answering("GET quotes/identity", answers(500, "Unable to retrieve quote"))),
                wrong(
                        "agent that refuses",
                        Kind.REQUEST,
                        "403",
                        t -> t.machine.answering("GET quotes/identity", answers(403, "go away"))),
                wrong(
                        "agent of no common version",
                        Kind.NO_COMMON_VERSION,
                        "none in common",
                        t -> t.machine.answering(
                                "GET version",
                                call -> HttpReply.success(new Versions(null, "3.0", List.of("3.0")).toJson()))),
                wrong("agent that is gone", Kind.REQUEST, "refused", t -> t.machine.close()),
                wrong(
                        "agent with another certificate",
                        Kind.REQUEST,
                        "certificate",
                        t -> t.record(r -> with(
                                r,
                                r.ekcert(),
                                PemFiles.certificate(SoftMachine.selfSigned(ID).certificate())))),
                wrong(
                        "unknown vendor",
                        Kind.ENDORSEMENT,
                        "No TPM vendor",
                        t -> t.record(r -> with(
                                r,
                                TestVendor.base64(TestVendor.named("Somebody")
                                        .issue(t.machine.ek().publicKey())),
                                r.mtlsCert()))),
                wrong(
                        "EK certificate past its end",
                        Kind.ENDORSEMENT,
                        "ended on",
                        t -> t.record(r -> with(
                                r,
                                TestVendor.base64(t.world
                                        .vendor()
                                        .issue(
                                                t.machine.ek().publicKey(),
                                                TestVendor.Ek.good()
                                                        .valid(
                                                                Instant.now().minus(Duration.ofDays(20)),
                                                                Instant.now().minus(Duration.ofDays(1))))),
                                r.mtlsCert()))),
                wrong(
                        "EK certificate of another TPM",
                        Kind.ENDORSEMENT,
                        "another key",
                        t -> t.record(r -> with(
                                r,
                                TestVendor.base64(t.world
                                        .vendor()
                                        .issue(KeyPairs.p256(RANDOM).getPublic())),
                                r.mtlsCert()))),
                wrong(
                        "no EK certificate",
                        Kind.ENDORSEMENT,
                        "no EK certificate",
                        t -> t.record(r -> with(r, null, r.mtlsCert()))),
                wrong(
                        "an emulator's word",
                        Kind.ENDORSEMENT,
                        "emulator",
                        t -> t.record(r -> with(r, "emulator", r.mtlsCert()))),
                wrong("EK script that says no", Kind.ENDORSEMENT, "does not accept", t -> t.script("exit 3")),
                wrong(
                        "record of another id",
                        Kind.BAD_RECORD,
                        "another machine",
                        t -> t.world
                                .registrar()
                                .answering(
                                        "GET agents/{id}",
                                        call -> HttpReply.success(new RegistrarAgent(
                                                        "other",
                                                        t.machine
                                                                .record(t.world.vendor())
                                                                .ekTpm(),
                                                        t.machine
                                                                .record(t.world.vendor())
                                                                .aikTpm(),
                                                        null,
                                                        "127.0.0.1",
                                                        1,
                                                        null,
                                                        1)
                                                .toJson()))),
                wrong(
                        "attestation key that signs anything",
                        Kind.BAD_RECORD,
                        "restricted",
                        t -> t.record(r -> new RegistrarAgent(
                                r.agentId(),
                                r.ekTpm(),
                                unrestricted(),
                                r.ekcert(),
                                r.ip(),
                                r.port(),
                                r.mtlsCert(),
                                1))),
                wrong(
                        "unreadable attestation key",
                        Kind.BAD_RECORD,
                        "aik_tpm",
                        t -> t.record(r -> new RegistrarAgent(
                                r.agentId(), r.ekTpm(), "AAAA", r.ekcert(), r.ip(), r.port(), r.mtlsCert(), 1))),
                wrong(
                        "machine that switched TLS off",
                        Kind.WITHOUT_TLS,
                        "enable_agent_mtls",
                        t -> t.record(r -> with(r, r.ekcert(), "disabled"))),
                wrong(
                        "machine without any certificate",
                        Kind.BAD_RECORD,
                        "API 1.0",
                        t -> t.record(r -> with(r, r.ekcert(), null))),
                wrong(
                        "damaged certificate",
                        Kind.BAD_RECORD,
                        "PEM",
                        t -> t.record(r -> with(r, r.ekcert(), "-----BEGIN CERTIFICATE-----\nAAAA"))),
                wrong(
                        "machine without address",
                        Kind.BAD_DRAFT,
                        "-t",
                        t -> t.record(r -> new RegistrarAgent(
                                r.agentId(), r.ekTpm(), r.aikTpm(), r.ekcert(), null, r.port(), r.mtlsCert(), 1))),
                wrong(
                        "machine without port",
                        Kind.BAD_DRAFT,
                        "-tp",
                        t -> t.record(r -> new RegistrarAgent(
                                r.agentId(), r.ekTpm(), r.aikTpm(), r.ekcert(), r.ip(), null, r.mtlsCert(), 1))),
                wrong(
                        "address that is none",
                        Kind.BAD_DRAFT,
                        "no host name",
                        t -> t.record(r -> new RegistrarAgent(
                                r.agentId(),
                                r.ekTpm(),
                                r.aikTpm(),
                                r.ekcert(),
                                "a b/../c",
                                r.port(),
                                r.mtlsCert(),
                                1))),
                wrong(
                        "machine nobody registered",
                        Kind.NOT_REGISTERED,
                        "knows no activated machine",
                        t -> t.world.registrar().records().clear()),
                wrong(
                        "registrar that is gone",
                        Kind.REQUEST,
                        "registrar",
                        t -> t.world.registrar().close()),
                wrong(
                        "registrar that redirects",
                        Kind.REQUEST,
                        "redirect",
                        t -> t.world.registrar().answering("GET agents/{id}", redirect())),
                wrong(
                        "registrar that answers with a list",
                        Kind.REQUEST,
                        "no JSON object",
                        t -> t.world
                                .registrar()
                                .answering(
                                        "GET agents/{id}",
                                        call -> HttpReply.success(
                                                WireJson.object().arrayNode()))),
                wrong(
                        "verifier that is gone",
                        Kind.REQUEST,
                        "verifier",
                        t -> t.world.verifier().close()),
                wrong(
                        "verifier in push mode",
                        Kind.PUSH_MODE,
                        "push mode",
                        t -> t.world.verifier().answering("GET version", answers(410, "Gone"))),
                wrong(
                        "verifier of no common version",
                        Kind.NO_COMMON_VERSION,
                        "none in common",
                        t -> t.world
                                .verifier()
                                .answering(
                                        "GET version",
                                        call -> HttpReply.success(
                                                new Versions("3.0", null, List.of("1.0", "3.0")).toJson()))),
                wrong(
                        "verifier that does not take our certificate",
                        Kind.REQUEST,
                        "403",
                        t -> t.world
                                .verifier()
                                .answering(
                                        "GET agents/{id}",
                                        call -> HttpReply.accessRefused(
                                                403, "Forbidden", "Action needs an administrator"))),
                wrong(
                        "own key missing",
                        Kind.SETUP,
                        "client-private.pem",
                        t -> Files.delete(t.folder.resolve("cv_ca/client-private.pem"))),
                wrong(
                        "CA of the servers missing",
                        Kind.SETUP,
                        "cacert.crt",
                        t -> Files.delete(t.folder.resolve("cv_ca/cacert.crt"))),
                wrong(
                        "CA of somebody else",
                        Kind.REQUEST,
                        "not trusted",
                        t -> Files.writeString(
                                t.folder.resolve("cv_ca/cacert.crt"),
                                PemFiles.certificate(TestVendor.named("Other").certificate()))),
                wrong("payload that vanished", Kind.PAYLOAD, "does not exist", t -> Files.delete(t.payload)),
                wrong("payload that is a folder", Kind.PAYLOAD, "not a plain file", t -> {
                    Files.delete(t.payload);
                    Files.createDirectory(t.payload);
                }),
                wrong("empty payload", Kind.PAYLOAD, "empty", t -> Files.write(t.payload, new byte[0])),
                wrong("payload too large by a byte", Kind.PAYLOAD, "max_payload_size", t -> {
                    t.world.configure("max_payload_size = 1000");
                    Files.write(t.payload, new byte[750 - 32 + 1]);
                }));
    }

    private static Arguments wrong(String name, Kind kind, String said, Sabotage sabotage) {
        return Arguments.of(org.junit.jupiter.api.Named.of(name, sabotage), kind, said);
    }

    private static HttpHandler redirect() {
        return call -> new HttpReply.Empty(302, "Found", Map.of("Location", "https://127.0.0.1:1/"));
    }

    private QuoteResults relabelled(String nonce) {
        Octets bound = TransportKeyBinding.pcr16(HashAlgorithm.SHA256, machine.transportPem());
        QuoteText signed = machine.ak()
                .quote(
                        nonce.getBytes(StandardCharsets.US_ASCII),
                        PcrValues.of(HashAlgorithm.SHA256, Map.of(23, bound)),
                        new ClockInfo(5, 1, 0, true));
        PcrBlob lie = new PcrBlob(PcrValues.of(HashAlgorithm.SHA256, Map.of(16, bound)));
        String text = new QuoteText(signed.attest(), signed.signature(), Octets.copyOf(lie.encode())).format();
        return new QuoteResults(text, "sha256", "rsa", "rsassa", machine.transportPem(), null, null, null, null);
    }

    private static String unrestricted() {
        try {
            return TpmPublic.of(
                            OTHER_AK.publicArea().publicKey(),
                            HashAlgorithm.SHA256,
                            new ObjectAttributes(0x00040072),
                            Octets.EMPTY,
                            Optional.empty(),
                            Optional.of(TpmPublic.Scheme.of(SigningAlgorithm.RSASSA, HashAlgorithm.SHA256)))
                    .toBase64();
        } catch (io.limelight.core.tpm.TpmFormatException e) {
            throw new IllegalStateException(e);
        }
    }

    private void script(String body) throws Exception {
        Path script = Files.writeString(folder.resolve("check.sh"), "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(script, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
        world.configure("ek_check_script = check.sh");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sabotage")
    void aFailedCheckLeavesNothingEnrolledAndSendsNothing(Sabotage sabotage, Kind kind, String said) throws Exception {
        sabotage.in(this);
        TenantException failure = failure(draft());
        assertThat(failure).hasMessageContaining(said);
        assertThat(failure.kind()).isEqualTo(kind);
        assertNothingSent(failure);
    }

    @Test
    void aQuoteByAnAcceptedEccKeyIsGood() throws Exception {
        SoftMachine ecc = world.unregistered(
                AgentId.of("ecc-machine"),
                SoftAttestationKey.generateEcc(EccCurve.P256, HashAlgorithm.SHA256, RANDOM),
                true);
        world.registrar().put(ecc.record(world.vendor()));
        assertThatThrownBy(() -> run(EnrolmentDraft.of(ecc.id())))
                .as("Keylime's defaults do not accept ecdsa")
                .hasMessageContaining("ecdsa");
        world.configure("accept_tpm_signing_algs = ['ecdsa']");
        run(EnrolmentDraft.of(ecc.id()));
        assertThat(world.verifier().machines()).containsKey("ecc-machine");
    }

    @Test
    void aMachineThatIsWatchedAlreadyIsNoticedBeforeUIsSent() throws Exception {
        run(EnrolmentDraft.of(ID));
        world.journal().clear();
        TenantException failure = failure(draft());
        assertThat(failure.kind()).isEqualTo(Kind.ALREADY_WATCHED);
        assertThat(failure).hasMessageContaining("update");
        assertThat(world.journal().lines()).noneMatch(line -> line.contains("POST"));
        assertThat(machine.receivedU()).isEmpty();
    }

    @Test
    void severalRegistrationsAreMentionedWhenAQuoteFails() throws Exception {
        record(r ->
                new RegistrarAgent(r.agentId(), r.ekTpm(), r.aikTpm(), r.ekcert(), r.ip(), r.port(), r.mtlsCert(), 7));
        quotes(nonce -> machine.quote("y".repeat(20)));
        TenantException failure = failure(draft());
        assertThat(failure).hasMessageContaining("registered 7 times");
        assertThat(failure.failures())
                .singleElement()
                .satisfies(f -> assertThat(f.id()).isEqualTo("qoute_validation.quote_validation"));
    }

    // --- TLS of the machine ---

    @Test
    void plainHttpIsSpokenOnlyWithTheSwitchAndSaidLoudly() throws Exception {
        SoftMachine plain = world.unregistered(AgentId.of("plain"), OTHER_AK, false);
        world.registrar().put(plain.record(world.vendor()));
        world.configure("enable_agent_mtls = False");
        run(EnrolmentDraft.of(plain.id()));
        assertThat(report.warnings).anyMatch(line -> line.contains("plain HTTP"));
        assertThat(world.verifier().machines().get("plain").mtlsCert()).isEqualTo("disabled");
    }

    @Test
    void theSwitchDoesNotTakeTlsFromAMachineThatHasIt() throws Exception {
        world.configure("enable_agent_mtls = False");
        run(draft());
        assertThat(machine.unlocked()).contains(SECRET);
        assertThat(report.warnings).isEmpty();
    }

    @Test
    void aCertificateOfTheServicesCaIsNotTheMachines() throws Exception {
        // Keylime trusts the CA as well as the pin, so that any holder of a client certificate could pose as the agent.
        record(r -> with(
                r,
                r.ekcert(),
                PemFiles.certificate(world.authorities().certificates().getFirst())));
        TenantException failure = failure(draft());
        assertThat(failure.getCause()).isInstanceOf(ApiException.Untrusted.class);
        assertNothingSent(failure);
    }

    @Test
    void somethingThatIsNoTlsServerIsOneSentence() throws Exception {
        try (ServerSocket garbage = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                while (true) {
                    try (var socket = garbage.accept()) {
                        socket.getOutputStream().write("SSH-2.0-OpenSSH\r\n".getBytes(StandardCharsets.US_ASCII));
                    } catch (java.io.IOException e) {
                        return;
                    }
                }
            });
            record(r -> new RegistrarAgent(
                    r.agentId(), r.ekTpm(), r.aikTpm(), r.ekcert(), r.ip(), garbage.getLocalPort(), r.mtlsCert(), 1));
            assertNothingSent(failure(draft()));
        }
    }

    // --- what can go wrong afterwards ---

    @Test
    void aMachineThatRefusesUIsNotEnrolled() throws Exception {
        machine.answering("POST keys/ukey", answers(400, "Failed to decrypt encrypted_key"));
        TenantException failure = failure(draft());
        assertThat(failure.aftermath()).isEqualTo(Aftermath.SHARE_SENT);
        assertThat(failure).hasMessageContaining("Failed to decrypt");
        assertThat(world.verifier().machines()).isEmpty();
    }

    @Test
    void aVerifierThatWasFasterForSomebodyElseSaysSo() throws Exception {
        world.verifier().answering("POST agents/{id}", answers(409, "Agent already exists"));
        TenantException failure = failure(draft());
        assertThat(failure.kind()).isEqualTo(Kind.ALREADY_WATCHED);
        assertThat(failure.aftermath()).isEqualTo(Aftermath.SHARE_SENT);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 413})
    void aVerifierThatRefusesHasNotTakenIt(int status) throws Exception {
        world.verifier().answering("POST agents/{id}", answers(status, "mTLS certificate for agent is required!"));
        TenantException failure = failure(draft());
        assertThat(failure.aftermath()).isEqualTo(Aftermath.SHARE_SENT);
        assertThat(failure).hasMessageContaining("mTLS certificate for agent is required!");
    }

    @Test
    void aVerifierThatBreaksInTheMiddleLeavesItOpen() throws Exception {
        world.verifier().answering("POST agents/{id}", answers(500, "Internal Server Error"));
        assertThat(failure(draft()).aftermath()).isEqualTo(Aftermath.UNKNOWN);
        world.configure("request_timeout = 0.3");
        world.verifier().answering("POST agents/{id}", hangs());
        TenantException failure = failure(draft());
        assertThat(failure.aftermath()).isEqualTo(Aftermath.UNKNOWN);
        assertThat(failure.sentences()).contains("cvstatus");
    }

    @Test
    void aVerifierThatNeverListsTheMachineIsNamed() throws Exception {
        world.verifier().answering("GET agents/{id}", answers(404, "agent id not found"));
        TenantException failure = failure(draft());
        assertThat(failure.kind()).isEqualTo(Kind.NO_EFFECT);
        assertThat(failure.aftermath()).isEqualTo(Aftermath.ENROLLED);
        assertThat(failure).hasMessageContaining("3 tries").hasMessageContaining("does not list the machine yet");
    }

    /** One that was killed just after it took the machine: why it does not answer is said, and not what it does. */
    @Test
    void aVerifierThatIsGoneAfterItTookTheMachineIsNotSaidToWatchIt() throws Exception {
        world.verifier().answering("GET agents/{id}", call -> {
            boolean taken = world.verifier().machines().containsKey(ID.value());
            return taken ? HttpReply.refusal(503, "the disk is full") : HttpReply.refusal(404, "agent id not found");
        });
        TenantException failure = failure(draft());
        assertThat(failure.kind()).isEqualTo(Kind.NO_EFFECT);
        assertThat(failure.sentences())
                .contains("took machine " + ID, "3 tries", "the disk is full", "ask with -c cvstatus")
                .doesNotContain("being watched");
    }

    @Test
    void whatIsHandedOnIsTheStateAfterTheProof() throws Exception {
        machine.answering("GET keys/verify", call -> {
            world.verifier().set(ID.value(), OperationalState.GET_QUOTE);
            return honestProof(call);
        });
        assertThat(run(draft()).status().value().state()).contains(OperationalState.GET_QUOTE);
    }

    @Test
    void whereTheStateAfterTheProofCannotBeHadTheOneBeforeItIsHandedOn() throws Exception {
        machine.answering("GET keys/verify", call -> {
            world.verifier().answering("GET agents/{id}", answers(500, "no"));
            return honestProof(call);
        });
        Enrolled result = run(draft());
        assertThat(result.keyProven()).isTrue();
        assertThat(result.status().value().state()).contains(OperationalState.START);
    }

    @Test
    void aVerifierThatListsTheMachineLateIsWaitedFor() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        world.verifier().answering("GET agents/{id}", call -> {
            if (asked.incrementAndGet() == 3) {
                world.verifier().honest("GET agents/{id}");
            }
            return HttpReply.refusal(404, "agent id not found");
        });
        assertThat(run(draft()).keyProven()).isTrue();
    }

    @Test
    void aMachineThatNeverProvesItsKeyIsStopped() throws Exception {
        machine.answering("GET keys/verify", answers(400, "Bootstrap key not yet available."));
        TenantException failure = failure(draft());
        assertThat(failure.kind()).isEqualTo(Kind.KEY_NOT_PROVEN);
        assertThat(failure.aftermath()).isEqualTo(Aftermath.STOPPED);
        assertThat(world.journal().lines()).last().isEqualTo("verifier PUT agents/{id}/stop");
        assertThat(world.verifier().stateOf(ID.value())).isEqualTo(OperationalState.TENANT_FAILED);
    }

    @Test
    void theProofOfAnotherKeyIsNoProof() throws Exception {
        machine.answering("GET keys/verify", call -> HttpReply.success(new KeyProof("ab".repeat(48)).toJson()));
        TenantException failure = failure(draft());
        assertThat(failure).hasMessageContaining("another key");
        assertThat(failure.aftermath()).isEqualTo(Aftermath.STOPPED);
    }

    @Test
    void aProofInUpperCaseIsAProof() throws Exception {
        machine.answering("GET keys/verify", call -> {
            HttpReply.Json honest = (HttpReply.Json) honestProof(call);
            String hmac = honest.body().path("results").path("hmac").stringValue();
            return HttpReply.success(new KeyProof(hmac.toUpperCase(java.util.Locale.ROOT)).toJson());
        });
        assertThat(run(draft()).keyProven()).isTrue();
    }

    private HttpReply honestProof(HttpCall call) {
        return HttpReply.success(
                new KeyProof(machine.proof(call.query("challenge").orElseThrow())).toJson());
    }

    @Test
    void aMachineThatGoesAwayBeforeItsProofIsStopped() throws Exception {
        world.verifier().delivering((id, share) -> machine.close());
        TenantException failure = failure(draft());
        assertThat(failure.kind()).isEqualTo(Kind.REQUEST);
        assertThat(failure.aftermath()).isEqualTo(Aftermath.STOPPED);
    }

    @Test
    void aMachineThatFailedItsAttestationIsNotWaitedFor() throws Exception {
        world.configure("max_retries = 1000", "retry_interval = 10");
        world.verifier().answering("POST agents/{id}", this::addAndFail);
        long start = System.nanoTime();
        TenantException failure = failure(draft());
        assertThat(failure).hasMessageContaining("pcr_validation.invalid_pcr_15");
        assertThat(failure.aftermath()).isEqualTo(Aftermath.STOPPED);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
    }

    private HttpReply addAndFail(HttpCall call) throws Exception {
        world.verifier().machines().put(ID.value(), AddAgentRequest.from(call.json()));
        world.verifier().set(ID.value(), OperationalState.INVALID_QUOTE);
        return HttpReply.success();
    }

    @Test
    void aVerifierThatCannotBeToldToStopIsReported() throws Exception {
        machine.answering("GET keys/verify", answers(400, "Bootstrap key not yet available."));
        world.verifier().answering("PUT agents/{id}/stop", answers(500, "no"));
        TenantException failure = failure(draft());
        assertThat(failure.aftermath()).isEqualTo(Aftermath.ENROLLED);
        assertThat(report.warnings).anyMatch(line -> line.contains("could not be told to stop"));
    }

    // --- what the machine made of the payload ---

    private static HttpHandler status(String stage, String problem) {
        return call ->
                HttpReply.success(WireJson.object().put("payload_stage", stage).put("payload_problem", problem));
    }

    @Test
    void aPayloadThatTheMachineRefusedIsSaidAfterTheProof() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        machine.answering("GET limelight/v1/status", call -> {
            if (asked.incrementAndGet() == 2) {
                machine.answering(
                        "GET limelight/v1/status", status("failed", "an entry\u001b[31m names ../../etc/passwd"));
            }
            return status("unpacking", null).handle(call);
        });
        assertThat(run(draft()).keyProven()).isTrue();
        assertThat(report.warnings)
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("Machine " + ID + " holds the key, but could not use the payload: ")
                        .contains("names ../../etc/passwd", "-c update")
                        .doesNotContain("\u001b"));
    }

    @Test
    void aScriptThatFailedIsSaidAfterTheProof() throws Exception {
        machine.answering("GET limelight/v1/status", call -> {
            machine.answering("GET limelight/v1/status", scriptEnded(7));
            return status("running", null).handle(call);
        });
        assertThat(run(draft()).keyProven()).isTrue();
        assertThat(report.warnings)
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("Machine " + ID
                                + " opened the payload, but its script ended with status 7. The agent's log")
                        .contains("-c update"));
    }

    private static HttpHandler scriptEnded(int exit) {
        return call ->
                HttpReply.success(WireJson.object().put("payload_stage", "done").put("script_exit", exit));
    }

    static Stream<HttpHandler> quietStatuses() {
        return Stream.of(
                scriptEnded(0),
                status("running", null),
                status("done", null),
                status("unpacking", null),
                answers(400, "Not Implemented: Use /2.1, /2.2 or /version interfaces"),
                answers(500, "no"),
                call -> HttpReply.success(WireJson.object()));
    }

    @ParameterizedTest
    @MethodSource("quietStatuses")
    void aPayloadThatIsBeingWorkedOnOrAnAgentThatDoesNotReportIsNotMentioned(HttpHandler quiet) throws Exception {
        machine.answering("GET limelight/v1/status", quiet);
        assertThat(run(draft()).keyProven()).isTrue();
        assertThat(report.warnings).isEmpty();
    }

    // --- update ---

    @ParameterizedTest(name = "{0}")
    @MethodSource("sabotage")
    void anUpdateThatFailsACheckLeavesTheFormerEnrolment(Sabotage sabotage, Kind kind, String said) throws Exception {
        run(EnrolmentDraft.of(ID));
        AddAgentRequest former = world.verifier().machines().get(ID.value());
        world.journal().clear();
        sabotage.in(this);
        TenantException failure = failure(draft(true, true));
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure).hasMessageContaining(said);
        assertThat(failure.aftermath()).isEqualTo(Aftermath.NOTHING);
        assertThat(world.journal().lines()).noneMatch(line -> line.matches(".* (POST|PUT|DELETE) .*"));
        assertThat(world.verifier().machines()).containsValue(former);
        assertThat(machine.receivedU()).isEmpty();
    }

    @Test
    void anUpdateDeletesThenEnrols() throws Exception {
        run(EnrolmentDraft.of(ID));
        world.journal().clear();
        run(draft(true, true));
        assertThat(machine.unlocked()).contains(SECRET);
        List<String> lines = world.journal().lines();
        assertThat(lines.indexOf("verifier DELETE agents/{id}"))
                .isGreaterThan(lines.indexOf("agent GET quotes/identity"))
                .isLessThan(lines.indexOf("agent POST keys/ukey"));
        assertThat(report.steps)
                .endsWith(EnrolmentPlan.of(draft(true, true), world.settings()).steps().stream()
                        .map(step -> step.id())
                        .toArray(String[]::new));
    }

    @Test
    void anUpdateWhosePolicyTheVerifierRefusesLeavesTheFormerEnrolment() throws Exception {
        run(EnrolmentDraft.of(ID));
        AddAgentRequest former = world.verifier().machines().get(ID.value());
        world.verifier().asksForSignatures();
        TenantException failure = failure(judged(true, false, TpmPolicy.EMPTY, unsigned()));
        assertThat(failure.kind()).isEqualTo(Kind.POLICY);
        assertThat(failure).hasMessageContaining("require_allow_list_signatures");
        assertThat(failure.aftermath()).isEqualTo(Aftermath.NOTHING);
        assertThat(world.verifier().machines()).containsValue(former);
        assertThat(world.journal().lines()).doesNotContain("verifier DELETE agents/{id}");
    }

    @Test
    void anUpdateWhosePolicyTheVerifierWouldTakeReplacesTheFormerEnrolment() throws Exception {
        run(EnrolmentDraft.of(ID));
        run(judged(true, false, TpmPolicy.EMPTY, unsigned()));
        assertThat(Objects.requireNonNull(world.verifier().machines().get(ID.value()))
                        .runtimePolicy())
                .isEqualTo("e30=");
    }

    private static PreparedPolicies unsigned() {
        return new PreparedPolicies(
                Optional.of(new PreparedRuntimePolicy("e30=", Optional.empty(), "a runtime policy")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                SignerKeys.NONE,
                List.of());
    }

    private static EnrolmentDraft judged(boolean replace, boolean check, TpmPolicy tpm, PreparedPolicies policies) {
        return new EnrolmentDraft(
                ID,
                replace,
                check,
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                new PayloadChoice.None(),
                tpm,
                policies,
                false,
                Optional.empty());
    }

    private static PreparedPolicies stored(boolean runtime, boolean boot) {
        return new PreparedPolicies(
                Optional.empty(),
                Optional.of(new PolicyName("web")).filter(_ -> runtime),
                Optional.empty(),
                Optional.of(new PolicyName("uefi")).filter(_ -> boot),
                SignerKeys.NONE,
                List.of());
    }

    static Stream<Arguments> updates() throws Exception {
        TpmPolicy both =
                TpmPolicy.fromUser("{\"15\": \"" + "aa".repeat(32) + "\", \"4\": \"" + "bb".repeat(32) + "\"}");
        TpmPolicy one = TpmPolicy.fromUser("{\"4\": \"" + "bb".repeat(32) + "\"}");
        return Stream.of(
                Arguments.of(
                        "nothing given again",
                        judged(true, true, TpmPolicy.EMPTY, PreparedPolicies.NONE),
                        "its tpm_policy (PCR 4, 15) and its runtime policy and its measured boot policy"),
                Arguments.of("one PCR left out", judged(true, true, one, stored(true, true)), "tpm_policy (PCR 15):"),
                Arguments.of(
                        "the runtime policy left out",
                        judged(true, true, both, stored(false, true)),
                        "by its runtime policy: an update"),
                Arguments.of(
                        "the boot policy left out",
                        judged(true, true, both, stored(true, false)),
                        "by its measured boot policy: an update"),
                Arguments.of("everything given again", judged(true, true, both, stored(true, true)), ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("updates")
    void anUpdateSaysWhichPoliciesAreGoneWithTheFormerEnrolment(String name, EnrolmentDraft update, String said)
            throws Exception {
        for (PolicyKind kind : PolicyKind.values()) {
            for (String policy : List.of("web", "uefi")) {
                world.verifier().policies(kind).put(policy, WireJson.object());
            }
        }
        run(judged(
                false,
                true,
                TpmPolicy.fromUser("{\"15\": \"" + "aa".repeat(32) + "\", \"4\": \"" + "bb".repeat(32) + "\"}"),
                stored(true, true)));
        report.warnings.clear();
        run(update);
        List<String> lost = report.warnings.stream()
                .filter(line -> line.contains("is not judged any more"))
                .toList();
        if (said.isEmpty()) {
            assertThat(lost).isEmpty();
        } else {
            assertThat(lost).singleElement().asString().contains(said, "-c update");
        }
    }

    @Test
    void anUpdateOfAMachineThatIsNotWatchedIsAnAdd() throws Exception {
        run(draft(true, true));
        assertThat(machine.unlocked()).contains(SECRET);
        assertThat(world.journal().lines()).doesNotContain("verifier DELETE agents/{id}");
    }

    @Test
    void anUpdateThatFailsAfterItsDeletionSaysThatNobodyWatches() throws Exception {
        run(EnrolmentDraft.of(ID));
        world.verifier().answering("POST agents/{id}", answers(400, "no"));
        TenantException failure = failure(new EnrolmentDraft(
                ID,
                true,
                true,
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                new PayloadChoice.None(),
                TpmPolicy.EMPTY,
                PreparedPolicies.NONE,
                false,
                Optional.empty()));
        assertThat(failure.aftermath()).isEqualTo(Aftermath.DELETED);
        assertThat(failure.sentences()).contains("no longer watched");
    }

    @Test
    void anUpdateWaitsForADeletionThatTakesItsTime() throws Exception {
        run(EnrolmentDraft.of(ID));
        AtomicInteger asked = new AtomicInteger();
        world.verifier().answering("DELETE agents/{id}", call -> {
            world.verifier().answering("GET agents/{id}", again -> {
                if (asked.incrementAndGet() == 2) {
                    world.verifier().machines().remove(ID.value());
                    world.verifier().honest("GET agents/{id}");
                }
                return HttpReply.success(WireJson.object().put("operational_state", 8));
            });
            return HttpReply.envelope(202, "Accepted", WireJson.object());
        });
        run(draft(true, true));
        assertThat(machine.unlocked()).contains(SECRET);
    }

    // --- cancelling ---

    @ParameterizedTest
    @ValueSource(
            strings = {
                "registrar GET agents/{id}",
                "agent GET version",
                "agent GET quotes/identity",
                "verifier GET agents/{id}",
                "agent POST keys/ukey",
                "verifier POST agents/{id}",
                "agent GET keys/verify"
            })
    void cancellingEndsTheRequestThatIsUnderWay(String where) throws Exception {
        world.configure("request_timeout = 60");
        CountDownLatch reached = new CountDownLatch(1);
        String route = where.substring(where.indexOf(' ') + 1);
        HttpHandler hang = call -> {
            reached.countDown();
            return hangs().handle(call);
        };
        switch (where.substring(0, where.indexOf(' '))) {
            case "registrar" -> world.registrar().answering(route, hang);
            case "verifier" -> world.verifier().answering(route, hang);
            default -> machine.answering(route, hang);
        }
        CompletableFuture<TenantException> ended = CompletableFuture.supplyAsync(() -> failure(draft()));
        assertThat(reached.await(20, TimeUnit.SECONDS)).isTrue();
        cancellation.cancel();
        TenantException failure = ended.get(5, TimeUnit.SECONDS);
        assertThat(failure.kind()).isEqualTo(Kind.CANCELLED);
        assertThat(failure.aftermath())
                .isEqualTo(
                        switch (where) {
                            case "agent POST keys/ukey" -> Aftermath.SHARE_SENT;
                            case "verifier POST agents/{id}" -> Aftermath.UNKNOWN;
                            case "agent GET keys/verify" -> Aftermath.ENROLLED;
                            default -> Aftermath.NOTHING;
                        });
    }

    @Test
    void cancellingEndsAWaitBetweenTwoTries() throws Exception {
        world.configure("retry_interval = 60");
        machine.answering("GET quotes/identity", answers(500, "busy"));
        CompletableFuture<TenantException> ended = CompletableFuture.supplyAsync(() -> failure(draft()));
        org.awaitility.Awaitility.await().until(() -> !report.waits.isEmpty());
        cancellation.cancel();
        assertThat(ended.get(5, TimeUnit.SECONDS).kind()).isEqualTo(Kind.CANCELLED);
    }

    @Test
    void aScriptThatHangsIsEndedByCancelling() throws Exception {
        script("touch running; sleep 600");
        CompletableFuture<TenantException> ended = CompletableFuture.supplyAsync(() -> failure(draft()));
        org.awaitility.Awaitility.await().until(() -> Files.exists(folder.resolve("running")));
        cancellation.cancel();
        TenantException failure = ended.get(5, TimeUnit.SECONDS);
        assertThat(failure.kind()).isEqualTo(Kind.CANCELLED);
        assertNothingSent(failure);
    }

    @Test
    void theReasonOfARefusedEkTravelsAsData() throws Exception {
        record(r -> with(r, null, r.mtlsCert()));
        assertThat(failure(draft()).getCause())
                .isInstanceOfSatisfying(
                        EndorsementException.class,
                        e -> assertThat(e.reason()).isEqualTo(EndorsementException.Reason.NO_CERTIFICATE));
    }
}
