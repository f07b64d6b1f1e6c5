package io.limelight.cli.peer;

import static io.limelight.cli.peer.Side.KEYLIME;
import static io.limelight.cli.peer.Side.LIMELIGHT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.OperationalState;
import io.limelight.core.api.RegistrarAgent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Our programs and Keylime's in one installation: whoever plays which part, the story is the same. */
class MixedInstallationIT {
    private static final AgentId ID = AgentId.of("d432fbb3-d2f1-4a97-9ef7-75bd81c00000");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String CLEAN_PCR_15 = "{\"15\":[\"" + "0".repeat(64) + "\"]}";

    private MixedInstallation installation;
    private PeerMachine machine;

    @BeforeEach
    void prepare() throws Exception {
        PeerPrograms.needKeylime();
        installation = new MixedInstallation();
        machine = new PeerMachine(installation, ID);
    }

    @AfterEach
    void remove() throws Exception {
        if (installation != null) {
            installation.close();
        }
    }

    private Path payload() throws Exception {
        Path zip = installation.root().resolve("payload.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("autorun.sh"));
            out.write("#!/bin/sh\necho unlocked > proof\n".getBytes(StandardCharsets.UTF_8));
            out.closeEntry();
        }
        return zip;
    }

    private AgentStatus awaitState(OperationalState state) {
        return await("the verifier says " + state)
                .atMost(PATIENCE)
                .until(
                        () -> installation.status(ID),
                        status -> status.flatMap(AgentStatus::state)
                                .filter(now -> now == state)
                                .isPresent())
                .orElseThrow();
    }

    private RegistrarAgent awaitRegistered() {
        return await("the registrar shows the machine")
                .atMost(PATIENCE)
                .until(() -> installation.registration(ID), Optional::isPresent)
                .orElseThrow();
    }

    private void awaitUnlocked() {
        await("autorun.sh ran").atMost(PATIENCE).until(() -> Files.exists(machine.unpacked("proof")));
    }

    static Stream<Arguments> casts() {
        return Stream.of(
                // registrar, verifier, agent, tenant
                Arguments.of(KEYLIME, KEYLIME, LIMELIGHT, KEYLIME),
                Arguments.of(LIMELIGHT, LIMELIGHT, KEYLIME, KEYLIME),
                Arguments.of(KEYLIME, KEYLIME, KEYLIME, LIMELIGHT),
                Arguments.of(LIMELIGHT, KEYLIME, LIMELIGHT, KEYLIME),
                Arguments.of(KEYLIME, LIMELIGHT, KEYLIME, LIMELIGHT));
    }

    @ParameterizedTest(name = "registrar {0}, verifier {1}, agent {2}, tenant {3}")
    @MethodSource("casts")
    void aMachineUnlocksItsSecretIsCaughtAndRemoved(Side registrar, Side verifier, Side agent, Side tenant)
            throws Exception {
        if (agent == KEYLIME) {
            PeerPrograms.needAgent();
        }
        installation.startVerifier(verifier);
        installation.startRegistrar(registrar);
        machine.startAgent(agent, Map.of());
        RegistrarAgent record = awaitRegistered();
        assertThat(record.port()).isEqualTo(machine.port());
        assertThat(record.ekcert()).isNotNull();

        installation
                .tenant(
                        tenant,
                        "-c",
                        "add",
                        "-u",
                        ID.value(),
                        "-f",
                        payload().toString(),
                        "--tpm_policy",
                        CLEAN_PCR_15,
                        "--verify")
                .succeeded();
        awaitUnlocked();
        AgentStatus good = awaitState(OperationalState.GET_QUOTE);
        assertThat(good.hashAlg()).isEqualTo("sha256");
        assertThat(good.signAlg()).isEqualTo("rsassa");

        for (Side asked : Side.values()) {
            assertThat(installation
                            .tenant(asked, "-c", "cvstatus", "-u", ID.value())
                            .succeeded()
                            .said())
                    .contains("\"Get Quote\"");
            assertThat(installation.tenant(asked, "-c", "reglist").succeeded().said())
                    .contains(ID.value());
        }

        machine.tamper(15);
        AgentStatus caught = awaitState(OperationalState.INVALID_QUOTE);
        assertThat(caught.lastEventId()).isEqualTo("pcr_validation.invalid_pcr_15");

        installation.tenant(tenant, "-c", "delete", "-u", ID.value()).succeeded();
        assertThat(installation.status(ID)).isEmpty();
        installation.tenant(tenant, "-c", "regdelete", "-u", ID.value()).succeeded();
        assertThat(installation.registration(ID)).isEmpty();
    }

    @Test
    void eitherAgentTakesTheOthersPlaceOnAMachine() throws Exception {
        PeerPrograms.needAgent();
        installation.startVerifier(LIMELIGHT);
        // Keylime's registrar refuses every identity but the first one.
        installation.startRegistrar(KEYLIME);
        machine.startAgent(KEYLIME, Map.of());
        RegistrarAgent first = awaitRegistered();
        installation.tenant(LIMELIGHT, "-c", "add", "-u", ID.value()).succeeded();
        awaitState(OperationalState.GET_QUOTE);

        for (Side next : new Side[] {LIMELIGHT, KEYLIME, LIMELIGHT}) {
            machine.stopAgent();
            machine.startAgent(next, Map.of());
            RegistrarAgent now = awaitRegistered();
            assertThat(now.aikTpm())
                    .as("the attestation key under the agent of %s", next)
                    .isEqualTo(first.aikTpm());
            assertThat(now.mtlsCert()).as("the TLS certificate").isEqualTo(first.mtlsCert());
            long before = awaitState(OperationalState.GET_QUOTE).attestationCount();
            await("the verifier goes on under the agent of " + next)
                    .atMost(PATIENCE)
                    .until(() -> installation.status(ID).orElseThrow().attestationCount() > before + 1);
        }
    }

    @ParameterizedTest(name = "CA {0}, package by the tenant of {1}")
    @CsvSource({"KEYLIME, KEYLIME", "KEYLIME, LIMELIGHT", "LIMELIGHT, KEYLIME"})
    void aNoticeThatKeylimesVerifierSignedIsGenuineToOurAgent(Side maker, Side tenant) throws Exception {
        installation.startVerifier(KEYLIME);
        installation.startRegistrar(LIMELIGHT);
        machine.startAgent(LIMELIGHT, Map.of("enable_revocation_notifications", "true"));
        awaitRegistered();
        Path ca = Files.createDirectory(installation.root().resolve("ca"));
        installation.ca(maker, "-c", "init", "-d", ca.toString()).succeeded();
        installation
                .tenant(
                        tenant,
                        "-c",
                        "add",
                        "-u",
                        ID.value(),
                        "--cert",
                        ca.toString(),
                        "--tpm_policy",
                        CLEAN_PCR_15,
                        "--verify")
                .succeeded();
        await().atMost(PATIENCE).until(() -> Files.exists(machine.unpacked("RevocationNotifier-cert.crt")));
        machine.tamper(15);
        awaitState(OperationalState.INVALID_QUOTE);
        machine.agent().awaitSaid("genuine notice of type revocation about agent " + ID, PATIENCE);
    }

    @ParameterizedTest(name = "begun by {0}, carried on by {1}")
    @CsvSource({"KEYLIME, LIMELIGHT", "LIMELIGHT, KEYLIME"})
    void aCaFolderIsUsedByEitherSideInTurn(Side first, Side second) throws Exception {
        Path ca = Files.createDirectory(installation.root().resolve("ca"));
        String folder = ca.toString();
        installation.ca(first, "-c", "init", "-d", folder).succeeded();
        installation.ca(first, "-c", "create", "-n", "one", "-d", folder).succeeded();
        installation.ca(second, "-c", "create", "-n", "two", "-d", folder).succeeded();
        installation.ca(second, "-c", "revoke", "-n", "one", "-d", folder).succeeded();
        installation.ca(first, "-c", "create", "-n", "three", "-d", folder).succeeded();
        installation.ca(first, "-c", "revoke", "-n", "two", "-d", folder).succeeded();
        installation.ca(second, "-c", "pkg", "-n", "three", "-d", folder).succeeded();
        // Keylime publishes lists that have expired when they are made.
        installation.ca(LIMELIGHT, "-c", "crl", "-d", folder).succeeded();
        for (String name : List.of("one", "two", "three")) {
            Process openssl = new ProcessBuilder(
                            "openssl",
                            "verify",
                            "-crl_check",
                            "-CAfile",
                            folder + "/cacert.crt",
                            "-CRLfile",
                            folder + "/cacrl.pem",
                            folder + "/" + name + "-cert.crt")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(openssl.waitFor() == 0).as(said).isEqualTo(name.equals("three"));
            assertThat(said).contains(name.equals("three") ? "OK" : "certificate revoked");
        }
        try (ZipFile zip = new ZipFile(ca.resolve("three-pkg.zip").toFile())) {
            assertThat(zip.stream().map(ZipEntry::getName))
                    .containsExactlyInAnyOrder(
                            "three-public.pem",
                            "three-cert.crt",
                            "three-private.pem",
                            "cacert.crt",
                            "cacrl.der",
                            "cacrl.pem");
        }
    }

    @ParameterizedTest(name = "verifier {0} and an agent that speaks 2.1 only")
    @MethodSource("sides")
    void anOldVersionIsAgreedOn(Side verifier) throws Exception {
        Side agent = verifier == LIMELIGHT ? KEYLIME : LIMELIGHT;
        if (agent == KEYLIME) {
            PeerPrograms.needAgent();
        }
        installation.startVerifier(verifier);
        installation.startRegistrar(verifier);
        machine.startAgent(agent, Map.of("api_versions", "\"2.1\""));
        awaitRegistered();
        installation
                .tenant(verifier, "-c", "add", "-u", ID.value(), "-f", payload().toString(), "--verify")
                .succeeded();
        awaitUnlocked();
        AgentStatus status = awaitState(OperationalState.GET_QUOTE);
        assertThat(status.encAlg())
                .as("2.1 names the algorithm without its size")
                .isEqualTo("rsa");
    }

    static Stream<Side> sides() {
        return Stream.of(Side.values());
    }

    @ParameterizedTest(name = "registrar {0}, verifier {1}")
    @MethodSource("ellipticCurves")
    void aMachineWithEllipticCurveKeysUnlocksItsSecret(Side registrar, Side verifier, Side agent) throws Exception {
        if (agent == KEYLIME) {
            PeerPrograms.needAgent();
        }
        installation.startVerifier(verifier);
        installation.startRegistrar(registrar);
        machine.startAgent(
                agent,
                Map.of(
                        "tpm_encryption_alg",
                        "\"ecc384\"",
                        "tpm_signing_alg",
                        "\"ecdsa\"",
                        "tpm_hash_alg",
                        "\"sha384\""));
        installation
                .tenant(
                        LIMELIGHT,
                        "-c",
                        "add",
                        "-u",
                        ID.value(),
                        "-f",
                        payload().toString(),
                        "--verify")
                .succeeded();
        awaitUnlocked();
        AgentStatus status = awaitState(OperationalState.GET_QUOTE);
        assertThat(status.encAlg()).isEqualTo("ecc384");
        assertThat(status.signAlg()).isEqualTo("ecdsa");
        assertThat(status.hashAlg()).isEqualTo("sha384");
    }

    static Stream<Arguments> ellipticCurves() {
        return Stream.of(Arguments.of(KEYLIME, LIMELIGHT, KEYLIME), Arguments.of(LIMELIGHT, KEYLIME, LIMELIGHT));
    }
}
