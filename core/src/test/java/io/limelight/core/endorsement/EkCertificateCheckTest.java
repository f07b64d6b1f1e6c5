package io.limelight.core.endorsement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.limelight.core.endorsement.EndorsementException.Reason;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.TpmPublic;
import io.limelight.core.tpm.soft.SoftEndorsementKey;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EkCertificateCheckTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final SoftEndorsementKey EK = SoftEndorsementKey.of(KeyPairs.p256(RANDOM));
    private static final TestVendor VENDOR = TestVendor.named("Good Vendor");
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    Path store;

    @BeforeEach
    void fill() throws Exception {
        VENDOR.into(store);
    }

    private static Instant now() {
        return Instant.now();
    }

    private EkCertificateCheck.Accepted check(String ekcert) throws EndorsementException {
        return new EkCertificateCheck(VendorStore.only(store), false).check(ekcert, EK.publicArea(), now());
    }

    private EkCertificateCheck.Accepted check(X509Certificate certificate) throws EndorsementException {
        return check(TestVendor.base64(certificate));
    }

    private EndorsementException refused(String ekcert) {
        return catchThrowableOfType(EndorsementException.class, () -> check(ekcert));
    }

    @Test
    void aCertificateOfAVendorOfTheStoreIsAccepted() throws Exception {
        EkCertificateCheck.Accepted accepted = check(VENDOR.issue(EK.publicKey()));
        assertThat(accepted.issuer()).isEqualTo(VENDOR.certificate());
        assertThat(accepted.warnings()).isEmpty();
    }

    static Stream<Arguments> bad() {
        TestVendor.Ek good = TestVendor.Ek.good();
        return Stream.of(
                bad(
                        "unknown vendor",
                        TestVendor.named("Nobody").issue(EK.publicKey()),
                        Reason.UNKNOWN_VENDOR,
                        "Nobody"),
                bad(
                        "forger with the vendor's name",
                        TestVendor.named("Good Vendor").issue(EK.publicKey()),
                        Reason.FORGED,
                        "signature"),
                bad("another TPM's", VENDOR.issue(KeyPairs.p256(RANDOM).getPublic()), Reason.OTHER_KEY, "another key"),
                bad(
                        "past its end",
                        VENDOR.issue(EK.publicKey(), good.valid(now().minus(DAY.multipliedBy(9)), now().minus(DAY))),
                        Reason.NOT_VALID_NOW,
                        "expired_ek_cert"),
                bad(
                        "before its beginning",
                        VENDOR.issue(EK.publicKey(), good.valid(now().plus(DAY), now().plus(DAY.multipliedBy(9)))),
                        Reason.NOT_VALID_NOW,
                        "clock"),
                bad(
                        "of a CA",
                        VENDOR.issue(EK.publicKey(), good.asAuthority()),
                        Reason.NOT_FOR_ENDORSEMENT,
                        "one of a CA"),
                bad(
                        "for TLS servers",
                        VENDOR.issue(EK.publicKey(), good.forUsage("1.3.6.1.5.5.7.3.1")),
                        Reason.NOT_FOR_ENDORSEMENT,
                        "1.3.6.1.5.5.7.3.1"));
    }

    private static Arguments bad(String name, X509Certificate certificate, Reason reason, String said) {
        return Arguments.of(Named.of(name, TestVendor.base64(certificate)), reason, said);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bad")
    void isRefusedWithItsReason(String ekcert, Reason reason, String said) {
        EndorsementException refusal = refused(ekcert);
        assertThat(refusal).isNotNull().hasMessageContaining(said);
        assertThat(refusal.reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AAAA", "not base64!", "MIIB", "MAA=", "emulator"})
    void whatIsNoCertificateIsRefused(String ekcert) {
        assertThat(refused(ekcert).reason()).isIn(Reason.MALFORMED, Reason.NO_CERTIFICATE);
    }

    @Test
    void aHugeTextIsRefusedUnread() {
        assertThat(refused("A".repeat(1 << 20)).reason()).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void aDamagedCertificateIsRefusedWhereverItIsDamaged() throws Exception {
        byte[] der = VENDOR.issue(EK.publicKey()).getEncoded();
        for (int i = 0; i < der.length; i += 3) {
            byte[] damaged = der.clone();
            damaged[i] ^= 0x04;
            assertThat(refused(Base64.getEncoder().encodeToString(damaged)))
                    .as("byte %d", i)
                    .isNotNull();
        }
        for (int length : new int[] {1, 4, 100, der.length - 1}) {
            assertThat(refused(Base64.getEncoder().encodeToString(Arrays.copyOf(der, length))))
                    .isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0xff, 0x00})
    void theFillerOfANonVolatileAreaIsCutOff(int filler) throws Exception {
        byte[] der = VENDOR.issue(EK.publicKey()).getEncoded();
        byte[] padded = Arrays.copyOf(der, 1600);
        Arrays.fill(padded, der.length, padded.length, (byte) filler);
        assertThat(check(Base64.getEncoder().encodeToString(padded))
                        .certificate()
                        .getEncoded())
                .isEqualTo(der);
        padded[1599] = 1;
        assertThat(refused(Base64.getEncoder().encodeToString(padded)).reason()).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void aCertificatePastItsEndIsAcceptedOnlyWhereTheAdministratorSaysSo() throws Exception {
        X509Certificate expired = VENDOR.issue(
                EK.publicKey(), TestVendor.Ek.good().valid(now().minus(DAY.multipliedBy(9)), now().minus(DAY)));
        EkCertificateCheck.Accepted accepted = new EkCertificateCheck(VendorStore.only(store), true)
                .check(TestVendor.base64(expired), EK.publicArea(), now());
        assertThat(accepted.warnings()).singleElement().asString().contains("expired_ek_cert");
    }

    @Test
    void aVendorWhoseCaEndedAfterIssuingIsAcceptedWithAWarning() throws Exception {
        TestVendor old =
                TestVendor.named("Old Vendor", now().minus(DAY.multipliedBy(100)), now().minus(DAY.multipliedBy(10)));
        old.into(store);
        TestVendor.Ek before =
                TestVendor.Ek.good().valid(now().minus(DAY.multipliedBy(50)), now().plus(DAY.multipliedBy(50)));
        assertThat(check(old.issue(EK.publicKey(), before)).warnings())
                .singleElement()
                .asString()
                .contains("Old Vendor", "ended on");
        TestVendor.Ek after =
                TestVendor.Ek.good().valid(now().minus(DAY.multipliedBy(5)), now().plus(DAY.multipliedBy(50)));
        assertThat(refused(TestVendor.base64(old.issue(EK.publicKey(), after))).getMessage())
                .contains("issued after that CA had ended");
    }

    @Test
    void aCertificateInTheStoreThatIsNoCaVouchesForNobody() throws Exception {
        // An EK certificate put into the store by mistake must not make its holder a vendor.
        X509Certificate leaf = VENDOR.issue(EK.publicKey());
        Files.writeString(store.resolve("leaf.pem"), PemFiles.certificate(leaf));
        Path other = Files.createDirectory(store.resolve("sub"));
        TestVendor.named("Hidden").into(other);
        assertThat(refused(TestVendor.base64(TestVendor.named("a TPM").issue(EK.publicKey())))
                        .reason())
                .isEqualTo(Reason.UNKNOWN_VENDOR);
        assertThat(refused(TestVendor.base64(TestVendor.named("Hidden").issue(EK.publicKey())))
                        .reason())
                .as("subfolders are not searched")
                .isEqualTo(Reason.UNKNOWN_VENDOR);
    }

    @Test
    void unusableFilesOfTheStoreAreNamedAndLeftOut() throws Exception {
        Files.writeString(store.resolve("broken.pem"), "-----BEGIN CERTIFICATE-----\nnonsense");
        Files.writeString(store.resolve("notes.txt"), "not looked at");
        assertThat(check(VENDOR.issue(EK.publicKey())).warnings())
                .singleElement()
                .asString()
                .contains("broken.pem", "left out");
        assertThat(refused(TestVendor.base64(TestVendor.named("Nobody").issue(EK.publicKey()))))
                .hasMessageContaining("broken.pem");
    }

    @Test
    void aStoreThatIsNotThereIsNamed() {
        EndorsementException refusal = catchThrowableOfType(
                EndorsementException.class,
                () -> new EkCertificateCheck(VendorStore.only(store.resolve("nowhere")), false)
                        .check(TestVendor.base64(VENDOR.issue(EK.publicKey())), EK.publicArea(), now()));
        assertThat(refusal.reason()).isEqualTo(Reason.STORE);
        assertThat(refusal).hasMessageContaining("nowhere").hasMessageContaining("tpm_cert_store");
    }

    @Test
    void anEmptyStoreTrustsNobody(@TempDir Path empty) {
        EndorsementException refusal = catchThrowableOfType(
                EndorsementException.class,
                () -> new EkCertificateCheck(VendorStore.only(empty), false)
                        .check(TestVendor.base64(VENDOR.issue(EK.publicKey())), EK.publicArea(), now()));
        assertThat(refusal.reason()).isEqualTo(Reason.UNKNOWN_VENDOR);
    }

    // --- real certificates ---

    private static X509Certificate fixture(String name) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(Fixtures.bytes("certs/" + name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"st_sha256_with_rsa.der", "st_ecdsa_sha256.der"})
    void certificatesOfRealTpmsAreAcceptedByTheShippedVendorsAlone(String name) throws Exception {
        TpmPublic ek = TpmPublic.endorsementKey(fixture(name).getPublicKey());
        EkCertificateCheck.Accepted accepted = new EkCertificateCheck(
                        VendorStore.shippedAnd(store.resolve("nowhere")), false)
                .check(
                        Base64.getEncoder().encodeToString(Fixtures.bytes("certs/" + name)),
                        ek,
                        Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(accepted.issuer().getSubjectX500Principal().getName()).contains("STM TPM");
        EndorsementException alone = catchThrowableOfType(
                EndorsementException.class,
                () -> new EkCertificateCheck(VendorStore.only(store), false)
                        .check(
                                Base64.getEncoder().encodeToString(Fixtures.bytes("certs/" + name)),
                                ek,
                                Instant.parse("2026-01-01T00:00:00Z")));
        assertThat(alone.reason()).as("an explicit store is used alone").isEqualTo(Reason.UNKNOWN_VENDOR);
    }

    @Test
    void aSoftwareTpmsCertificateIsNotOneOfAVendorThatShips() throws Exception {
        byte[] der = Fixtures.bytes("real-boot/ek-rsa2048.crt.der");
        TpmPublic ek = TpmPublic.fromTpm2b(Fixtures.bytes("real-boot/ek-rsa2048.tpm2b_public"));
        EndorsementException refusal = catchThrowableOfType(
                EndorsementException.class,
                () -> new EkCertificateCheck(VendorStore.shippedAnd(store.resolve("nowhere")), false)
                        .check(Base64.getEncoder().encodeToString(der), ek, now()));
        assertThat(refusal.reason()).isEqualTo(Reason.UNKNOWN_VENDOR);
        assertThat(refusal).hasMessageContaining("swtpm-localca");
    }
}
