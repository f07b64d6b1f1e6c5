package io.limelight.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.limelight.cli.Programs;
import io.limelight.core.json.WireJson;
import io.limelight.core.policy.sign.DsseEnvelope;
import io.limelight.core.policy.sign.PolicyKey;
import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Envelopes of Keylime, of openssl and our own. */
class SignedPolicyTest {
    private static final String FIXTURES = "runtime-policy/";

    @TempDir
    Path folder;

    private Programs programs;

    @BeforeEach
    void start() {
        programs = new Programs(folder);
    }

    private int run(String... words) {
        programs.forget();
        return programs.run(words);
    }

    /** Puts a fixture into the folder; its name there. */
    private String put(String fixture) throws IOException {
        String name = fixture.substring(fixture.lastIndexOf('/') + 1);
        Files.write(folder.resolve(name), Fixtures.bytes(FIXTURES + fixture));
        return name;
    }

    @ParameterizedTest
    @CsvSource({
        "runtime-policy-test-signed.json, runtime-policy-pubkey.pub, 0",
        "runtime-policy-test-signed-bad.json, runtime-policy-pubkey.pub, 1",
        "runtime-policy-test-signed.json, sign/ec-p521-public.pem, 1",
        "sign/runtime-policy.signed-ecdsa.json, sign/ec-p521-public.pem, 0",
        "sign/runtime-policy.signed-x509.json, sign/ec-p521-public.pem, 0",
        "sign/runtime-policy.signed-x509.json, sign/x509-signer.crt, 0",
        "sign/runtime-policy.signed-ecdsa.json, runtime-policy-pubkey.pub, 1",
        "sign/runtime-policy.json, sign/ec-p521-public.pem, 2",
        "sign/runtime-policy-bogus.json, sign/ec-p521-public.pem, 2",
        "sign/runtime-policy.signed-ecdsa.json, sign/ec-p521-private.pem, 2",
        "sign/runtime-policy.signed-ecdsa.json, gpg-sig.pub, 2",
    })
    void verifiesKeylimesEnvelopes(String envelope, String key, int status) throws Exception {
        assertThat(run("policy", "verify", "-r", put(envelope), "-k", put(key)))
                .as(programs.err())
                .isEqualTo(status);
        assertThat(programs.out().contains("Good signature")).isEqualTo(status == 0);
    }

    @Test
    void aSignedPolicyIsTakenOutOfItsEnvelopeAndSignedAnew() throws Exception {
        String signed = put("sign/runtime-policy.signed-ecdsa.json");
        assertThat(run("policy", "sign", "runtime", "-r", signed, "-p", "key", "-o", "again"))
                .as(programs.err())
                .isZero();
        assertThat(programs.err()).contains("WARNING", "is signed, and the signature is not looked at");
        assertThat(run("policy", "verify", "-r", "again", "-k", "key.pub"))
                .as(programs.err())
                .isZero();
        assertThat(DsseEnvelope.find(Files.readAllBytes(folder.resolve("again")))
                        .orElseThrow()
                        .payload())
                .isEqualTo(DsseEnvelope.find(Files.readAllBytes(folder.resolve(signed)))
                        .orElseThrow()
                        .payload());
    }

    @Test
    void theEncodingThatIsSignedIsKeylimesToTheByte() throws Exception {
        DsseEnvelope envelope = DsseEnvelope.find(Fixtures.bytes(FIXTURES + "runtime-policy-test-signed.json"))
                .orElseThrow();
        assertThat(envelope.signedBytes()).hasSize(2122);
        assertThat(HexFormat.of().formatHex(HashAlgorithm.SHA256.digest(envelope.signedBytes())))
                .isEqualTo("e6d4adbe7d07cdcd0cc7fd46a421b3c41d1097f2138e32161c835b78fc50ab9f");
        assertThat(PolicyKey.parse(Fixtures.bytes(FIXTURES + "runtime-policy-pubkey.pub"))
                        .keyId())
                .isEqualTo(envelope.signatures().getFirst().keyId());
    }

    @Test
    void aChangedPayloadOrTypeIsNoLongerSigned() throws Exception {
        String key = put("sign/ec-p521-public.pem");
        ObjectNode envelope = (ObjectNode) Fixtures.json(FIXTURES + "sign/runtime-policy.signed-ecdsa.json");
        Files.write(
                folder.resolve("type"), WireJson.compact(envelope.deepCopy().put("payloadType", "application/json")));
        Files.write(
                folder.resolve("payload"), WireJson.compact(envelope.deepCopy().put("payload", "e30=")));
        Files.write(
                folder.resolve("short"),
                WireJson.compact(
                        envelope.deepCopy().set("signatures", WireJson.object().arrayNode())));

        assertThat(run("policy", "verify", "-r", "type", "-k", key)).isEqualTo(1);
        assertThat(run("policy", "verify", "-r", "payload", "-k", key)).isEqualTo(1);
        assertThat(run("policy", "verify", "-r", "short", "-k", key)).isEqualTo(2);
    }

    @Test
    void signsWhatKeylimeSigns() throws Exception {
        String policy = put("sign/runtime-policy.json");
        String key = put("sign/ec-p521-private.pem");

        assertThat(run("policy", "sign", "runtime", "-r", policy, "-k", key, "-o", "signed"))
                .as(programs.err())
                .isZero();

        DsseEnvelope ours =
                DsseEnvelope.find(Files.readAllBytes(folder.resolve("signed"))).orElseThrow();
        DsseEnvelope keylimes = DsseEnvelope.find(Fixtures.bytes(FIXTURES + "sign/runtime-policy.signed-ecdsa.json"))
                .orElseThrow();
        assertThat(ours.payload()).isEqualTo(keylimes.payload());
        assertThat(ours.signatures().getFirst().keyId())
                .isEqualTo(keylimes.signatures().getFirst().keyId());
        assertThat(Files.readString(folder.resolve("signed")))
                .startsWith("{\"payload\": \"")
                .endsWith("\"}]}");
        assertThat(run("policy", "verify", "-r", "signed", "-k", put("sign/ec-p521-public.pem"), "-o", "taken"))
                .isZero();
        assertThat(Files.readAllBytes(folder.resolve("taken")))
                .isEqualTo(keylimes.payload().toByteArray());
    }

    @Test
    void makesAKeyThatNobodyElseReadsAndNeverReplacesOne() throws Exception {
        String policy = put("sign/runtime-policy-empty.json");

        assertThat(run("policy", "sign", "runtime", "-r", policy))
                .as(programs.err())
                .isZero();

        Path key = folder.resolve("keylime-ecdsa-key.pem");
        assertThat(programs.out()).endsWith("}\n");
        assertThat(Files.readString(key)).startsWith("-----BEGIN EC PRIVATE KEY-----\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        Files.writeString(folder.resolve("signed"), programs.out());
        assertThat(run("policy", "verify", "-r", "signed", "-k", "keylime-ecdsa-key.pem.pub"))
                .isZero();
        assertThat(run("policy", "sign", "runtime", "-r", policy)).isEqualTo(1);
    }

    @Test
    void namesTheKeyByACertificate() throws Exception {
        String policy = put("sign/runtime-policy.json");
        String key = put("sign/ec-p521-private.pem");

        assertThat(run("policy", "sign", "runtime", "-r", policy, "-k", key, "-b", "X509", "-c", "crt", "-o", "signed"))
                .as(programs.err())
                .isZero();

        assertThat(run("policy", "verify", "-r", "signed", "-k", "crt")).isZero();
        assertThat(run("policy", "sign", "runtime", "-r", policy, "-k", key, "-b", "x509"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sign/rsa-4096-private.pem",
                "sign/ec-p521-public.pem",
                "runtime-policy-pubkey.pub",
                "gpg-sig.pub"
            })
    void signsWithEcPrivateKeysOnly(String key) throws Exception {
        assertThat(run("policy", "sign", "runtime", "-r", put("sign/runtime-policy.json"), "-k", put(key)))
                .isEqualTo(1);
        assertThat(programs.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sign/runtime-policy-bogus.json", "runtime-policy-test.json", "runtime-policy-test-signed.json"})
    void signsNothingThatIsNoPolicy(String policy) throws Exception {
        assertThat(run("policy", "sign", "runtime", "-r", put(policy), "-k", put("sign/ec-p521-private.pem")))
                .isEqualTo(1);
    }

    @Test
    void opensslAndWeVerifyEachOther() throws Exception {
        assumeTrue(openssl("version") == 0, "openssl is not installed");
        String policy = put("sign/runtime-policy.json");
        for (String curve : new String[] {"prime256v1", "secp384r1", "secp256k1"}) {
            assertThat(openssl("ecparam", "-name", curve, "-genkey", "-out", curve))
                    .isZero();
            assertThat(openssl("ec", "-in", curve, "-pubout", "-out", curve + ".pub"))
                    .isZero();
            assertThat(run("policy", "sign", "runtime", "-r", policy, "-k", curve, "-o", "signed"))
                    .as(programs.err())
                    .isZero();
            DsseEnvelope envelope = DsseEnvelope.find(Files.readAllBytes(folder.resolve("signed")))
                    .orElseThrow();
            Files.write(folder.resolve("bytes"), envelope.signedBytes());
            Files.write(
                    folder.resolve("signature"),
                    envelope.signatures().getFirst().signature().toByteArray());
            assertThat(openssl("dgst", "-sha256", "-verify", curve + ".pub", "-signature", "signature", "bytes"))
                    .isZero();

            assertThat(openssl("dgst", "-sha256", "-sign", curve, "-out", "signature", "bytes"))
                    .isZero();
            ObjectNode theirs = (ObjectNode) WireJson.parse(envelope.json());
            ((ObjectNode) theirs.get("signatures").get(0))
                    .put("sig", HexFormat.of().formatHex(Files.readAllBytes(folder.resolve("signature"))))
                    .remove("keyid");
            Files.write(folder.resolve("theirs"), WireJson.compact(theirs));
            assertThat(run("policy", "verify", "-r", "theirs", "-k", curve + ".pub"))
                    .as(programs.err())
                    .isZero();
        }
    }

    private int openssl(String... words) throws Exception {
        String[] command = new String[words.length + 1];
        command[0] = "openssl";
        System.arraycopy(words, 0, command, 1, words.length);
        try {
            return new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return -1;
        }
    }
}
