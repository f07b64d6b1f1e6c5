package io.limelight.core.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.ca.CaExamination.Finding;
import io.limelight.core.ca.CaExamination.Kind;
import io.limelight.core.revocation.NoticeSignature;
import io.limelight.core.revocation.RevocationNotice;
import io.limelight.core.secret.SecretBytes;
import java.math.BigInteger;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps a CA folder in order. */
class CaRoomTest {
    private static final String MACHINE = "d432fbb3-d2f1-4a97-9ef7-75bd81c00000";

    @TempDir
    Path root;

    private CaKit kit;

    @BeforeEach
    void prepare() throws Exception {
        kit = CaKit.prepared(root.resolve("ca"), MACHINE);
    }

    @AfterEach
    void forget() {
        kit.close();
    }

    private List<Kind> found() {
        return new CaExamination(kit.ca())
                .findings().stream().map(Finding::kind).toList();
    }

    private BigInteger serial(String name) throws CaException {
        return kit.ca().serialOf(CaName.existing(name));
    }

    // --- the lock ---

    @Test
    void aFolderThatAnotherProgramHoldsIsSaidToBeSoAndNothingHangs() throws Exception {
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        kit.folder().resolve(".lock").toString())
                .start();
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("held");
            assertThatThrownBy(
                            () -> kit.ca().waitingAtMost(Duration.ofMillis(100)).reissueCrl(kit.password()))
                    .isInstanceOf(CaException.class)
                    .hasMessageContaining("another program")
                    .hasMessageContaining("nothing was changed");
        } finally {
            holder.destroyForcibly();
            holder.waitFor();
        }
        assertThat(kit.ca()
                        .waitingAtMost(Duration.ofMinutes(1))
                        .reissueCrl(kit.password())
                        .entries())
                .isZero();
    }

    /** Holds a lock until it is ended. */
    static final class Holder {
        public static void main(String[] arguments) throws Exception {
            try (FileChannel channel =
                    FileChannel.open(Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                assertThat(channel.lock().isValid()).isTrue();
                System.out.println("held");
                assertThat(System.in.read()).isNotNegative();
            }
        }
    }

    // --- the password ---

    @Test
    void aWrongFormerPasswordChangesNothing() throws Exception {
        byte[] before = Files.readAllBytes(kit.folder().resolve("private.yml"));
        try (SecretBytes wrong = CaKit.secret("wrong");
                SecretBytes next = CaKit.secret("next one")) {
            assertThatThrownBy(() -> new CaUpkeep(kit.ca()).changePassword(wrong, next))
                    .hasMessageContaining("wrong password");
        }
        assertThat(kit.folder().resolve("private.yml")).hasBinaryContent(before);
    }

    @Test
    void anotherPasswordOpensWhatTheFormerOneNoLongerDoes() throws Exception {
        BigInteger last = kit.ca().lastSerial(kit.password());
        try (SecretBytes next = CaKit.secret("correct horse battery")) {
            new CaUpkeep(kit.ca()).changePassword(kit.password(), next);
            assertThatThrownBy(() -> kit.ca().lastSerial(kit.password())).hasMessageContaining("wrong password");
            assertThat(kit.ca().lastSerial(next)).isEqualTo(last);
            assertThat(new Identities(kit.ca())
                            .existing(CaName.existing(MACHINE), Optional.of(next))
                            .serial())
                    .isEqualTo(serial(MACHINE));
            assertThatThrownBy(() -> new CaUpkeep(kit.ca()).changePassword(next, next))
                    .hasMessageContaining("former");
        }
    }

    // --- the notifier ---

    @Test
    void anotherNotifierHasAnotherKeyAndTheFormerOneIsRevoked() throws Exception {
        BigInteger former = serial("RevocationNotifier");
        var before = kit.ca().certificateOf(CaName.NOTIFIER).orElseThrow();
        NotifierRotation.Rotated rotated =
                new NotifierRotation(kit.ca()).run(RevocationReason.KEY_COMPROMISE, kit.password());
        assertThat(rotated.former()).contains(former);
        assertThat(rotated.machines()).isEqualTo(1);
        assertThat(rotated.made().getPublicKey()).isNotEqualTo(before.getPublicKey());
        assertThat(kit.ca()
                        .publishedCrl()
                        .orElseThrow()
                        .revocation(former)
                        .orElseThrow()
                        .reason())
                .isEqualTo(RevocationReason.KEY_COMPROMISE);
        kit.provision("another-machine").close();
    }

    // --- telling ---

    @Test
    void aNoticeOfTheCaIsSignedByItsNotifierAndNamesTheCertificate() throws Exception {
        OwnNotice.Signed signed =
                OwnNotice.of(kit.ca(), CaName.existing(MACHINE), serial(MACHINE), kit.password(), new SecureRandom());
        RSAPublicKey key = (RSAPublicKey)
                kit.ca().certificateOf(CaName.NOTIFIER).orElseThrow().getPublicKey();
        assertThat(NoticeSignature.verifies(key, signed.msg(), signed.signature()))
                .isTrue();
        RevocationNotice notice = RevocationNotice.parse(signed.msg());
        assertThat(notice.isRevocation()).isTrue();
        assertThat(notice.agentId()).isEqualTo(MACHINE);
        assertThat(notice.certifiedAs().orElseThrow().serial())
                .isEqualTo(serial(MACHINE).longValue());
        assertThat(notice.expired(kit.now().plus(Duration.ofDays(2)))).isTrue();
    }

    // --- what a revocation changes ---

    @Test
    void aPreviewSaysWhatTheNextCrlWillHoldAndWritesNothing() throws Exception {
        BigInteger serial = serial(MACHINE);
        Object stamp = kit.ca().crlStamp();
        CrlPreview preview = CrlPreview.of(kit.ca().listing(), List.of(serial, serial), kit.now());
        assertThat(kit.ca().crlStamp()).isEqualTo(stamp);
        assertThat(preview.added()).containsExactly(serial);
        kit.ca().revoke(serial, RevocationReason.KEY_COMPROMISE, kit.password());
        CaListing after = kit.ca().listing();
        assertThat(preview.number()).isEqualTo(after.crl().orElseThrow().number());
        assertThat(preview.entries()).isEqualTo(after.revoked().size());
        assertThat(preview.nextUpdate()).isEqualTo(after.crl().orElseThrow().nextUpdate());
        assertThat(CrlPreview.of(after, List.of(serial), kit.now()).already()).containsExactly(serial);
    }

    // --- what is weak ---

    @Test
    void anOrdinaryFolderHasClearKeysAndALocalCrlAddress() {
        assertThat(found()).containsExactlyInAnyOrder(Kind.CLEAR_KEYS, Kind.CRL_LOCAL);
    }

    @Test
    void whatEndsAndWhatIsOpenToOthersIsFound() throws Exception {
        Files.setPosixFilePermissions(kit.folder(), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(
                kit.folder().resolve("private.yml"), PosixFilePermissions.fromString("rw-r--r--"));
        kit.now(kit.now().plus(Duration.ofDays(340)));
        assertThat(found()).contains(Kind.READABLE, Kind.CRL_OVERDUE, Kind.EXPIRING);
        assertThat(new CaUpkeep(kit.ca()).tighten()).isEqualTo(2);
        kit.ca().reissueCrl(kit.password());
        assertThat(found()).doesNotContain(Kind.READABLE, Kind.CRL_OVERDUE);
        kit.now(kit.now().plus(Duration.ofDays(4000)));
        assertThat(found()).contains(Kind.CA_EXPIRED, Kind.NOTIFIER_EXPIRED, Kind.EXPIRED);
    }

    @Test
    void aPasswordOfTheManualIsFound() throws Exception {
        try (SecretBytes known = CaKit.secret("keylime")) {
            new CaUpkeep(kit.ca()).changePassword(kit.password(), known);
        }
        assertThat(found()).contains(Kind.PASSWORD_KNOWN);
    }

    @Test
    void aDamagedFolderIsFoundToBeSo() throws Exception {
        Files.writeString(kit.folder().resolve("cacert.crt"), "no certificate");
        assertThat(found()).containsExactly(Kind.DAMAGED);
        Files.delete(kit.folder().resolve("cacert.crt"));
        assertThat(found()).containsExactly(Kind.DAMAGED);
    }

    @Test
    void anInterruptedActIsFoundAndFinished() throws Exception {
        CertificateAuthority crashing = kit.ca(step -> {
            if (step.startsWith("move ")) {
                throw new IllegalStateException("crash");
            }
        });
        assertThatThrownBy(() -> crashing.reissueCrl(kit.password())).hasMessage("crash");
        assertThat(found()).containsExactly(Kind.HALF_WRITTEN);
        new CaUpkeep(kit.ca()).finishInterrupted();
        assertThat(found()).doesNotContain(Kind.HALF_WRITTEN, Kind.DAMAGED);
    }

    @Test
    void clearKeysGoOnlyWhereTheKeystoreHasThem() throws Exception {
        Path foreign = kit.folder().resolve("stranger-private.pem");
        Files.copy(kit.folder().resolve(MACHINE + "-private.pem"), foreign);
        assertThat(new CaUpkeep(kit.ca()).removeClearKeys(kit.password())).isEqualTo(3);
        assertThat(kit.folder().resolve(MACHINE + "-private.pem")).doesNotExist();
        assertThat(foreign).exists();
        Files.delete(foreign);
        assertThat(found()).doesNotContain(Kind.CLEAR_KEYS);
        kit.provision(MACHINE).close();
    }

    // --- backups ---

    private Path backup() throws CaException {
        Path file = root.resolve("ca.zip");
        new CaBackup(kit.ca()).write(file, true);
        return file;
    }

    @Test
    void aBackupComesBackAsItWas() throws Exception {
        Path file = backup();
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        try (CaKit other = new CaKit(root.resolve("other"))) {
            CaBackup.Restored restored = new CaBackup(other.ca()).restore(file, kit.password(), false);
            assertThat(restored.authority()).isEqualTo(kit.ca().authority());
            assertThat(other.ca().lastSerial(kit.password())).isEqualTo(kit.ca().lastSerial(kit.password()));
            assertThat(other.ca().listing().issued())
                    .hasSameSizeAs(kit.ca().listing().issued());
            other.ca().create(CaName.fresh("new-one"), kit.password(), false);
        }
    }

    @Test
    void aWrongPasswordOrAnotherFileReplacesNothing() throws Exception {
        Path file = backup();
        try (SecretBytes wrong = CaKit.secret("wrong")) {
            assertThatThrownBy(() -> new CaBackup(kit.ca()).restore(file, wrong, true))
                    .hasMessageContaining("wrong password");
        }
        assertThatThrownBy(() -> new CaBackup(kit.ca()).restore(file, kit.password(), false))
                .hasMessageContaining("holds a CA already");
        Path noZip = Files.writeString(root.resolve("no.zip"), "hello");
        assertThatThrownBy(() -> new CaBackup(kit.ca()).restore(noZip, kit.password(), true))
                .hasMessageContaining("no backup");
        Path hostile = root.resolve("hostile.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(hostile))) {
            zip.putNextEntry(new ZipEntry("../evil.pem"));
            zip.write("x".getBytes(StandardCharsets.US_ASCII));
            zip.closeEntry();
        }
        assertThatThrownBy(() -> new CaBackup(kit.ca()).restore(hostile, kit.password(), true))
                .hasMessageContaining("../evil.pem");
        assertThat(kit.ca().listing().issued()).isNotEmpty();
        kit.ca().reissueCrl(kit.password());
    }

    @Test
    void whatWasRevokedAndGivenSinceTheBackupIsNotForgotten() throws Exception {
        Path file = backup();
        BigInteger revoked = serial(MACHINE);
        kit.ca().revoke(revoked, RevocationReason.KEY_COMPROMISE, kit.password());
        BigInteger given =
                kit.ca().create(CaName.fresh("since"), kit.password(), false).getSerialNumber();
        BigInteger number = kit.ca().listing().crl().orElseThrow().number();
        CaBackup.Restored restored = new CaBackup(kit.ca()).restore(file, kit.password(), true);
        assertThat(restored.revokedSince()).containsExactly(revoked);
        assertThat(restored.nextSerial()).isGreaterThan(given);
        assertThat(kit.ca().publishedCrl().orElseThrow().revokes(revoked)).isTrue();
        assertThat(kit.ca().listing().crl().orElseThrow().number()).isGreaterThan(number);
        assertThat(kit.ca().create(CaName.fresh("later"), kit.password(), false).getSerialNumber())
                .isGreaterThan(given);
    }

    @Test
    void anotherFolderIsCopiedAndStaysAsItIs() throws Exception {
        try (CaKit other = new CaKit(root.resolve("copied"))) {
            new CaBackup(other.ca()).copy(kit.folder(), kit.password(), false);
            assertThat(other.ca().authority()).isEqualTo(kit.ca().authority());
            assertThat(kit.ca().listing().issued()).isNotEmpty();
        }
    }

    // --- files for others ---

    @Test
    void certificatesAreWrittenForOthersAndNothingIsReplacedUnasked() throws Exception {
        CertificateFile files = new CertificateFile(kit.ca());
        CaName name = CaName.existing(MACHINE);
        Path pem = root.resolve("one.pem");
        files.write(name, CertificateFile.Form.PEM, pem, false);
        assertThat(Files.readString(pem)).contains("BEGIN CERTIFICATE").doesNotContain("PRIVATE");
        Path der = root.resolve("one.der");
        files.write(name, CertificateFile.Form.DER, der, false);
        assertThat(kit.openssl("x509", "-inform", "DER", "-noout", "-subject", "-in", der.toString()))
                .contains(MACHINE);
        assertThatThrownBy(() -> files.write(name, CertificateFile.Form.PEM, pem, false))
                .hasMessageContaining("is there already");
    }

    @Test
    void theCalendarNamesWhatEndsAndFoldsItsLines() throws Exception {
        String text = ExpiryCalendar.of(kit.ca().listing(), kit.now());
        assertThat(text).startsWith("BEGIN:VCALENDAR\r\n").endsWith("END:VCALENDAR\r\n");
        assertThat(text.replace("\r\n ", "")).contains(MACHINE).contains("RevocationNotifier");
        assertThat(text.lines())
                .allSatisfy(line ->
                        assertThat(line.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(75));
    }
}
