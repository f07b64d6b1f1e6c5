package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.limelight.core.api.OperationalState;
import io.limelight.core.json.WireJson;
import io.limelight.store.ImportLine;
import io.limelight.store.ImportLine.Verdict;
import io.limelight.store.StoreException;
import io.limelight.verifier.testkit.TestKeys;
import io.limelight.verifier.testkit.TestMachine;
import io.limelight.verifier.testkit.VerifierUnderTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** A Keylime verifier's database, taken over. Its tables are made as Keylime 7.14's migrations leave them. */
class KeylimeImportTest extends VerifierTestBase {
    private static final String SHARE = Base64.getEncoder().encodeToString(new byte[32]);
    private static final String POLICY = """
            {"meta": {"version": 1, "generator": 3}, "release": 0, "digests": {"/bin/a": ["%s"]}, "excludes": [],
             "keyrings": {}, "ima": {"ignored_keyrings": [], "log_hash_alg": "sha1", "dm_policy": null},
             "ima-buf": {}, "verification-keys": ""}""".formatted("ab".repeat(32));

    private Path keylime;

    @BeforeEach
    void makeKeylimesFile() throws Exception {
        verifier();
        keylime = folder.resolve("cv_data.sqlite");
        sql(
                "CREATE TABLE alembic_version_cloud_verifier (version_num VARCHAR(32))",
                "CREATE TABLE allowlists (id INTEGER PRIMARY KEY, name VARCHAR(255) NOT NULL, checksum VARCHAR(128),"
                        + " generator INTEGER, tpm_policy TEXT, ima_policy TEXT)",
                "CREATE TABLE mbpolicies (id INTEGER PRIMARY KEY, name VARCHAR(255) NOT NULL, mb_policy TEXT)",
                "CREATE TABLE verifiermain (agent_id VARCHAR(80) PRIMARY KEY, v VARCHAR(45), ip VARCHAR(255),"
                        + " verifier_id VARCHAR(100), verifier_ip VARCHAR(255), verifier_port INTEGER, port INTEGER,"
                        + " operational_state INTEGER, public_key VARCHAR(500), tpm_policy TEXT, meta_data TEXT,"
                        + " ima_policy_id INTEGER, ima_sign_verification_keys TEXT, mb_policy_id INTEGER,"
                        + " revocation_key VARCHAR(2800), accept_tpm_hash_algs TEXT, accept_tpm_encryption_algs TEXT,"
                        + " accept_tpm_signing_algs TEXT, ak_tpm VARCHAR(500), mtls_cert VARCHAR(2048),"
                        + " supported_version VARCHAR(50), attestation_count INTEGER, tpm_version INTEGER)");
    }

    private void sql(String... statements) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + keylime);
                var statement = connection.createStatement()) {
            for (String text : statements) {
                statement.execute(text);
            }
        }
    }

    /** The row that Keylime makes of what a tenant posts. */
    private void agent(String id, ObjectNode posted, Map<String, Object> other) throws Exception {
        Map<String, Object> row = new java.util.TreeMap<>(Map.of(
                "agent_id",
                id,
                "v",
                SHARE,
                "ip",
                posted.path("cloudagent_ip").asString(),
                "port",
                posted.path("cloudagent_port").asInt(),
                "verifier_id",
                "default",
                "operational_state",
                3,
                "tpm_policy",
                WireJson.compactText(WireJson.object()
                        .put("x", posted.path("tpm_policy").asString())
                        .get("x")),
                "meta_data",
                "{}",
                "ak_tpm",
                posted.path("ak_tpm").asString(),
                "mtls_cert",
                posted.path("mtls_cert").asString()));
        row.put("accept_tpm_hash_algs", "[\"sha512\", \"sha384\", \"sha256\"]");
        row.put("accept_tpm_encryption_algs", "[\"ecc\", \"rsa\"]");
        row.put("accept_tpm_signing_algs", "[\"ecschnorr\", \"rsassa\", \"ecdsa\"]");
        row.put("supported_version", "2.5");
        row.putAll(other);
        String columns = String.join(", ", row.keySet());
        String marks = String.join(", ", java.util.Collections.nCopies(row.size(), "?"));
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + keylime);
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO verifiermain (" + columns + ") VALUES (" + marks + ")")) {
            int i = 0;
            for (Object value : row.values()) {
                insert.setObject(++i, value);
            }
            insert.execute();
        }
    }

    private void policy(int id, String name, String text) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + keylime);
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO allowlists (id, name, generator, ima_policy) VALUES (?, ?, 3, ?)")) {
            insert.setInt(1, id);
            insert.setString(2, name);
            insert.setString(3, text);
            insert.execute();
        }
    }

    private List<ImportLine> importing(boolean apply) throws Exception {
        byte[] before = Files.readAllBytes(keylime);
        FileTime changed = Files.getLastModifiedTime(keylime);
        try {
            return KeylimeImport.run(
                    verifier.loader(), Optional.empty(), keylime, apply, TestKeys.RANDOM, InstantSource.system());
        } finally {
            assertThat(Files.readAllBytes(keylime)).isEqualTo(before);
            assertThat(Files.getLastModifiedTime(keylime)).isEqualTo(changed);
            assertThat(folder.resolve("cv_data.sqlite-journal")).doesNotExist();
            assertThat(folder.resolve("cv_data.sqlite-wal")).doesNotExist();
        }
    }

    private static Verdict verdict(List<ImportLine> lines, String what) {
        return line(lines, what).verdict();
    }

    private static ImportLine line(List<ImportLine> lines, String what) {
        return lines.stream()
                .filter(line -> line.what().equals(what))
                .findFirst()
                .orElseThrow(() -> new AssertionError(lines.toString()));
    }

    @Test
    void agentsArePassingAfterwardsAndWhatKeylimeHadGivenUpIsStopped() throws Exception {
        TestMachine machine = machine();
        agent("good", machine.enrolment(), Map.of());
        TestMachine bad = machine();
        agent("bad", bad.enrolment(), Map.of("operational_state", 9));
        verifier.stop();

        List<ImportLine> trial = importing(false);
        assertThat(verdict(trial, "agent good")).isEqualTo(Verdict.TAKEN);
        verifier.begin();
        assertThat(verifier.get("/v2.6/agents/good").status()).isEqualTo(404);
        assertThatThrownBy(() -> importing(true))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("another verifier is running");
        verifier.stop();

        List<ImportLine> lines = importing(true);
        assertThat(lines).isEqualTo(trial);
        assertThat(importing(true))
                .allSatisfy(line -> assertThat(line.verdict()).isEqualTo(Verdict.KNOWN));
        try (var connection = verifier.sql();
                var row = connection.createStatement().executeQuery("SELECT v FROM agent WHERE agent_id = 'good'")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getBytes(1)).as("sealed").hasSizeGreaterThan(32);
        }
        verifier.begin();
        verifier.awaitPasses("good", 2);
        await().atMost(VerifierUnderTest.SOON).until(() -> machine.shares().size() == 1);
        assertThat(verifier.state("bad")).isEqualTo(OperationalState.TENANT_FAILED);
        assertThat(bad.begun()).isZero();
        verifier.reactivate("bad");
        verifier.awaitPasses("bad", 1);
    }

    @Test
    void policiesComeWithTheirNamesAndAgents() throws Exception {
        policy(1, "shared", POLICY);
        policy(2, "own", POLICY.replace("/bin/a", "/bin/b"));
        policy(3, "broken", "{\"meta\": 7}");
        agent("a", machine().enrolment(), Map.of("ima_policy_id", 1));
        agent("own", machine().enrolment(), Map.of("ima_policy_id", 2));
        agent("c", machine().enrolment(), Map.of("ima_policy_id", 3));
        verifier.stop();
        List<ImportLine> lines = importing(true);
        assertThat(verdict(lines, "Runtime policy shared")).isEqualTo(Verdict.TAKEN);
        assertThat(verdict(lines, "Runtime policy broken")).isEqualTo(Verdict.LEFT);
        assertThat(verdict(lines, "agent a")).isEqualTo(Verdict.TAKEN);
        assertThat(verdict(lines, "agent own")).isEqualTo(Verdict.TAKEN);
        assertThat(line(lines, "agent c")).satisfies(line -> {
            assertThat(line.verdict()).isEqualTo(Verdict.LEFT);
            assertThat(line.why()).contains("Runtime policy broken cannot be taken");
        });
        assertThat(verdict(importing(true), "Runtime policy shared")).isEqualTo(Verdict.KNOWN);
        verifier.begin();
        assertThat(verifier.get("/v2.6/allowlists/shared").status()).isEqualTo(200);
        assertThat(verifier.get("/v2.6/agents/own")
                        .results()
                        .path("has_runtime_policy")
                        .asInt(-1))
                .isOne();
    }

    @Test
    void whatCannotBeTakenIsSaidForEachAndHoldsNobodyUp() throws Exception {
        ObjectNode posted = machine().enrolment();
        agent("good", posted, Map.of());
        agent("push", posted, new java.util.HashMap<>(java.util.Collections.singletonMap("ip", null)));
        agent("elsewhere", posted, Map.of("verifier_id", "other"));
        agent("key", posted, Map.of("ak_tpm", "AAAA"));
        agent("bad id", posted, Map.of());
        agent("share", posted, Map.of("v", "c2VjcmV0"));
        agent("lists", posted, Map.of("accept_tpm_hash_algs", "not json"));
        agent("dangling", posted, Map.of("ima_policy_id", 77));
        agent("unbooted", posted, Map.of("mb_policy_id", 78));
        agent("deleted", posted, Map.of("operational_state", 8));
        verifier.stop();
        List<ImportLine> lines = importing(false);
        assertThat(verdict(lines, "agent good")).isEqualTo(Verdict.TAKEN);
        assertThat(lines.stream().filter(line -> line.verdict() == Verdict.LEFT))
                .hasSize(9);
        assertThat(line(lines, "agent push").why()).contains("cloudagent_ip");
        assertThat(line(lines, "agent elsewhere").why()).contains("\"other\"");
        assertThat(line(lines, "agent key").why()).contains("ak_tpm");
        assertThat(line(lines, "agent share").why()).doesNotContain("c2VjcmV0");
        assertThat(line(lines, "agent dangling").why())
                .isEqualTo("its runtime policy is not in the file (ima_policy_id 77); add it anew, with one");
        assertThat(line(lines, "agent unbooted").why()).contains("measured boot policy is not", "mb_policy_id 78");
        assertThat(line(lines, "agent deleted").why()).contains("a tenant has deleted it");
    }

    @ParameterizedTest
    @CsvSource({"7, failed", "9, invalid quote", "10, tenant failed"})
    void whatKeylimeHadGivenUpIsTakenStopped(int state, String name) throws Exception {
        agent("a", machine().enrolment(), Map.of("operational_state", state));
        verifier.stop();
        assertThat(line(importing(false), "agent a")).satisfies(line -> {
            assertThat(line.verdict()).isEqualTo(Verdict.TAKEN);
            assertThat(line.why()).startsWith("stopped").contains("(" + name + ")");
        });
    }

    @Test
    void anotherFileIsRefusedWithAReason() throws Exception {
        Path text = Files.writeString(folder.resolve("text"), "no database, for all that it is long enough".repeat(9));
        for (Path file : List.of(text, folder.resolve("nothing"), verifier.database())) {
            assertThatThrownBy(() -> KeylimeImport.run(
                            verifier.loader(), Optional.empty(), file, false, TestKeys.RANDOM, InstantSource.system()))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(file.toString());
        }
    }
}
