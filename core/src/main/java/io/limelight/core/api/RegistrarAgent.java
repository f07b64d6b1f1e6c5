package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Results of {@code GET /v2.x/agents/{id}} at the registrar: an activated machine.
 *
 * @param agentId null from old registrars
 * @param ekTpm base64 TPM2B_PUBLIC of the endorsement key
 * @param aikTpm base64 TPM2B_PUBLIC of the attestation key
 * @param ekcert base64 DER of the endorsement key's certificate; null without one
 * @param ip contact address
 * @param port contact port
 * @param mtlsCert PEM of the agent's TLS certificate, or {@code disabled}
 * @param regcount how often the id was registered
 */
public record RegistrarAgent(
        @Nullable String agentId,
        String ekTpm,
        String aikTpm,
        @Nullable String ekcert,
        @Nullable String ip,
        @Nullable Integer port,
        @Nullable String mtlsCert,
        long regcount) {
    /** What {@link #mtlsCert} says when the agent speaks plain HTTP. */
    public static final String MTLS_DISABLED = "disabled";

    /** Reads results. */
    public static RegistrarAgent from(JsonNode results) throws WireFormatException {
        JsonNode object = Members.object(results, "the registration record");
        return new RegistrarAgent(
                Members.text(object, "agent_id"),
                Members.requiredText(object, "ek_tpm"),
                Members.requiredText(object, "aik_tpm"),
                Members.text(object, "ekcert"),
                Members.text(object, "ip"),
                Members.port(object, "port"),
                Members.text(object, "mtls_cert"),
                Members.numberOr(object, "regcount", 1));
    }

    /** True if the agent registered the word {@code disabled} instead of a certificate. */
    public boolean plainHttp() {
        return mtlsCert != null && mtlsCert.equalsIgnoreCase(MTLS_DISABLED);
    }

    /** For an answer. */
    public ObjectNode toJson() {
        ObjectNode object = WireJson.object();
        Members.putIfPresent(object, "agent_id", agentId);
        object.put("aik_tpm", aikTpm);
        object.put("ek_tpm", ekTpm);
        Members.putNullable(object, "ekcert", ekcert);
        Members.putNullable(object, "ip", ip);
        Members.putNullable(object, "port", port);
        Members.putNullable(object, "mtls_cert", mtlsCert);
        object.put("regcount", regcount);
        return object;
    }
}
