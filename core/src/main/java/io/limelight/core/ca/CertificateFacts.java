package io.limelight.core.ca;

import java.io.IOException;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;

/** What people ask of a certificate. Reads what anybody may have made: what is damaged counts as not there. */
public final class CertificateFacts {
    private CertificateFacts() {}

    /** The common name of its holder; empty if it has none. */
    public static String commonName(X509Certificate certificate) {
        return Issuer.commonName(certificate);
    }

    /** Addresses where it says that its CRL is. */
    public static List<String> crlAddresses(X509Certificate certificate) {
        byte[] value = certificate.getExtensionValue(Extension.cRLDistributionPoints.getId());
        if (value == null) {
            return List.of();
        }
        List<String> addresses = new ArrayList<>();
        try {
            CRLDistPoint points = CRLDistPoint.getInstance(JcaX509ExtensionUtils.parseExtensionValue(value));
            for (DistributionPoint point : points.getDistributionPoints()) {
                if (point.getDistributionPoint() != null
                        && point.getDistributionPoint().getName() instanceof GeneralNames names) {
                    for (GeneralName name : names.getNames()) {
                        if (name.getTagNo() == GeneralName.uniformResourceIdentifier) {
                            addresses.add(name.getName().toString());
                        }
                    }
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            return List.of();
        }
        return addresses;
    }

    /** Names and addresses it is good for. */
    public static List<String> names(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> name.size() > 1 && name.get(1) instanceof String)
                            .map(name -> String.valueOf(name.get(1)))
                            .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    /** {@code RSA 2048}, {@code P-256}. */
    public static String key(PublicKey key) {
        if (key instanceof RSAKey rsa) {
            return "RSA " + rsa.getModulus().bitLength();
        }
        if (key instanceof ECKey curve) {
            return "P-" + curve.getParams().getCurve().getField().getFieldSize();
        }
        return key.getAlgorithm();
    }

    /** Whether only the machine it stands on can use an address. */
    public static boolean local(String address) {
        String host =
                address.toLowerCase(Locale.ROOT).replaceFirst("^[a-z]+://", "").replaceFirst("[/?#].*$", "");
        return host.matches("localhost(:\\d+)?") || host.startsWith("127.") || host.startsWith("[::1]");
    }

    /** Whether nobody should rely on a key any more (NIST SP 800-131A rev. 2 §3). */
    public static boolean weak(PublicKey key) {
        return key instanceof RSAKey rsa && rsa.getModulus().bitLength() < 2048;
    }
}
