package io.limelight.core.ima;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.tpm.Fixtures;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Keys, keyrings and the signatures they verify. */
class ImaKeysTest {
    private static ImaKey key(String file) throws UnsupportedKeyException {
        return KeyReader.read(Fixtures.bytes("ima/" + file)).orElseThrow();
    }

    private static ImaKeyrings keyrings(ImaKey... keys) {
        ImaKeyring ring = ImaKeyring.EMPTY;
        for (ImaKey key : keys) {
            ring = ring.with(key);
        }
        return ImaKeyrings.EMPTY.withTenant(ring);
    }

    static Stream<JsonNode> signatures() {
        return Fixtures.json("ima/signature-vectors.json").valueStream();
    }

    @ParameterizedTest
    @MethodSource("signatures")
    void signaturesHaveTheirHeaderAndKey(JsonNode vector) throws Exception {
        byte[] bytes = HexFormat.of().parseHex(vector.get("signature_hex").stringValue());
        String[] digest = vector.get("file_digest").stringValue().split(":", -1);
        byte[] hash = HexFormat.of().parseHex(digest[1]);
        ImaKey key = key(vector.get("verifies_with").stringValue().replaceAll(" .*", ""));
        ImaSignature signature = ImaSignature.parse(bytes).orElseThrow();

        assertThat(signature.type()).isEqualTo(vector.get("type").intValue());
        assertThat(signature.version()).isEqualTo(vector.get("version").intValue());
        assertThat(signature.hashId()).isEqualTo(vector.get("hash_algo").intValue());
        assertThat(key).hasToString(vector.get("keyid_hex").stringValue());
        assertThat(signature.signature()).hasSize(vector.get("sig_size").intValue());
        assertThat(signature.verifies(keyrings(key), digest[0], hash, false, false))
                .isTrue();

        assertThat(signature.verifies(ImaKeyrings.EMPTY, digest[0], hash, false, false))
                .isFalse();
        assertThat(signature.verifies(keyrings(key), "sha512", hash, false, false))
                .isFalse();
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 1;
            // Type 2 and 7 and the other header bytes are refused as well; types 3 and 5 differ by more than a bit's
            // place.
            assertThat(ImaSignature.parse(changed)
                            .filter(other -> other.verifies(keyrings(key), digest[0], hash, false, false)))
                    .as("byte %d", i)
                    .isEmpty();
        }
        hash[0] ^= 1;
        assertThat(signature.verifies(keyrings(key), digest[0], hash, false, false))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "6, true, true, true",
        "6, false, false, true",
        "6, false, true, false",
        "3, false, true, true",
        "3, true, true, false"
    })
    void versionThreeSignsWhatKindOfDigestItIs(int type, boolean verity, boolean typed, boolean verifies)
            throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        ImaKey key = KeyReader.read(pair.getPublic().getEncoded()).orElseThrow();
        byte[] digest = new byte[32];
        Arrays.fill(digest, (byte) 7);
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(pair.getPrivate());
        signer.update((byte) type);
        signer.update((byte) 4);
        signer.update(digest);
        byte[] raw = signer.sign();
        byte[] whole = new byte[9 + raw.length];
        whole[0] = (byte) type;
        whole[1] = 3;
        whole[2] = 4;
        System.arraycopy(HexFormat.of().parseHex(key.toString()), 0, whole, 3, 4);
        whole[8] = (byte) raw.length;
        System.arraycopy(raw, 0, whole, 9, raw.length);

        assertThat(ImaSignature.parse(whole).orElseThrow().verifies(keyrings(key), "sha256", digest, verity, typed))
                .isEqualTo(verifies);
    }

    @ParameterizedTest
    @CsvSource({"keys/rsa2048.pem, f3452d23", "keys/rsa2048pub.pem, f3452d23", "keys/secp256k1.pem, 531f4025"})
    void keysAreReadFromAnyOfTheirForms(String file, String id) throws Exception {
        assertThat(key(file)).hasToString(id);
        assertThat(KeyReader.read(key(file).spki())).contains(key(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ed25519", "DSA", "X25519"})
    void keysOfOtherKindsAreUnsupported(String algorithm) throws Exception {
        byte[] spki = KeyPairGenerator.getInstance(algorithm)
                .generateKeyPair()
                .getPublic()
                .getEncoded();

        assertThatThrownBy(() -> KeyReader.read(spki))
                .isInstanceOf(UnsupportedKeyException.class)
                .hasMessageContaining("neither an RSA nor an EC key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "30", "3000", "3080", "30820000", "dead", "2d2d2d2d2d424547494e"})
    void whatIsNoKeyIsNone(String hex) throws Exception {
        assertThat(KeyReader.read(HexFormat.of().parseHex(hex.length() % 2 == 0 ? hex : "0" + hex)))
                .isEmpty();
    }

    @Test
    void aKeyringIsWrittenAsItWasRead() throws Exception {
        String text = Fixtures.text("ima/keyring-valid.json");

        ImaKeyring ring = ImaKeyring.parse(text);

        assertThat(ring.size()).isEqualTo(2);
        assertThat(ring.json()).isEqualTo(text);
        assertThat(ImaKeyring.parse('"' + text.replace("\"", "\\\"") + '"')).isEqualTo(ring);
        assertThat(ring.key((int) 4081397027L)).isPresent();
    }

    @Test
    void aKeyringWithoutIdsIsNone() {
        String text = Fixtures.text("ima/keyring-missing-keyids.json");

        assertThatThrownBy(() -> ImaKeyring.parse(text)).hasMessageContaining("keyids");
        assertThat(ImaKeyring.parseLeniently(text)).isEqualTo(ImaKeyring.EMPTY);
        for (String none : new String[] {"", "null", "[]", "{", "7"}) {
            assertThat(ImaKeyring.parseLeniently(none)).isEqualTo(ImaKeyring.EMPTY);
        }
    }

    @Test
    void aSingleKeyThatCannotBeReadIsLeftOut() throws Exception {
        String text = Fixtures.text("ima/keyring-valid.json").replace("MFYwEAYH", "MFYwEAYG");

        assertThat(ImaKeyring.parse(text).size()).isEqualTo(1);
    }

    @Test
    void aMachineCannotAddToTheAdministratorsKeysNorWithoutEnd() throws Exception {
        ImaKey key = key("keys/rsa2048pub.pem");
        ImaKeyrings rings = ImaKeyrings.EMPTY.with(ImaKeyrings.TENANT, key);
        assertThat(rings.key(key.id())).isEmpty();

        for (int i = 0; i < 1_000; i++) {
            rings = rings.with("ring" + i, key);
        }
        assertThat(rings.json().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(100_000);
        assertThat(ImaKeyrings.parse(rings.json())).isEqualTo(rings);
    }
}
