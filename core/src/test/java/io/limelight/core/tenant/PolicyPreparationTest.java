package io.limelight.core.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.limelight.core.api.PolicyName;
import io.limelight.core.json.WireJson;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tenant.TenantException.Kind;
import io.limelight.core.tenant.kit.TenantWorld;
import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found out about policies before anybody is asked: hostile files first. */
class PolicyPreparationTest {
    private static final String FIXTURES = "runtime-policy/";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path folder;

    private TenantWorld world;
    private PolicyPreparation preparation;

    @BeforeEach
    void build() throws Exception {
        world = TenantWorld.in(folder);
        world.configure();
        preparation = new PolicyPreparation(world.settings(), () -> NOW, new Cancellation());
    }

    @AfterEach
    void end() {
        world.close();
    }

    private Path put(String fixture) throws Exception {
        return put(fixture.substring(fixture.lastIndexOf('/') + 1), Fixtures.bytes(FIXTURES + fixture));
    }

    private Path put(String name, byte[] content) throws Exception {
        return Files.write(folder.resolve(name), content);
    }

    private Path text(String name, String content) throws Exception {
        return put(name, content.getBytes(StandardCharsets.UTF_8));
    }

    private static DocumentSource file(Path path) {
        return new DocumentSource.LocalFile(path);
    }

    private PreparedPolicies runtime(RuntimePolicyChoice choice) throws TenantException {
        return preparation.prepare(new PolicyChoice(choice, new BootPolicyChoice.None(), List.of()));
    }

    private PreparedPolicies given(DocumentSource source, Optional<String> checksum, Optional<Path> signer)
            throws TenantException {
        return runtime(new RuntimePolicyChoice.Given(source, checksum, signer, Optional.empty()));
    }

    private PreparedPolicies given(Path file) throws TenantException {
        return given(file(file), Optional.empty(), Optional.empty());
    }

    private PreparedPolicies signed(Path file, Path key) throws TenantException {
        return given(file(file), Optional.empty(), Optional.of(key));
    }

    private PreparedPolicies boot(Path file) throws TenantException {
        return preparation.prepare(new PolicyChoice(
                new RuntimePolicyChoice.None(), new BootPolicyChoice.Given(file, Optional.empty()), List.of()));
    }

    private PreparedPolicies allowlist(Path list, Optional<Path> excludes) throws TenantException {
        return runtime(new RuntimePolicyChoice.Allowlist(file(list), excludes, Optional.empty()));
    }

    private PreparedPolicies keys(SignerKeyChoice... keys) throws TenantException {
        return preparation.prepare(
                new PolicyChoice(new RuntimePolicyChoice.None(), new BootPolicyChoice.None(), List.of(keys)));
    }

    @FunctionalInterface
    private interface Act {
        void run() throws Exception;
    }

    private String refusal(Act act) {
        TenantException failure = catchThrowableOfType(TenantException.class, act::run);
        assertThat(failure).isNotNull();
        assertThat(failure.kind()).isEqualTo(Kind.POLICY);
        assertThat(failure.sentences())
                .doesNotContain("Exception", "\n", "io.limelight")
                .matches("['A-Z-].*\\.");
        return failure.sentences();
    }

    // --- files ---

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThat(refusal(() -> given(folder.resolve("nowhere.json"))))
                .contains("runtime policy", "nowhere.json does not exist", "Nothing was sent");
        assertThat(refusal(() -> boot(folder.resolve("nowhere.json"))))
                .contains("measured boot policy", "does not exist");
        assertThat(refusal(() -> allowlist(folder.resolve("nowhere.txt"), Optional.empty())))
                .contains("allowlist");
    }

    @Test
    void aFolderIsNoFile() {
        assertThat(refusal(() -> given(folder))).contains("is a folder");
        assertThat(refusal(() -> boot(folder))).contains("is a folder");
    }

    @Test
    void aFileOfAHundredMegabytesIsNotRead() throws Exception {
        Path large = folder.resolve("large.json");
        try (RandomAccessFile sparse = new RandomAccessFile(large.toFile(), "rw")) {
            sparse.setLength(100L << 20);
        }
        assertThat(refusal(() -> given(large))).contains("large.json is longer than");
        assertThat(refusal(() -> boot(large))).contains("large.json is longer than");
        assertThat(refusal(() -> allowlist(large, Optional.empty()))).contains("large.json is longer than");
        Path list = text("list.txt", "ab".repeat(32) + "  /bin/ls\n");
        assertThat(refusal(() -> allowlist(list, Optional.of(large)))).contains("exclude list", "is longer than");
        Path policy = put("sign/runtime-policy.json");
        assertThat(refusal(() -> signed(policy, large))).contains("key", "is longer than");
        assertThat(refusal(() -> keys(new SignerKeyChoice(file(large), Optional.empty()))))
                .contains("IMA signature key", "is longer than");
    }

    @Test
    void aDeviceWithoutEndIsNotReadToItsEnd() {
        Path device = Path.of("/dev/zero");
        assumeTrue(Files.exists(device));
        assertThat(refusal(() -> boot(device))).contains("is longer than");
    }

    @Test
    void aFileThatMayNotBeReadIsNamed() throws Exception {
        Path file = put("sign/runtime-policy.json");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        if (Files.isReadable(file)) {
            // Root may read every file, but no folder as one.
            Path folder = file.getParent();
            assertThat(refusal(() -> given(folder))).contains(folder.toString());
        } else {
            assertThat(refusal(() -> given(file))).contains("may not be read by this user");
        }
    }

    // --- content ---

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                     | a policy is a JSON object",
                "nonsense                               | is not JSON",
                "[]                                     | a policy is a JSON object",
                "{}                                     | is required and missing",
                "{\"hashes\": {}}                       | limelight policy convert",
                "{\"meta\": {\"version\": true}}        | meta.version",
                "{\"release\": 0, \"release\": 0}       | stands there twice",
                "{\"payload\": \"e30=\"}                | envelope",
                "{\"payload\": \"!\", \"signatures\": [{\"sig\": \"ab\"}]} | is no base64",
            })
    void whatIsNoPolicyIsSaidToBeNone(String content, String said) throws Exception {
        Path file = text("p.json", content);
        assertThat(refusal(() -> given(file))).contains("p.json", said, "Nothing was sent");
    }

    @Test
    void bytesThatAreNoTextAreNoPolicy() throws Exception {
        Path file = put("p.json", new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThat(refusal(() -> given(file))).contains("UTF-8");
        assertThat(refusal(() -> boot(file))).contains("UTF-8");
        Path deep = text("deep.json", "[".repeat(100_000));
        assertThat(refusal(() -> given(deep))).contains("deep.json");
        assertThat(refusal(() -> boot(deep))).contains("deep.json");
    }

    @Test
    void keylimesOwnPolicyWithAPrefixedDigestFailsItsSchemaAndTheWayOutIsNamed() throws Exception {
        Path file = put("runtime-policy-test.json");
        assertThat(refusal(() -> given(file))).contains("boot_aggregate", "limelight policy convert");
    }

    @Test
    void aGoodPolicyTravelsAsItIs() throws Exception {
        Path file = put("sign/runtime-policy.json");
        PreparedPolicies prepared = given(file);
        PreparedRuntimePolicy policy = prepared.runtime().orElseThrow();
        assertThat(Base64.getDecoder().decode(policy.wireText())).isEqualTo(Files.readAllBytes(file));
        assertThat(policy.wireKey()).isEmpty();
        assertThat(policy.description()).startsWith("runtime policy of runtime-policy.json (");
        assertThat(prepared.pcrs().format()).isEqualTo("0x400");
    }

    @Test
    void exclusionsThatCannotBeCompiledAndEmptyPoliciesAreWarnedAbout() throws Exception {
        String empty = Fixtures.text(FIXTURES + "sign/runtime-policy-empty.json");
        PreparedPolicies prepared =
                given(text("e.json", empty.replaceFirst("\"excludes\": *\\[", "\"excludes\": [\"(\"")));
        assertThat(prepared.warnings())
                .anyMatch(warning -> warning.contains("exclude nothing"))
                .anyMatch(warning -> warning.contains("names no file"));
    }

    // --- checksum ---

    @Test
    void anotherChecksumIsAnotherFile() throws Exception {
        Path file = put("sign/runtime-policy.json");
        String right = HexFormat.of().formatHex(HashAlgorithm.SHA256.digest(Files.readAllBytes(file)));
        assertThat(refusal(() -> given(file(file), Optional.of("00".repeat(32)), Optional.empty())))
                .contains(right, "00".repeat(32), "changed");
        for (String wrong : List.of("", "abc", right + "0", right.substring(1) + "g")) {
            assertThat(refusal(() -> given(file(file), Optional.of(wrong), Optional.empty())))
                    .contains("no SHA-256");
        }
        assertThat(given(file(file), Optional.of(right.toUpperCase(java.util.Locale.ROOT)), Optional.empty())
                        .runtime())
                .isPresent();
    }

    // --- signatures ---

    @ParameterizedTest
    @CsvSource({
        "runtime-policy-test-signed-bad.json, runtime-policy-pubkey.pub, no good signature",
        "sign/runtime-policy.signed-ecdsa.json, runtime-policy-pubkey.pub, no good signature",
        "sign/runtime-policy.json, sign/ec-p521-public.pem, is not signed",
        "sign/runtime-policy.signed-ecdsa.json, sign/ec-p521-private.pem, cannot be used",
        "sign/runtime-policy.signed-ecdsa.json, sign/rsa-4096-private.pem, cannot be used",
        "sign/runtime-policy.signed-ecdsa.json, gpg-sig.pub, cannot be used",
        // Signed well, but what is signed does not satisfy the schema.
        "runtime-policy-test-signed.json, runtime-policy-pubkey.pub, boot_aggregate",
    })
    void aSignatureThatIsNotGoodEndsIt(String policy, String key, String said) throws Exception {
        Path file = put(policy);
        Path signer = put(key);
        assertThat(refusal(() -> signed(file, signer))).contains(said);
    }

    @Test
    void aSignedPolicyWithoutAKeyIsNotSent() throws Exception {
        Path file = put("sign/runtime-policy.signed-ecdsa.json");
        assertThat(refusal(() -> given(file))).contains("is signed", "--runtime-policy-sig-key");
    }

    @ParameterizedTest
    @CsvSource({
        "sign/runtime-policy.signed-ecdsa.json, sign/ec-p521-public.pem",
        "sign/runtime-policy.signed-x509.json, sign/x509-signer.crt"
    })
    void aSignedPolicyTravelsInItsEnvelopeWithThePublicKey(String policy, String key) throws Exception {
        Path file = put(policy);
        PreparedRuntimePolicy prepared = signed(file, put(key)).runtime().orElseThrow();
        assertThat(Base64.getDecoder().decode(prepared.wireText())).isEqualTo(Files.readAllBytes(file));
        // Keylime's verifier reads no certificate here.
        assertThat(new String(Base64.getDecoder().decode(prepared.wireKey()), StandardCharsets.US_ASCII))
                .isEqualTo(Fixtures.text(FIXTURES + "sign/ec-p521-public.pem"));
        assertThat(prepared.description()).contains("signed by the key ");
    }

    // --- older forms ---

    @Test
    void anAllowlistBecomesAPolicy() throws Exception {
        Path list = put("ima-allowlist-short.txt");
        Path excludes = put("legacy/excludelist.txt");
        PreparedRuntimePolicy prepared =
                allowlist(list, Optional.of(excludes)).runtime().orElseThrow();
        var policy = WireJson.parseObject(Base64.getDecoder().decode(prepared.wireText()));
        assertThat(policy.path("meta").path("version").asInt()).isEqualTo(1);
        assertThat(policy.path("meta").path("generator").asInt()).isEqualTo(3);
        assertThat(policy.path("digests").size()).isPositive();
        assertThat(policy.path("excludes").size()).isEqualTo(6);
        assertThat(policy.toString()).doesNotContain("sha256:");
        assertThat(prepared.description()).endsWith("converted");
        assertThat(given(put("again.json", Base64.getDecoder().decode(prepared.wireText())))
                        .runtime())
                .isPresent();
    }

    @Test
    void whatIsNoAllowlistIsNotConverted() throws Exception {
        Path policy = put("sign/runtime-policy.json");
        assertThat(refusal(() -> allowlist(policy, Optional.empty())))
                .contains("is a runtime policy already", "--runtime-policy");
        Path nonsense = text("n.txt", "one\ntwo\n");
        assertThat(refusal(() -> allowlist(nonsense, Optional.empty()))).contains("holds no digest and path");
        Path digests = text("d.txt", "xyz  /bin/ls\n");
        assertThat(refusal(() -> allowlist(digests, Optional.empty()))).contains("/bin/ls");
        Path list = text("l.txt", "ab".repeat(32) + "  /bin/ls\nshort\n");
        Path excludes = text("x.txt", "ok\n(\n");
        assertThat(refusal(() -> allowlist(list, Optional.of(excludes)))).contains("exclude list", "x.txt", "'('");
        assertThat(allowlist(list, Optional.empty()).warnings())
                .singleElement()
                .asString()
                .contains("Line 2");
    }

    // --- measured boot ---

    @ParameterizedTest
    @ValueSource(
            strings = {"", "null", "nonsense", "[1]", "7", "{\"a\": 1}", "{\"digests\": {}}", "{\"pk\": [], \"pk\": []}"
            })
    void whatIsNoReferenceStateIsNotSent(String content) throws Exception {
        Path file = text("b.json", content);
        assertThat(refusal(() -> boot(file))).contains("b.json", "limelight policy create measured-boot");
    }

    @Test
    void aReferenceStateThatJudgesNothingOrFailsEverythingIsWarnedAbout() throws Exception {
        assertThat(boot(text("b.json", "{}")).warnings())
                .singleElement()
                .asString()
                .contains("no boot is judged");
        PreparedPolicies prepared = boot(text("b.json", "{\"has_secureboot\": true, \"pk\": []}"));
        assertThat(prepared.warnings()).singleElement().asString().contains("example or uefi-linux", "scrtm_and_bios");
        assertThat(prepared.boot().orElseThrow().text()).isEqualTo("{\"has_secureboot\": true, \"pk\": []}");
        assertThat(prepared.pcrs().format()).isEqualTo("0xfbff");
    }

    @Test
    void defaultIsWhatTheConfigurationNames() throws Exception {
        assertThat(refusal(() -> preparation.defaultBootPolicy())).contains("mb_refstate", "tenant.conf");
        world.configure("mb_refstate = good.json");
        assertThat(new PolicyPreparation(world.settings(), () -> NOW, new Cancellation()).defaultBootPolicy())
                .isEqualTo(folder.resolve("good.json"));
    }

    // --- keys of IMA signatures ---

    @Test
    void keysAreProvedByDetachedSignatures() throws Exception {
        Path key = put("sign/ec-p521-public.pem");
        assertThat(keys(new SignerKeyChoice(file(key), Optional.empty()))
                        .signerKeys()
                        .wireText())
                .startsWith("{\"pubkeys\": [\"")
                .contains("\"keyids\": [");
        assertThat(keys(new SignerKeyChoice(file(key), Optional.empty())).pcrs().format())
                .isEqualTo("0x400");
        Path list = put("ima-allowlist-short.txt");
        assertThat(refusal(() -> keys(new SignerKeyChoice(file(list), Optional.empty()))))
                .contains("neither a certificate nor a key");
        Path signature = put("detached-signature/allowlist-ec-sig.bin");
        Path signer = put("detached-signature/allowlist-ec-key.pem");
        assertThat(refusal(() -> keys(new SignerKeyChoice(
                        file(key), Optional.of(new SignerKeyChoice.Proof(file(signature), signer))))))
                .contains("signature", "is not one by the key", "changed");
        // Signed well; that it is no key is another matter.
        Path signed = put("detached-signature/allowlist.json");
        assertThat(refusal(() -> keys(new SignerKeyChoice(
                        file(signed), Optional.of(new SignerKeyChoice.Proof(file(signature), signer))))))
                .contains("neither a certificate nor a key");
        assertThat(refusal(() -> keys(
                        new SignerKeyChoice(file(key), Optional.of(new SignerKeyChoice.Proof(file(signature), list))))))
                .contains("key of a signature", "cannot be used");
    }

    // --- addresses ---

    @Test
    void whatIsFetchedIsBoundedProvedAndNeverRedirected() throws Exception {
        byte[] policy = Fixtures.bytes(FIXTURES + "sign/runtime-policy.json");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/good", exchange -> {
            exchange.sendResponseHeaders(200, policy.length);
            exchange.getResponseBody().write(policy);
            exchange.close();
        });
        server.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().add("Location", "/good");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.createContext("/endless", exchange -> {
            exchange.sendResponseHeaders(200, 100L << 20);
            exchange.getResponseBody().write(policy);
            exchange.getResponseBody().flush();
        });
        server.start();
        try {
            String base = "http://user:secret@127.0.0.1:" + server.getAddress().getPort();
            Optional<String> checksum = Optional.of(HexFormat.of().formatHex(HashAlgorithm.SHA256.digest(policy)));
            assertThat(given(new DocumentSource.Remote(base + "/good"), checksum, Optional.empty())
                            .runtime())
                    .isPresent();
            assertThat(refusal(() -> given(
                            new DocumentSource.Remote(base + "/good"), Optional.of("00".repeat(32)), Optional.empty())))
                    .contains("changed")
                    .doesNotContain("secret");
            assertThat(refusal(() -> given(new DocumentSource.Remote(base + "/moved"), checksum, Optional.empty())))
                    .contains("302", "redirect")
                    .doesNotContain("secret");
            assertThat(refusal(() -> given(new DocumentSource.Remote(base + "/none"), checksum, Optional.empty())))
                    .contains("404");
            assertThat(refusal(() -> given(new DocumentSource.Remote(base + "/endless"), checksum, Optional.empty())))
                    .contains("is longer than");
            assertThat(refusal(() -> runtime(new RuntimePolicyChoice.Allowlist(
                            new DocumentSource.Remote(base + "/good"), Optional.empty(), Optional.empty()))))
                    .contains("use https");
        } finally {
            server.stop(0);
        }
        assertThat(refusal(() ->
                        given(new DocumentSource.Remote("ftp://x/y"), Optional.of("00".repeat(32)), Optional.empty())))
                .contains("must begin with https");
    }

    // --- names ---

    @Test
    void aNameAloneIsTheVerifiersToHave() throws Exception {
        PreparedPolicies prepared = preparation.prepare(new PolicyChoice(
                new RuntimePolicyChoice.Stored(new PolicyName("web")),
                new BootPolicyChoice.Stored(new PolicyName("uefi")),
                List.of()));
        assertThat(prepared.runtime()).isEmpty();
        assertThat(prepared.boot()).isEmpty();
        assertThat(prepared.pcrs().format()).isEqualTo("0xffff");
        assertThat(prepared.description()).isEqualTo("runtime policy web; measured boot policy uefi");
    }
}
