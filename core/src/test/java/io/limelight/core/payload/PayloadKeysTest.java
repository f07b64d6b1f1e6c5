package io.limelight.core.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tpm.Fixtures;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Vectors of the wire reference §11.4 and of upstream's own tests, then what is refused. */
class PayloadKeysTest {
    private static final String ID = "d432fbb3-d2f1-4a97-9ef7-75bd81c00000";
    private static final String K = "QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8=";
    private static final String V = "WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo=";
    private static final String U = "1a1b18191e1f1c1d12131011161714150a0b08090e0f0c0d0203000106070405";
    private static final String TAG =
            "8eec7515f73f0855ee80785c2a554e91962ee3c66a8cb723cccaee08537aa557f88e6d28ed2047119a409905b55d1ce3";
    private static final JsonNode VECTORS = Fixtures.json("agent/crypto-vectors.json");

    private final SecureRandom random = new SecureRandom();

    private static BootstrapKey k() throws PayloadException {
        return BootstrapKey.of(SecretBytes.adopt(Base64.getDecoder().decode(K)));
    }

    private static SecretBytes base64(String text) {
        return SecretBytes.adopt(Base64.getDecoder().decode(text));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void sharesJoinToKAndTheTagAndAnswerAreTheReferences() throws PayloadException {
        try (BootstrapKey key =
                BootstrapKey.join(SecretBytes.adopt(HexFormat.of().parseHex(U)), base64(V))) {
            assertThat(key.bytes().constantTimeEquals(base64(K))).isTrue();
            assertThat(key.authTag(ID)).isEqualTo(TAG);
            assertThat(key.matches(ID, HexFormat.of().parseHex(TAG))).isTrue();
            assertThat(key.matches("D" + ID.substring(1), HexFormat.of().parseHex(TAG)))
                    .isFalse();
            assertThat(key.answer("1234567890ABCDEFHIJK"))
                    .isEqualTo(
                            "7e488df25713198951a2532e3d434ca0c95f09ad7d4d2ed0aff75c9b119b5cfa7d2f9edee23b8184faca9bfb3d6cefcc");
            assertThat(key.toString()).isEqualTo("BootstrapKey[32 bytes]");
        }
    }

    @Test
    void containersOfBothKeySizesOpen() throws PayloadException {
        String aes256 = "AAECAwQFBgcICQoLDA0OD1Jy9FVc37tC0p/1BXzNQU90Me8IgCVfpnlcQyqr7w==";
        String aes128 = "AAECAwQFBgcICQoLDA0OD83R2WOhTKNhYbaQjN4DeJCR1LdGWtD/LmLTWOCEAA==";
        try (BootstrapKey key = k();
                SecretBytes text = SealedPayload.open(key, Base64.getDecoder().decode(aes256))) {
            assertThat(text.<String>apply(b -> new String(b, StandardCharsets.UTF_8)))
                    .isEqualTo("hello keylime\n");
        }
        byte[] half = java.util.Arrays.copyOf(Base64.getDecoder().decode(K), 16);
        try (BootstrapKey key = BootstrapKey.of(SecretBytes.adopt(half));
                SecretBytes text = SealedPayload.open(key, Base64.getDecoder().decode(aes128))) {
            assertThat(text.length()).isEqualTo(14);
        }
    }

    @Test
    void upstreamsVectorsHold() throws PayloadException {
        for (JsonNode vector : VECTORS.get("aes_gcm")) {
            try (BootstrapKey key = BootstrapKey.of(
                            SecretBytes.adopt(ascii(vector.get("key_ascii").asString())));
                    SecretBytes opened = SealedPayload.open(
                            key,
                            HexFormat.of().parseHex(vector.get("ciphertext_hex").asString()))) {
                assertThat(opened.<String>apply(b -> new String(b, StandardCharsets.US_ASCII)))
                        .isEqualTo(vector.get("plaintext_ascii").asString());
            }
        }
        JsonNode shares = VECTORS.get("uv_key_example");
        byte[] u = ascii(shares.get("u_ascii").asString());
        byte[] v = ascii(shares.get("v_ascii").asString());
        try (BootstrapKey joined = BootstrapKey.join(SecretBytes.adopt(u), SecretBytes.adopt(v))) {
            assertThat(joined.bytes().<String>apply(HexFormat.of()::formatHex))
                    .isEqualTo(shares.get("k32_hex").asString());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 17, 24, 31, 33, 64})
    void keysAndSharesOfOtherSizesAreRefused(int size) {
        assertThatThrownBy(() -> BootstrapKey.of(SecretBytes.adopt(new byte[size])))
                .isInstanceOf(PayloadException.class);
        assertThatThrownBy(
                        () -> BootstrapKey.join(SecretBytes.adopt(new byte[size]), SecretBytes.adopt(new byte[size])))
                .isInstanceOf(PayloadException.class);
        assertThatThrownBy(() -> BootstrapKey.join(SecretBytes.adopt(new byte[32]), SecretBytes.adopt(new byte[16])))
                .isInstanceOf(PayloadException.class);
    }

    @Test
    void containersThatWereCutChangedOrSealedUnderAnotherKeyDoNotOpen() throws PayloadException {
        try (BootstrapKey key = k();
                BootstrapKey other = BootstrapKey.generate(random);
                SecretBytes text = SecretBytes.adopt(ascii("secret"))) {
            byte[] sealed = Base64.getDecoder().decode(SealedPayload.seal(key, text, random));
            assertThatThrownBy(() -> SealedPayload.open(other, sealed)).isInstanceOf(PayloadException.class);
            for (int length = 0; length < sealed.length; length++) {
                byte[] cut = java.util.Arrays.copyOf(sealed, length);
                assertThatThrownBy(() -> SealedPayload.open(key, cut)).isInstanceOf(PayloadException.class);
            }
            for (int i = 0; i < sealed.length; i++) {
                byte[] flipped = sealed.clone();
                flipped[i] ^= 1;
                assertThatThrownBy(() -> SealedPayload.open(key, flipped)).isInstanceOf(PayloadException.class);
            }
        }
    }

    @Test
    void thePayloadLimitIsNamedInTheUsersNumbers() throws PayloadException {
        assertThat(SealedPayload.largestPlaintext(1_048_576)).isEqualTo(786_400);
        SealedPayload.requireFits(786_400, 1_048_576);
        assertThatThrownBy(() -> SealedPayload.requireFits(786_401, 1_048_576))
                .hasMessageContainingAll("786401", "786400", "1048576", "max_payload_size");
        try (BootstrapKey key = k();
                SecretBytes text = SecretBytes.adopt(new byte[1000])) {
            assertThat((long) SealedPayload.seal(key, text, random).length())
                    .isEqualTo(SealedPayload.sealedLength(1000));
        }
    }

    @Test
    void aShareTravelsUnderTheTransportKeyAndOpensWithNoOther() throws PayloadException {
        KeyPair mine = KeyPairs.rsa(2048, random);
        KeyPair other = KeyPairs.rsa(2048, random);
        PublicKey parsed = KeyTransport.parse(PemFiles.publicKey(mine.getPublic()));
        try (SecretBytes share = SecretBytes.random(32, random)) {
            byte[] wire = Base64.getDecoder().decode(KeyTransport.encrypt(parsed, share));
            assertThat(wire).hasSize(256);
            try (SecretBytes back = KeyTransport.decrypt(mine.getPrivate(), wire)) {
                assertThat(back.constantTimeEquals(share)).isTrue();
            }
            assertThatThrownBy(() -> KeyTransport.decrypt(other.getPrivate(), wire))
                    .isInstanceOf(PayloadException.class);
            assertThatThrownBy(() -> KeyTransport.decrypt(mine.getPrivate(), new byte[255]))
                    .isInstanceOf(PayloadException.class);
            assertThatThrownBy(() -> KeyTransport.decrypt(mine.getPrivate(), new byte[10_000]))
                    .isInstanceOf(PayloadException.class);
        }
    }

    @Test
    void transportKeysThatAreSmallNotRsaOrNoKeyAreRefused() {
        for (String pem : new String[] {
            PemFiles.publicKey(KeyPairs.rsa(1024, random).getPublic()),
            PemFiles.publicKey(KeyPairs.p256(random).getPublic()),
            "",
            "hello",
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
            "x".repeat(5000)
        }) {
            assertThatThrownBy(() -> KeyTransport.parse(pem)).isInstanceOf(PayloadException.class);
        }
    }

    @Test
    void aKeyFileIsReadInEitherOrderOfItsShares() throws PayloadException {
        String u = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(U));
        for (String text : new String[] {
            K + "\n" + V + "\n" + u + "\n", K + "\n" + u + "\n" + V, K + "\r\n" + V + "\r\n" + u + "\r\n\r\n"
        }) {
            try (KeyFile.Keys keys = KeyFile.parse(ascii(text), "keys.txt")) {
                assertThat(keys.key().authTag(ID)).isEqualTo(TAG);
            }
        }
    }

    @Test
    void aKeyFileIsWrittenAsKeylimesToolWritesIt() throws PayloadException {
        try (BootstrapKey key = k();
                BootstrapKey.Shares shares = key.split(random);
                SecretBytes text = KeyFile.format(key, shares)) {
            String[] lines = text.<String>apply(b -> new String(b, StandardCharsets.US_ASCII))
                    .split("\n");
            assertThat(lines).hasSize(3);
            assertThat(lines[0]).isEqualTo(K);
            assertThat(shares.v().constantTimeEquals(base64(lines[1]))).isTrue();
            text.use(bytes -> {
                try (KeyFile.Keys again = KeyFile.parse(bytes, "again")) {
                    assertThat(again.key().authTag(ID)).isEqualTo(TAG);
                } catch (PayloadException e) {
                    throw new AssertionError(e);
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "AAAA\n",
                K + "\n" + V + "\n",
                K + "\n" + V + "\n" + V + "\n",
                K + "\n" + V + "\n" + K + "\n" + V + "\n",
                K + "\nnot base64!\n" + V + "\n",
                "AAAA\nAAAA\nAAAA\n"
            })
    void keyFilesThatAreNoneAreRefusedWithoutShowingThem(String text) {
        assertThatThrownBy(() -> KeyFile.parse(ascii(text), "keys.txt"))
                .isInstanceOf(PayloadException.class)
                .hasMessageNotContaining(V);
        assertThatThrownBy(() -> KeyFile.parse(new byte[5000], "keys.txt")).isInstanceOf(PayloadException.class);
    }
}
