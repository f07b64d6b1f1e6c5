package io.limelight.agent.tpm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.agent.testkit.Swtpm;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.LenientCertificates;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tpm.AttestationKey;
import io.limelight.core.tpm.CredentialBlob;
import io.limelight.core.tpm.CredentialProtection;
import io.limelight.core.tpm.EncryptionAlgorithm;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.ObjectAttributes;
import io.limelight.core.tpm.PcrMask;
import io.limelight.core.tpm.QuoteText;
import io.limelight.core.tpm.QuoteVerifier;
import io.limelight.core.tpm.SigningAlgorithm;
import io.limelight.core.tpm.TpmPublic;
import io.limelight.core.tpm.TransportKeyBinding;
import io.limelight.core.tpm.VerifiedQuote;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tss.tpm.TPM2_CreatePrimary_REQUEST;
import tss.tpm.TPMS_PCR_SELECTION;
import tss.tpm.TPMS_SENSITIVE_CREATE;
import tss.tpm.TPM_CC;
import tss.tpm.TPM_HANDLE;

class AttestationTpmTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String PEM =
            PemFiles.publicKey(KeyPairs.rsa(2048, RANDOM).getPublic());
    private static final byte[] NONCE = "IPM2g3Nn5ZrXKwUtvjCZ".getBytes(US_ASCII);
    private static final PcrMask MASK = PcrMask.of(0, 1, 2, 3, 4, 5, 6, 7, 10, 15, 22);

    private static final int OWNER = 0x40000001;

    @TempDir
    Path folder;

    @BeforeEach
    void needSwtpm() {
        Swtpm.assumeInstalled("swtpm");
    }

    private static AttestationTpm open(Swtpm swtpm, TpmKeySettings settings) throws TpmException {
        return AttestationTpm.open(TpmAddress.parse(swtpm.tcti()), settings);
    }

    private static VerifiedQuote verified(AttestationTpm tpm, TpmPublic ak, PcrMask mask) throws Exception {
        QuoteText quote = QuoteText.parse(tpm.quote(NONCE, mask, PEM).format());
        return QuoteVerifier.verify(
                AttestationKey.of(ak), quote, NONCE, tpm.settings().hash(), mask.with(16));
    }

    private static void credentialActivates(AttestationTpm tpm, TpmPublic ek, TpmPublic ak) throws Exception {
        byte[] secret = "Zk3vQ0s9LxYcP7aRw2NfTb8UjHm1EgDi".getBytes(US_ASCII);
        byte[] blob = CredentialProtection.makeCredential(ek, ak.name(), secret, RANDOM);
        assertThat(tpm.activateCredential(CredentialBlob.parse(blob))).isEqualTo(secret);
    }

    @ParameterizedTest
    @CsvSource({
        "rsa2048, rsassa, sha256, rsa2048",
        "rsa2048, ecdsa, sha256, ecc256",
        "ecc256, ecdsa, sha256, ecc256",
        "ecc256, rsassa, sha256, rsa2048",
        "ecc384, ecdsa, sha384, ecc384",
        "rsa2048, rsassa, sha1, rsa2048"
    })
    void everyPairOfKeysQuotesAndActivates(String ekKind, String scheme, String hash, String akKind) throws Exception {
        TpmKeySettings settings = TpmKeySettings.of(
                HashAlgorithm.fromWireName(hash).orElseThrow(),
                EncryptionAlgorithm.fromWireName(ekKind).orElseThrow(),
                SigningAlgorithm.fromWireName(scheme).orElseThrow());
        try (Swtpm swtpm = Swtpm.withCertificates(folder);
                AttestationTpm tpm = open(swtpm, settings)) {
            EndorsementKey ek = tpm.endorsementKey();
            TpmPublic ak = tpm.createAttestationKey().publicArea();

            assertThat(ek.publicArea())
                    .isEqualTo(TpmPublic.endorsementKey(ek.publicArea().publicKey()));
            assertThat(ak.algorithm().wireName()).isEqualTo(akKind);
            assertThat(ak.attributes()).isEqualTo(ObjectAttributes.ATTESTATION_KEY);
            assertThat(ak).isEqualTo(TpmPublic.attestationKey(ak.publicKey(), settings.signing(), settings.hash()));
            credentialActivates(tpm, ek.publicArea(), ak);
            tpm.releaseEndorsementKey();
            credentialActivates(tpm, ek.publicArea(), ak);
            VerifiedQuote quote = verified(tpm, ak, MASK);
            assertThat(quote.pcrs().value(16)).contains(TransportKeyBinding.pcr16(settings.hash(), PEM));
            assertThat(quote.pcrs().mask()).isEqualTo(MASK.with(16));
        }
    }

    @Test
    void certificateFromNvMatchesTheKeyMadeFromTheTemplate() throws Exception {
        try (Swtpm swtpm = Swtpm.withCertificates(folder);
                AttestationTpm tpm = open(swtpm, TpmKeySettings.usual())) {
            EndorsementKey ek = tpm.endorsementKey();

            assertThat(ek.certificates()).hasSize(1);
            assertThat(LenientCertificates.parse(ek.certificates().getFirst().toByteArray())
                            .certificate()
                            .getPublicKey())
                    .isEqualTo(ek.publicArea().publicKey());
            assertThat(PemFiles.parseCertificates(ek.certificatesPem(), "the answer"))
                    .hasSize(1);
            assertThat(ek.hash()).matches("[0-9a-f]{64}");
        }
    }

    @Test
    void withoutCertificateTheTextIsEmpty() throws Exception {
        try (Swtpm swtpm = Swtpm.bare(folder);
                AttestationTpm tpm = open(swtpm, TpmKeySettings.usual())) {
            assertThat(tpm.endorsementKey().certificatesPem()).isEmpty();
        }
    }

    @Test
    void persistentEndorsementKeyIsUsed() throws Exception {
        TpmKeySettings settings = new TpmKeySettings(
                HashAlgorithm.SHA256,
                EncryptionAlgorithm.RSA2048,
                SigningAlgorithm.RSASSA,
                OptionalInt.of(0x81010001),
                SecretBytes.adopt(new byte[0]));
        try (Swtpm swtpm = Swtpm.withCertificates(folder);
                AttestationTpm tpm = open(swtpm, settings)) {
            EndorsementKey ek = tpm.endorsementKey();
            TpmPublic ak = tpm.createAttestationKey().publicArea();

            assertThat(ek.certificates()).hasSize(1);
            credentialActivates(tpm, ek.publicArea(), ak);
        }
    }

    /** A link that notes the commands it carries. */
    private static TpmLink noting(Swtpm swtpm, List<Integer> commands) {
        return new TpmLink(() -> {
            TpmTransport real = ChannelTransport.open(TpmAddress.parse(swtpm.tcti()));
            return new TpmTransport() {
                @Override
                public byte[] exchange(byte[] command) throws IOException {
                    commands.add(ByteBuffer.wrap(command).getInt(6));
                    return real.exchange(command);
                }

                @Override
                public void close() {
                    real.close();
                }
            };
        });
    }

    @Test
    void endorsementKeyThatTheTpmKeepsIsNotMadeAgain() throws Exception {
        List<Integer> commands = new CopyOnWriteArrayList<>();
        try (Swtpm swtpm = Swtpm.withCertificates(folder);
                AttestationTpm tpm = AttestationTpm.open(noting(swtpm, commands), TpmKeySettings.usual())) {
            EndorsementKey ek = tpm.endorsementKey();
            TpmPublic ak = tpm.createAttestationKey().publicArea();

            credentialActivates(tpm, ek.publicArea(), ak);
            tpm.releaseEndorsementKey();
            credentialActivates(tpm, ek.publicArea(), ak);
            assertThat(commands).doesNotContain(TPM_CC.CreatePrimary.toInt());
            assertThat(ek.certificates()).hasSize(1);
        }
    }

    @Test
    void keyOfAnotherHierarchyUnderTheEndorsementKeysHandleIsNotTakenForIt() throws Exception {
        try (Swtpm swtpm = Swtpm.withCertificates(folder)) {
            try (TpmLink link = new TpmLink(() -> ChannelTransport.open(TpmAddress.parse(swtpm.tcti())))) {
                link.execute(keep(0x81010001, 0x81010001));
                int stranger = link.execute(TpmCommand.of(
                                        TPM_CC.CreatePrimary,
                                        new TPM2_CreatePrimary_REQUEST(
                                                new TPM_HANDLE(OWNER),
                                                new TPMS_SENSITIVE_CREATE(),
                                                KeyTemplates.endorsementKey(EncryptionAlgorithm.RSA2048),
                                                new byte[0],
                                                new TPMS_PCR_SELECTION[0]),
                                        OWNER)
                                .returningHandle()
                                .makingKey()
                                .authorizedBy(TpmCommand.Authorization.noPassword()))
                        .handle();
                link.execute(keep(stranger, 0x81010001));
            }
            try (AttestationTpm tpm = open(swtpm, TpmKeySettings.usual())) {
                EndorsementKey ek = tpm.endorsementKey();

                assertThat(ek.certificates())
                        .as("certificates of the key in use")
                        .hasSize(1);
                credentialActivates(
                        tpm, ek.publicArea(), tpm.createAttestationKey().publicArea());
            }
        }
    }

    /** TPM2_EvictControl: keeps a loaded key under a persistent handle, or ends the keeping of one. */
    private static TpmCommand keep(int key, int handle) {
        return TpmCommand.of(
                        TPM_CC.EvictControl,
                        ByteBuffer.allocate(4).putInt(handle).array(),
                        OWNER,
                        key)
                .authorizedBy(TpmCommand.Authorization.noPassword());
    }

    @Test
    void missingPersistentEndorsementKeyIsNamed() throws Exception {
        TpmKeySettings settings = new TpmKeySettings(
                HashAlgorithm.SHA256,
                EncryptionAlgorithm.RSA2048,
                SigningAlgorithm.RSASSA,
                OptionalInt.of(0x81000077),
                SecretBytes.adopt(new byte[0]));
        try (Swtpm swtpm = Swtpm.bare(folder);
                AttestationTpm tpm = open(swtpm, settings)) {
            assertThatThrownBy(tpm::endorsementKey)
                    .isInstanceOf(TpmException.class)
                    .hasMessageContaining("ek_handle = 0x81000077")
                    .extracting("problem")
                    .isEqualTo(TpmProblem.UNSUPPORTED);
        }
    }

    @Test
    void tcpWorksAsWell() throws Exception {
        try (Swtpm swtpm = Swtpm.onTcp(folder);
                AttestationTpm tpm = open(swtpm, TpmKeySettings.usual())) {
            TpmPublic ak = tpm.createAttestationKey().publicArea();
            assertThat(verified(tpm, ak, PcrMask.NONE).pcrs().mask()).isEqualTo(PcrMask.of(16));
        }
    }

    @Test
    void storedKeyIsTheSameKeyAfterRestartOfAgentAndTpm() throws Exception {
        AttestationKeyBlob blob;
        EndorsementKey ek;
        try (Swtpm swtpm = Swtpm.bare(folder)) {
            try (AttestationTpm tpm = open(swtpm, TpmKeySettings.usual())) {
                ek = tpm.endorsementKey();
                blob = tpm.createAttestationKey();
            }
            swtpm.kill();
            swtpm.start();
            try (AttestationTpm tpm = open(swtpm, TpmKeySettings.usual())) {
                tpm.useAttestationKey(blob);

                assertThat(tpm.endorsementKey()).isEqualTo(ek);
                verified(tpm, blob.publicArea(), MASK);
                credentialActivates(tpm, ek.publicArea(), blob.publicArea());
            }
        }
    }

    @Test
    void keyOfAnotherTpmIsRefusedAsForeign() throws Exception {
        AttestationKeyBlob foreign;
        try (Swtpm other = Swtpm.bare(Files.createDirectory(folder.resolve("other")));
                AttestationTpm tpm = open(other, TpmKeySettings.usual())) {
            foreign = tpm.createAttestationKey();
        }
        try (Swtpm swtpm = Swtpm.bare(folder);
                AttestationTpm tpm = open(swtpm, TpmKeySettings.usual())) {
            assertThatThrownBy(() -> tpm.useAttestationKey(foreign))
                    .isInstanceOf(TpmException.class)
                    .hasMessageContaining("not made by this TPM")
                    .extracting("problem")
                    .isEqualTo(TpmProblem.FOREIGN_BLOB);
        }
    }

    @ParameterizedTest
    @CsvSource({"rsa2048, rsassa", "ecc256, ecdsa"})
    void credentialForAnotherTpmOrKeyIsRefusedAsForeign(String kind, String scheme) throws Exception {
        TpmKeySettings settings = TpmKeySettings.of(
                HashAlgorithm.SHA256,
                EncryptionAlgorithm.fromWireName(kind).orElseThrow(),
                SigningAlgorithm.fromWireName(scheme).orElseThrow());
        TpmPublic otherEk;
        try (Swtpm other = Swtpm.bare(Files.createDirectory(folder.resolve("other")));
                AttestationTpm tpm = open(other, settings)) {
            otherEk = tpm.endorsementKey().publicArea();
        }
        try (Swtpm swtpm = Swtpm.bare(folder);
                AttestationTpm tpm = open(swtpm, settings)) {
            TpmPublic ek = tpm.endorsementKey().publicArea();
            TpmPublic ak = tpm.createAttestationKey().publicArea();
            byte[] otherName = ak.name();
            otherName[5] ^= 1;
            List<byte[]> blobs = List.of(
                    CredentialProtection.makeCredential(otherEk, ak.name(), new byte[32], RANDOM),
                    CredentialProtection.makeCredential(ek, otherName, new byte[32], RANDOM));
            for (byte[] blob : blobs) {
                assertThatThrownBy(() -> tpm.activateCredential(CredentialBlob.parse(blob)))
                        .isInstanceOf(TpmException.class)
                        .hasMessageContaining("cannot be opened by this TPM")
                        .extracting("problem")
                        .isEqualTo(TpmProblem.FOREIGN_BLOB);
            }
            credentialActivates(tpm, ek, ak);
        }
    }

    @Test
    void recoversByItselfWhenTheTpmWasRestarted() throws Exception {
        try (Swtpm swtpm = Swtpm.bare(folder);
                AttestationTpm tpm = open(swtpm, TpmKeySettings.usual())) {
            TpmPublic ak = tpm.createAttestationKey().publicArea();
            tpm.releaseEndorsementKey();
            VerifiedQuote before = verified(tpm, ak, MASK);
            swtpm.kill();
            assertThatThrownBy(() -> tpm.quote(NONCE, MASK, PEM))
                    .isInstanceOf(TpmException.class)
                    .extracting("problem")
                    .isEqualTo(TpmProblem.ABSENT);
            swtpm.start();

            VerifiedQuote after = verified(tpm, ak, MASK);

            assertThat(after.clock().resetCount()).isGreaterThan(before.clock().resetCount());
        }
    }

    @Test
    void leftoversOfAKilledAgentDoNotFillTheTpm() throws Exception {
        try (Swtpm swtpm = Swtpm.bare(folder)) {
            for (int i = 0; i < 5; i++) {
                TpmLink link = new TpmLink(() -> ChannelTransport.open(TpmAddress.parse(swtpm.tcti())));
                AttestationTpm tpm = AttestationTpm.open(link, TpmKeySettings.usual());
                tpm.createAttestationKey();
                link.close(); // as a kill would: nothing is flushed
            }
        }
    }

    @Test
    void pcrsThatDoNotExistAreRefusedBeforeQuoting() throws Exception {
        try (Swtpm swtpm = Swtpm.bare(folder);
                AttestationTpm tpm = open(swtpm, TpmKeySettings.usual())) {
            tpm.createAttestationKey();
            assertThatThrownBy(() -> tpm.quote(NONCE, PcrMask.of(24), PEM))
                    .isInstanceOf(TpmException.class)
                    .hasMessageContaining("0x1000000");
        }
    }

    @Test
    void nonceLongerThanTheTpmTakesIsATypedRefusal() throws Exception {
        try (Swtpm swtpm = Swtpm.bare(folder);
                AttestationTpm tpm = open(swtpm, TpmKeySettings.usual())) {
            TpmPublic ak = tpm.createAttestationKey().publicArea();
            assertThatThrownBy(() -> tpm.quote(new byte[100], PcrMask.NONE, PEM))
                    .isInstanceOf(TpmException.class)
                    .hasMessageContaining("TPM2_Quote");
            verified(tpm, ak, PcrMask.NONE);
        }
    }

    @Test
    void bankThatTheTpmDoesNotKeepIsNamedWithThoseItKeeps() throws Exception {
        TpmKeySettings settings =
                TpmKeySettings.of(HashAlgorithm.SHA512, EncryptionAlgorithm.RSA2048, SigningAlgorithm.RSASSA);
        try (Swtpm swtpm = Swtpm.withCertificates(folder)) {
            assertThatThrownBy(() -> open(swtpm, settings).close())
                    .isInstanceOf(TpmException.class)
                    .hasMessageContaining("no sha512 PCRs (it keeps: sha1, sha256, sha384)")
                    .hasMessageContaining("tpm_hash_alg");
        }
    }

    @ParameterizedTest
    @CsvSource({"device:/nonexistent/tpmrm0, does not exist", "swtpm:path=/nonexistent/sock, cannot be reached"})
    void missingTpmIsASentence(String tcti, String expected) {
        assertThatThrownBy(() -> AttestationTpm.open(TpmAddress.parse(tcti), TpmKeySettings.usual())
                        .close())
                .isInstanceOf(TpmException.class)
                .hasMessageContaining(expected)
                .hasMessageContaining(tcti)
                .extracting("problem")
                .isEqualTo(TpmProblem.ABSENT);
    }
}
