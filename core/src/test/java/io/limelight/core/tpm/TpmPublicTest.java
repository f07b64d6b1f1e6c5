package io.limelight.core.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.limelight.core.tpm.soft.SoftAttestationKey;
import io.limelight.core.tpm.soft.SoftEndorsementKey;
import java.io.ByteArrayInputStream;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class TpmPublicTest {
    static Stream<JsonNode> publicAreas() {
        return Fixtures.json("tpm/tpm2b-public/vectors.json").valueStream();
    }

    @ParameterizedTest
    @MethodSource("publicAreas")
    void readsWhatTpmsMade(JsonNode vector) throws Exception {
        String base64 = vector.get("tpm2b_public_b64").stringValue();

        TpmPublic area = TpmPublic.fromBase64(base64);

        assertThat(HexFormat.of().formatHex(area.name()))
                .isEqualTo(vector.get("name_hex").stringValue());
        assertThat(area.attributes().bits())
                .isEqualTo(Integer.decode(vector.get("object_attributes").stringValue()));
        assertThat(area.publicKey().getEncoded())
                .isEqualTo(Fixtures.spki(vector.get("spki_pem").stringValue()));
        assertThat(area.symmetric().isPresent())
                .isEqualTo(vector.get("sym_alg").stringValue().equals("0x6"));
        assertThat(area.toBase64()).isEqualTo(base64);
        assertThat(TpmPublic.of(
                                area.publicKey(),
                                area.nameAlgorithm(),
                                area.attributes(),
                                area.authPolicy(),
                                area.symmetric(),
                                area.scheme())
                        .toBase64())
                .isEqualTo(base64);
    }

    @ParameterizedTest
    @MethodSource("publicAreas")
    void endorsementKeyTemplateOfACertificateIsThatOfTheTpm(JsonNode vector) throws Exception {
        JsonNode file = vector.get("equals_ek_low_range_template_of");
        if (file == null) {
            return;
        }
        X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(Fixtures.bytes("tpm/tpm2b-public/" + file.stringValue())));
        byte[] encoded = certificate.getPublicKey().getEncoded();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + java.util.Base64.getMimeEncoder().encodeToString(encoded)
                + "\n-----END PUBLIC KEY-----\n";

        assertThat(TpmPublic.endorsementKey(Fixtures.publicKey(pem)).toBase64())
                .isEqualTo(vector.get("tpm2b_public_b64").stringValue());
    }

    @Test
    void namesOfTheProtocolVectors() throws Exception {
        assertThat(HexFormat.of()
                        .formatHex(TpmPublic.fromBase64(ProtocolVectors.ECC_AK).name()))
                .isEqualTo(ProtocolVectors.ECC_AK_NAME);
        assertThat(HexFormat.of()
                        .formatHex(TpmPublic.fromBase64(ProtocolVectors.RSA_AK).name()))
                .isEqualTo(ProtocolVectors.RSA_AK_NAME);
        assertThat(TpmPublic.fromBase64(ProtocolVectors.RSA_AK).attributes())
                .isEqualTo(ObjectAttributes.ATTESTATION_KEY);
        assertThat(TpmPublic.fromBase64(ProtocolVectors.RSA_AK).scheme())
                .contains(TpmPublic.Scheme.of(SigningAlgorithm.RSASSA, HashAlgorithm.SHA256));
    }

    @ParameterizedTest
    @CsvSource({
        "tpm/tools-output/ak.pub, tpm/tools-output/ak.name, tpm/tools-output/akpub.pem",
        "real-boot/ak-rsa.tpm2b_public, real-boot/ak-rsa.name, real-boot/ak-rsa.pem",
        "real-boot/ak-ecc.tpm2b_public, real-boot/ak-ecc.name, real-boot/ak-ecc.pem"
    })
    void nameAndKeyAreThoseTheToolsPrinted(String area, String name, String pem) throws Exception {
        TpmPublic read = TpmPublic.fromTpm2b(Fixtures.bytes(area));

        assertThat(read.name()).isEqualTo(Fixtures.bytes(name));
        assertThat(read.publicKey().getEncoded()).isEqualTo(Fixtures.spki(Fixtures.text(pem)));
    }

    @Test
    void endorsementKeysOfTheTools() throws Exception {
        TpmPublic tools = TpmPublic.fromTpm2b(Fixtures.bytes("tpm/tools-output/ek.pub"));
        assertThat(HexFormat.of().formatHex(tools.name()))
                .isEqualTo("000b524fe073981b4ac6fb4b571723bf939f67fa0a154dc85eee0dd1e5b21df47ca5");
        assertThat(tools.publicKey().getEncoded())
                .isEqualTo(Fixtures.spki(Fixtures.text("tpm/tools-output/ekpub.pem")));

        TpmPublic highRange = TpmPublic.fromTpm2b(Fixtures.bytes("real-boot/ek-secp384r1.tpm2b_public"));
        assertThat(highRange.algorithm()).isEqualTo(EncryptionAlgorithm.ECC384);
        assertThat(highRange.nameAlgorithm()).isEqualTo(HashAlgorithm.SHA384);
        assertThat(highRange.symmetric()).contains(TpmPublic.Symmetric.aesCfb(256));
        assertThat(highRange.authPolicy()).isEqualTo(EndorsementPolicies.policyB(HashAlgorithm.SHA384));
        assertThat(highRange.publicKey().getEncoded())
                .isEqualTo(Fixtures.spki(Fixtures.text("real-boot/ek-secp384r1.pem")));
    }

    @ParameterizedTest
    @EnumSource(EccCurve.class)
    void curvesRoundTrip(EccCurve curve) throws Exception {
        TpmPublic area =
                SoftEndorsementKey.generateEcc(curve, new SecureRandom()).publicArea();

        assertThat(TpmPublic.fromTpm2b(area.tpm2b())).isEqualTo(area);
        assertThat(TpmPublic.fromTpmt(area.tpmt()).publicKey()).isEqualTo(area.publicKey());
        assertThat(area.algorithm()).isEqualTo(curve.algorithm());
    }

    @Test
    void shortenedP521CoordinatesAreRead() throws Exception {
        while (true) {
            TpmPublic area = SoftAttestationKey.generateEcc(EccCurve.P521, HashAlgorithm.SHA512, new SecureRandom())
                    .publicArea();
            byte[] full = area.tpmt();
            int xAt = full.length - 2 * 68;
            if (full[xAt + 2] != 0 || full[xAt + 68 + 2] != 0) {
                continue;
            }
            byte[] shortened = new byte[full.length - 2];
            System.arraycopy(full, 0, shortened, 0, xAt);
            shortened[xAt + 1] = 65;
            System.arraycopy(full, xAt + 3, shortened, xAt + 2, 65);
            shortened[xAt + 67 + 1] = 65;
            System.arraycopy(full, xAt + 68 + 3, shortened, xAt + 67 + 2, 65);
            assertThat(TpmPublic.fromTpmt(shortened).publicKey()).isEqualTo(area.publicKey());
            return;
        }
    }

    @ParameterizedTest
    @MethodSource("publicAreas")
    void truncatedAtAnyByteIsRefused(JsonNode vector) throws Exception {
        byte[] whole = TpmPublic.fromBase64(vector.get("tpm2b_public_b64").stringValue())
                .tpm2b();
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> TpmPublic.fromTpm2b(part))
                    .as("first %d bytes", length)
                    .isInstanceOf(TpmFormatException.class);
            if (length >= 2) {
                byte[] relabelled = part.clone();
                relabelled[0] = (byte) ((length - 2) >>> 8);
                relabelled[1] = (byte) (length - 2);
                assertThatThrownBy(() -> TpmPublic.fromTpm2b(relabelled))
                        .as("first %d bytes, size adjusted", length)
                        .isInstanceOf(TpmFormatException.class);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("publicAreas")
    void trailingBytesAreRefused(JsonNode vector) throws Exception {
        TpmPublic area = TpmPublic.fromBase64(vector.get("tpm2b_public_b64").stringValue());
        byte[] outside = Arrays.copyOf(area.tpm2b(), area.tpm2b().length + 1);
        byte[] inside = Arrays.copyOf(area.tpmt(), area.tpmt().length + 1);

        assertThatThrownBy(() -> TpmPublic.fromTpm2b(outside)).hasMessageContaining("follow the end");
        assertThatThrownBy(() -> TpmPublic.fromTpmt(inside)).hasMessageContaining("follow the end");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0008, 0, neither RSA", // type KEYEDHASH
        "2, 0012, 2, nameAlg", // SM3 cannot be computed
        "2, 0001, 2, nameAlg",
        "8, ffff, 8, authPolicy",
        "8, 0001, 8, authPolicy",
        "12, 0099, 12, scheme",
        "16, 0801, 16, 2049 bits",
        "16, 0200, 16, 512 bits",
        "18, 00000002, 18, exponent",
        "18, 00000001, 18, exponent",
        "22, 00ff, 22, modulus",
        "22, ffff, 22, allowed",
        "24, 7f, 22, exactly 2048 bits"
    })
    void hostileFieldsAreNamedWithTheirOffset(int at, String hex, int offset, String named) throws Exception {
        byte[] area = TpmPublic.fromBase64(ProtocolVectors.RSA_AK).tpmt();
        byte[] patch = HexFormat.of().parseHex(hex);
        System.arraycopy(patch, 0, area, at, patch.length);

        TpmFormatException e = catchThrowableOfType(TpmFormatException.class, () -> TpmPublic.fromTpmt(area));

        assertThat(e).isNotNull().hasMessageContaining(named);
        assertThat(e.offset()).isEqualTo(offset);
        assertThat(e.structure()).isEqualTo("TPMT_PUBLIC");
    }

    @Test
    void anEvenModulusIsRefused() throws Exception {
        byte[] area = TpmPublic.fromBase64(ProtocolVectors.RSA_AK).tpmt();
        area[area.length - 1] &= (byte) 0xfe;

        assertThatThrownBy(() -> TpmPublic.fromTpmt(area)).hasMessageContaining("even");
    }

    @Test
    void aPointOffTheCurveIsRefusedWhateverBitIsFlipped() throws Exception {
        byte[] area = TpmPublic.fromBase64(ProtocolVectors.ECC_AK).tpmt();
        int firstCoordinate = area.length - 66;
        for (int bit = firstCoordinate * 8; bit < area.length * 8; bit++) {
            byte[] flipped = area.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> TpmPublic.fromTpmt(flipped)).isInstanceOf(TpmFormatException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, base64", "1, padding", "2, padding", "3, padding", "4, size"})
    void base64IsStrict(int cut, String ignored) {
        String damaged = cut == 0
                ? "*" + ProtocolVectors.ECC_AK.substring(1)
                : ProtocolVectors.ECC_AK.substring(0, ProtocolVectors.ECC_AK.length() - cut);

        assertThatThrownBy(() -> TpmPublic.fromBase64(damaged)).isInstanceOf(TpmFormatException.class);
    }

    @Test
    void aHugeTextIsRefusedBeforeItIsDecoded() {
        String huge = "A".repeat(100_000_000);

        assertThatThrownBy(() -> TpmPublic.fromBase64(huge))
                .isInstanceOf(TpmFormatException.class)
                .hasMessageContaining("100000000 characters");
    }
}
