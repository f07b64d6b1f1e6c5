package io.limelight.core.ca;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.tls.KeyPairs;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our CRLs read by the runtime and by ourselves, and everything that is none. */
class CrlCodecTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant NOW = Instant.parse("2026-08-03T07:14:14Z");
    private static final KeyPair RSA = KeyPairs.rsa(2048, RANDOM);

    static Stream<KeyPair> kinds() {
        return Stream.of(RSA, KeyPairs.p256(RANDOM), KeyPairs.p384(RANDOM));
    }

    private static byte[] crl(KeyPair keys, List<Revocation> revocations) {
        return Issuer.create(keys, CaKit.SUBJECT, NOW)
                .crl(revocations, BigInteger.valueOf(300), NOW, Duration.ofDays(30));
    }

    private static List<Revocation> revocations(int number) {
        Random chance = new Random(7);
        RevocationReason[] reasons = RevocationReason.values();
        List<Revocation> all = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            all.add(new Revocation(
                    new BigInteger(1 + chance.nextInt(159), chance)
                            .shiftLeft(16)
                            .add(BigInteger.valueOf(i + 1)),
                    Instant.ofEpochSecond(chance.nextLong(0, 4_000_000_000L)),
                    reasons[chance.nextInt(reasons.length)]));
        }
        return all;
    }

    @Test
    void anyBitThatIsChangedMakesItNone() {
        byte[] good = crl(RSA, revocations(2));
        assertThat(CrlReader.read(good, RSA.getPublic())).isPresent();
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= (byte) (1 << at % 8);
            assertThat(CrlReader.read(bad, RSA.getPublic())).as("byte " + at).isEmpty();
        }
        for (int length : new int[] {0, 1, 2, 10, good.length - 300, good.length - 1, good.length + 1}) {
            assertThat(CrlReader.read(java.util.Arrays.copyOf(good, length), RSA.getPublic()))
                    .isEmpty();
        }
        assertThat(CrlReader.read(good, KeyPairs.p256(RANDOM).getPublic())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void theRuntimeReadsWhatWasWritten(KeyPair keys) throws Exception {
        for (int number : new int[] {0, 1, 3, 700}) {
            List<Revocation> revocations = revocations(number);
            byte[] der = crl(keys, revocations);
            X509CRL read = (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
            read.verify(keys.getPublic());
            assertThat(read.getVersion()).isEqualTo(2);
            assertThat(read.getEncoded()).isEqualTo(der);
            assertThat(read.getThisUpdate()).isEqualTo(NOW.minus(Duration.ofMinutes(5)));
            assertThat(read.getNextUpdate()).isEqualTo(NOW.plus(Duration.ofDays(30)));
            assertThat(Optional.ofNullable(read.getRevokedCertificates()).map(java.util.Set::size))
                    .isEqualTo(number == 0 ? Optional.empty() : Optional.of(number));
            for (Revocation revocation : revocations) {
                X509CRLEntry entry = read.getRevokedCertificate(revocation.serial());
                assertThat(entry.getRevocationDate()).isEqualTo(revocation.at());
                assertThat(Optional.ofNullable(entry.getRevocationReason()).map(Enum::name))
                        .isEqualTo(
                                revocation.reason() == RevocationReason.UNSPECIFIED
                                        ? Optional.empty()
                                        : Optional.of(revocation.reason().name()));
            }
            CrlFile ours = CrlReader.read(der, keys.getPublic()).orElseThrow();
            assertThat(ours.entries().values()).containsExactlyElementsOf(revocations);
            assertThat(ours.number()).isEqualTo(300);
            assertThat(ours.thisUpdate()).isEqualTo(NOW.minus(Duration.ofMinutes(5)));
            assertThat(ours.nextUpdate()).isEqualTo(NOW.plus(Duration.ofDays(30)));
        }
    }
}
