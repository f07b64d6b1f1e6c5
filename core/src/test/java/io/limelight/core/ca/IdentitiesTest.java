package io.limelight.core.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What machines get of a CA, and that nothing of it is made twice, lost, or given to somebody else. */
class IdentitiesTest {
    private static final String ID = "d432fbb3-d2f1-4a97-9ef7-75bd81c00000";

    @TempDir
    Path root;

    private CaKit kit;

    @BeforeEach
    void begin() {
        kit = new CaKit(root.resolve("ca"));
    }

    @AfterEach
    void forget() {
        kit.close();
    }

    private Identities identities() {
        return new Identities(kit.ca());
    }

    private static CaName name(String text) throws CaException {
        return CaName.fresh(text);
    }

    /** With a CA, its notifier and the machine "one", serial number 2. */
    private void prepared() throws Exception {
        kit.close();
        kit = CaKit.prepared(root.resolve("ca"), "one");
    }

    private BigInteger serialOf(String name) throws Exception {
        try (Provisioned made = kit.provision(name)) {
            return made.machine().serial();
        }
    }

    // What must not happen

    @Test
    void aWrongPasswordIssuesNothing() throws Exception {
        prepared();
        serialOf("one");
        PasswordSource wrong = _ -> CaKit.secret("guess");
        assertThatThrownBy(() -> identities().provision(name("two"), wrong)).hasMessageContaining("wrong password");
        assertThat(kit.folder().resolve("two-cert.crt")).doesNotExist();
    }

    @Test
    void anExpiredCaIssuesNothing() throws Exception {
        prepared();
        serialOf("one");
        kit.now(kit.now().plus(Duration.ofDays(3651)));
        assertThatThrownBy(() -> kit.provision("two")).hasMessageContaining("expired on");
    }

    @Test
    void aRoleIsNoMachine() {
        for (String role : List.of("RevocationNotifier", "server", "client", "ca-listen", "CA-Listen")) {
            assertThatThrownBy(() -> kit.provision(role)).hasMessageContaining("reserved");
        }
    }

    @Test
    void theCertificateOfAnotherHolderIsNotHandedOut() throws Exception {
        prepared();
        serialOf("one");
        for (String file : List.of("-cert.crt", "-private.pem", "-public.pem")) {
            Files.copy(kit.folder().resolve("one" + file), kit.folder().resolve("two" + file));
        }
        assertThatThrownBy(() -> kit.provision("two")).hasMessageContaining("somebody else");
    }

    @Test
    void aKeyThatDoesNotFitItsCertificateIsFetchedFromTheKeystore() throws Exception {
        prepared();
        serialOf("one");
        serialOf("two");
        Path file = kit.folder().resolve("one-private.pem");
        byte[] right = Files.readAllBytes(file);
        Files.copy(kit.folder().resolve("two-private.pem"), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        try (Provisioned again = kit.provision("one")) {
            assertThat(again.issued()).isFalse();
            assertThat(again.machine().key().<byte[]>apply(byte[]::clone)).isEqualTo(right);
        }
        assertThat(file).hasBinaryContent(right);
    }

    @Test
    void aRevokedNotifierSpeaksForNobody() throws Exception {
        prepared();
        serialOf("one");
        BigInteger notifier = kit.ca().serialOf(CaName.NOTIFIER);
        kit.ca().revoke(notifier, RevocationReason.KEY_COMPROMISE, kit.password());
        assertThatThrownBy(() -> kit.provision("two"))
                .hasMessageContaining("RevocationNotifier")
                .hasMessageContaining("revoked");
    }

    @Test
    void anInterruptionAtAnyStepLeavesAllOrNothing() throws Exception {
        prepared();
        List<String> steps = new ArrayList<>();
        BigInteger last = BigInteger.ZERO;
        for (int at = 0; ; at++) {
            int crashAt = at;
            int[] seen = {0};
            boolean[] crashed = {false};
            String name = "machine" + at;
            CertificateAuthority ca = kit.ca(step -> {
                if (seen[0]++ == crashAt) {
                    crashed[0] = true;
                    steps.add(step);
                    throw new IllegalStateException("crash at " + step);
                }
            });
            try (Provisioned made = new Identities(ca).provision(name(name), kit.known())) {
                assertThat(made.issued()).isTrue();
            } catch (IllegalStateException e) {
                assertThat(crashed[0]).isTrue();
            }
            // Whatever was left, the next one gets a whole identity with a serial number nobody else has.
            try (Provisioned made = kit.provision(name)) {
                assertThat(made.machine().serial()).isGreaterThan(last);
                last = made.machine().serial();
            }
            if (!crashed[0]) {
                break;
            }
        }
        assertThat(steps).contains("draft", "commit", "done").anyMatch(step -> step.startsWith("move "));
    }

    @Test
    void twoAtOnceMakeOneCaOneNotifierAndTwoCertificates() throws Exception {
        try (ExecutorService both = Executors.newFixedThreadPool(4)) {
            List<Future<BigInteger>> serials = new ArrayList<>();
            for (String name : List.of("one", "two", "one", "two")) {
                serials.add(both.submit(() -> serialOf(name)));
            }
            BigInteger one = serials.get(0).get();
            BigInteger two = serials.get(1).get();
            assertThat(one).isNotEqualTo(two);
            assertThat(serials.get(2).get()).isEqualTo(one);
            assertThat(serials.get(3).get()).isEqualTo(two);
        }
        assertThat(kit.ca().listing().issued())
                .extracting(CaListing.Issued::name)
                .containsExactlyInAnyOrder("one", "two", "RevocationNotifier");
    }

    // What must

    @Test
    void theFirstMachineBringsCaAndNotifier() throws Exception {
        try (Provisioned made = kit.provision(ID)) {
            assertThat(made.issued()).isTrue();
            assertThat(made.machine().serial()).isEqualTo(BigInteger.TWO);
            assertThat(made.machine().subject()).isEqualTo("OU=53,O=Keylime,L=Lexington,ST=MA,CN=" + ID + ",C=US");
            assertThat(made.notifier().serial()).isEqualTo(BigInteger.valueOf(3));
            assertThat(((RSAPublicKey) made.notifier().certificate().getPublicKey())
                            .getModulus()
                            .bitLength())
                    .isEqualTo(2048);
            assertThat(made.notifier().certificate().getNotAfter())
                    .isEqualTo(made.notifier().authority().getNotAfter());
            assertThat(made.notes()).isEmpty();
            assertThat(made.toString()).doesNotContain("PRIVATE");
        }
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(kit.folder().resolve(ID + "-private.pem"))))
                .isEqualTo("rw-------");
        assertThat(kit.openssl(
                        "verify",
                        "-crl_check",
                        "-CAfile",
                        "cacert.crt",
                        "-CRLfile",
                        "cacrl.pem",
                        ID + "-cert.crt",
                        "RevocationNotifier-cert.crt"))
                .contains(ID + "-cert.crt: OK", "RevocationNotifier-cert.crt: OK");
    }

    @Test
    void whoIsThereAlreadyNeedsNoPassword() throws Exception {
        assertThat(identities().complete(name("one"))).isFalse();
        prepared();
        assertThat(identities().complete(name("one"))).isTrue();
        assertThat(identities().complete(name("two"))).isFalse();
        try (Provisioned again = identities().provision(name("one"), CaKit.forbidden())) {
            assertThat(again.issued()).isFalse();
            assertThat(again.machine().serial()).isEqualTo(BigInteger.TWO);
        }
    }

    @Test
    void aRevokedIdentityIsIssuedAnew() throws Exception {
        prepared();
        BigInteger first = serialOf("one");
        kit.ca().revoke(first, RevocationReason.KEY_COMPROMISE, kit.password());
        try (Provisioned again = kit.provision("one")) {
            assertThat(again.issued()).isTrue();
            assertThat(again.machine().serial()).isGreaterThan(first);
            assertThat(again.notes()).singleElement().asString().contains("serial " + first + ") is revoked");
        }
        assertThat(kit.ca().publishedCrl().orElseThrow().revokes(first)).isTrue();
    }

    @Test
    void anExpiredIdentityIsIssuedAnewAndAnOverdueCrlToo() throws Exception {
        prepared();
        BigInteger first = serialOf("one");
        kit.now(kit.now().plus(Duration.ofDays(366)));
        try (Provisioned again = kit.provision("one")) {
            assertThat(again.machine().serial()).isGreaterThan(first);
            assertThat(again.notes()).singleElement().asString().contains("expired on");
        }
        assertThat(kit.ca().publishedCrl().orElseThrow().nextUpdate()).isAfter(kit.now());
    }

    @Test
    void aCertificateWhoseKeyIsGoneIsSuperseded() throws Exception {
        prepared();
        BigInteger first = serialOf("one");
        Files.delete(kit.folder().resolve("one-private.pem"));
        // The keystore has it still.
        try (Provisioned again = kit.provision("one")) {
            assertThat(again.issued()).isFalse();
            assertThat(kit.folder().resolve("one-private.pem")).exists();
        }
        Files.writeString(kit.folder().resolve("one-private.pem"), "no key");
        try (SecretBytes password = kit.password().copy();
                Keystore keystore = Keystore.open(kit.folder().resolve("private.yml"), password)) {
            keystore.key(name("one"), "gone".getBytes(StandardCharsets.US_ASCII));
            Files.write(kit.folder().resolve("private.yml"), keystore.sealed(new java.security.SecureRandom()));
        }
        try (Provisioned again = kit.provision("one")) {
            assertThat(again.machine().serial()).isGreaterThan(first);
        }
        assertThat(kit.ca().publishedCrl().orElseThrow().revokes(first)).isTrue();
    }

    @Test
    void renewingAMachineSupersedesAndRenewingTheNotifierKeepsItsKey() throws Exception {
        prepared();
        BigInteger first = serialOf("one");
        var notifier = kit.ca().certificateOf(CaName.NOTIFIER).orElseThrow();
        var renewed = identities().renew(name("one"), kit.password());
        assertThat(renewed.getSerialNumber()).isGreaterThan(first);
        assertThat(kit.ca().publishedCrl().orElseThrow().revokes(first)).isTrue();

        var again = identities().renew(CaName.NOTIFIER, kit.password());
        assertThat(again.getPublicKey()).isEqualTo(notifier.getPublicKey());
        assertThat(again.getSerialNumber()).isGreaterThan(notifier.getSerialNumber());
        assertThat(kit.ca().publishedCrl().orElseThrow().revokes(notifier.getSerialNumber()))
                .isFalse();
        try (Provisioned good = identities().provision(name("one"), CaKit.forbidden())) {
            assertThat(good.machine().certificate()).isEqualTo(renewed);
        }
    }

    // Other formats, other CAs

    @Test
    void opensslOpensThePkcs12() throws Exception {
        prepared();
        serialOf("one");
        try (MachineIdentity one = identities().existing(name("one"), Optional.empty());
                MachineIdentity same = identities().existing(name("one"), Optional.of(kit.password()));
                SecretBytes password = CaKit.secret("pâss");
                SecretBytes empty = CaKit.secret("")) {
            assertThat(one.key().constantTimeEquals(same.key())).isTrue();
            assertThatThrownBy(() -> Pkcs12.encode(one, empty)).hasMessageContaining("password");
            Files.write(kit.folder().resolve("one.p12"), Pkcs12.encode(one, password));
        }
        assertThat(kit.openssl("pkcs12", "-in", "one.p12", "-passin", "pass:pâss", "-nodes", "-info"))
                .contains("friendlyName: one", "BEGIN PRIVATE KEY", "CN = Keylime Certificate Authority");
        assertThat(kit.openssl("pkcs12", "-in", "one.p12", "-passin", "pass:no", "-nodes"))
                .contains("invalid password");
    }

    @Test
    void aCaOfOpensslIsTakenOver() throws Exception {
        Files.createDirectories(kit.folder());
        kit.openssl("genpkey", "-algorithm", "RSA", "-out", "made.pem");
        kit.openssl(
                "req",
                "-x509",
                "-new",
                "-key",
                "made.pem",
                "-subj",
                "/CN=Elsewhere",
                "-days",
                "900",
                "-out",
                "cacert.crt");
        Path key = root.resolve("made.pem");
        Files.move(kit.folder().resolve("made.pem"), key);
        KeyImport importing = new KeyImport(kit.ca());
        assertThatThrownBy(() -> importing.run(root.resolve("absent.pem"), BigInteger.TEN, kit.password(), false))
                .hasMessageContaining("not there");
        assertThat(importing.run(key, BigInteger.TEN, kit.password(), false)).isTrue();
        assertThat(serialOf("one")).isEqualTo(BigInteger.valueOf(11));
        assertThatThrownBy(() -> importing.run(key, BigInteger.TWO, kit.password(), false))
                .hasMessageContaining("given twice");
        assertThat(kit.openssl(
                        "verify", "-crl_check", "-CAfile", "cacert.crt", "-CRLfile", "cacrl.pem", "one-cert.crt"))
                .contains("OK");
        Path other = root.resolve("other.pem");
        Files.write(
                other,
                PemFiles.privateKey(
                        KeyPairs.rsa(2048, new java.security.SecureRandom()).getPrivate(), new char[0]));
        assertThatThrownBy(() -> importing.run(other, BigInteger.TEN, kit.password(), false))
                .hasMessageContaining("another CA");
        assertThatThrownBy(() -> importing.run(other, BigInteger.TEN, kit.password(), true))
                .hasMessageContaining("is not the key of");
        assertThat(serialOf("two")).isEqualTo(BigInteger.valueOf(13));
    }

    @ParameterizedTest
    @EnumSource(KeyKind.Curve.class)
    void aCaOfACurveGivesMachinesItsKindAndTheNotifierRsa(KeyKind.Curve curve) throws Exception {
        kit.ca().init(kit.password(), false, curve);
        try (Provisioned made = kit.provision("one");
                SecretBytes password = CaKit.secret("word")) {
            assertThat(KeyKind.ofMachines(made.machine().certificate().getPublicKey(), 0))
                    .isEqualTo(curve);
            assertThat(((RSAPublicKey) made.notifier().certificate().getPublicKey())
                            .getModulus()
                            .bitLength())
                    .isEqualTo(2048);
            assertThat(made.machine().files()).hasSize(6);
            Files.write(kit.folder().resolve("one.p12"), Pkcs12.encode(made.machine(), password));
        }
        try (Provisioned again = identities().provision(name("one"), CaKit.forbidden())) {
            assertThat(again.issued()).isFalse();
        }
        assertThat(kit.openssl("pkcs12", "-in", "one.p12", "-passin", "pass:word", "-nodes", "-info"))
                .contains("friendlyName: one");
        String[] check = {
            "verify",
            "-crl_check",
            "-CAfile",
            "cacert.crt",
            "-CRLfile",
            "cacrl.pem",
            "one-cert.crt",
            "RevocationNotifier-cert.crt",
            "ca-listen-cert.crt"
        };
        assertThat(new OwnServers(kit.ca())
                        .listener(List.of("localhost"), kit.password())
                        .key()
                        .getAlgorithm())
                .isEqualTo("EC");
        assertThat(kit.openssl(check))
                .contains("one-cert.crt: OK", "RevocationNotifier-cert.crt: OK", "listen-cert.crt: OK");
        kit.ca().revoke(kit.ca().serialOf(name("one")), RevocationReason.KEY_COMPROMISE, kit.password());
        assertThat(kit.openssl(check)).contains("certificate revoked", "RevocationNotifier-cert.crt: OK");
    }

    @Test
    void theCertificateMayComeAfterTheKey() throws Exception {
        Files.createDirectories(root);
        Path key = root.resolve("ec.pem");
        Files.createDirectories(kit.folder());
        kit.openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key.toString());
        assertThat(new KeyImport(kit.ca()).run(key, BigInteger.ONE, kit.password(), false))
                .isFalse();
        assertThatThrownBy(() -> kit.provision("one")).hasMessageContaining("cacert.crt");
        kit.openssl("req", "-x509", "-new", "-key", key.toString(), "-subj", "/CN=Elsewhere", "-out", "cacert.crt");
        assertThat(serialOf("one")).isEqualTo(BigInteger.TWO);
        assertThat(kit.openssl(
                        "verify", "-crl_check", "-CAfile", "cacert.crt", "-CRLfile", "cacrl.pem", "one-cert.crt"))
                .contains("OK");
    }
}
