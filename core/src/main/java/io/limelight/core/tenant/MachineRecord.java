package io.limelight.core.tenant;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.InvalidEndpointException;
import io.limelight.core.api.RegistrarAgent;
import io.limelight.core.tenant.TenantException.Kind;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import io.limelight.core.tpm.AttestationKey;
import io.limelight.core.tpm.TpmFormatException;
import io.limelight.core.tpm.TpmPublic;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A registrar's record of one machine, understood and checked: the only thing an enrolment believes about a machine before
 * it has proved itself.
 *
 * @param id which machine
 * @param wire as it came; its texts are what the verifier gets
 * @param ek endorsement key
 * @param ak attestation key
 * @param pin the machine's TLS certificate; empty if it speaks plain HTTP
 */
record MachineRecord(AgentId id, RegistrarAgent wire, TpmPublic ek, AttestationKey ak, Optional<X509Certificate> pin) {

    /** Understands a record. */
    static MachineRecord of(AgentId id, RegistrarAgent wire, boolean plainAllowed) throws TenantException {
        String answeredId = wire.agentId();
        if (answeredId != null && !answeredId.equals(id.value())) {
            throw bad(id, "the registrar answered with the record of another machine", null);
        }
        TpmPublic ek = key(id, "ek_tpm", wire.ekTpm());
        TpmPublic ak = key(id, "aik_tpm", wire.aikTpm());
        if (!ak.attributes().restricted()
                || !ak.attributes().sign()
                || !ak.attributes().fixedTpm()) {
            throw bad(
                    id,
                    "its attestation key has the attributes " + ak.attributes().describe()
                            + "; without fixedTPM, restricted and sign its quotes would prove nothing",
                    null);
        }
        return new MachineRecord(id, wire, ek, AttestationKey.of(ak), pin(id, wire, plainAllowed));
    }

    private static TpmPublic key(AgentId id, String member, String base64) throws TenantException {
        try {
            return TpmPublic.fromBase64(base64);
        } catch (TpmFormatException e) {
            throw bad(id, member + " cannot be read: " + e.sentence(), e);
        }
    }

    private static Optional<X509Certificate> pin(AgentId id, RegistrarAgent wire, boolean plainAllowed)
            throws TenantException {
        String text = wire.mtlsCert();
        if (text == null || text.isEmpty()) {
            throw bad(
                    id,
                    "it registered no TLS certificate, as agents before Keylime 6.3 do (API 1.0), which are not spoken to",
                    null);
        }
        if (wire.plainHttp()) {
            if (plainAllowed) {
                return Optional.empty();
            }
            throw new TenantException(
                    Kind.WITHOUT_TLS,
                    "Machine " + id
                            + " registered that it speaks plain HTTP (mtls_cert = disabled). That is refused unless"
                            + " you allow it with enable_agent_mtls = False in tenant.conf.");
        }
        try {
            List<X509Certificate> certificates = PemFiles.parseCertificates(text, "mtls_cert");
            if (certificates.size() != 1) {
                throw bad(id, "mtls_cert holds " + certificates.size() + " certificates instead of one", null);
            }
            return Optional.of(certificates.getFirst());
        } catch (TlsSetupException e) {
            throw bad(id, String.valueOf(e.getMessage()), e);
        }
    }

    private static TenantException bad(AgentId id, String why, @org.jspecify.annotations.Nullable Throwable cause) {
        return new TenantException(
                Kind.BAD_RECORD,
                "The registrar's record of machine " + id + " cannot be used: " + why
                        + ". Restart its agent, so that it registers again.",
                cause);
    }

    /** Where this program reaches the machine. */
    Endpoint endpoint(Optional<String> host, OptionalInt port) throws TenantException {
        String chosenHost = host.or(() -> Optional.ofNullable(wire.ip()).filter(ip -> !ip.isEmpty()))
                .orElseThrow(() -> noAddress("address", "-t"));
        Integer registeredPort = wire.port();
        if (port.isEmpty() && registeredPort == null) {
            throw noAddress("port", "-tp");
        }
        int chosenPort = port.isPresent() || registeredPort == null ? port.orElseThrow() : registeredPort;
        try {
            return pin.isPresent()
                    ? Endpoint.agent(chosenHost, chosenPort)
                    : Endpoint.agentWithoutTls(chosenHost, chosenPort);
        } catch (InvalidEndpointException e) {
            throw new TenantException(Kind.BAD_DRAFT, String.valueOf(e.getMessage()), e);
        }
    }

    private TenantException noAddress(String what, String option) {
        return new TenantException(
                Kind.BAD_DRAFT, "Machine " + id + " registered no " + what + "; give one with " + option + ".");
    }
}
