package io.limelight.core.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.limelight.core.secret.SecretBytes;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateAuthorityTest {
    private static final CertificateSubject SUBJECT = new CertificateSubject(
            "US",
            "MA",
            "Lexington",
            "Keylime",
            "53",
            "Keylime Certificate Authority",
            3650,
            2048,
            "http://localhost/crl");

    @TempDir
    Path root;

    private final SecureRandom random = new SecureRandom();
    private final SecretBytes password = secret("s3cret");
    private Instant now = Instant.now();

    @AfterEach
    void forget() {
        password.close();
    }

    private static SecretBytes secret(String text) {
        return SecretBytes.adopt(text.getBytes(StandardCharsets.UTF_8));
    }

    private Path folder() {
        return root.resolve("ca");
    }

    private CertificateAuthority ca() {
        return ca(_ -> {});
    }

    private CertificateAuthority ca(Consumer<String> step) {
        return new CertificateAuthority(folder(), SUBJECT, random, () -> now, step);
    }

    private static CaName name(String name) throws CaException {
        return CaName.fresh(name);
    }

    // Names

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "../x",
                "a/../../x",
                "/etc/passwd",
                "-x",
                "--force",
                ".hidden",
                "a b",
                "a\nb",
                "a\0b",
                "ü",
                "ca",
                "CA",
                "lastserial",
                "revoked_keys",
                "cacert",
                "cacrl",
                "RevocationNotifier",
                "revocationnotifier",
                "server",
                "client",
                "a\\b",
                "a:b",
                "a'b",
            })
    void aNameThatCouldReachElsewhereOrIsKeptForAPurposeIsRefused(String text) {
        assertThatThrownBy(() -> CaName.fresh(text))
                .isInstanceOf(CaException.class)
                .hasMessageContaining("name");
    }

    @Test
    void aLongNameIsRefusedWithoutRepeatingIt() {
        assertThatThrownBy(() -> CaName.fresh("a".repeat(300)))
                .hasMessageContaining("300 characters")
                .hasMessageNotContaining("aaaa");
    }

    // Passwords

    @Test
    void aWrongPasswordSaysSoAndChangesNothing() throws Exception {
        ca().init(password, false);
        Map<String, String> before = contents();
        try (SecretBytes wrong = secret("guess")) {
            for (Callable<?> act : List.<Callable<?>>of(
                    () -> ca().create(name("one"), wrong, false),
                    () -> ca().revoke(BigInteger.TWO, RevocationReason.UNSPECIFIED, wrong),
                    () -> ca().reissueCrl(wrong))) {
                assertThatThrownBy(act::call)
                        .hasMessageContaining("wrong password")
                        .hasMessageContaining("private.yml");
            }
        }
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void anEmptyPasswordIsNone() {
        try (SecretBytes empty = secret("")) {
            assertThatThrownBy(() -> ca().init(empty, false)).hasMessageContaining("You must specify a password!");
        }
        assertThat(folder()).doesNotExist();
    }

    // Folders

    @Test
    void anExistingCaIsNotWipedWithoutForce() throws Exception {
        ca().init(password, false);
        ca().create(name("one"), password, false);
        Map<String, String> before = contents();
        assertThatThrownBy(() -> ca().init(password, false)).hasMessageContaining("--force");
        assertThatThrownBy(() -> ca().requireRoom(false)).hasMessageContaining("--force");
        assertThat(contents()).isEqualTo(before);

        ca().init(password, true);
        assertThat(contents().keySet())
                .containsExactlyInAnyOrder(
                        "cacert.crt", "ca-public.pem", "private.yml", "cacrl.der", "cacrl.pem", ".lock");
    }

    @Test
    void forceDoesNotDeleteFilesThatAreNoCas() throws Exception {
        Files.createDirectories(folder());
        Files.writeString(folder().resolve("letsencrypt.pem"), "mine");
        assertThatThrownBy(() -> ca().init(password, true)).hasMessageContaining("letsencrypt.pem");
        assertThat(folder().resolve("letsencrypt.pem")).hasContent("mine");
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        assertThatThrownBy(() -> ca().listing()).hasMessageContaining("limelight ca -c init -d " + folder());
        Files.createDirectories(folder());
        assertThatThrownBy(() -> ca().listing()).hasMessageContaining("holds no CA");
        ca().init(password, false);
        Files.delete(folder().resolve("private.yml"));
        assertThatThrownBy(() -> ca().reissueCrl(password)).hasMessageContaining("has no private.yml");
    }

    @Test
    void keystoreAndCertificateOfDifferentCasAreNotUsedTogether() throws Exception {
        ca().init(password, false);
        byte[] keystore = Files.readAllBytes(folder().resolve("private.yml"));
        ca().init(password, true);
        Files.write(folder().resolve("private.yml"), keystore);
        assertThatThrownBy(() -> ca().create(name("one"), password, false)).hasMessageContaining("not of the same CA");
    }

    @Test
    void largerKeysThanNoticesAllowAreRefused() {
        CertificateSubject large = new CertificateSubject("US", "", "", "", "", "CA", 1, 4096, "http://x/");
        assertThatThrownBy(() -> new CertificateAuthority(folder(), large, random, () -> now).init(password, false))
                .hasMessageContaining("cert_bits = 4096");
    }

    @Test
    void anExpiredCaIssuesNothingButStillRevokes() throws Exception {
        ca().init(password, false);
        ca().create(name("one"), password, false);
        now = now.plus(Duration.ofDays(3651));
        assertThatThrownBy(() -> ca().create(name("two"), password, false)).hasMessageContaining("expired on");
        ca().revoke(BigInteger.TWO, RevocationReason.KEY_COMPROMISE, password);
    }

    @Test
    void aSecondCertificateOfANameTakesTheFirstBack() throws Exception {
        ca().init(password, false);
        ca().create(name("one"), password, false);
        assertThatThrownBy(() -> ca().create(name("one"), password, false)).hasMessageContaining("serial 2");
        assertThat(ca().create(name("one"), password, true).getSerialNumber()).isEqualTo(3);
        assertThat(ca().listing().revoked())
                .singleElement()
                .satisfies(entry -> assertThat(entry.reason()).isEqualTo(RevocationReason.SUPERSEDED));
        // A revoked one is no obstacle.
        ca().revoke(BigInteger.valueOf(3), RevocationReason.UNSPECIFIED, password);
        assertThat(ca().create(name("one"), password, false).getSerialNumber()).isEqualTo(4);
    }

    @Test
    void serialsThatAreNotAMachinesAreNotRevoked() throws Exception {
        ca().init(password, false);
        for (long serial : new long[] {0, 2, 99}) {
            assertThatThrownBy(() -> ca().revoke(BigInteger.valueOf(serial), RevocationReason.UNSPECIFIED, password))
                    .hasMessageContaining("never issued");
        }
        assertThatThrownBy(() -> ca().revoke(BigInteger.ONE, RevocationReason.UNSPECIFIED, password))
                .hasMessageContaining("the CA's own");
        assertThat(ca().listing().revoked()).isEmpty();
    }

    @Test
    void twoWritersAtOnceLoseNothing() throws Exception {
        ca().init(password, false);
        List<Callable<BigInteger>> writers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String machine = "machine-" + i;
            writers.add(() -> ca().create(name(machine), password, false).getSerialNumber());
        }
        List<BigInteger> serials = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            for (Future<BigInteger> serial : threads.invokeAll(writers)) {
                serials.add(serial.get());
            }
        }
        assertThat(serials).doesNotHaveDuplicates().hasSize(6);
        assertThat(ca().listing().issued()).hasSize(6);
    }

    // Crashes

    private static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private interface Act {
        void on(CertificateAuthority ca) throws Exception;
    }

    /** Ends the act before its n-th step on the disk; false when it has fewer. */
    private boolean crashes(int n, Act act) throws Exception {
        int[] left = {n};
        try {
            act.on(ca(_ -> {
                if (left[0]-- == 0) {
                    throw new Crash();
                }
            }));
            return false;
        } catch (Crash e) {
            return true;
        }
    }

    @Test
    void aCrashBetweenTwoWritesLeavesAUsableCa() throws Exception {
        for (int step = 0; crashes(step, ca -> ca.init(password, true)); step++) {
            // The next one meets no CA, or a whole one.
            if (!Files.exists(folder().resolve("private.yml")) && !FolderChange.interrupted(folder())) {
                assertThat(folder().resolve("cacert.crt")).doesNotExist();
                continue;
            }
            ca().reissueCrl(password);
        }
        ca().init(password, true);
        int names = 0;
        for (int step = 0; ; step++) {
            CaName machine = name("machine-" + names++);
            boolean crashed = crashes(step, ca -> ca.create(machine, password, false));
            List<CaListing.Issued> issued = ca().listing().issued();
            for (CaListing.Issued one : issued) {
                assertThat(folder().resolve(one.name() + "-private.pem")).exists();
            }
            assertThat(ca().create(name("after-" + step), password, false).getSerialNumber())
                    .isEqualTo(BigInteger.valueOf(issued.size() + 2L));
            if (!crashed) {
                break;
            }
        }
        for (int step = 0; ; step++) {
            BigInteger serial = BigInteger.valueOf(step + 2L);
            boolean crashed = crashes(step, ca -> ca.revoke(serial, RevocationReason.KEY_COMPROMISE, password));
            int published = ca().listing().revoked().size();
            assertThat(ca().reissueCrl(password).entries())
                    .as("keystore and CRL agree after a crash at step %s", step)
                    .isEqualTo(published);
            if (!crashed) {
                break;
            }
        }
        openssl("verify", "-CAfile", "cacert.crt", "after-0-cert.crt");
        assertThat(contents().keySet()).noneMatch(file -> file.startsWith(".change"));
    }

    @Test
    void whatAProcessLeftAtAnyByteIsThrownAway() throws Exception {
        ca().init(password, false);
        Path draft = Files.createDirectory(folder().resolve(".change.tmp"));
        Files.writeString(draft.resolve("private.yml"), "half");
        Files.writeString(draft.resolve(".private.yml.12ab.tmp"), "ha");
        ca().create(name("one"), password, false);
        assertThat(draft).doesNotExist();
    }

    // What others see

    @Test
    void filesAreTheirOwnersAlone() throws Exception {
        ca().init(password, false);
        ca().create(name("one"), password, false);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
                .isEqualTo("rwx------");
        try (var files = Files.list(folder())) {
            for (Path file : files.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void theServicesCaIsNotDeletedEvenByForce() throws Exception {
        Files.createDirectories(folder());
        for (String name : List.of("cacert.crt", "ca-private.pem", "server-private.pem", "client-private.pem")) {
            Files.writeString(folder().resolve(name), "x");
        }
        assertThatThrownBy(() -> ca().init(password, true)).hasMessageContaining("the CA of registrar and verifier");
        assertThat(folder().resolve("ca-private.pem")).hasContent("x");
    }

    @Test
    void withoutAListThatItSignedNobodyIsSaidToBeValid() throws Exception {
        ca().init(password, false);
        ca().create(name("bad"), password, false);
        ca().revoke(BigInteger.TWO, RevocationReason.UNSPECIFIED, password);
        Files.write(folder().resolve("cacrl.der"), new byte[0]);
        Files.write(folder().resolve("cacrl.pem"), new byte[0]);
        CaListing listing = ca().listing();
        assertThat(listing.crl()).isEmpty();
        assertThat(listing.issued()).extracting(CaListing.Issued::state).containsExactly(CaListing.State.UNKNOWN);
    }

    @Test
    void opensslVerifiesCertificatesAndFindsTheRevokedOne() throws Exception {
        ca().init(password, false);
        ca().create(name("good"), password, false);
        ca().create(name("bad"), password, false);
        Instant when = now.truncatedTo(ChronoUnit.SECONDS);
        ca().revoke(BigInteger.valueOf(3), RevocationReason.KEY_COMPROMISE, password);
        now = now.plus(Duration.ofDays(2));
        ca().reissueCrl(password);
        now = now.minus(Duration.ofDays(1));
        ca().reissueCrl(password);
        now = when;
        CaListing listing = ca().listing();
        assertThat(listing.revoked())
                .as("later lists keep the date and the reason")
                .containsExactly(new Revocation(BigInteger.valueOf(3), when, RevocationReason.KEY_COMPROMISE));
        assertThat(listing.crl().orElseThrow().number()).isEqualTo(4);

        String text = openssl("crl", "-in", "cacrl.pem", "-noout", "-text", "-CAfile", "cacert.crt");
        assertThat(text).contains("verify OK", "X509v3 CRL Number", "Serial Number: 03", "Key Compromise");
        ca().reissueCrl(password);
        assertThat(openssl("verify", "-CAfile", "cacert.crt", "-CRLfile", "cacrl.pem", "-crl_check", "good-cert.crt"))
                .contains("good-cert.crt: OK");
        assertThat(run(
                        "openssl",
                        "verify",
                        "-CAfile",
                        "cacert.crt",
                        "-CRLfile",
                        "cacrl.pem",
                        "-crl_check",
                        "bad-cert.crt"))
                .contains("certificate revoked");
        assertThat(openssl("x509", "-in", "good-cert.crt", "-noout", "-text"))
                .contains("CN = good", "DNS:good", "URI:http://localhost/crl");
        assertThat(openssl("pkey", "-in", "good-private.pem", "-pubout").strip())
                .isEqualTo(Files.readString(folder().resolve("good-public.pem")).strip());
    }

    /** Python's YAML reader takes our keystore for the structure that Keylime expects. */
    @Test
    void pythonReadsTheKeystoreAndWritesOneThatIsReadHere() throws Exception {
        assumeTrue(has("python3", "-c", "import yaml, cryptography"), "Python with yaml and cryptography");
        ca().init(password, false);
        ca().create(name("12345"), password, false);
        ca().create(name("two"), password, false);
        ca().revoke(BigInteger.TWO, RevocationReason.KEY_COMPROMISE, password);
        String said = run("python3", "-c", PEER);
        assertThat(said).contains("['2'] 3 True");

        // The peer has revoked serial 3 and made no CRL; the next list has both.
        assertThat(ca().reissueCrl(password).entries()).isEqualTo(2);
        assertThat(ca().listing().revoked())
                .extracting(Revocation::reason)
                .containsExactlyInAnyOrder(RevocationReason.KEY_COMPROMISE, RevocationReason.UNSPECIFIED);
        ca().create(name("three"), password, false);
    }

    /** Reads, changes and writes private.yml as the reference says that Keylime does. */
    private static final String PEER = """
            import base64, os, yaml
            from cryptography.hazmat.primitives import hashes
            from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM
            outer = yaml.safe_load(open('private.yml'))
            key = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=outer['salt'].encode(),
                             iterations=100000).derive(b's3cret')
            raw = base64.b64decode(outer['priv'])
            inner = yaml.safe_load(AESGCM(key).decrypt(raw[:16], raw[16:], None))
            ours = inner['12345'] == open('12345-private.pem', 'rb').read()
            print(inner['revoked_keys'], inner['lastserial'], ours)
            inner['revoked_keys'].append('3')
            iv = os.urandom(16)
            text = yaml.dump(inner, Dumper=yaml.SafeDumper).encode()
            outer['priv'] = base64.b64encode(iv + AESGCM(key).encrypt(iv, text, None))
            open('private.yml', 'w').write(yaml.dump(outer, Dumper=yaml.SafeDumper))
            """;

    private Map<String, String> contents() throws Exception {
        Map<String, String> contents = new TreeMap<>();
        try (var files = Files.list(folder())) {
            for (Path file : files.toList()) {
                contents.put(file.getFileName().toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return contents;
    }

    private String openssl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    private String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(folder().toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    private boolean has(String... command) throws Exception {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }
}
