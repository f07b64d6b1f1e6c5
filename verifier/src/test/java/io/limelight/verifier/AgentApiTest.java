package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.OperationalState;
import io.limelight.core.json.WireJson;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.ObjectAttributes;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.TpmPublic;
import io.limelight.verifier.testkit.TestKeys;
import io.limelight.verifier.testkit.TestMachine;
import io.limelight.verifier.testkit.VerifierUnderTest.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** The API of the verifier as tenants see it. */
class AgentApiTest extends SharedVerifierTestBase {
    private static Arguments refused(String what, Consumer<ObjectNode> change, String reason) {
        return Arguments.of(what, change, reason);
    }

    /** A key that signs whatever it is given, also what looks like a quote. */
    private static String unrestrictedKey() {
        try {
            return TpmPublic.of(
                            TestKeys.rsa("AK").getPublic(),
                            HashAlgorithm.SHA256,
                            new ObjectAttributes(0x00040072),
                            Octets.EMPTY,
                            Optional.empty(),
                            Optional.of(TpmPublic.Scheme.of(
                                    io.limelight.core.tpm.SigningAlgorithm.RSASSA, HashAlgorithm.SHA256)))
                    .toBase64();
        } catch (io.limelight.core.tpm.TpmFormatException e) {
            throw new IllegalStateException(e);
        }
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                refused("no tpm_policy", b -> b.remove("tpm_policy"), "Exception error: 'tpm_policy'"),
                refused("no metadata", b -> b.remove("metadata"), "Exception error: 'metadata'"),
                refused("no runtime_policy", b -> b.remove("runtime_policy"), "Exception error: 'runtime_policy'"),
                refused("no mb_policy", b -> b.remove("mb_policy"), "Exception error: 'mb_policy'"),
                refused(
                        "no ima_sign_verification_keys",
                        b -> b.remove("ima_sign_verification_keys"),
                        "Exception error: 'ima_sign_verification_keys'"),
                refused("no revocation_key", b -> b.remove("revocation_key"), "Exception error: 'revocation_key'"),
                refused(
                        "no accept list",
                        b -> b.remove("accept_tpm_signing_algs"),
                        "Exception error: 'accept_tpm_signing_algs'"),
                refused("no ak_tpm", b -> b.remove("ak_tpm"), "Exception error: 'ak_tpm'"),
                refused(
                        "an accept list that is none",
                        b -> b.put("accept_tpm_hash_algs", "sha256"),
                        "Exception error: the member accept_tpm_hash_algs is no list"),
                refused("mtls_cert null", b -> b.putNull("mtls_cert"), "mTLS certificate for agent is required!"),
                refused("no mtls_cert", b -> b.remove("mtls_cert"), "mTLS certificate for agent is required!"),
                refused(
                        "mtls_cert disabled",
                        b -> b.put("mtls_cert", "disabled"),
                        "mTLS certificate for agent is required!"),
                refused("mtls_cert garbage", b -> b.put("mtls_cert", "garbage"), "mtls_cert holds 0 certificates"),
                refused("no address", b -> b.putNull("cloudagent_ip"), "cloudagent_ip is required"),
                refused("no port", b -> b.remove("cloudagent_port"), "cloudagent_port is required"),
                refused("port 0", b -> b.put("cloudagent_port", 0), "port 0 is not 1 to 65535"),
                refused(
                        "port 70000",
                        b -> b.put("cloudagent_port", 70000),
                        "the member cloudagent_port is no port number"),
                refused(
                        "an address with a path",
                        b -> b.put("cloudagent_ip", "127.0.0.1/../x"),
                        "is no host name or address"),
                refused("an AK that is none", b -> b.put("ak_tpm", "AAAA"), "ak_tpm is no attestation key"),
                refused("an AK that signs anything", b -> b.put("ak_tpm", unrestrictedKey()), "would prove nothing"),
                refused(
                        "a tpm_policy that is no JSON",
                        b -> b.put("tpm_policy", "{"),
                        "tpm_policy: cannot be read: not JSON"),
                refused(
                        "a tpm_policy with PCR 16",
                        b -> b.put("tpm_policy", "{\"16\": [\"00\"], \"mask\": \"0x10000\"}"),
                        "PCR 16 cannot be named"),
                refused(
                        "a tpm_policy with PCR 10",
                        b -> b.put("tpm_policy", "{\"10\": [\"00\"], \"mask\": \"0x400\"}"),
                        "PCR 10 cannot be named"),
                refused(
                        "a PCR value of no bank's length",
                        b -> b.put("tpm_policy", "{\"15\": [\"00\"], \"mask\": \"0x8000\"}"),
                        "which no PCR can have"),
                refused(
                        "a PCR value that is no hex",
                        b -> b.put("tpm_policy", "{\"15\": [\"" + "zz".repeat(32) + "\"], \"mask\": \"0x8000\"}"),
                        "which no PCR can have"),
                refused("a mask agents refuse", b -> b.put("tpm_policy", "{\"mask\": \"0X8000\"}"), "write 0x"),
                refused(
                        "hashes that do not exist",
                        b -> b.putArray("accept_tpm_hash_algs").add("sha257"),
                        "accept_tpm_hash_algs names no algorithm that exists"),
                refused(
                        "key algorithms that do not exist",
                        b -> b.putArray("accept_tpm_encryption_algs").add("RSA").add(""),
                        "accept_tpm_encryption_algs names no algorithm that exists"),
                refused(
                        "signature schemes that do not exist",
                        b -> b.putArray("accept_tpm_signing_algs").add("x"),
                        "accept_tpm_signing_algs names no algorithm that exists"),
                refused(
                        "an empty list of hashes",
                        b -> b.putArray("accept_tpm_hash_algs"),
                        "accept_tpm_hash_algs is empty, so no machine could ever pass"),
                refused(
                        "an address that is a number",
                        b -> b.put("cloudagent_ip", 5),
                        "Exception error: the member cloudagent_ip is no text"),
                refused(
                        "a mask that lacks a PCR of the policy",
                        b -> b.put("tpm_policy", "{\"15\": [\"" + "00".repeat(32) + "\"], \"mask\": \"0x0\"}"),
                        "does not ask for all PCRs named"),
                refused(
                        "an allowlist of 6.3",
                        b -> b.put("allowlist", "{\"hashes\": {}}"),
                        "allowlist or ima_policy_bundle is set"),
                refused(
                        "a bundle of 6.5",
                        b -> b.put("ima_policy_bundle", "{\"x\": 1}"),
                        "allowlist or ima_policy_bundle is set"),
                refused(
                        "IMA keys",
                        b -> b.put("ima_sign_verification_keys", "{\"keyids\": [1]}"),
                        "ima_sign_verification_keys is no keyring"),
                refused(
                        "a reference state of 7.11 that is none",
                        b -> {
                            b.remove("mb_policy");
                            b.put("mb_refstate", "{");
                        },
                        "Measured boot policy is malformatted"),
                refused(
                        "a V of 31 bytes",
                        b -> b.put("v", Base64.getEncoder().encodeToString(new byte[31])),
                        "v is not"),
                refused("a V that is no base64", b -> b.put("v", "###"), "v is not"),
                refused(
                        "a revocation key that is none",
                        b -> b.put("revocation_key", "secret"),
                        "revocation_key is no"),
                refused("metadata of two megabytes", b -> b.put("metadata", "m".repeat(2 << 20)), "metadata has"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void aRequestWithThatIsRefusedAndNothingIsStored(String what, Consumer<ObjectNode> change, String reason)
            throws Exception {
        ObjectNode body = ENROLMENT.get(this::enrolment);
        change.accept(body);
        Reply reply = verifier.post(id, body);
        assertThat(reply.status()).as(reply.reason()).isEqualTo(400);
        assertThat(reply.reason()).contains(reason);
        assertThat(reply.results().isObject()).isTrue();
        assertThat(verifier.get("/v2.6/agents/" + id).status()).isEqualTo(404);
    }

    /** One machine's enrolment is enough for requests that are refused. */
    private static final class Once {
        private ObjectNode body;

        synchronized ObjectNode get(java.util.concurrent.Callable<ObjectNode> maker) throws Exception {
            if (body == null) {
                body = maker.call();
            }
            return body.deepCopy();
        }
    }

    private static final Once ENROLMENT = new Once();

    private ObjectNode enrolment() throws Exception {
        return machine().enrolment();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "bnVsbA==", // null
                "e30=" // {}
            })
    void emptyFormsOfARuntimePolicyAreNone(String policy) throws Exception {
        verifier.add(id, machine().enrolment().put("runtime_policy", policy));
        assertThat(verifier.status(id).hasRuntimePolicy()).isFalse();
    }

    @Test
    void emptyFormsOfABootPolicyAndOfKeysAreNone() throws Exception {
        verifier.add(
                id,
                machine()
                        .enrolment()
                        .put("mb_policy", "{}")
                        .put("ima_sign_verification_keys", "null")
                        .put("runtime_policy_key", ""));
        assertThat(verifier.status(id).hasMbRefstate()).isFalse();
    }

    @Test
    void olderTenantsFieldSetsAreAccepted() throws Exception {
        ObjectNode body = machine().enrolment();
        body.remove(java.util.List.of("runtime_policy", "runtime_policy_name", "mb_policy", "mb_policy_name"));
        body.put("allowlist", "{}").put("mb_refstate", "null").put("vtpm_policy", "{\"mask\": \"0x0\"}");
        verifier.add(id, body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-x", "RevocationNotifier", "ca", "a%20b", "%C3%A4"})
    void anIdThatCouldHarmIsRefused(String hostile) throws Exception {
        for (String method : new String[] {"GET", "POST", "DELETE"}) {
            Reply reply = verifier.call(method, "/v2.6/agents/" + hostile, "{}".getBytes(StandardCharsets.UTF_8));
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.reason()).isEqualTo("agent_id not not valid");
        }
        assertThat(verifier.call("PUT", "/v2.6/agents/" + hostile + "/stop", null)
                        .status())
                .isEqualTo(400);
    }

    /** CVE-2022-23949: ids of the original could hold line ends and forge lines of the log. */
    @ParameterizedTest
    @ValueSource(strings = {"a%0Ab", "a%0D%0Ab", "a%1B%5B2J", "a%00b", "a%E2%80%A8b"})
    void cve202223949AnIdWithControlCharactersIsRefused(String hostile) throws Exception {
        assertThat(verifier.get("/v2.6/agents/" + hostile).status()).isEqualTo(400);
        assertThat(verifier.call("POST", "/v2.6/agents/" + hostile, "{}".getBytes(StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void anIdOf300CharactersIsRefused() throws Exception {
        assertThat(verifier.get("/v2.6/agents/" + "a".repeat(300)).status()).isEqualTo(400);
    }

    @Test
    void unknownAgentsGetTheAnswersTenantsKnow() throws Exception {
        assertThat(verifier.get("/v2.6/agents/nobody").status()).isEqualTo(404);
        assertThat(verifier.get("/v2.6/agents/nobody").reason()).isEqualTo("agent id not found");
        assertThat(verifier.delete("nobody").status()).isEqualTo(404);
        for (Reply reply : new Reply[] {verifier.stopAgent("nobody"), verifier.reactivate("nobody")}) {
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.reason()).isEqualTo("Exception error: No row was found when one was required");
        }
        assertThat(verifier.call("PUT", "/v2.6/agents/nobody", null).status()).isEqualTo(405);
    }

    @Test
    void bodiesThatAreNoneAreRefused() throws Exception {
        Reply empty = verifier.call("POST", "/v2.6/agents/" + id, null);
        assertThat(empty.status()).isEqualTo(400);
        assertThat(empty.reason()).isEqualTo("Expected non zero content length");
        for (String text : new String[] {"{", "[]", "\"x\"", "{} {}", "{\"a\":1,\"a\":2}"}) {
            Reply reply = verifier.call("POST", "/v2.6/agents/" + id, text.getBytes(StandardCharsets.UTF_8));
            assertThat(reply.status()).as(text).isEqualTo(400);
            assertThat(reply.reason()).startsWith("Exception error: ");
        }
    }

    @Test
    void aSecondAgentOfTheSameIdIsRefusedAndTheFirstStays() throws Exception {
        TestMachine first = machine();
        verifier.add(id, first.enrolment());
        Reply reply = verifier.post(id, machine().enrolment());
        assertThat(reply.status()).isEqualTo(409);
        assertThat(verifier.status(id).port()).isEqualTo(first.port());
    }

    @ParameterizedTest
    @CsvSource({"/v2/", "/v2.0/", "/v2.1/", "/v2.2/", "/v2.3/", "/v2.4/", "/v2.5/", "/v2.6/"})
    void everyVersionAnswersAlike(String version) throws Exception {
        assertThat(verifier.get(version + "agents/").status()).isEqualTo(200);
        assertThat(verifier.get(version + "agents").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1.0/agents/", "/v2.7/agents/", "/v3.0/agents/", "/v2.6/nothing", "/nothing"})
    void unknownVersionsAndPathsAreNotFound(String path) throws Exception {
        assertThat(verifier.get(path).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/version", "/versions"})
    void anybodyMayAskForTheVersion(String path) throws Exception {
        Reply reply = verifier.callAnonymously("GET", path, null);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.results().path("current_version").asString("")).isEqualTo("2.6");
        assertThat(reply.results().path("supported_versions").toString()).contains("\"2.0\"");
    }

    /** CVE-2026-1709: administrators' routes of the original's registrar answered without a client certificate. */
    @Test
    void cve20261709WithoutAClientCertificateNothingIsToldOrDone() throws Exception {
        TestMachine machine = machine();
        verifier.add(id, machine.enrolment());
        String agent = "/v2.6/agents/" + id;
        for (String[] call : new String[][] {
            {"GET", "/v2.6/agents/"},
            {"GET", agent},
            {"POST", agent},
            {"DELETE", agent},
            {"PUT", agent + "/stop"},
            {"PUT", agent + "/reactivate"},
            {"GET", "/v2.6/allowlists/"},
            {"POST", "/v2.6/allowlists/x"},
            {"GET", "/v2.6/mbpolicies/"}
        }) {
            Reply reply = verifier.callAnonymously(call[0], call[1], "{}".getBytes(StandardCharsets.UTF_8));
            assertThat(reply.status()).as(call[0] + " " + call[1]).isEqualTo(403);
            assertThat(reply.body().path("errors").path(0).path("title").asString(""))
                    .isEqualTo("Forbidden");
        }
        verifier.awaitPasses(id, 1);
    }

    @Test
    void listsAreListsOfOneElementAndBulkIsKeyedById() throws Exception {
        verifier.add(id, machine().enrolment());
        assertThat(verifier.get("/v2.6/agents/").results().path("uuids").toString())
                .contains("[\"" + id + "\"]");
        assertThat(verifier.get("/v2.6/agents/?verifier=default").results().toString())
                .contains(id);
        assertThat(verifier.get("/v2.6/agents/?verifier=").results().toString()).contains(id);
        assertThat(verifier.get("/v2.6/agents/?verifier=other").results().toString())
                .isEqualTo("{\"uuids\":[]}");
        AgentStatus bulk = AgentStatus.from(
                verifier.get("/v2.6/agents/?bulk=True&verifier=").results().get(id));
        assertThat(bulk.ip()).isEqualTo("127.0.0.1");
    }

    @Test
    void theStatusHoldsWhatWasPostedAndNeverV() throws Exception {
        TestMachine machine = machine();
        String v =
                Base64.getEncoder().encodeToString("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8));
        ObjectNode body = machine.enrolment()
                .put("v", v)
                .put(
                        "revocation_key",
                        new String(
                                PemFiles.privateKey(TestKeys.rsa("notifier").getPrivate(), new char[0]),
                                StandardCharsets.US_ASCII))
                .put("metadata", "{\"cert_serial\": 7}")
                .put("verifier_ip", "10.1.2.3")
                .put("verifier_port", "9999");
        verifier.add(id, body);
        Reply reply = verifier.get("/v2.6/agents/" + id);
        assertThat(reply.body().toString()).doesNotContain(v).doesNotContain("PRIVATE KEY");
        ObjectNode results = (ObjectNode) reply.results();
        assertThat(results.propertyNames())
                .containsExactly(
                        "operational_state",
                        "v",
                        "ip",
                        "port",
                        "tpm_policy",
                        "meta_data",
                        "has_mb_refstate",
                        "has_runtime_policy",
                        "accept_tpm_hash_algs",
                        "accept_tpm_encryption_algs",
                        "accept_tpm_signing_algs",
                        "hash_alg",
                        "enc_alg",
                        "sign_alg",
                        "verifier_id",
                        "verifier_ip",
                        "verifier_port",
                        "severity_level",
                        "last_event_id",
                        "attestation_count",
                        "last_received_quote",
                        "last_successful_attestation",
                        "attestation_status",
                        "attestation_period",
                        "maximum_attestation_interval");
        assertThat(results.get("v").stringValue()).isEqualTo("(hidden)");
        assertThat(results.get("meta_data").stringValue()).isEqualTo("{\"cert_serial\": 7}");
        assertThat(results.get("tpm_policy").stringValue()).isEqualTo("{\"mask\": \"0x0\"}");
        assertThat(results.get("has_runtime_policy").intValue()).isZero();
        assertThat(results.get("verifier_ip").stringValue()).isEqualTo("10.1.2.3");
        assertThat(results.get("verifier_port").intValue()).isEqualTo(9999);
        assertThat(results.get("verifier_id").stringValue()).isEqualTo("default");
        assertThat(results.get("attestation_period").stringValue()).isEqualTo("0s");
        assertThat(results.get("accept_tpm_signing_algs").toString()).isEqualTo("[\"rsassa\",\"ecdsa\"]");
        assertThat(verifier.get("/v2.6/agents/?bulk=1").body().toString()).doesNotContain(v);
    }

    @Test
    void withoutAShareVIsNullAndTheVerifierNamesItself() throws Exception {
        verifier.add(id, machine().enrolment());
        AgentStatus status = verifier.status(id);
        assertThat(status.v()).isNull();
        assertThat(status.verifierIp()).isEqualTo("127.0.0.1");
        assertThat(status.verifierPort()).isEqualTo(verifier.port());
    }

    @Test
    void thePeriodIsToldInWholeSecondsAndVOnlyWhereAnOptionSaysSo() throws Exception {
        verifier("quote_interval = 2.5", "return_v = clear", "uuid = mine");
        String v =
                Base64.getEncoder().encodeToString(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
        verifier.add(id, machine().enrolment().put("v", v));
        AgentStatus status = verifier.status(id);
        assertThat(status.v()).isEqualTo(v);
        assertThat(status.attestationPeriod()).isEqualTo("2s");
        assertThat(status.maximumAttestationInterval()).isEqualTo("12s");
        assertThat(status.verifierId()).isEqualTo("mine");
    }

    @Test
    void largeBodiesAreTakenOnlyWhereAPolicyMayBe() throws Exception {
        verifier("max_upload_size = 200000");
        byte[] large = new byte[300_000];
        byte[] medium = new byte[100_000];
        for (String path : new String[] {"/v2.6/agents/" + id, "/v2.6/allowlists/x", "/v2.6/mbpolicies/x"}) {
            assertThat(verifier.call("POST", path, large).status()).as(path).isEqualTo(413);
            assertThat(verifier.call("POST", path, medium).status()).as(path).isEqualTo(400);
        }
        assertThat(verifier.call("PUT", "/v2.6/agents/" + id + "/stop", medium).status())
                .isEqualTo(413);
        assertThat(verifier.call("DELETE", "/v2.6/agents/" + id, medium).status())
                .isEqualTo(413);
    }

    @Test
    void aHundredMegabytesAreAnsweredAndTheVerifierGoesOn() throws Exception {
        int status =
                verifier.call("POST", "/v2.6/agents/" + id, new byte[100 << 20]).status();
        assertThat(status).isIn(400, 413);
        verifier.add(id, machine().enrolment());
        verifier.awaitPasses(id, 1);
    }

    /** CVE-2022-1053: the original's verifier looked up the AK itself, and could be given another than was checked. */
    @Test
    void cve20221053TheKeyIsTheOneTheTenantCheckedAndNoOther() throws Exception {
        TestMachine machine = machine();
        ObjectNode withoutKey = machine.enrolment();
        withoutKey.remove("ak_tpm");
        assertThat(verifier.post(id, withoutKey).status()).isEqualTo(400);
        verifier.add(
                id,
                machine.enrolment()
                        .put("ak_tpm", TestKeys.attestationKey().publicArea().toBase64()));
        assertThat(verifier.awaitState(id, OperationalState.INVALID_QUOTE).lastEventId())
                .isEqualTo("qoute_validation.quote_validation");
    }

    @Test
    void anIdentityQuoteIsCheckedForAnybody() throws Exception {
        TestMachine machine = machine();
        verifier.add(id, machine.enrolment());
        String quote = machine.signed(new TestMachine.Ask("2.6", "abcdef", io.limelight.core.tpm.PcrMask.NONE, true, 0))
                .format();
        String path = "/v2.6/verify/identity?agent_uuid=" + id + "&hash_alg=sha256&quote="
                + java.net.URLEncoder.encode(quote, StandardCharsets.UTF_8) + "&nonce=";
        assertThat(verifier.callAnonymously("GET", path + "abcdef", null)
                        .results()
                        .toString())
                .isEqualTo("{\"valid\":1}");
        Reply wrong = verifier.callAnonymously("GET", path + "abcdeg", null);
        assertThat(wrong.results().path("valid").intValue()).isZero();
        assertThat(wrong.results().path("reason").asString("")).contains("nonce");
        assertThat(verifier.callAnonymously("GET", path, null).reason()).isEqualTo("missing query parameter 'nonce'");
        assertThat(verifier.callAnonymously("GET", path.replace(id, "nobody") + "abcdef", null)
                        .status())
                .isEqualTo(404);
        assertThat(verifier.callAnonymously("GET", path.replace("sha256", "md5") + "abcdef", null)
                        .results()
                        .path("valid")
                        .intValue())
                .isZero();
    }

    @Test
    void theVerifyRoutesCanBeSwitchedOff() throws Exception {
        verifier("verify_api = False");
        assertThat(verifier.callAnonymously("GET", "/v2.6/verify/identity?agent_uuid=x", null)
                        .status())
                .isEqualTo(403);
    }

    @Test
    void withoutTlsTowardsAgentsTheyAreSpokenToInPlain() throws Exception {
        verifier("enable_agent_mtls = False");
        TestMachine machine = own(TestMachine.startPlain());
        verifier.add(id, machine.enrolment());
        verifier.awaitPasses(id, 2);
        ObjectNode another = machine.enrolment();
        another.putNull("mtls_cert");
        verifier.add(id + "-null", another);
        verifier.awaitPasses(id + "-null", 1);
    }

    @Test
    void bodiesNeedNoContentType() throws Exception {
        // The helper sends none; this is what says so.
        assertThat(verifier.call(
                                "POST",
                                "/v2.6/agents/" + id,
                                WireJson.compact(machine().enrolment()))
                        .status())
                .isEqualTo(200);
    }
}
