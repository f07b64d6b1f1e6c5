package io.limelight.registrar;

import io.limelight.core.api.RegistrationRequest;
import io.limelight.core.endorsement.CertifiedKey;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import io.limelight.core.tpm.AttestationKey;
import io.limelight.core.tpm.KeyCertification;
import io.limelight.core.tpm.KeyNotCertifiedException;
import io.limelight.core.tpm.TpmPublic;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * IAK and IDevID: keys that a manufacturer certified for the device (TCG "TPM 2.0 Keys for Device Identity and
 * Attestation"). Keys demand certificates and certificates demand keys; each certificate must be issued by a CA in the
 * certificate store; with both, the IAK must have certified the AK.
 */
final class DeviceIdentity {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceIdentity.class);

    private final Path certificateStore;

    DeviceIdentity(Path certificateStore) {
        this.certificateStore = certificateStore;
    }

    void check(
            RegistrationRequest request,
            String agentId,
            TpmPublic ak,
            Optional<TpmPublic> iak,
            Optional<X509Certificate> iakCert,
            Optional<TpmPublic> idevid,
            Optional<X509Certificate> idevidCert)
            throws RegistrationRefusedException {
        long present = java.util.stream.Stream.of(iak, iakCert, idevid, idevidCert)
                .filter(Optional::isPresent)
                .count();
        if (present == 0) {
            return;
        }
        if (present != 4) {
            throw RegistrationRefusedException.invalid(
                    "IAK and IDevID come together, each key with its certificate; some are missing");
        }
        checkCertificate("iak_cert", iakCert.orElseThrow(), iak.orElseThrow());
        checkCertificate("idevid_cert", idevidCert.orElseThrow(), idevid.orElseThrow());
        byte[] attest = EncodedFields.bytes("iak_attest", request.iakAttest())
                .orElseThrow(() -> RegistrationRefusedException.invalid("iak_attest is missing"));
        byte[] signature = EncodedFields.bytes("iak_sign", request.iakSign())
                .orElseThrow(() -> RegistrationRefusedException.invalid("iak_sign is missing"));
        try {
            KeyCertification.verify(AttestationKey.of(iak.orElseThrow()), attest, signature, agentId, ak);
        } catch (KeyNotCertifiedException e) {
            throw RegistrationRefusedException.invalid(String.valueOf(e.getMessage()));
        }
    }

    private void checkCertificate(String name, X509Certificate certificate, TpmPublic key)
            throws RegistrationRefusedException {
        if (!CertifiedKey.same(certificate, key)) {
            throw RegistrationRefusedException.invalid(name + " speaks of another key than the one sent with it");
        }
        if (!issuedByStore(certificate)) {
            throw RegistrationRefusedException.invalid(name + ": no CA in " + certificateStore + " issued it ("
                    + certificate.getIssuerX500Principal() + ")");
        }
    }

    private boolean issuedByStore(X509Certificate certificate) {
        if (!Files.isDirectory(certificateStore)) {
            return false;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(certificateStore, "*.pem")) {
            for (Path file : files) {
                if (issuedByFile(certificate, file)) {
                    return true;
                }
            }
        } catch (IOException e) {
            LOG.warn("the certificate store {} cannot be read: {}", certificateStore, e.getMessage());
        }
        return false;
    }

    private static boolean issuedByFile(X509Certificate certificate, Path file) {
        try {
            for (X509Certificate ca : PemFiles.readCertificates(file)) {
                if (ca.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
                    certificate.verify(ca.getPublicKey());
                    return true;
                }
            }
        } catch (TlsSetupException e) {
            LOG.warn("{}", e.getMessage());
        } catch (GeneralSecurityException e) {
            LOG.debug("{} has the issuer's name but not its signature", file);
        }
        return false;
    }
}
