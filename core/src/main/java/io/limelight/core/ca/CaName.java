package io.limelight.core.ca;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The common name of an issued certificate, which is also the stem of its file names and a member of the keystore; so it is
 * checked before it touches a path. The rule is that of agent ids: 1 to 80 of {@code [A-Za-z0-9._-]}, the first a letter or
 * digit.
 */
public final class CaName {
    /** No name is longer. */
    public static final int MAX_LENGTH = 80;

    /** Members of the keystore and files of the folder that belong to the CA itself. */
    private static final Set<String> OWN = Set.of("ca", "lastserial", "revoked_keys", "cacert", "cacrl");

    /** Names with a meaning for machines: whoever holds such a certificate signs notices or passes for a service. */
    private static final Set<String> ROLES = Set.of("revocationnotifier", "server", "client", "ca-listen", "ca-ocsp");

    /** The one whose key signs revocation notices. */
    public static final CaName NOTIFIER = new CaName("RevocationNotifier");

    /** The server that takes notices for the CA. */
    static final CaName LISTENER = new CaName("ca-listen");

    /** Whoever answers questions about single certificates. */
    static final CaName RESPONDER = new CaName("ca-ocsp");

    private final String value;

    private CaName(String value) {
        this.value = value;
    }

    /**
     * The name of a certificate to be issued.
     *
     * @throws CaException with a sentence if it is no name, or one that is kept for a purpose
     */
    public static CaName fresh(String text) throws CaException {
        CaName name = existing(text);
        if (ROLES.contains(text.toLowerCase(Locale.ROOT))) {
            throw new CaException("the name " + text + " is reserved: " + purpose(text.toLowerCase(Locale.ROOT))
                    + "; choose another name");
        }
        return name;
    }

    /** Whether a name has a meaning, so that its holder is no machine. */
    public static boolean role(String name) {
        return ROLES.contains(name.toLowerCase(Locale.ROOT));
    }

    private static String purpose(String role) {
        return switch (role) {
            case "revocationnotifier" ->
                "its key signs revocation notices, and it is made with the first certificate package";
            case "ca-listen" -> "the server that takes notices for the CA (limelight ca -c listen) is called so";
            case "ca-ocsp" ->
                "whoever answers questions about the CA's certificates (limelight ca -c listen --ocsp) is"
                        + " called so";
            default -> "it is a certificate of the services, whose CA they make themselves (tls_dir = generate)";
        };
    }

    /**
     * The name of a certificate that is in the folder already, possibly put there by Keylime.
     *
     * @throws CaException with a sentence if no certificate can be called so
     */
    public static CaName existing(String text) throws CaException {
        if (text.isEmpty()) {
            throw new CaException("the name is empty; give the certificate's name with -n");
        }
        if (text.length() > MAX_LENGTH) {
            throw new CaException(
                    "the name has " + text.length() + " characters; at most " + MAX_LENGTH + " are allowed");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!alphanumeric && (i == 0 || (c != '.' && c != '_' && c != '-'))) {
                throw new CaException("the name \"" + shown(text) + "\" cannot be used (character " + (i + 1)
                        + "): letters, digits, '.', '_' and '-' are allowed, the first one a letter or a digit");
            }
        }
        if (OWN.contains(text.toLowerCase(Locale.ROOT))) {
            throw new CaException(
                    "the name " + text + " is reserved: the CA uses it for its own files; choose another name");
        }
        return new CaName(text);
    }

    private static String shown(String text) {
        String cut = text.length() > 40 ? text.substring(0, 40) + "..." : text;
        return cut.replaceAll("[^\\x20-\\x7e]", "?");
    }

    /** The text. */
    public String value() {
        return value;
    }

    String certificateFile() {
        return value + CaFiles.CERTIFICATE_SUFFIX;
    }

    String privateFile() {
        return value + "-private.pem";
    }

    String publicFile() {
        return value + "-public.pem";
    }

    String packageFile() {
        return value + "-pkg.zip";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CaName name && name.value.equals(value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
