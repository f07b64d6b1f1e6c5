package io.limelight.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.UKeyRequest;
import io.limelight.core.api.VKeyRequest;
import io.limelight.core.payload.BootstrapKey;
import io.limelight.core.payload.KeyTransport;
import io.limelight.core.secret.SecretBytes;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Payloads that go wrong, delivered by tenant and verifier; what the agent's status says, and what is there afterwards. */
class HostilePayloadsIT extends OneInstallation {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @BeforeAll
    void needsRoot() throws Exception {
        assumeTrue(
                (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0, "not root: no memory can be mounted");
    }

    private Path secure() {
        return installation.machine().resolve("secure");
    }

    private Path zip(Map<String, String> files) throws Exception {
        Path zip = installation.root().resolve("payload.zip");
        try (OutputStream file = Files.newOutputStream(zip);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (Map.Entry<String, String> entry : files.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return zip;
    }

    private void send(String act, Map<String, String> files) throws Exception {
        installation
                .tenant("-c", act, "-u", Installation.ID, "-f", zip(files).toString())
                .succeeded();
    }

    /** Waits until this file of a payload is there, which no payload before it had, and the payload has come to its end. */
    private JsonNode awaitEnd(String file, String stage) {
        Path there = installation.unpacked().resolve(file);
        await(file).atMost(PATIENCE).until(() -> Files.exists(there));
        return installation.awaitStage(stage);
    }

    @Test
    void whatIsWrongWithAScriptIsShownAndTheNextPayloadTakesItsPlace() throws Exception {
        installation.startAll();
        send("add", Map.of("one", ""));
        JsonNode missing = awaitEnd("one", "done");
        assertThat(missing.path("payload_note").asString())
                .contains("autorun.sh")
                .contains("nothing was run");
        assertThat(missing.path("script_exit").isNull()).isTrue();

        // No archive of the wire says that its script may be executed; it fails by itself.
        send("update", Map.of("two", "", "autorun.sh", "#!/bin/sh\ntest ! -e one && exit 5\n"));
        JsonNode failing = awaitEnd("two", "done");
        assertThat(failing.path("script_exit").asInt()).isEqualTo(5);
        assertThat(installation.unpacked().resolve("one"))
                .as("of the payload before")
                .doesNotExist();

        send("update", Map.of("three", "", "autorun.sh", "#!/opt/no/such/interpreter\n"));
        JsonNode refused = awaitEnd("three", "failed");
        assertThat(refused.path("payload_problem").asString()).contains("/opt/no/such/interpreter");
        assertThat(refused.path("script_exit").isNull()).isTrue();
        assertThat(refused.path("script_running_since").isNull()).isTrue();
    }

    @Test
    void anAreaThatBecomesFullInTheMiddleHoldsNoHalfPayload() throws Exception {
        Files.createDirectory(secure());
        assertThat(new ProcessBuilder(
                                "mount",
                                "-t",
                                "tmpfs",
                                "-o",
                                "size=1m,mode=0700,nr_inodes=24",
                                "tmpfs",
                                secure().toString())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
        installation.startAll();
        Map<String, String> many = new LinkedHashMap<>();
        many.put("autorun.sh", "#!/bin/sh\nexit 0\n");
        for (int i = 0; i < 30; i++) {
            many.put("file" + i, "x");
        }
        send("add", many);
        JsonNode full = installation.awaitStage("failed");
        assertThat(full.path("payload_problem").asString()).contains("became full");
        assertThat(full.path("script_exit").isNull()).isTrue();
        for (String name : List.of("unzipped", ".unzipped.new", ".unzipped.old", "decrypted_payload")) {
            assertThat(secure().resolve(name)).doesNotExist();
        }
        send("update", Map.of("small", "", "autorun.sh", "#!/bin/sh\nexit 0\n"));
        assertThat(awaitEnd("small", "done").path("script_exit").asInt()).isZero();
    }

    @Test
    void sharesThatAreSentAgainRunNothingAgainNotEvenAfterARestart() throws Exception {
        Launched agent = installation.startAll().agent();
        Path runs = installation.root().resolve("runs");
        Path zip = zip(Map.of("autorun.sh", "#!/bin/sh\necho run >> '" + runs + "'\n"));
        try (Launched encrypt = Launched.startCommand(
                installation.logs(),
                Map.of(),
                "userdata-encrypt",
                List.of(
                        "sh",
                        "-c",
                        "cd '" + installation.root() + "' && exec '" + Launched.launcher() + "' userdata-encrypt '"
                                + zip + "'"))) {
            assertThat(encrypt.exitStatus()).as(encrypt.err()).isZero();
        }
        Path keys = installation.root().resolve("content_keys.txt");
        Path container = installation.root().resolve("content_payload.txt");
        installation
                .tenant("-c", "add", "-u", Installation.ID, "-k", keys.toString(), "-p", container.toString())
                .succeeded();
        await().atMost(PATIENCE).until(() -> Files.exists(runs));
        installation.awaitStage("done");

        replay(keys, container);
        assertThat(installation.agentStatus().path("payload_stage").asString()).isEqualTo("done");
        agent.kill();
        installation.startAgent();
        replay(keys, container);
        JsonNode status = installation.awaitStage("done");
        assertThat(status.path("script_exit").asInt()).isZero();
        assertThat(runs).hasContent("run");
    }

    /** What somebody would send who has recorded both requests: a lone U twice, then its V. */
    private void replay(Path keys, Path container) throws Exception {
        List<String> lines = Files.readAllLines(keys);
        String payload = Files.readString(container).strip();
        installation.withAgent(agent -> {
            var transport =
                    KeyTransport.parse(agent.transportKey(ApiVersion.CURRENT).pubkey());
            try (SecretBytes u = SecretBytes.adopt(Base64.getDecoder().decode(lines.get(1)));
                    SecretBytes v = SecretBytes.adopt(Base64.getDecoder().decode(lines.get(2)));
                    BootstrapKey key = BootstrapKey.join(u, v)) {
                UKeyRequest request =
                        new UKeyRequest(KeyTransport.encrypt(transport, u), key.authTag(Installation.ID), payload);
                agent.deliverU(ApiVersion.CURRENT, request);
                agent.deliverU(ApiVersion.CURRENT, request);
                agent.deliverV(ApiVersion.CURRENT, new VKeyRequest(KeyTransport.encrypt(transport, v)));
                return key.authTag(Installation.ID);
            }
        });
    }
}
