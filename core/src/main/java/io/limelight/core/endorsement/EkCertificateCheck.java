package io.limelight.core.endorsement;

import io.limelight.core.endorsement.EndorsementException.Reason;
import io.limelight.core.tls.LenientCertificates;
import io.limelight.core.tpm.TpmPublic;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether an EK certificate proves that a TPM vendor made the TPM with this very EK (TCG "EK Credential Profile").
 *
 * <p>In order: it can be read; it speaks of the EK that answered the registrar's challenge; it is a certificate for an EK;
 * it is valid now; a certificate of the store issued it. The issuer itself is not traced any further and need not be valid
 * today, only on the day it issued: vendors' CAs end long before their TPMs do (decision record 0003).
 */
public final class EkCertificateCheck {
    /** What old agents say in place of a certificate when their TPM is an emulator; it proves nothing. */
    private static final String EMULATOR = "emulator";

    private static final String EK_CERTIFICATE_USAGE = "2.23.133.8.1";
    private static final String ANY_USAGE = "2.5.29.37.0";
    private static final int CERT_SIGN = 5;
    private static final int MAX_TEXT = LenientCertificates.MAX_SIZE / 3 * 4 + 4;

    private final VendorStore vendors;
    private final boolean acceptExpired;

    /**
     * A check.
     *
     * @param acceptExpired whether a certificate past its end is accepted, with a warning
     */
    public EkCertificateCheck(VendorStore vendors, boolean acceptExpired) {
        this.vendors = vendors;
        this.acceptExpired = acceptExpired;
    }

    /** Whom it trusts. */
    public VendorStore vendors() {
        return vendors;
    }

    /** Fails if the store of vendors' certificates cannot be searched. */
    public void requireStore() throws EndorsementException {
        vendors.require();
    }

    /**
     * A certificate that was accepted.
     *
     * @param certificate the certificate
     * @param issuer the trusted certificate that issued it
     * @param warnings sentences
     */
    public record Accepted(X509Certificate certificate, X509Certificate issuer, List<String> warnings) {
        public Accepted {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Checks what a registrar has on record.
     *
     * @param ekcert base64 of the certificate in DER; some TPMs pad it with 0xff, which is cut off
     * @param ek the EK on record
     */
    public Accepted check(String ekcert, TpmPublic ek, Instant now) throws EndorsementException {
        List<String> warnings = new ArrayList<>();
        X509Certificate certificate = parse(ekcert, warnings);
        if (!CertifiedKey.same(certificate, ek)) {
            throw new EndorsementException(
                    Reason.OTHER_KEY,
                    "The machine's EK certificate speaks of another key than the EK its TPM uses. It may have been copied"
                            + " from another TPM; register the machine again, and find out who registered this.");
        }
        requirePurpose(certificate);
        requireValid(certificate, now, warnings);
        X509Certificate issuer = issuerOf(certificate, warnings);
        if (now.isAfter(issuer.getNotAfter().toInstant())) {
            warnings.add("The vendor's CA certificate " + name(issuer) + " ended on "
                    + day(issuer.getNotAfter().toInstant())
                    + "; the EK certificate was issued before that and is accepted.");
        }
        return new Accepted(certificate, issuer, warnings);
    }

    private static X509Certificate parse(String ekcert, List<String> warnings) throws EndorsementException {
        if (ekcert.equals(EMULATOR)) {
            throw new EndorsementException(
                    Reason.NO_CERTIFICATE,
                    "The machine says that its TPM is an emulator and has no EK certificate. An emulator proves nothing;"
                            + " it is accepted only with require_ek_cert = False.");
        }
        if (ekcert.length() > MAX_TEXT) {
            throw malformed("it is " + ekcert.length() + " characters long", null);
        }
        byte[] der;
        try {
            der = LenientCertificates.withoutPadding(Base64.getDecoder().decode(ekcert));
        } catch (IllegalArgumentException e) {
            throw malformed("it is not base64", e);
        }
        try {
            ByteArrayInputStream in = new ByteArrayInputStream(der);
            X509Certificate certificate =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            if (in.available() == 0) {
                return certificate;
            }
            throw malformed("something follows its end", null);
        } catch (CertificateException e) {
            return repaired(der, warnings);
        }
    }

    /** What the runtime refuses, which insists on DER, may still be a certificate in BER. */
    private static X509Certificate repaired(byte[] der, List<String> warnings) throws EndorsementException {
        try {
            LenientCertificates.Parsed parsed = LenientCertificates.parse(der);
            if (parsed.reencoded()) {
                warnings.add(
                        "The machine's EK certificate is not strict DER; it was re-encoded before its signature was"
                                + " checked.");
            }
            return parsed.certificate();
        } catch (IOException e) {
            throw malformed(String.valueOf(e.getMessage()), e);
        }
    }

    private static EndorsementException malformed(String why, @Nullable Throwable cause) {
        return new EndorsementException(
                Reason.MALFORMED,
                "The EK certificate on record cannot be read: " + why + ". Register the machine again.",
                cause);
    }

    private static void requirePurpose(X509Certificate certificate) throws EndorsementException {
        if (certificate.getBasicConstraints() >= 0) {
            throw new EndorsementException(
                    Reason.NOT_FOR_ENDORSEMENT, "What the machine registered as its EK certificate is one of a CA.");
        }
        try {
            List<String> usages = certificate.getExtendedKeyUsage();
            if (usages != null && !usages.contains(EK_CERTIFICATE_USAGE) && !usages.contains(ANY_USAGE)) {
                throw new EndorsementException(
                        Reason.NOT_FOR_ENDORSEMENT,
                        "What the machine registered as its EK certificate was issued for other uses: " + usages
                                + " and not " + EK_CERTIFICATE_USAGE + ", endorsement keys.");
            }
        } catch (CertificateParsingException e) {
            throw malformed("its extended key usage is damaged", e);
        }
    }

    private void requireValid(X509Certificate certificate, Instant now, List<String> warnings)
            throws EndorsementException {
        if (now.isBefore(certificate.getNotBefore().toInstant())) {
            throw new EndorsementException(
                    Reason.NOT_VALID_NOW,
                    "The machine's EK certificate is not valid before "
                            + day(certificate.getNotBefore().toInstant()) + ". Is this computer's clock right?");
        }
        if (now.isAfter(certificate.getNotAfter().toInstant())) {
            String ended = "The machine's EK certificate ended on "
                    + day(certificate.getNotAfter().toInstant());
            if (!acceptExpired) {
                throw new EndorsementException(
                        Reason.NOT_VALID_NOW,
                        ended + ". If its vendor issues no newer one and you still trust it, set expired_ek_cert ="
                                + " accept in tenant.conf.");
            }
            warnings.add(ended + "; it is accepted because of expired_ek_cert = accept.");
        }
    }

    private X509Certificate issuerOf(X509Certificate certificate, List<String> warnings) throws EndorsementException {
        String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        if (algorithm.startsWith("MD")) {
            throw new EndorsementException(
                    Reason.FORGED,
                    "The machine's EK certificate is signed with " + algorithm + ", which anybody can forge.");
        }
        if (algorithm.startsWith("SHA1")) {
            warnings.add("The machine's EK certificate is signed with SHA-1, as older TPMs' are.");
        }
        List<VendorStore.Unusable> unusable = new ArrayList<>();
        List<X509Certificate> candidates = vendors.named(certificate.getIssuerX500Principal(), unusable);
        unusable.forEach(file -> warnings.add(file.sentence()));
        String problem = "";
        for (X509Certificate candidate : candidates) {
            problem = problemOf(certificate, candidate);
            if (problem.isEmpty()) {
                return candidate;
            }
        }
        if (candidates.isEmpty()) {
            throw new EndorsementException(
                    Reason.UNKNOWN_VENDOR,
                    "No TPM vendor of the store issued the machine's EK certificate: it names \""
                            + PrintableName.of(certificate.getIssuerX500Principal())
                            + "\" as its issuer, and no such certificate is among " + vendors.describe()
                            + ". If you trust that vendor, put its CA certificate into tpm_cert_store as a *.pem"
                            + IssuerHint.whereToGetIt(certificate) + "."
                            + (unusable.isEmpty() ? "" : " " + all(unusable)));
        }
        throw new EndorsementException(
                Reason.FORGED,
                "The machine's EK certificate names \"" + PrintableName.of(certificate.getIssuerX500Principal())
                        + "\" as its issuer, but " + problem + " (looked for among " + vendors.describe()
                        + "). Either that vendor has another CA certificate of the same name: put it into tpm_cert_store"
                        + " beside the others; or somebody made this one up: do not trust the machine.");
    }

    private static String all(List<VendorStore.Unusable> unusable) {
        return String.join(
                " ", unusable.stream().map(VendorStore.Unusable::sentence).toList());
    }

    /** Why this CA certificate does not vouch for the other one; empty if it does. */
    private static String problemOf(X509Certificate certificate, X509Certificate issuer) {
        boolean[] usage = issuer.getKeyUsage();
        // Version 1 certificates have no extensions to say it; whoever put one into the store said it.
        boolean authority = issuer.getVersion() < 3 || issuer.getBasicConstraints() >= 0;
        if (!authority || (usage != null && !usage[CERT_SIGN])) {
            return "the certificate of that name in the store is not one of a CA";
        }
        try {
            certificate.verify(issuer.getPublicKey());
        } catch (SignatureException e) {
            return "does not bear its signature";
        } catch (GeneralSecurityException e) {
            return "its signature cannot be checked (" + certificate.getSigAlgName() + ": " + e.getMessage() + ")";
        }
        Instant issued = certificate.getNotBefore().toInstant();
        return issued.isAfter(issuer.getNotAfter().toInstant())
                ? "was issued after that CA had ended ("
                        + day(issuer.getNotAfter().toInstant()) + ")"
                : "";
    }

    private static String day(Instant time) {
        return LocalDate.ofInstant(time, ZoneOffset.UTC).toString();
    }

    /** The common name, or the whole name where there is none. */
    static String name(X509Certificate certificate) {
        return PrintableName.of(certificate.getSubjectX500Principal());
    }
}
