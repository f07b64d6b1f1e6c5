package io.limelight.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.limelight.agent.payload.SecureAreaException;
import io.limelight.agent.payload.SecurePayloads;
import io.limelight.agent.registration.AgentDataException;
import io.limelight.agent.registration.RegistrationException;
import io.limelight.agent.testkit.AgentConf;
import io.limelight.agent.testkit.SentPayload;
import io.limelight.agent.testkit.Swtpm;
import io.limelight.agent.testkit.TestRegistrar;
import io.limelight.agent.tpm.TpmException;
import io.limelight.agent.tpm.TpmProblem;
import io.limelight.core.api.AgentClient;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.HttpClients;
import io.limelight.core.api.HttpTimeouts;
import io.limelight.core.api.QuoteResults;
import io.limelight.core.api.RegistrationRequest;
import io.limelight.core.api.UKeyRequest;
import io.limelight.core.api.VKeyRequest;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.ca.ServiceCa;
import io.limelight.core.config.Component;
import io.limelight.core.config.ConfigException;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.core.payload.KeyTransport;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.ClientTls;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.TlsSetupException;
import io.limelight.core.tpm.AttestationKey;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.PcrMask;
import io.limelight.core.tpm.QuoteText;
import io.limelight.core.tpm.QuoteVerifier;
import io.limelight.core.tpm.TpmPublic;
import io.limelight.core.tpm.TransportKeyBinding;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** A whole agent: a real TPM, real mTLS, a registrar that challenges it. */
class AgentProgramTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ID = "d432fbb3-d2f1-4a97-9ef7-75bd81c00000";
    private static final String NONCE = "IPM2g3Nn5ZrXKwUtvjCZ";

    @TempDir
    Path folder;

    private Swtpm swtpm;
    private TestRegistrar registrar;
    private AgentProgram agent;
    private OkHttpClient http;

    @BeforeEach
    void prepare() throws Exception {
        Swtpm.assumeInstalled("swtpm");
        swtpm = Swtpm.bare(folder);
        registrar = new TestRegistrar();
        new ServiceCa(
                        CertificateSubject.of(new KeylimeConfig(Map.of(), folder).load(Component.CA)),
                        RANDOM,
                        InstantSource.system())
                .ensure(folder.resolve("work/cv_ca"), List.of("localhost"), new char[0], new char[0]);
    }

    @AfterEach
    void stop() {
        if (agent != null) {
            agent.close();
        }
        if (http != null) {
            HttpClients.close(http);
        }
        if (registrar != null) {
            registrar.close();
        }
        if (swtpm != null) {
            swtpm.close();
        }
    }

    private AgentConf conf() {
        return new AgentConf(folder)
                .with("uuid", ID)
                .with("port", "0")
                .with("registrar_port", Integer.toString(registrar.port()))
                .with("secure_mount", "development")
                .with("exponential_backoff_initial_delay", "50")
                .with("exponential_backoff_max_delay", "50");
    }

    private AgentProgram start(AgentConf conf) throws Exception {
        return AgentProgram.start(
                conf.load(),
                Map.of("TCTI", swtpm.tcti()),
                RANDOM,
                InstantSource.system(),
                (config, id) -> SecurePayloads.open(config, id, Map.of(), InstantSource.system()));
    }

    private static X509Certificate certificate(RegistrationRequest registered) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(registered.mtlsCert().getBytes(StandardCharsets.US_ASCII)));
    }

    private AgentClient client(boolean withCertificate) throws Exception {
        Path ca = folder.resolve("work/cv_ca");
        Optional<KeyMaterial> identity = withCertificate
                ? Optional.of(
                        KeyMaterial.read(ca.resolve("client-private.pem"), ca.resolve("client-cert.crt"), new char[0]))
                : Optional.empty();
        http = HttpClients.tls(
                HttpTimeouts.of(Duration.ofSeconds(20)),
                ClientTls.pinned(certificate(registrar.registrations().getLast()), identity, InstantSource.system()));
        return new AgentClient(Endpoint.agent("127.0.0.1", agent.port()), http);
    }

    private void requireGoodQuote(AgentClient client) throws Exception {
        QuoteResults results = client.integrityQuote(ApiVersion.CURRENT, NONCE, "0x8000", true, 0);
        TpmPublic ak = TpmPublic.fromBase64(registrar.registrations().getLast().aikTpm());
        assertThat(QuoteVerifier.verify(
                                AttestationKey.of(ak),
                                QuoteText.parse(results.quote()),
                                NONCE.getBytes(StandardCharsets.US_ASCII),
                                HashAlgorithm.SHA256,
                                PcrMask.of(15, 16))
                        .pcrs()
                        .value(16))
                .contains(TransportKeyBinding.pcr16(HashAlgorithm.SHA256, results.pubkey()));
    }

    // --- what stops a start ---

    @Test
    void withoutATpmTheStartEndsWithASentence() throws Exception {
        swtpm.close();
        Files.deleteIfExists(folder.resolve("tpm.sock"));
        assertThatThrownBy(() -> start(conf()))
                .isInstanceOf(TpmException.class)
                .hasMessageContaining("the TPM at " + swtpm.tcti() + " cannot be reached")
                .extracting("problem")
                .isEqualTo(TpmProblem.ABSENT);
        assertThat(registrar.registrations()).isEmpty();
    }

    @Test
    void anotherIdentityUnderThisIdEndsTheStartWithTheWayOut() throws Exception {
        registrar.refuseWith(403);
        assertThatThrownBy(() -> start(conf()))
                .isInstanceOf(RegistrationException.class)
                .hasMessageContaining("regdelete -u " + ID);
    }

    @Test
    void aPortThatIsTakenIsNoticedBeforeAnybodyIsTold() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            AgentConf conf = conf().with("port", Integer.toString(taken.getLocalPort()));
            assertThatThrownBy(() -> start(conf))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(Integer.toString(taken.getLocalPort()));
        }
        assertThat(registrar.registrations()).isEmpty();
    }

    @Test
    void aScriptWithoutTlsNeedsTheAdministratorsWord() throws Exception {
        AgentConf conf = conf().with("enable_agent_mtls", "false");
        assertThatThrownBy(() -> start(conf))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("enable_insecure_payload");
        agent = start(conf.with("enable_insecure_payload", "true"));
        assertThat(registrar.registrations().getLast().mtlsCert()).isEqualTo("disabled");
    }

    @Test
    void aMissingClientCaEndsTheStart() throws Exception {
        Files.delete(folder.resolve("work/cv_ca/cacert.crt"));
        assertThatThrownBy(() -> start(conf()))
                .isInstanceOf(TlsSetupException.class)
                .hasMessageContaining("cacert.crt")
                .hasMessageContaining("copy it from the verifier");
    }

    @Test
    void noPlaceForSecretsEndsTheStart() throws Exception {
        Files.createSymbolicLink(folder.resolve("work/secure"), folder);
        assertThatThrownBy(() -> start(conf())).isInstanceOf(SecureAreaException.class);
        assertThat(registrar.registrations()).isEmpty();
    }

    // --- a life ---

    @Test
    void itRegistersAnswersItsPeersAndComesBackAsTheSameMachine() throws Exception {
        agent = start(conf());
        assertThat(agent.id().value()).isEqualTo(ID);
        assertThat(registrar.activated()).containsExactly(ID);
        RegistrationRequest first = registrar.registrations().getLast();
        assertThat(first.port()).isEqualTo(agent.port());
        assertThat(first.ip()).isEqualTo("127.0.0.1");
        AgentClient client = client(true);
        assertThat(client.versions().single()).isEqualTo("2.6");
        requireGoodQuote(client);
        assertThat(client.limelightStatus().value().get("payload_stage").stringValue())
                .isEqualTo("waiting");
        assertThat(client.receipts(0).value().get("receipts")).isEmpty();
        agent.close();
        String data = Files.readString(folder.resolve("work/agent_data.json"));

        agent = start(conf());
        RegistrationRequest second = registrar.registrations().getLast();
        assertThat(second.aikTpm()).isEqualTo(first.aikTpm());
        assertThat(second.ekTpm()).isEqualTo(first.ekTpm());
        assertThat(second.mtlsCert()).isEqualTo(first.mtlsCert());
        assertThat(Files.readString(folder.resolve("work/agent_data.json"))).isEqualTo(data);
        AgentClient again = client(true);
        requireGoodQuote(again);
        aPayloadOnTheMachineIsOpenedWithTheKeyAloneAndItsMissingActionSaid(again);
    }

    private void aPayloadOnTheMachineIsOpenedWithTheKeyAloneAndItsMissingActionSaid(AgentClient client)
            throws Exception {
        assertThat(client.limelightStatus().value().get("action_problems")).isEmpty();
        SentPayload sent = SentPayload.of(ID, SentPayload.zip(Map.of("action_list", "local_action_absent\n")));
        Files.writeString(folder.resolve("work/encrypted_payload"), sent.text());
        PublicKey key =
                KeyTransport.parse(client.transportKey(ApiVersion.CURRENT).pubkey());
        try (SecretBytes u = sent.u();
                SecretBytes v = sent.v()) {
            client.deliverU(
                    ApiVersion.CURRENT,
                    new UKeyRequest(KeyTransport.encrypt(key, u), HexFormat.of().formatHex(sent.tag()), null));
            client.deliverV(ApiVersion.CURRENT, new VKeyRequest(KeyTransport.encrypt(key, v)));
        }
        Awaitility.await().untilAsserted(() -> {
            ObjectNode status = client.limelightStatus().value();
            assertThat(status.get("payload_stage").stringValue()).isEqualTo("done");
            assertThat(status.get("action_problems"))
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.stringValue()).contains("local_action_absent"));
        });
    }

    @Test
    void anAttestationKeyThatEveryUserCanReadIsNamedAndUsed() throws Exception {
        agent = start(conf());
        agent.close();
        Path data = folder.resolve("work/agent_data.json");
        Files.setPosixFilePermissions(data.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rw-r--r--"));
        Logger logger = (Logger) LoggerFactory.getLogger(AgentProgram.class);
        ListAppender<ILoggingEvent> written = new ListAppender<>();
        written.start();
        logger.addAppender(written);
        try {
            agent = start(conf());
        } finally {
            logger.detachAppender(written);
        }
        assertThat(written.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .contains("the agent's attestation key " + data
                        + " can be read by every user of this machine; chmod o-r " + data);
    }

    @Test
    void withoutACertificateOfTheServicesCaNobodyGetsIn() throws Exception {
        agent = start(conf());
        AgentClient anonymous = client(false);
        assertThatThrownBy(anonymous::versions).isInstanceOf(ApiException.class);
        requireGoodQuote(client(true));
    }

    private AgentProgram startOn(Swtpm other) throws Exception {
        return AgentProgram.start(
                conf().load(),
                Map.of("TCTI", other.tcti()),
                RANDOM,
                InstantSource.system(),
                (config, id) -> SecurePayloads.open(config, id, Map.of(), InstantSource.system()));
    }

    @Test
    void startsWithOtherTpmsDoNotCostAMachineItsKey() throws Exception {
        agent = start(conf());
        String first = registrar.registrations().getLast().aikTpm();
        agent.close();
        for (String name : List.of("other", "third")) {
            try (Swtpm other = Swtpm.bare(Files.createDirectory(folder.resolve(name)))) {
                agent = startOn(other);
                assertThat(registrar.registrations().getLast().aikTpm()).isNotEqualTo(first);
                agent.close();
            }
        }
        assertThat(folder.resolve("work/agent_data.json.previous")).exists();

        agent = start(conf());
        assertThat(registrar.registrations().getLast().aikTpm()).isEqualTo(first);
        requireGoodQuote(client(true));
        agent.close();
        agent = start(conf());
        assertThat(registrar.registrations().getLast().aikTpm()).isEqualTo(first);
    }

    @Test
    void aSecondAgentOnTheSameWorkDirectoryIsTurnedAwayBeforeItTouchesAnything() throws Exception {
        agent = start(conf());
        String data = Files.readString(folder.resolve("work/agent_data.json"));
        try (Swtpm other = Swtpm.bare(Files.createDirectory(folder.resolve("other")))) {
            assertThatThrownBy(() -> startOn(other))
                    .isInstanceOf(AgentDataException.class)
                    .hasMessageContaining("another agent is running on " + folder.resolve("work"))
                    .hasMessageContaining("KEYLIME_DIR");
        }
        assertThat(Files.readString(folder.resolve("work/agent_data.json"))).isEqualTo(data);
        assertThat(folder.resolve("work/agent_data.json.previous")).doesNotExist();
        assertThat(registrar.registrations()).hasSize(1);
        agent.close();
        agent = start(conf());
    }

    @Test
    void itListensWhileItsRegistrarIsAwayAndRegistersWhenItComes() throws Exception {
        registrar.refuseWith(503);
        try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<AgentProgram> starting = thread.submit(() -> start(conf()));
            Path certificate = folder.resolve("work/server-cert.crt");
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(certificate));
            assertThat(starting.isDone()).isFalse();
            registrar.refuseWith(0);
            agent = starting.get(30, TimeUnit.SECONDS);
        }
        assertThat(registrar.activated()).containsExactly(ID);
    }

    @Test
    void aStartThatIsInterruptedLeavesNothingOpen() throws Exception {
        registrar.refuseWith(503);
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread starter = Thread.ofPlatform().start(() -> {
            try {
                start(conf()).close();
                ended.complete(new AssertionError("it started"));
            } catch (Exception e) {
                ended.complete(e);
            }
        });
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> registrar.refused() > 0);
        starter.interrupt();
        assertThat(ended.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        registrar.refuseWith(0);
        agent = start(conf());
        requireGoodQuote(client(true));
    }

    // --- a TPM that makes trouble ---

    private static void requireServerError(AgentClient client) {
        assertThatThrownBy(() -> client.integrityQuote(ApiVersion.CURRENT, NONCE, "0x8000", true, 0))
                .isInstanceOfSatisfying(ApiException.Refused.class, refusal -> {
                    // 500 makes a verifier come again, anything else would be the end of this machine.
                    assertThat(refusal.status()).isEqualTo(500);
                    assertThat(refusal.reason()).isEqualTo("Unable to retrieve quote");
                });
    }

    @Test
    void aTpmThatDiesIsAnErrorForTheMomentAndItsReturnIsNoticed() throws Exception {
        agent = start(conf());
        AgentClient client = client(true);
        requireGoodQuote(client);
        swtpm.kill();
        requireServerError(client);
        requireServerError(client);
        swtpm.start();
        requireGoodQuote(client);
    }

    @Test
    void aTpmThatDiesInTheMiddleOfAQuoteIsTheSame() throws Exception {
        agent = start(conf());
        AgentClient client = client(true);
        requireGoodQuote(client);
        swtpm.freeze();
        try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<QuoteResults> pending =
                    thread.submit(() -> client.integrityQuote(ApiVersion.CURRENT, NONCE, "0x8000", true, 0));
            // The quote is on its way when the agent's thread waits for the TPM.
            Awaitility.await().until(() -> !pending.isDone());
            swtpm.kill();
            assertThatThrownBy(() -> pending.get(60, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfSatisfying(
                            ApiException.Refused.class,
                            refusal -> assertThat(refusal.status()).isEqualTo(500));
        }
        swtpm.start();
        requireGoodQuote(client);
    }

    /** Sends one command on a connection of its own. */
    private byte[] command(String hex) throws IOException {
        String path = swtpm.tcti().substring("swtpm:path=".length());
        try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.connect(UnixDomainSocketAddress.of(path));
            socket.write(ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", ""))));
            ByteBuffer answer = ByteBuffer.allocate(4096);
            socket.read(answer);
            return java.util.Arrays.copyOf(answer.array(), answer.position());
        }
    }

    @Test
    void aTpmThatIsLockedOutIsAnErrorThatSaysSo() throws Exception {
        agent = start(conf());
        agent.close();
        // TPM2_DictionaryAttackParameters under the lockout hierarchy: no failure allowed, so it is locked at once.
        byte[] answer = command(
                "8002 00000027 0000013A 4000000A 00000009 40000009 0000 00 0000" + " 00000000 00000E10 00000E10");
        assertThat(HexFormat.of().formatHex(answer, 6, 10)).isEqualTo("00000000");
        assertThatThrownBy(() -> {
                    agent = start(conf());
                    agent.close();
                })
                .isInstanceOf(RegistrationException.class)
                .hasMessageContaining("dictionary-attack lockout after wrong passwords, or after power was lost")
                .hasMessageContaining("tpm2_dictionarylockout");
    }
}
