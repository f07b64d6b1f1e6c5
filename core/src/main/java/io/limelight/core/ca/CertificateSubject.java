package io.limelight.core.ca;

import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;

/**
 * What {@code ca.conf} puts into every certificate besides its common name.
 *
 * @param country C, two letters
 * @param state ST
 * @param locality L
 * @param organization O
 * @param unit OU
 * @param caName CN of the CA itself
 * @param caDays validity of the CA certificate
 * @param keyBits size of RSA keys
 * @param crlUrl distribution point of the CRL
 * @param ocspUrl where single certificates can be asked about; empty where they cannot
 */
public record CertificateSubject(
        String country,
        String state,
        String locality,
        String organization,
        String unit,
        String caName,
        int caDays,
        int keyBits,
        String crlUrl,
        String ocspUrl) {

    /** Of a CA about whose certificates nobody can ask. */
    public CertificateSubject(
            String country,
            String state,
            String locality,
            String organization,
            String unit,
            String caName,
            int caDays,
            int keyBits,
            String crlUrl) {
        this(country, state, locality, organization, unit, caName, caDays, keyBits, crlUrl, "");
    }

    /** Reads {@code ca.conf}. */
    public static CertificateSubject of(ComponentConfig ca) throws ConfigException {
        String country = ca.text("cert_country");
        if (country.length() != 2) {
            throw ca.refuse("cert_country", "a country is two letters");
        }
        return new CertificateSubject(
                country,
                ca.text("cert_state"),
                ca.text("cert_locality"),
                ca.text("cert_organization"),
                ca.text("cert_org_unit"),
                ca.text("cert_ca_name"),
                ca.integer("cert_ca_lifetime", 1, 36500),
                ca.integer("cert_bits", 2048, 8192),
                address(ca, "cert_crl_dist"),
                address(ca, "cert_ocsp_url"));
    }

    /** It stands in every certificate for its whole life, where a slip of the pen cannot be mended. */
    private static String address(ComponentConfig ca, String option) throws ConfigException {
        String text = ca.text(option);
        if (!text.isEmpty() && !isAddress(text)) {
            throw ca.refuse(option, "\"http://HOST[:PORT]/...\" is expected (https and ldap too), or nothing");
        }
        return text;
    }

    private static boolean isAddress(String text) {
        try {
            URI address = new URI(text);
            String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
            return switch (scheme) {
                case "http", "https" -> address.getHost() != null;
                case "ldap", "ldaps" ->
                    address.getPath() != null && !address.getPath().isEmpty();
                default -> false;
            };
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** The same without a word of where to ask. */
    CertificateSubject withoutOcsp() {
        return new CertificateSubject(
                country, state, locality, organization, unit, caName, caDays, keyBits, crlUrl, "");
    }

    /** The whole name, in the order Keylime writes it. */
    X500Name named(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.C, country)
                .addRDN(BCStyle.CN, commonName)
                .addRDN(BCStyle.ST, state)
                .addRDN(BCStyle.L, locality)
                .addRDN(BCStyle.O, organization)
                .addRDN(BCStyle.OU, unit)
                .build();
    }
}
