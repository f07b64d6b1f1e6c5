package io.limelight.console.connect;

import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/** What people want to know of a certificate. */
final class Certificates {
    private static final int DNS = 2;
    private static final int ADDRESS = 7;
    private static final int LONGEST = 120;

    private Certificates() {}

    /** The common name, or the whole name; printable and bounded, since a stranger chose it. */
    static String name(X500Principal principal) {
        String whole = principal.getName();
        try {
            for (Rdn rdn : new LdapName(whole).getRdns().reversed()) {
                if (rdn.getType().equalsIgnoreCase("CN")) {
                    return printable(String.valueOf(rdn.getValue()));
                }
            }
        } catch (InvalidNameException e) {
            // The whole name then.
        }
        return printable(whole);
    }

    private static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        text.codePoints()
                .limit(LONGEST)
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .forEach(printable::appendCodePoint);
        return printable.toString();
    }

    /** Hosts and addresses it is for. */
    static List<String> hosts(X509Certificate certificate) {
        List<String> hosts = new ArrayList<>();
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            for (List<?> name : names == null ? List.<List<?>>of() : names) {
                if (name.get(0) instanceof Integer kind && (kind == DNS || kind == ADDRESS)) {
                    hosts.add(printable(String.valueOf(name.get(1))));
                }
            }
        } catch (CertificateParsingException e) {
            return List.of();
        }
        return hosts;
    }

    /** Whether it is for this host (RFC 9525 §6.3: a wildcard stands for the whole first label). */
    static boolean names(List<String> hosts, String host) {
        String wanted = host.toLowerCase(Locale.ROOT);
        for (String each : hosts) {
            String name = each.toLowerCase(Locale.ROOT);
            int dot = wanted.indexOf('.');
            if (name.equals(wanted)
                    || sameAddress(name, wanted)
                    || (name.startsWith("*.")
                            && dot > 0
                            && wanted.substring(dot).equals(name.substring(1)))) {
                return true;
            }
        }
        return false;
    }

    /** IPv6 is written in many ways; only literals are compared, no name is looked up. */
    private static boolean sameAddress(String one, String other) {
        return one.indexOf(':') >= 0
                && other.indexOf(':') >= 0
                && java.net.InetAddress.ofLiteral(one).equals(java.net.InetAddress.ofLiteral(other));
    }

    /** Whether this authority signed that certificate. */
    static boolean signed(X509Certificate authority, X509Certificate certificate) {
        try {
            certificate.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
