package io.limelight.cli.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.limelight.agent.tpm.AttestationKeyBlob;
import io.limelight.agent.tpm.AttestationTpm;
import io.limelight.agent.tpm.EndorsementKey;
import io.limelight.agent.tpm.TpmAddress;
import io.limelight.agent.tpm.TpmException;
import io.limelight.agent.tpm.TpmKeySettings;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.HttpClients;
import io.limelight.core.api.HttpTimeouts;
import io.limelight.core.api.RegistrarAgent;
import io.limelight.core.api.RegistrarClient;
import io.limelight.core.api.RegistrationRequest;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.core.tls.ClientTls;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.TrustedCas;
import io.limelight.core.tpm.CredentialBlob;
import io.limelight.core.tpm.EncryptionAlgorithm;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.SigningAlgorithm;
import io.limelight.registrar.RegistrarProgram;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Two machines with TPMs that follow the specification themselves, at a registrar that made its own certificates. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealTpmRegistrationTest {
    private static final HttpTimeouts TIMEOUTS = HttpTimeouts.of(Duration.ofSeconds(30));

    @TempDir
    static Path folder;

    private RegistrarProgram registrar;
    private RegistrarClient plain;
    private RegistrarClient admin;
    private OkHttpClient http;
    private SoftwareTpm first;
    private SoftwareTpm second;

    @BeforeAll
    void start() throws Exception {
        for (String tool : List.of("swtpm", "swtpm_setup", "swtpm_localca", "swtpm_cert")) {
            assumeTrue(installed(tool), tool + " is not installed");
        }
        Path sockets = Files.createTempDirectory("lm");
        sockets.toFile().deleteOnExit();
        SoftwareTpms tpms = new SoftwareTpms(folder.resolve("tpms"));
        tpms.prepare();
        first = started(tpms, "a", sockets);
        second = started(tpms, "b", sockets);

        Path file = Files.writeString(folder.resolve("registrar.conf"), """
                [registrar]
                port = 0
                tls_port = 0
                tls_dir = generate
                trusted_client_ca = ['cacert.crt']
                """);
        KeylimeConfig configuration = new KeylimeConfig(
                Map.of("KEYLIME_DIR", folder.toString(), "KEYLIME_REGISTRAR_CONFIG", file.toString()), folder);
        registrar = RegistrarProgram.start(configuration, new SecureRandom(), InstantSource.system());
        Path ca = folder.resolve("reg_ca");
        http = HttpClients.plain(TIMEOUTS);
        plain = new RegistrarClient(Endpoint.registrarForAgents("127.0.0.1", registrar.port()), http);
        admin = new RegistrarClient(
                Endpoint.registrar("127.0.0.1", registrar.tlsPort()),
                HttpClients.with(
                        http,
                        ClientTls.trusting(
                                TrustedCas.read(List.of(ca.resolve("cacert.crt"))),
                                Optional.of(KeyMaterial.read(
                                        ca.resolve("client-private.pem"),
                                        ca.resolve("client-cert.crt"),
                                        new char[0])))));
    }

    private static boolean installed(String tool) {
        try {
            SoftwareTpms.findTool(tool);
            return true;
        } catch (SandboxException e) {
            return false;
        }
    }

    private static SoftwareTpm started(SoftwareTpms tpms, String name, Path sockets) throws SandboxException {
        Path state = folder.resolve(name);
        tpms.manufacture(state);
        return SoftwareTpm.start(name, state, sockets);
    }

    @AfterAll
    void stop() {
        if (http != null) {
            HttpClients.close(http);
        }
        if (registrar != null) {
            registrar.close();
        }
        if (first != null) {
            first.close();
        }
        if (second != null) {
            second.close();
        }
    }

    private static AttestationTpm open(SoftwareTpm tpm, SigningAlgorithm signing) throws TpmException {
        return AttestationTpm.open(
                TpmAddress.parse("swtpm:path=" + tpm.socket()),
                TpmKeySettings.of(HashAlgorithm.SHA256, EncryptionAlgorithm.RSA2048, signing));
    }

    private static RegistrationRequest request(EndorsementKey ek, AttestationKeyBlob ak) {
        return RegistrationRequest.of(
                ak.publicArea().toBase64(),
                ek.publicArea().toBase64(),
                ek.certificatesPem(),
                "127.0.0.1",
                9002,
                RegistrarAgent.MTLS_DISABLED);
    }

    private static String answer(AttestationTpm tpm, String blob, AgentId id) throws Exception {
        byte[] secret =
                tpm.activateCredential(CredentialBlob.parse(Base64.getDecoder().decode(blob)));
        Mac mac = Mac.getInstance("HmacSHA384");
        mac.init(new SecretKeySpec(Base64.getEncoder().encode(secret), "HmacSHA384"));
        return HexFormat.of().formatHex(mac.doFinal(id.value().getBytes(StandardCharsets.UTF_8)));
    }

    private RegistrarAgent enrolled(SoftwareTpm swtpm, SigningAlgorithm signing, AgentId id) throws Exception {
        try (AttestationTpm tpm = open(swtpm, signing)) {
            EndorsementKey ek = tpm.endorsementKey();
            AttestationKeyBlob ak = tpm.createAttestationKey();
            tpm.useAttestationKey(ak);
            String blob =
                    plain.register(ApiVersion.CURRENT, id, request(ek, ak)).blob();
            plain.activate(ApiVersion.CURRENT, id, answer(tpm, blob, id));
            RegistrarAgent agent = admin.agent(ApiVersion.CURRENT, id).value();
            assertThat(agent.ekTpm()).isEqualTo(ek.publicArea().toBase64());
            assertThat(agent.aikTpm()).isEqualTo(ak.publicArea().toBase64());
            assertThat(agent.ekcert())
                    .isEqualTo(Base64.getEncoder()
                            .encodeToString(ek.certificates().getFirst().toByteArray()));
            return agent;
        }
    }

    @Test
    void theTpmAnswersTheChallengeForRsaAndEcdsaKeys() throws Exception {
        assertThat(enrolled(first, SigningAlgorithm.RSASSA, AgentId.of("rsa")).regcount())
                .isEqualTo(1);
        assertThat(enrolled(first, SigningAlgorithm.ECDSA, AgentId.of("ecc")).regcount())
                .isEqualTo(1);
    }

    @Test
    void anotherTpmDoesNotAnswerIt() throws Exception {
        AgentId id = AgentId.of("stolen");
        try (AttestationTpm owner = open(first, SigningAlgorithm.ECDSA);
                AttestationTpm thief = open(second, SigningAlgorithm.ECDSA)) {
            AttestationKeyBlob ak = owner.createAttestationKey();
            String blob = plain.register(ApiVersion.CURRENT, id, request(owner.endorsementKey(), ak))
                    .blob();
            thief.useAttestationKey(thief.createAttestationKey());
            assertThatThrownBy(() -> answer(thief, blob, id)).isInstanceOf(TpmException.class);
            assertThat(admin.find(ApiVersion.CURRENT, id)).isEmpty();

            owner.useAttestationKey(ak);
            plain.activate(ApiVersion.CURRENT, id, answer(owner, blob, id));
            assertThat(admin.find(ApiVersion.CURRENT, id)).isPresent();
        }
    }

    @Test
    void aSecondMachineDoesNotGetTheIdOfTheFirst() throws Exception {
        AgentId id = AgentId.of("taken");
        RegistrarAgent before = enrolled(first, SigningAlgorithm.ECDSA, id);
        try (AttestationTpm tpm = open(second, SigningAlgorithm.ECDSA)) {
            AttestationKeyBlob ak = tpm.createAttestationKey();
            assertThatThrownBy(() -> plain.register(ApiVersion.CURRENT, id, request(tpm.endorsementKey(), ak)))
                    .isInstanceOfSatisfying(
                            ApiException.Refused.class,
                            e -> assertThat(e.status()).isEqualTo(403));
        }
        assertThat(admin.agent(ApiVersion.CURRENT, id).value()).isEqualTo(before);
    }
}
