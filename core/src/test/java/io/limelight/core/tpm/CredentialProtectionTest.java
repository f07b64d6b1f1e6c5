package io.limelight.core.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.tpm.soft.SoftEndorsementKey;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class CredentialProtectionTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] NAME = HEX.parseHex(ProtocolVectors.RSA_AK_NAME);
    private static final byte[] SECRET = ProtocolVectors.ascii("Zk3vQ0s9LxYcP7aRw2NfTb8UjHm1EgDi");
    private static final SecureRandom RANDOM = new SecureRandom();

    @Test
    void keyDerivationOfTheRsaVector() {
        byte[] seed = new byte[32];
        for (int i = 0; i < seed.length; i++) {
            seed[i] = (byte) i;
        }
        byte[] none = new byte[0];

        assertThat(HEX.formatHex(KeyDerivation.kdfA(HashAlgorithm.SHA256, seed, "STORAGE", NAME, none, 128)))
                .isEqualTo("8c77fd1957fe05a8e17911fd533ca5b5");
        assertThat(HEX.formatHex(KeyDerivation.kdfA(HashAlgorithm.SHA256, seed, "INTEGRITY", none, none, 256)))
                .isEqualTo("bacf689f634ece301e1f1b15b072d9c87db6a69585db42b1a0cb8f73ebe2692e");
    }

    @Test
    void keyDerivationMakesMoreThanOneBlock() {
        byte[] none = new byte[0];
        byte[] twoBlocks = KeyDerivation.kdfA(HashAlgorithm.SHA256, NAME, "X", none, none, 384);
        byte[] oneBlock = KeyDerivation.kdfA(HashAlgorithm.SHA256, NAME, "X", none, none, 256);

        assertThat(twoBlocks).hasSize(48);
        // The length is part of what is hashed, so the shorter one is no prefix.
        assertThat(Arrays.copyOf(twoBlocks, 32)).isNotEqualTo(oneBlock);
    }

    @Test
    void rsaVectorOfTheProtocol() throws Exception {
        SoftEndorsementKey ek = SoftEndorsementKey.generateRsa(2048, RANDOM);
        byte[] seed = new byte[32];
        for (int i = 0; i < seed.length; i++) {
            seed[i] = (byte) i;
        }

        byte[] blob = CredentialProtection.forRsa(ek.publicArea(), NAME, SECRET, seed, RANDOM);

        assertThat(blob).hasSize(336);
        assertThat(HEX.formatHex(blob, 0, 80))
                .isEqualTo("badcc0de0000000100440020"
                        + "bd89df42cc90a5cdb2cabb28c175471d4f66295761f9e3a5bcde2898983a5411"
                        + "da0ea929f42c384cbcc483362093931a401bc9c59abb49418b46e59096fdb3baa499" + "0100");
        assertThat(ek.activate(CredentialBlob.parse(blob), NAME)).isEqualTo(SECRET);
        assertThat(seed).as("the seed is erased").containsOnly(0);
    }

    @Test
    void eccVectorOfTheProtocol() throws Exception {
        TpmPublic ek = TpmPublic.endorsementKey(p256(
                "0217e617f0b6443928278f96999e69a23a4f2c152bdf6d6cdf66e5b80282d4ed",
                "194a7debcb97712d2dda3ca85aa8765a56f45fc758599652f2897c65306e5794"));
        BigInteger ephemeral = new BigInteger("22".repeat(32), 16);

        assertThat(Base64.getEncoder().encodeToString(CredentialProtection.forEcc(ek, NAME, SECRET, ephemeral)))
                .isEqualTo("utzA3gAAAAEARAAgQ2Gig276a8l3fg1pM1tQ+isVRUPsjiQM4p8RWceuqvmFKy5ppM0OWDc+eWk705EzZy6Q0w2/"
                        + "O0SDmkplZULGpfHOAEQAINZak5d8qj0bCBhS/1ennkZfFmBXcwS66tUF3TpIWJzzACBQGF6JU3LfYiHqOhN1"
                        + "V+Rz/dtnVfBb1QfDxTP86ckShQ==");
    }

    @Test
    void recordedVectors() throws Exception {
        for (JsonNode vector : Fixtures.json("tpm/makecredential-vectors.json")) {
            TpmPublic ek = TpmPublic.fromTpm2b(
                    HEX.parseHex(vector.get("ek_tpm2b_public_hex").stringValue()));
            byte[] secret = HEX.parseHex(vector.get("challenge_hex").stringValue());
            byte[] name = HEX.parseHex(vector.get("ak_name_hex").stringValue());
            if (vector.has("seed_hex")) {
                byte[] seed = HEX.parseHex(vector.get("seed_hex").stringValue());
                assertThat(HEX.formatHex(CredentialProtection.forRsa(ek, name, secret, seed, RANDOM), 0, 80))
                        .isEqualTo(vector.get("expected_first_80_bytes_hex").stringValue());
            } else {
                BigInteger scalar =
                        new BigInteger(vector.get("ephemeral_private_key_dec").stringValue());
                assertThat(HEX.formatHex(CredentialProtection.forEcc(ek, name, secret, scalar)))
                        .isEqualTo(vector.get("expected_blob_hex").stringValue());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(EccCurve.class)
    void eccEndorsementKeysActivateTheirCredentials(EccCurve curve) throws Exception {
        activates(SoftEndorsementKey.generateEcc(curve, RANDOM));
    }

    @ParameterizedTest
    @ValueSource(ints = {2048, 3072, 4096})
    void rsaEndorsementKeysActivateTheirCredentials(int bits) throws Exception {
        activates(SoftEndorsementKey.generateRsa(bits, RANDOM));
    }

    private static void activates(SoftEndorsementKey ek) throws Exception {
        byte[] blob = CredentialProtection.makeCredential(ek.publicArea(), NAME, SECRET, RANDOM);

        assertThat(ek.activate(CredentialBlob.parse(blob), NAME)).isEqualTo(SECRET);
        byte[] otherName = NAME.clone();
        otherName[10] ^= 1;
        assertThatThrownBy(() -> ek.activate(CredentialBlob.parse(blob), otherName))
                .as("a key of another name")
                .isInstanceOf(GeneralSecurityException.class);
        assertThat(CredentialProtection.makeCredential(ek.publicArea(), NAME, SECRET, RANDOM))
                .as("never the same twice")
                .isNotEqualTo(blob);
    }

    @Test
    void anotherTpmCannotActivate() throws Exception {
        SoftEndorsementKey ours = SoftEndorsementKey.generateEcc(EccCurve.P256, RANDOM);
        SoftEndorsementKey theirs = SoftEndorsementKey.generateEcc(EccCurve.P256, RANDOM);
        byte[] blob = CredentialProtection.makeCredential(ours.publicArea(), NAME, SECRET, RANDOM);

        assertThatThrownBy(() -> theirs.activate(CredentialBlob.parse(blob), NAME))
                .isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void onlyStorageKeysGetCredentials() throws Exception {
        TpmPublic ak = TpmPublic.fromBase64(ProtocolVectors.RSA_AK);

        assertThatThrownBy(() -> CredentialProtection.makeCredential(ak, NAME, SECRET, RANDOM))
                .isInstanceOf(TpmFormatException.class)
                .hasMessageContaining("no storage key");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 33, 1000})
    void secretsThatDoNotFitAreACallersError(int length) {
        TpmPublic ek = SoftEndorsementKey.generateEcc(EccCurve.P256, RANDOM).publicArea();

        assertThatThrownBy(() -> CredentialProtection.makeCredential(ek, NAME, new byte[length], RANDOM))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void blobOfTheToolsIsReadAndWrittenBack() throws Exception {
        byte[] file = Fixtures.bytes("tpm/tools-output/mkcred.out");

        CredentialBlob blob = CredentialBlob.parse(file);

        assertThat(blob.encode()).isEqualTo(file);
        assertThat(blob.encryptedSecret().length()).isEqualTo(256);
        assertThat(blob.encryptedIdentity().length())
                .isEqualTo(2 + Fixtures.bytes("tpm/tools-output/secret.data").length);
        assertThat(blob.idObject()).hasSize(2 + 32 + blob.encryptedIdentity().length());
    }

    @Test
    void damagedBlobsAreRefused() throws Exception {
        byte[] file = Fixtures.bytes("tpm/tools-output/mkcred.out");
        for (int length = 0; length < file.length; length++) {
            byte[] part = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> CredentialBlob.parse(part)).isInstanceOf(TpmFormatException.class);
        }
        assertThatThrownBy(() -> CredentialBlob.parse(Arrays.copyOf(file, file.length + 1)))
                .hasMessageContaining("follow the end");
        assertThatThrownBy(() -> CredentialBlob.parse(new byte[2000])).hasMessageContaining("2000 bytes");
        byte[] version = file.clone();
        version[7] = 2;
        assertThatThrownBy(() -> CredentialBlob.parse(version)).hasMessageContaining("version");
        byte[] hmacLongerThanObject = file.clone();
        hmacLongerThanObject[9] = 10;
        assertThatThrownBy(() -> CredentialBlob.parse(hmacLongerThanObject)).hasMessageContaining("does not fit");
    }

    private static PublicKey p256(String x, String y) throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(
                        new ECPoint(new BigInteger(x, 16), new BigInteger(y, 16)),
                        parameters.getParameterSpec(ECParameterSpec.class)));
    }
}
