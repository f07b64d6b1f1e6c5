package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a Limelight registrar's list says of a machine. Of an id with nothing but an attempt it says when that was, and nothing that
 * came with it, since it proves nothing.
 *
 * @param agentId as text: an id of another registrar may be one that our own rules refuse
 * @param ip contact address
 * @param port contact port
 * @param activatedAt when it proved its TPM last; null if it never did
 * @param pendingSince when somebody last registered under this id and has not yet proved a TPM
 * @param ekCertificate whether there is an EK certificate
 * @param deviceIdentity whether there are IAK and IDevID
 * @param regcount how often it registered
 * @param agentTls what is known of its TLS certificate
 */
public record RegistrationSummary(
        String agentId,
        @Nullable String ip,
        @Nullable Integer port,
        @Nullable Instant activatedAt,
        @Nullable Instant pendingSince,
        boolean ekCertificate,
        boolean deviceIdentity,
        long regcount,
        AgentTls agentTls) {
    /** How a machine can be spoken to. */
    public enum AgentTls {
        /** It registered a certificate. */
        PRESENT,
        /** It said that it speaks plain HTTP. */
        DISABLED,
        /** It said nothing. */
        NONE;

        /** Reads the word; what is not known means nothing. */
        public static AgentTls of(@Nullable String word) {
            for (AgentTls tls : values()) {
                if (tls.word().equals(word)) {
                    return tls;
                }
            }
            return NONE;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether its TPM is proved. */
    public boolean active() {
        return activatedAt != null;
    }

    static RegistrationSummary from(JsonNode node) throws WireFormatException {
        JsonNode object = Members.object(node, "a registration");
        return new RegistrationSummary(
                Members.requiredText(object, "agent_id"),
                Members.textOnly(object, "ip"),
                Members.port(object, "port"),
                Members.time(object, "activated_at"),
                Members.time(object, "pending_since"),
                Members.flag(object, "ek_certificate"),
                Members.flag(object, "device_identity"),
                Members.numberOr(object, "regcount", 0),
                AgentTls.of(Members.textOnly(object, "mtls_cert")));
    }

    ObjectNode toJson() {
        ObjectNode object = WireJson.object().put("agent_id", agentId);
        Members.putNullable(object, "ip", ip);
        Members.putNullable(object, "port", port);
        Members.putNullable(object, "activated_at", activatedAt == null ? null : activatedAt.toString());
        Members.putNullable(object, "pending_since", pendingSince == null ? null : pendingSince.toString());
        return object.put("ek_certificate", ekCertificate)
                .put("device_identity", deviceIdentity)
                .put("regcount", regcount)
                .put("mtls_cert", agentTls.word());
    }
}
