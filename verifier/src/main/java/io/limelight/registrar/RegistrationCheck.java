package io.limelight.registrar;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.RegistrarAgent;
import io.limelight.core.api.RegistrationRequest;
import io.limelight.core.endorsement.CertifiedKey;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import io.limelight.core.tpm.ObjectAttributes;
import io.limelight.core.tpm.TpmPublic;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a registration's data must be before a challenge is made for it (wire reference §1.4). The chain of the EK
 * certificate is the tenant's to check; here it must merely speak of the EK that is shown.
 */
final class RegistrationCheck {
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9_.:%\\[\\]-]{1,255}");

    private final EncodedFields fields;
    private final DeviceIdentity deviceIdentity;
    private final TpmIdentity required;

    RegistrationCheck(EncodedFields fields, DeviceIdentity deviceIdentity, TpmIdentity required) {
        this.fields = fields;
        this.deviceIdentity = deviceIdentity;
        this.required = required;
    }

    /** Option {@code tpm_identity}: which identity a machine must show. */
    enum TpmIdentity {
        EK_CERT_OR_IAK_IDEVID,
        EK_CERT,
        IAK_IDEVID
    }

    Registration check(AgentId id, RegistrationRequest request) throws RegistrationRefusedException {
        TpmPublic ak = EncodedFields.publicArea("aik_tpm", request.aikTpm())
                .orElseThrow(() -> RegistrationRefusedException.invalid("aik_tpm is required"));
        TpmPublic ek = EncodedFields.publicArea("ek_tpm", request.ekTpm())
                .orElseThrow(() ->
                        RegistrationRefusedException.invalid("ek_tpm is required, no challenge can be made without"));
        if (ak.attributes().bits() != ObjectAttributes.ATTESTATION_KEY.bits()) {
            throw RegistrationRefusedException.of(
                    400,
                    "Invalid AK attributes",
                    "the AK has the attributes " + ak.attributes().describe()
                            + "; without fixedTPM and restricted its quotes would prove nothing");
        }
        if (!ek.attributes().restricted() || !ek.attributes().decrypt()) {
            throw RegistrationRefusedException.invalid(
                    "ek_tpm is no storage key: " + ek.attributes().describe());
        }
        Optional<X509Certificate> ekCert = fields.certificate("ekcert", emulatorIsNone(request.ekcert()));
        if (ekCert.isPresent() && !CertifiedKey.same(ekCert.get(), ek)) {
            throw RegistrationRefusedException.invalid("ekcert speaks of another key than ek_tpm");
        }
        Optional<TpmPublic> iak = EncodedFields.publicArea("iak_tpm", request.iakTpm());
        Optional<TpmPublic> idevid = EncodedFields.publicArea("idevid_tpm", request.idevidTpm());
        Optional<X509Certificate> iakCert = fields.certificate("iak_cert", request.iakCert());
        Optional<X509Certificate> idevidCert = fields.certificate("idevid_cert", request.idevidCert());
        deviceIdentity.check(request, id.value(), ak, iak, iakCert, idevid, idevidCert);
        requireIdentity(ekCert.isPresent(), iak.isPresent() && idevid.isPresent());
        return new Registration(
                id,
                ek,
                ak,
                ekCert.map(RegistrationCheck::base64).orElse(null),
                iak.map(TpmPublic::toBase64).orElse(null),
                iakCert.map(RegistrationCheck::base64).orElse(null),
                idevid.map(TpmPublic::toBase64).orElse(null),
                idevidCert.map(RegistrationCheck::base64).orElse(null),
                address(request.ip()),
                port(request.port()),
                mtlsCert(request.mtlsCert()));
    }

    private void requireIdentity(boolean ekCertificate, boolean deviceKeys) throws RegistrationRefusedException {
        boolean satisfied = switch (required) {
            // The EK itself is always there (above); Keylime counts it as identity enough.
            case EK_CERT_OR_IAK_IDEVID -> true;
            case EK_CERT -> ekCertificate;
            case IAK_IDEVID -> deviceKeys;
        };
        if (!satisfied) {
            throw RegistrationRefusedException.invalid("tpm_identity demands "
                    + (required == TpmIdentity.EK_CERT ? "an EK certificate" : "IAK and IDevID") + ", none was sent");
        }
    }

    /** Old agents on emulators say so in place of a certificate; to the tenant that is an EK without certificate. */
    private static @Nullable String emulatorIsNone(@Nullable String ekcert) {
        return "emulator".equals(ekcert) ? null : ekcert;
    }

    static String base64(X509Certificate certificate) {
        try {
            return Base64.getEncoder().encodeToString(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate has an encoding", e);
        }
    }

    private static @Nullable String address(@Nullable String ip) throws RegistrationRefusedException {
        if (ip == null || ip.isEmpty()) {
            return null;
        }
        if (!ADDRESS.matcher(ip).matches()) {
            throw RegistrationRefusedException.invalid("ip is neither an address nor a host name");
        }
        return ip;
    }

    private static @Nullable Integer port(@Nullable Integer port) throws RegistrationRefusedException {
        if (port != null && (port < 1 || port > 65535)) {
            throw RegistrationRefusedException.invalid("port " + port + " does not exist");
        }
        return port;
    }

    private static @Nullable String mtlsCert(@Nullable String text) throws RegistrationRefusedException {
        if (text == null || text.isEmpty()) {
            return null;
        }
        if (text.equalsIgnoreCase(RegistrarAgent.MTLS_DISABLED)) {
            return RegistrarAgent.MTLS_DISABLED;
        }
        try {
            var certificates = PemFiles.parseCertificates(text, "mtls_cert");
            if (certificates.size() != 1) {
                throw RegistrationRefusedException.invalid("mtls_cert holds " + certificates.size() + " certificates");
            }
            return PemFiles.certificate(certificates.getFirst());
        } catch (TlsSetupException e) {
            throw RegistrationRefusedException.invalid(String.valueOf(e.getMessage()));
        }
    }
}
