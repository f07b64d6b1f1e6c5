package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Body of {@code POST /v2.x/agents/{id}} at the registrar: who a machine says it is.
 *
 * <p>All texts are as they came (reference §1.2, §1.4): binary members are base64 or hex, certificates PEM or base64
 * DER, and the empty string stands for "none" in {@code ekcert} and elsewhere. {@link #from} judges types only.
 *
 * @param agentId only in the body of {@code POST /agents}; null otherwise
 * @param aikTpm TPM2B_PUBLIC of the attestation key
 * @param ekTpm TPM2B_PUBLIC of the endorsement key
 * @param ekcert certificate of the endorsement key: PEM (possibly with a chain), base64 DER, {@code ""}, null, or
 *     {@code emulator}
 * @param iakTpm TPM2B_PUBLIC of the IAK
 * @param idevidTpm TPM2B_PUBLIC of the IDevID
 * @param iakCert certificate of the IAK
 * @param idevidCert certificate of the IDevID
 * @param iakAttest TPMS_ATTEST: certification of the AK by the IAK
 * @param iakSign TPMT_SIGNATURE over it
 * @param ip contact address
 * @param port contact port
 * @param mtlsCert PEM of the agent's TLS certificate, or {@code disabled}
 */
public record RegistrationRequest(
        @Nullable String agentId,
        @Nullable String aikTpm,
        @Nullable String ekTpm,
        @Nullable String ekcert,
        @Nullable String iakTpm,
        @Nullable String idevidTpm,
        @Nullable String iakCert,
        @Nullable String idevidCert,
        @Nullable String iakAttest,
        @Nullable String iakSign,
        @Nullable String ip,
        @Nullable Integer port,
        @Nullable String mtlsCert) {

    /** A registration without DevID keys, as most agents send it. */
    public static RegistrationRequest of(
            String aikTpm, String ekTpm, String ekcert, String ip, int port, String mtlsCert) {
        return new RegistrationRequest(
                null, aikTpm, ekTpm, ekcert, null, null, null, null, null, null, ip, port, mtlsCert);
    }

    /** Reads a body. */
    public static RegistrationRequest from(JsonNode body) throws WireFormatException {
        JsonNode object = Members.object(body, "the registration");
        return new RegistrationRequest(
                Members.text(object, "agent_id"),
                Members.text(object, "aik_tpm"),
                Members.text(object, "ek_tpm"),
                Members.text(object, "ekcert"),
                Members.text(object, "iak_tpm"),
                Members.text(object, "idevid_tpm"),
                Members.text(object, "iak_cert"),
                Members.text(object, "idevid_cert"),
                Members.text(object, "iak_attest"),
                Members.text(object, "iak_sign"),
                Members.text(object, "ip"),
                Members.port(object, "port"),
                Members.text(object, "mtls_cert"));
    }

    /** As an agent sends it: {@code iak_cert} and {@code idevid_cert} always, other absent members left out. */
    public ObjectNode toJson() {
        ObjectNode object = WireJson.object();
        Members.putIfPresent(object, "agent_id", agentId);
        Members.putIfPresent(object, "aik_tpm", aikTpm);
        Members.putIfPresent(object, "ek_tpm", ekTpm);
        Members.putIfPresent(object, "ekcert", ekcert);
        Members.putIfPresent(object, "iak_tpm", iakTpm);
        Members.putIfPresent(object, "idevid_tpm", idevidTpm);
        Members.putNullable(object, "iak_cert", iakCert);
        Members.putNullable(object, "idevid_cert", idevidCert);
        Members.putIfPresent(object, "iak_attest", iakAttest);
        Members.putIfPresent(object, "iak_sign", iakSign);
        Members.putIfPresent(object, "ip", ip);
        if (port != null) {
            object.put("port", port);
        }
        Members.putIfPresent(object, "mtls_cert", mtlsCert);
        return object;
    }
}
