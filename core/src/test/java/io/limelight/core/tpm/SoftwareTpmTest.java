package io.limelight.core.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.limelight.core.tpm.QuoteRejectedException.Reason;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same structures with a TPM and tools that are not ours. Skipped, by name, where they are not installed. */
class SoftwareTpmTest {
    private static final List<String> PROGRAMS = List.of(
            "swtpm",
            "tpm2_createek",
            "tpm2_createak",
            "tpm2_pcrextend",
            "tpm2_quote",
            "tpm2_startauthsession",
            "tpm2_policysecret",
            "tpm2_activatecredential",
            "tpm2_flushcontext",
            "tpm2_pcrreset");

    @TempDir
    Path folder;

    private Process tpm;

    @BeforeEach
    void startTpm() throws IOException {
        for (String program : PROGRAMS) {
            assumeTrue(installed(program), program + " is not installed");
        }
        Path state = Files.createDirectory(folder.resolve("state"));
        Path socket = folder.resolve("tpm.sock");
        tpm = new ProcessBuilder(
                        "swtpm",
                        "socket",
                        "--tpm2",
                        "--tpmstate",
                        "dir=" + state,
                        "--server",
                        "type=unixio,path=" + socket,
                        "--ctrl",
                        "type=unixio,path=" + folder.resolve("tpm.sock.ctrl"),
                        "--flags",
                        "not-need-init,startup-clear")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("swtpm.log").toFile())
                .start();
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> Files.exists(socket));
    }

    @AfterEach
    void stopTpm() throws InterruptedException {
        if (tpm != null) {
            tpm.destroy();
            if (!tpm.waitFor(5, TimeUnit.SECONDS)) {
                tpm.destroyForcibly().waitFor();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"rsa, rsa, rsassa", "rsa, ecc, ecdsa", "ecc, ecc, ecdsa", "ecc, rsa, rsassa"})
    void quotesVerifyAndCredentialsActivate(String ekAlgorithm, String akAlgorithm, String scheme) throws Exception {
        run("tpm2_createek -c ek.ctx -G " + ekAlgorithm + " -u ek.pub");
        run("tpm2_flushcontext -t");
        run("tpm2_createak -C ek.ctx -c ak.ctx -G " + akAlgorithm + " -g sha256 -s " + scheme
                + " -u ak.pub -n ak.name");
        run("tpm2_flushcontext -t");
        TpmPublic ek = TpmPublic.fromTpm2b(read("ek.pub"));
        TpmPublic ak = TpmPublic.fromTpm2b(read("ak.pub"));

        assertThat(ak.name()).isEqualTo(read("ak.name"));
        assertThat(ak.attributes()).isEqualTo(ObjectAttributes.ATTESTATION_KEY);
        assertThat(TpmPublic.endorsementKey(ek.publicKey())).isEqualTo(ek);
        quoteVerifies(ak);
        credentialActivates(ek, ak);
    }

    private void quoteVerifies(TpmPublic ak) throws Exception {
        byte[] nonce = ProtocolVectors.ascii("IPM2g3Nn5ZrXKwUtvjCZ");
        Octets measurement = TransportKeyBinding.measurement(HashAlgorithm.SHA256, ProtocolVectors.TRANSPORT_KEY);
        run("tpm2_pcrreset 16");
        run("tpm2_pcrextend 16:sha256=" + measurement.hex());
        run("tpm2_quote -c ak.ctx -l sha256:0,1,2,3,4,5,6,7,10,16 -g sha256 -q "
                + HexFormat.of().formatHex(nonce) + " -m attest -s signature -o pcrs");
        run("tpm2_flushcontext -t");
        QuoteText quote = new QuoteText(
                Octets.copyOf(read("attest")), Octets.copyOf(read("signature")), Octets.copyOf(read("pcrs")));
        AttestationKey key = AttestationKey.of(ak);

        VerifiedQuote verified = QuoteVerifier.verify(
                key, QuoteText.parse(quote.format()), nonce, HashAlgorithm.SHA256, PcrMask.of(7, 10));

        assertThat(verified.pcrs().value(16))
                .contains(TransportKeyBinding.pcr16(HashAlgorithm.SHA256, ProtocolVectors.TRANSPORT_KEY));
        assertThat(verified.clock().safe()).isTrue();
        assertThat(new PcrBlob(verified.pcrs()).encode()).isEqualTo(read("pcrs"));
        assertThatThrownBy(() -> QuoteVerifier.verify(key, quote, nonce, HashAlgorithm.SHA256, PcrMask.of(8)))
                .extracting("reason")
                .isEqualTo(Reason.MISSING_PCRS);
    }

    private void credentialActivates(TpmPublic ek, TpmPublic ak) throws Exception {
        byte[] secret = ProtocolVectors.ascii("Zk3vQ0s9LxYcP7aRw2NfTb8UjHm1EgDi");
        Files.write(
                folder.resolve("credential"),
                CredentialProtection.makeCredential(ek, ak.name(), secret, new SecureRandom()));

        run("tpm2_startauthsession --policy-session -S session.ctx");
        run("tpm2_policysecret -S session.ctx -c e");
        run("tpm2_activatecredential -c ak.ctx -C ek.ctx -i credential -o secret -P session:session.ctx");

        assertThat(read("secret")).isEqualTo(secret);
    }

    private byte[] read(String name) throws IOException {
        return Files.readAllBytes(folder.resolve(name));
    }

    private void run(String commandLine) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(Arrays.asList(commandLine.split(" ", -1)));
        command.add("-T");
        command.add("swtpm:path=" + folder.resolve("tpm.sock"));
        Path log = folder.resolve("tools.log");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(30, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        assertThat(ended ? process.exitValue() : -1)
                .as("%s: %s", commandLine, Files.readString(log))
                .isZero();
    }

    private static boolean installed(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(entry -> Files.isExecutable(Path.of(entry, program)));
    }
}
