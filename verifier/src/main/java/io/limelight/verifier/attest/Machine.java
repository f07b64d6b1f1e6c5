package io.limelight.verifier.attest;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.InvalidEndpointException;
import io.limelight.core.appraisal.ReferenceValues;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.TpmPolicyException;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import io.limelight.core.tpm.AttestationKey;
import io.limelight.core.tpm.ObjectAttributes;
import io.limelight.core.tpm.TpmFormatException;
import io.limelight.core.tpm.TpmPublic;
import io.limelight.verifier.policy.PolicyBook;
import io.limelight.verifier.state.Enrolment;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A machine under watch, everything parsed once: where it is, how it is recognised, what is expected of it.
 *
 * @param id its name
 * @param endpoint where its agent listens
 * @param certificate the only TLS certificate that is accepted from it; empty for plain HTTP
 * @param judging what its answers are held against
 */
public record Machine(AgentId id, Endpoint endpoint, Optional<X509Certificate> certificate, Judging judging) {
    /**
     * Parses what a tenant said.
     *
     * @param policies where the policies it names are
     * @throws InvalidEnrolmentException naming the member that cannot be used
     */
    public static Machine of(Enrolment enrolment, PolicyBook policies) throws InvalidEnrolmentException {
        Optional<X509Certificate> certificate = certificate(enrolment.certificate());
        return new Machine(
                enrolment.id(),
                endpoint(enrolment.ip(), enrolment.port(), certificate.isPresent()),
                certificate,
                new Judging(
                        attestationKey(enrolment.ak()),
                        enrolment.accepted(),
                        policy(enrolment.tpmPolicy()),
                        enrolment.policies(),
                        policies));
    }

    /**
     * Where an agent is, for one that is told something and not attested.
     *
     * @param certificate PEM; null where it speaks plain HTTP
     */
    public static AgentConnections.Place place(String ip, int port, @Nullable String certificate)
            throws InvalidEnrolmentException {
        Optional<X509Certificate> parsed = certificate(certificate);
        return new AgentConnections.Place(endpoint(ip, port, parsed.isPresent()), parsed);
    }

    private static Endpoint endpoint(String ip, int port, boolean tls) throws InvalidEnrolmentException {
        try {
            return tls ? Endpoint.agent(ip, port) : Endpoint.agentWithoutTls(ip, port);
        } catch (InvalidEndpointException e) {
            throw new InvalidEnrolmentException("cloudagent_ip and cloudagent_port: " + e.getMessage(), e);
        }
    }

    private static Optional<X509Certificate> certificate(@Nullable String pem) throws InvalidEnrolmentException {
        if (pem == null) {
            return Optional.empty();
        }
        try {
            List<X509Certificate> certificates = PemFiles.parseCertificates(pem, "mtls_cert");
            if (certificates.size() == 1) {
                return Optional.of(certificates.getFirst());
            }
            throw new InvalidEnrolmentException(
                    "mtls_cert holds " + certificates.size() + " certificates, exactly one is needed");
        } catch (TlsSetupException e) {
            throw new InvalidEnrolmentException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * A key without {@code restricted} signs anything, also what looks like a quote; one without {@code fixedTPM} may have
     * been moved out of its TPM. So the attributes must be exactly those of an attestation key.
     */
    private static AttestationKey attestationKey(String base64) throws InvalidEnrolmentException {
        TpmPublic area;
        try {
            area = TpmPublic.fromBase64(base64);
        } catch (TpmFormatException e) {
            throw new InvalidEnrolmentException("ak_tpm is no attestation key: " + e.sentence(), e);
        }
        if (area.attributes().bits() != ObjectAttributes.ATTESTATION_KEY.bits()) {
            throw new InvalidEnrolmentException("ak_tpm has the attributes "
                    + area.attributes().describe() + " instead of "
                    + ObjectAttributes.ATTESTATION_KEY.describe() + "; its quotes would prove nothing");
        }
        return AttestationKey.of(area);
    }

    private static TpmPolicy policy(String text) throws InvalidEnrolmentException {
        TpmPolicy policy;
        try {
            policy = TpmPolicy.fromWire(text);
        } catch (TpmPolicyException e) {
            throw new InvalidEnrolmentException(String.valueOf(e.getMessage()), e);
        }
        return policy.allowed().isEmpty() && policy.mask().isEmpty() ? TpmPolicy.EMPTY : policy;
    }

    /** What its next answer is held against: policies may have changed since the last one. */
    ReferenceValues reference() {
        return judging.now();
    }
}
