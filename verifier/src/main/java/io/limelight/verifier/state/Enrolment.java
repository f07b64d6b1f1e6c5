package io.limelight.verifier.state;

import io.limelight.core.api.AgentId;
import io.limelight.core.tpm.AcceptedAlgorithms;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant said of a machine. It does not change while the machine is enrolled; secrets are kept apart.
 *
 * @param id its name
 * @param ip host name or address, IPv6 with or without brackets
 * @param port 1 to 65535
 * @param verifierId which verifier watches it
 * @param verifierIp stored and echoed
 * @param verifierPort stored and echoed
 * @param tpmPolicy JSON text as posted
 * @param metaData JSON text as posted
 * @param accepted algorithm names as posted
 * @param ak base64 TPM2B_PUBLIC of its attestation key
 * @param certificate PEM of its TLS certificate; null where it speaks plain HTTP
 * @param policies which stored policies it is judged by
 */
public record Enrolment(
        AgentId id,
        String ip,
        int port,
        String verifierId,
        String verifierIp,
        int verifierPort,
        String tpmPolicy,
        String metaData,
        AcceptedAlgorithms accepted,
        String ak,
        @Nullable String certificate,
        AgentPolicies policies) {
    /** The same machine, judged by other policies. */
    public Enrolment judgedBy(AgentPolicies others) {
        return new Enrolment(
                id,
                ip,
                port,
                verifierId,
                verifierIp,
                verifierPort,
                tpmPolicy,
                metaData,
                accepted,
                ak,
                certificate,
                others);
    }
}
