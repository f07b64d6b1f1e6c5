package io.limelight.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Bodies as peers of every generation write them, and as ours stand on the wire. */
class WireRecordsTest {
    private static JsonNode json(String text) throws IOException {
        return WireJson.parse(text.replace('\'', '"'));
    }

    @Test
    void theRustAgentsRegistration() throws Exception {
        RegistrationRequest request = RegistrationRequest.from(json("""
                {'ekcert':'','ek_tpm':'ZQ==','aik_tpm':'YQ==','iak_cert':null,'idevid_cert':null,'mtls_cert':'disabled',
                 'ip':'127.0.0.1','port':9002}"""));
        assertThat(request).isEqualTo(RegistrationRequest.of("YQ==", "ZQ==", "", "127.0.0.1", 9002, "disabled"));
        assertThat(request.toJson().has("iak_cert")).as("always there, if null").isTrue();
        assertThat(request.toJson().has("iak_tpm")).isFalse();
        assertThat(request.toJson().has("agent_id")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {"9002, 9002", "'9002', 9002", "null, none", "'', none"})
    void aPortIsANumberOrItsText(String written, Integer port) throws Exception {
        String value = written.isEmpty() || written.matches("'.*'") ? "\"" + written.replace("'", "") + "\"" : written;
        RegistrarAgent agent =
                RegistrarAgent.from(json("{'ek_tpm':'e','aik_tpm':'a','regcount':1,'port':" + value + "}"));
        assertThat(agent.port()).isEqualTo(port);
    }

    @Test
    void aRecordOfAnOldRegistrar() throws Exception {
        RegistrarAgent agent = RegistrarAgent.from(json("{'ek_tpm':'e','aik_tpm':'a','ekcert':null,'ip':null,"
                + "'port':'9002','mtls_cert':'DISABLED','provider_keys':{},'regcount':'3'}"));
        assertThat(agent.agentId()).isNull();
        assertThat(agent.regcount()).isEqualTo(3);
        assertThat(agent.plainHttp()).isTrue();
    }

    @Test
    void idsInBothShapesOfLists() throws Exception {
        List<String> ids = List.of("a", "b");
        assertThat(AgentList.from(json("{'uuids':['a','b']}")).ids()).isEqualTo(ids);
        assertThat(AgentList.from(json("{'uuids':[['a'],['b']]}")).ids()).isEqualTo(ids);
        assertThat(new AgentList(ids).toRegistrarJson()).isEqualTo(json("{'uuids':['a','b']}"));
        assertThat(new AgentList(ids).toVerifierJson()).isEqualTo(json("{'uuids':[['a'],['b']]}"));
        assertThat(AgentList.from(json("{'uuids':[]}")).ids()).isEmpty();
        for (String bad : List.of("{'uuids':'a'}", "{'uuids':[1]}", "{'uuids':[['a','b']]}", "{'uuids':[[]]}", "[]")) {
            assertThatThrownBy(() -> AgentList.from(json(bad))).as(bad).isInstanceOf(WireFormatException.class);
        }
    }

    @Test
    void aQuoteOfALegacyAgent() throws Exception {
        QuoteResults results = QuoteResults.from(json("{'quote':'rYQ==:Yg==:Yw==','hash_alg':'sha256','enc_alg':'rsa',"
                + "'sign_alg':'rsassa','pubkey':'PEM\\n','boottime':1600000000,'ima_measurement_list':'10 ...',"
                + "'ima_measurement_list_entry':0,'mb_measurement_list':null}"));
        assertThat(results.boottime()).isEqualTo(1_600_000_000L);
        assertThat(results.imaMeasurementListEntry()).isZero();
        assertThat(results.mbMeasurementList()).isNull();
        assertThat(results.pubkey()).as("hashed exactly as it came").isEqualTo("PEM\n");
        assertThat(results.toJson().has("mb_measurement_list")).isFalse();
    }

    @Test
    void theStatusOfKeylimesVerifier() throws Exception {
        AgentStatus status = AgentStatus.from(json("""
                {'operational_state':3,'v':'c2VjcmV0','ip':'127.0.0.1','port':9002,'tpm_policy':'{}',
                 'meta_data':'{}','has_mb_refstate':0,'has_runtime_policy':1,'accept_tpm_hash_algs':['sha256'],
                 'accept_tpm_encryption_algs':['rsa'],'accept_tpm_signing_algs':['rsassa'],'hash_alg':'','enc_alg':'',
                 'sign_alg':'','verifier_id':'default','verifier_ip':'127.0.0.1','verifier_port':8881,
                 'severity_level':null,'last_event_id':null,'attestation_count':7,'last_received_quote':1700000000,
                 'last_successful_attestation':1700000000}"""));
        assertThat(status.state()).contains(OperationalState.GET_QUOTE);
        assertThat(status.hasRuntimePolicy()).isTrue();
        assertThat(status.hasMbRefstate()).isFalse();
        assertThat(status.attestationStatus()).as("before 2.5").isNull();
        assertThat(status.toString()).doesNotContain("c2VjcmV0");
        assertThat(AgentStatus.from(json("{'operational_state':99}")).state()).isEmpty();
        assertThatThrownBy(() -> AgentStatus.from(json("{'operational_state':99999999999}")))
                .isInstanceOf(WireFormatException.class);
    }

    static Stream<Arguments> tenants() {
        return Stream.of(
                Arguments.of("6.3", "{'allowlist':'{}','mb_refstate':'null','vtpm_policy':'{}'}", "{}", null),
                Arguments.of(
                        "6.5", "{'ima_policy_bundle':'{\\u0022a\\u0022:1}','ima_policy_name':'n'}", "{\"a\":1}", null),
                Arguments.of(
                        "6.6",
                        "{'runtime_policy':'e30=','runtime_policy_sig':'s','runtime_policy_key':'k'}",
                        null,
                        "e30="),
                Arguments.of("7.12", "{'runtime_policy':'','mb_policy':null,'mb_policy_name':''}", null, ""));
    }

    @ParameterizedTest(name = "tenant {0}")
    @MethodSource("tenants")
    void policiesOfEveryGenerationOfTenants(String release, String body, String legacy, String policy)
            throws Exception {
        AddAgentRequest request = AddAgentRequest.from(json(body));
        assertThat(request.legacyImaPolicy()).isEqualTo(legacy);
        assertThat(request.runtimePolicy()).isEqualTo(policy);
    }

    @Test
    void theFirstMemberThatIsMissingIsNamed() throws Exception {
        ObjectNode whole = WireJson.object();
        for (String member : List.of(
                "tpm_policy",
                "metadata",
                "runtime_policy",
                "mb_policy",
                "ima_sign_verification_keys",
                "revocation_key",
                "accept_tpm_hash_algs",
                "accept_tpm_encryption_algs",
                "accept_tpm_signing_algs",
                "ak_tpm")) {
            assertThat(AddAgentRequest.missingMember(whole)).contains(member);
            whole.putNull(member);
        }
        assertThat(AddAgentRequest.missingMember(whole)).isEmpty();
        whole.remove("runtime_policy");
        whole.remove("mb_policy");
        assertThat(AddAgentRequest.missingMember(whole.put("allowlist", "").put("mb_refstate", "")))
                .isEmpty();
    }

    @Test
    void evidenceFlatAndWrapped() throws Exception {
        EvidenceRequest flat =
                EvidenceRequest.from(json("{'quote':'q','nonce':'n','hash_alg':'sha256','tpm_ek':'e','tpm_ak':'a'}"));
        EvidenceRequest wrapped = EvidenceRequest.from(
                json("{'type':'tpm','data':{'quote':'q','nonce':'n','hash_alg':'sha256','tpm_ek':'e','tpm_ak':'a'}}"));
        assertThat(flat).isEqualTo(wrapped);
        assertThat(wrapped.toJson().path("data").path("quote").asString()).isEqualTo("q");
        assertThatThrownBy(() -> EvidenceRequest.from(json("{'data':[]}"))).isInstanceOf(WireFormatException.class);
    }

    @ParameterizedTest
    @CsvSource({"1, true", "0, false", "true, true", "false, false"})
    void aVerdictIsABooleanOrItsNumber(String valid, boolean expected) throws Exception {
        assertThat(IdentityVerdict.from(json("{'valid':" + valid + "}")).valid())
                .isEqualTo(expected);
    }

    @Test
    void theKeysOfPolicyListsHoldASpace() throws Exception {
        assertThat(PolicyNames.from(json("{'runtimepolicy names':['a']}"), PolicyNames.RUNTIME_KEY)
                        .names())
                .containsExactly("a");
        assertThat(new PolicyNames(List.of("b")).toJson(PolicyNames.MEASURED_BOOT_KEY))
                .isEqualTo(json("{'mbpolicy names':['b']}"));
    }

    @Test
    void aStoredPolicyKeepsTheMisspelling() throws Exception {
        StoredPolicy policy =
                StoredPolicy.fromRuntimePolicy(json("{'name':'n','tmp_policy':null,'runtime_policy':'{}'}"));
        assertThat(policy.toRuntimePolicyJson())
                .isEqualTo(json("{'name':'n','tmp_policy':null,'runtime_policy':'{}'}"));
    }

    @Test
    void aNoticeMayBeUnsignedButHasToSaySo() throws Exception {
        assertThat(RevocationMessage.from(json("{'msg':'{}','signature':''}")).signature())
                .isEmpty();
        for (String body : new String[] {"{'signature':''}", "{'msg':'{}'}", "{'msg':'{}','signature':null}"}) {
            assertThatThrownBy(() -> RevocationMessage.from(json(body))).isInstanceOf(WireFormatException.class);
        }
    }

    @Test
    void secretsAreNotShown() {
        String secret = "c2VjcmV0c2VjcmV0";
        assertThat(new UKeyRequest(secret, secret, secret).toString()).doesNotContain(secret);
        assertThat(new VKeyRequest(secret).toString()).doesNotContain(secret);
        assertThat(new ActivationRequest(secret).toString()).doesNotContain(secret);
        AddAgentRequest add = new AddAgentRequest(
                secret, "ip", 1, null, null, "{}", "{}", "", "", "", null, null, null, null, "", "", secret, List.of(),
                List.of(), List.of(), "", null, "2.6");
        assertThat(add.toString()).doesNotContain(secret);
    }

    @ParameterizedTest
    @CsvSource({"text", "[]", "null", "7", "true"})
    void whatIsNoObjectIsNamed(String body) {
        String json = body.equals("text") ? "'text'" : body;
        for (Reader reader : List.<Reader>of(
                AgentList::from,
                AgentStatus::from,
                QuoteResults::from,
                RegistrarAgent::from,
                RegistrationRequest::from,
                RegistrationChallenge::from,
                ActivationRequest::from,
                AddAgentRequest::from,
                UKeyRequest::from,
                VKeyRequest::from,
                KeyProof::from,
                AgentInfo::from,
                TransportKeyResults::from,
                IdentityVerdict::from,
                EvidenceRequest::from,
                RevocationMessage::from,
                Versions::from,
                StoredPolicy::fromRuntimePolicy)) {
            assertThatThrownBy(() -> reader.read(json(json)))
                    .isInstanceOf(WireFormatException.class)
                    .hasMessageContaining("no JSON object");
        }
    }

    private interface Reader {
        Object read(JsonNode body) throws WireFormatException;
    }
}
