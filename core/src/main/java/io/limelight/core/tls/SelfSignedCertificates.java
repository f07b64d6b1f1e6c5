package io.limelight.core.tls;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** The certificate an agent makes for itself and registers as {@code mtls_cert} (wire reference §2.10). */
public final class SelfSignedCertificates {
    private static final Duration BACKDATED = Duration.ofMinutes(5);

    private SelfSignedCertificates() {}

    /**
     * Makes the agent's server certificate: CN = agent id, names for loopback and the contact addresses.
     *
     * @param addresses further addresses (literals) or host names the agent is reached under
     */
    public static X509Certificate forAgent(
            KeyPair keys, String agentId, List<String> addresses, Instant now, Duration validity, SecureRandom random) {
        X500Name name = new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, agentId)
                .build();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                new BigInteger(127, random).setBit(0),
                Date.from(now.minus(BACKDATED)),
                Date.from(now.plus(validity)),
                name,
                keys.getPublic());
        try {
            builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames(addresses));
            String algorithm = keys.getPrivate().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
            byte[] encoded = builder.build(new JcaContentSignerBuilder(algorithm).build(keys.getPrivate()))
                    .getEncoded();
            return LenientCertificates.parse(encoded).certificate();
        } catch (CertIOException | OperatorCreationException e) {
            throw new IllegalStateException("the JDK signs with RSA and EC", e);
        } catch (java.io.IOException e) {
            throw new IllegalStateException("what was just built can be parsed", e);
        }
    }

    private static GeneralNames alternativeNames(List<String> addresses) {
        Set<String> all = new LinkedHashSet<>(List.of("localhost", "localhost.domain", "127.0.0.1", "::1"));
        all.addAll(addresses);
        List<GeneralName> names = new ArrayList<>();
        for (String address : all) {
            names.add(generalName(address));
        }
        return new GeneralNames(names.toArray(new GeneralName[0]));
    }

    /** An IP address literal becomes an iPAddress, anything else a dNSName. */
    public static GeneralName generalName(String address) {
        boolean literal = address.indexOf(':') >= 0 || address.matches("[0-9.]+");
        if (literal) {
            try {
                return new GeneralName(
                        GeneralName.iPAddress, InetAddress.getByName(address).getHostAddress());
            } catch (UnknownHostException e) {
                return new GeneralName(GeneralName.dNSName, address);
            }
        }
        return new GeneralName(GeneralName.dNSName, address);
    }
}
