package io.limelight.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.cli.e2e.Launched;
import io.limelight.core.json.WireJson;
import io.limelight.core.testkit.RawHttp;
import io.limelight.core.testkit.RawHttp.Reply;
import io.limelight.core.tpm.CredentialBlob;
import io.limelight.core.tpm.EccCurve;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.soft.SoftAttestationKey;
import io.limelight.core.tpm.soft.SoftEndorsementKey;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registrar that is killed between two steps of a registration and started again (kill -9, no farewell). */
class RegistrarKilledIT {
    private static final Pattern READY =
            Pattern.compile("limelight registrar: ready, agents at http://127\\.0\\.0\\.1:(\\d+), .*");
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    Path folder;

    private final SoftEndorsementKey ek = SoftEndorsementKey.generateEcc(EccCurve.P256, RANDOM);
    private final SoftAttestationKey ak = SoftAttestationKey.generateEcc(EccCurve.P256, HashAlgorithm.SHA256, RANDOM);
    private Process process;

    private int start() throws Exception {
        Path file = Files.writeString(folder.resolve("registrar.conf"), """
                [registrar]
                port = 0
                tls_port = 0
                tls_dir = generate
                trusted_client_ca = ['cacert.crt']
                """);
        ProcessBuilder builder =
                new ProcessBuilder(Launched.launcher().toString(), "registrar").redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("KEYLIME_"));
        builder.environment().put("KEYLIME_DIR", folder.toString());
        builder.environment().put("KEYLIME_REGISTRAR_CONFIG", file.toString());
        process = builder.start();
        BufferedReader lines = process.inputReader();
        StringBuilder all = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Matcher ready = READY.matcher(line);
            if (ready.matches()) {
                return Integer.parseInt(ready.group(1));
            }
            all.append(line).append('\n');
        }
        throw new AssertionError("ended before it was ready:\n" + all);
    }

    @AfterEach
    void kill() throws Exception {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    private Reply register(int port) throws Exception {
        byte[] body = WireJson.compact(WireJson.object()
                .put("aik_tpm", ak.publicArea().toBase64())
                .put("ek_tpm", ek.publicArea().toBase64())
                .put("ekcert", "")
                .put("ip", "127.0.0.1")
                .put("port", 9002)
                .put("mtls_cert", "disabled"));
        try (RawHttp http = RawHttp.plain(port)) {
            return http.request("POST", "/v2.6/agents/m1", body);
        }
    }

    private String answer(Reply challenge) throws Exception {
        byte[] secret = ek.activate(
                CredentialBlob.parse(Base64.getDecoder()
                        .decode(challenge.json().at("/results/blob").asString())),
                ak.publicArea().name());
        Mac mac = Mac.getInstance("HmacSHA384");
        mac.init(new SecretKeySpec(Base64.getEncoder().encode(secret), "HmacSHA384"));
        return HexFormat.of().formatHex(mac.doFinal("m1".getBytes(StandardCharsets.US_ASCII)));
    }

    private static Reply activate(int port, String tag) throws Exception {
        try (RawHttp http = RawHttp.plain(port)) {
            return http.request(
                    "PUT", "/v2.6/agents/m1", WireJson.compact(WireJson.object().put("auth_tag", tag)));
        }
    }

    @Test
    void whatItAnsweredItStillKnows() throws Exception {
        String tag = answer(register(start()));
        kill();

        assertThat(activate(start(), tag).status())
                .as("killed after the challenge: the attempt is under way")
                .isEqualTo(200);
        kill();

        assertThat(activate(start(), tag).status())
                .as("killed after the activation: the machine is known")
                .isEqualTo(200);
    }
}
