package io.limelight.core.tls;

import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Certificates named by their SHA-256 fingerprints, as {@code openssl x509 -fingerprint -sha256} prints them.
 *
 * @param fingerprints lower-case hex without colons
 */
public record CertificatePins(Set<String> fingerprints) {
    /** No certificate. */
    public static final CertificatePins NONE = new CertificatePins(Set.of());

    private static final int HEX_DIGITS = 64;

    /** Copies the set. */
    public CertificatePins {
        fingerprints = Set.copyOf(fingerprints);
    }

    /**
     * Reads fingerprints: 64 hex digits, with or without colons, with or without {@code sha256:} in front.
     *
     * @throws IllegalArgumentException naming the one that is none
     */
    public static CertificatePins parse(List<String> texts) {
        Set<String> fingerprints = new HashSet<>();
        for (String text : texts) {
            String hex = text.strip()
                    .toLowerCase(Locale.ROOT)
                    .replaceFirst("^sha256:", "")
                    .replace(":", "");
            if (hex.length() != HEX_DIGITS || !hex.chars().allMatch(HexFormat::isHexDigit)) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" is no SHA-256 fingerprint of a certificate (64 hex digits)");
            }
            fingerprints.add(hex);
        }
        return new CertificatePins(fingerprints);
    }

    /** The fingerprint of a certificate. */
    public static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("certificate without an encoding", e);
        }
    }

    /** Whether it is one of these. */
    public boolean contain(X509Certificate certificate) {
        return !fingerprints.isEmpty() && fingerprints.contains(fingerprint(certificate));
    }

    /** Accepts clients with these certificates as long as those are valid, and everybody the other accepts. */
    X509ExtendedTrustManager orElse(X509ExtendedTrustManager other) {
        return fingerprints.isEmpty() ? other : new PinnedClients(other);
    }

    private final class PinnedClients extends X509ExtendedTrustManager {
        private final X509ExtendedTrustManager other;

        PinnedClients(X509ExtendedTrustManager other) {
            this.other = other;
        }

        private boolean pinned(X509Certificate[] chain) throws CertificateException {
            if (chain.length == 0 || !contain(chain[0])) {
                return false;
            }
            chain[0].checkValidity();
            return true;
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            if (!pinned(chain)) {
                other.checkClientTrusted(chain, authType);
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            if (!pinned(chain)) {
                other.checkClientTrusted(chain, authType, socket);
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            if (!pinned(chain)) {
                other.checkClientTrusted(chain, authType, engine);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            other.checkServerTrusted(chain, authType);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            other.checkServerTrusted(chain, authType, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            other.checkServerTrusted(chain, authType, engine);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return other.getAcceptedIssuers();
        }
    }
}
