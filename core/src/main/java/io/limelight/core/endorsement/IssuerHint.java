package io.limelight.core.endorsement;

import java.security.cert.X509Certificate;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.GeneralName;

/** What a person needs to find a missing CA certificate, taken from a certificate nobody trusts: shown, never followed. */
final class IssuerHint {
    private static final String AUTHORITY_INFO_ACCESS = "1.3.6.1.5.5.7.1.1";

    private IssuerHint() {}

    /** The address the vendor gives for its CA certificate, as the end of a sentence; empty without one. */
    static String whereToGetIt(X509Certificate certificate) {
        byte[] extension = certificate.getExtensionValue(AUTHORITY_INFO_ACCESS);
        if (extension == null) {
            return "";
        }
        try {
            AuthorityInformationAccess access = AuthorityInformationAccess.getInstance(
                    ASN1OctetString.getInstance(extension).getOctets());
            for (AccessDescription description : access.getAccessDescriptions()) {
                GeneralName location = description.getAccessLocation();
                if (description.getAccessMethod().equals(AccessDescription.id_ad_caIssuers)
                        && location.getTagNo() == GeneralName.uniformResourceIdentifier) {
                    return " (the certificate itself says it is at "
                            + PrintableName.of(location.getName().toString())
                            + "; compare it with what the vendor publishes)";
                }
            }
        } catch (IllegalArgumentException e) {
            // A damaged hint is no hint.
            return "";
        }
        return "";
    }
}
