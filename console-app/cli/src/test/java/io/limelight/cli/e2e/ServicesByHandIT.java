package io.limelight.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limelight.cli.e2e.Installation.Outcome;
import io.limelight.core.api.OperationalState;
import io.limelight.core.payload.BootstrapKey;
import io.limelight.core.payload.SealedPayload;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tpm.HashAlgorithm;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The services started by hand with configuration files in Keylime's form, and {@code limelight tenant} against them. */
class ServicesByHandIT extends OneInstallation {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    static final String SECRET = "correct horse battery staple 4711";
    static final String CLEAN_PCR_15 = "{\"15\": [\"" + "0".repeat(64) + "\"]}";

    /** A payload as the seeds describe it; its script writes the second argument's file in the working directory. */
    static Path payload(Installation installation, String proof) throws Exception {
        Path zip = installation.root().resolve("payload.zip");
        try (OutputStream file = Files.newOutputStream(zip);
                ZipOutputStream out = new ZipOutputStream(file)) {
            out.putNextEntry(new ZipEntry("autorun.sh"));
            out.write(("#!/bin/sh\nprintf '%s ' \"$AGENT_UUID\" >> " + proof + ".tmp\ncat secret.txt >> " + proof
                            + ".tmp\nmv " + proof + ".tmp " + proof + "\n")
                    .getBytes(StandardCharsets.UTF_8));
            out.putNextEntry(new ZipEntry("secret.txt"));
            out.write(SECRET.getBytes(StandardCharsets.UTF_8));
        }
        return zip;
    }

    @Test
    void aMachineIsAddedWatchedAndRemoved() throws Exception {
        installation.startAll();
        installation.tenant("-c", "reglist").succeeded();
        JsonNode registered = installation
                .tenant("-c", "regstatus", "-u", Installation.ID)
                .succeeded()
                .jsonAfter("Agent Info from Registrar")
                .path(Installation.ID);
        assertThat(registered.path("operational_state").asString()).isEqualTo("Registered");
        assertThat(registered.path("regcount").asInt()).isEqualTo(1);

        // As the seeds type it: the address alone.
        installation
                .tenant("-t", "127.0.0.1", "-f", payload(installation, "proof").toString(), "--verify")
                .succeeded();
        awaitUnlocked("proof");
        assertThat(installation.unpacked().resolve("proof")).hasContent(Installation.ID + " " + SECRET);
        awaitState(OperationalState.GET_QUOTE);
        awaitFurtherQuotes();
        JsonNode status = installation.status();
        assertThat(status.path("operational_state").asString()).isEqualTo("Get Quote");
        assertThat(status.path("attestation_status").asString()).isEqualTo("PASS");
        assertThat(status.path("hash_alg").asString()).isEqualTo("sha256");

        assertThat(installation.tenant("-c", "cvlist").succeeded().out()).contains(Installation.ID);
        assertThat(installation.tenant("-c", "bulkinfo").succeeded().out()).contains(Installation.ID);
        installation.tenant("-c", "reactivate", "-u", Installation.ID).succeeded();
        awaitFurtherQuotes();

        Outcome twice = installation.tenant("-c", "add", "-u", Installation.ID);
        assertThat(twice.status()).isEqualTo(1);

        installation.tenant("-c", "delete", "-u", Installation.ID).succeeded();
        installation.tenant("-c", "delete", "-u", Installation.ID).succeeded();
        assertThat(installation.tenant("-c", "cvstatus", "-u", Installation.ID).status())
                .isEqualTo(1);
        installation.tenant("-c", "regdelete", "-u", Installation.ID).succeeded();
        assertThat(installation.tenant("-c", "regstatus", "-u", Installation.ID).status())
                .isEqualTo(1);
    }

    @Test
    void aTamperedMachineFailsAndGetsNothingMore() throws Exception {
        installation.startAll();
        installation
                .tenant("-c", "add", "-u", Installation.ID, "--tpm_policy", CLEAN_PCR_15)
                .succeeded();
        awaitState(OperationalState.GET_QUOTE);
        installation.tpm().extend(15, HashAlgorithm.SHA256, new byte[32]);
        awaitState(OperationalState.INVALID_QUOTE);
        JsonNode caught = installation.status();
        assertThat(caught.path("operational_state").asString()).isEqualTo("Invalid Quote");
        assertThat(caught.path("last_event_id").asString()).isEqualTo("pcr_validation.invalid_pcr_15");

        installation
                .tenant(
                        "-c",
                        "update",
                        "-u",
                        Installation.ID,
                        "--tpm_policy",
                        CLEAN_PCR_15,
                        "-f",
                        payload(installation, "never").toString())
                .succeeded();
        awaitState(OperationalState.INVALID_QUOTE);
        assertThat(installation.unpacked().resolve("never")).doesNotExist();
        assertThat(installation.unpacked().resolve("derived_tci_key")).doesNotExist();
    }

    @Test
    void aFileThatIsNoArchiveArrivesAsItIs() throws Exception {
        installation.startAll();
        Path file = Files.writeString(installation.root().resolve("secret.txt"), SECRET);
        installation
                .tenant("-c", "add", "-u", Installation.ID, "-f", file.toString(), "--verify")
                .succeeded();
        Path today = installation.unpacked().resolve("decrypted_payload");
        Path seeds = installation.machine().resolve("secure/decrypted_payload");
        await().atMost(PATIENCE).until(() -> Files.exists(today) && Files.exists(seeds));
        assertThat(today).hasContent(SECRET);
        assertThat(seeds).hasContent(SECRET);
    }

    @Test
    void aKeyMadeBeforehandOpensAPayloadMadeBeforehand() throws Exception {
        installation.startAll();
        Path folder = Files.createDirectories(installation.root().resolve("content"));
        Path zip = payload(installation, "proof");
        try (Launched encrypt = Launched.startCommand(
                installation.logs(),
                java.util.Map.of(),
                "userdata-encrypt",
                java.util.List.of(
                        "sh",
                        "-c",
                        "cd '" + folder + "' && exec '" + Launched.launcher() + "' userdata-encrypt '" + zip + "'"))) {
            assertThat(encrypt.exitStatus()).as(encrypt.err()).isZero();
        }
        String keys = folder.resolve("content_keys.txt").toString();
        // By cloud-init, or in the machine's image: the tenant delivers the key alone.
        Path placed = installation.machine().resolve("encrypted_payload");
        Files.copy(folder.resolve("content_payload.txt"), placed);
        installation
                .tenant("-c", "add", "-u", Installation.ID, "-k", keys, "--verify")
                .succeeded();
        awaitUnlocked("proof");

        Files.delete(placed);
        byte[] key = Files.readAllBytes(installation.unpacked().resolve("derived_tci_key"));
        Path second = installation.root().resolve("second.txt");
        try (BootstrapKey same = BootstrapKey.of(SecretBytes.adopt(key));
                SecretBytes text = SecretBytes.copyOf(SECRET.getBytes(StandardCharsets.UTF_8))) {
            Files.writeString(second, SealedPayload.seal(same, text, new SecureRandom()));
        }
        installation
                .tenant("-c", "update", "-u", Installation.ID, "-k", keys, "-p", second.toString(), "--verify")
                .succeeded();
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(installation.machine().resolve("secure/decrypted_payload"))
                        .hasContent(SECRET));
    }
}
