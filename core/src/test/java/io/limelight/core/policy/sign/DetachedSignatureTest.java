package io.limelight.core.policy.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.tpm.Fixtures;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keylime's detached signatures. */
class DetachedSignatureTest {
    private static final String FOLDER = "runtime-policy/";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final byte[] SIGNED = read("detached-signature/allowlist.json");
    private static final byte[] PGP_KEY = read("detached-signature/allowlist-pgp-key.pgp");
    private static final byte[] PGP_SIGNATURE = read("detached-signature/allowlist-pgp-sig.sig");
    private static final byte[] EC_KEY = read("detached-signature/allowlist-ec-key.pem");
    private static final byte[] EC_SIGNATURE = read("detached-signature/allowlist-ec-sig.bin");

    private static byte[] read(String name) {
        return Fixtures.bytes(FOLDER + name);
    }

    @ParameterizedTest
    @CsvSource({
        "allowlist.json, allowlist-ec-sig.bin, allowlist-ec-key.pem, true",
        "allowlist.json, allowlist-pgp-sig.sig, allowlist-pgp-key.pgp, true",
        "allowlist.json, allowlist-pgp-sig.sig, allowlist-ec-key.pem, false",
        "allowlist.json, allowlist-ec-sig.bin, allowlist-pgp-key.pgp, false",
        "allowlist.json, allowlist-invalid-sig.sig, allowlist-ec-key.pem, false",
        "allowlist.json, allowlist-invalid-sig.sig, allowlist-pgp-key.pgp, false",
        "allowlist-ec-key.pem, allowlist-pgp-sig.sig, allowlist-pgp-key.pgp, false",
        "allowlist-ec-key.pem, allowlist-ec-sig.bin, allowlist-ec-key.pem, false",
    })
    void verifiesWhatKeylimeVerifies(String signed, String signature, String key, boolean good) throws Exception {
        String folder = "detached-signature/";
        assertThat(DetachedSignature.verifies(read(folder + signed), read(folder + signature), read(folder + key), NOW))
                .isEqualTo(good);
    }

    @Test
    void anExpiredKeyVerifiesNothing() throws Exception {
        byte[] list = read("ima-allowlist-short.txt");
        byte[] signature = read("ima-allowlist-short.sig");
        byte[] key = read("gpg-sig.pub");
        assertThatThrownBy(() -> DetachedSignature.verifies(list, signature, key, NOW))
                .isInstanceOf(PolicySignatureException.class)
                .hasMessageContaining("expired on 2023-07-30");
        assertThat(DetachedSignature.verifies(list, signature, key, Instant.parse("2023-07-01T00:00:00Z")))
                .isTrue();
        assertThat(DetachedSignature.verifies(
                        list, read("ima-allowlist-bad.sig"), key, Instant.parse("2023-07-01T00:00:00Z")))
                .isFalse();
    }

    @Test
    void whatIsNoKeyIsSaidToBeNone() {
        for (byte[] key : new byte[][] {
            {},
            "nonsense".getBytes(StandardCharsets.US_ASCII),
            read("sign/ec-p521-private.pem"),
            "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n".getBytes(StandardCharsets.US_ASCII),
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n".getBytes(StandardCharsets.US_ASCII),
            new byte[DetachedSignature.MAX_LENGTH + 1]
        }) {
            assertThatThrownBy(() -> DetachedSignature.verifies(SIGNED, EC_SIGNATURE, key, NOW))
                    .as(new String(key, 0, Math.min(key.length, 40), StandardCharsets.ISO_8859_1))
                    .isInstanceOf(PolicySignatureException.class);
        }
        assertThatThrownBy(() -> DetachedSignature.verifies(SIGNED, PGP_SIGNATURE, new byte[0], NOW))
                .hasMessageContaining("BEGIN PGP PUBLIC KEY BLOCK");
    }

    @Property(tries = 300)
    void aChangedByteOfAPgpSignatureVerifiesNothing(
            @ForAll @IntRange(min = 0, max = 5000) int place, @ForAll @IntRange(min = 1, max = 255) int change)
            throws Exception {
        byte[] signature = PGP_SIGNATURE.clone();
        int at = place % signature.length;
        signature[at] = (byte) (signature[at] ^ change);
        // Some of its bytes are not signed: then it may still be good, but nothing else may happen.
        boolean verified = DetachedSignature.verifies(SIGNED, signature, PGP_KEY, NOW);
        byte[] other = SIGNED.clone();
        other[0] ^= 1;
        assertThat(verified && DetachedSignature.verifies(other, signature, PGP_KEY, NOW))
                .isFalse();
    }

    @Property(tries = 300)
    void anyBytesAreASignatureOrNone(@ForAll byte[] bytes, @ForAll boolean pgp) throws Exception {
        assertThat(DetachedSignature.verifies(SIGNED, bytes, pgp ? PGP_KEY : EC_KEY, NOW))
                .isFalse();
    }

    @Property(tries = 300)
    void aDamagedPgpKeyIsAKeyOrNone(
            @ForAll @IntRange(min = 0, max = 5000) int place, @ForAll @IntRange(min = 1, max = 255) int change) {
        byte[] key = PGP_KEY.clone();
        key[place % key.length] = (byte) (key[place % key.length] ^ change);
        try {
            DetachedSignature.verifies(SIGNED, PGP_SIGNATURE, key, NOW);
        } catch (PolicySignatureException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
        byte[] cut = Arrays.copyOf(PGP_KEY, place % PGP_KEY.length);
        assertThatThrownBy(() -> {
                    if (!DetachedSignature.verifies(SIGNED, PGP_SIGNATURE, cut, NOW)) {
                        throw new PolicySignatureException("not verified");
                    }
                    throw new PolicySignatureException("verified");
                })
                .isInstanceOf(PolicySignatureException.class);
    }
}
