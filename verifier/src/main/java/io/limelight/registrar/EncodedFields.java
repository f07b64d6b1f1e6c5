package io.limelight.registrar;

import io.limelight.core.tls.LenientCertificates;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import io.limelight.core.tpm.TpmFormatException;
import io.limelight.core.tpm.TpmPublic;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Members of a registration as they came: strict base64 or hex, PEM or DER; the empty string counts as none. */
final class EncodedFields {
    private static final Logger LOG = LoggerFactory.getLogger(EncodedFields.class);
    private static final int MAX_TEXT = 48 * 1024;

    private final MalformedCertAction action;

    EncodedFields(MalformedCertAction action) {
        this.action = action;
    }

    /** What to do with a certificate that is not strict DER. */
    enum MalformedCertAction {
        WARN,
        REJECT,
        IGNORE
    }

    static Optional<byte[]> bytes(String name, @Nullable String text) throws RegistrationRefusedException {
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        if (text.length() > MAX_TEXT) {
            throw RegistrationRefusedException.invalid(name + " has " + text.length() + " characters");
        }
        String hex = text.startsWith("0x") ? text.substring(2) : text;
        if (hex.length() % 2 == 0 && hex.matches("[0-9a-fA-F]+")) {
            return Optional.of(HexFormat.of().parseHex(hex));
        }
        try {
            return Optional.of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw RegistrationRefusedException.invalid(name + " is neither base64 nor hex");
        }
    }

    static Optional<TpmPublic> publicArea(String name, @Nullable String text) throws RegistrationRefusedException {
        Optional<byte[]> bytes = bytes(name, text);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(TpmPublic.fromTpm2b(bytes.get()));
        } catch (TpmFormatException e) {
            throw RegistrationRefusedException.invalid(name + ": " + e.getMessage());
        }
    }

    Optional<X509Certificate> certificate(String name, @Nullable String text) throws RegistrationRefusedException {
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        if (text.length() > MAX_TEXT) {
            throw RegistrationRefusedException.invalid(name + " has " + text.length() + " characters");
        }
        try {
            if (text.contains("-----BEGIN")) {
                // A bundle may follow; the first certificate is the one that counts.
                List<X509Certificate> bundle = PemFiles.parseCertificates(text, name);
                if (bundle.isEmpty()) {
                    throw RegistrationRefusedException.invalid(name + " holds no certificate");
                }
                return Optional.of(bundle.getFirst());
            }
            byte[] der = bytes(name, text).orElseThrow();
            LenientCertificates.Parsed parsed = LenientCertificates.parse(der);
            if (parsed.reencoded()) {
                if (action == MalformedCertAction.REJECT) {
                    throw RegistrationRefusedException.invalid(
                            name + " is not strict DER (malformed_cert_action = reject)");
                }
                if (action == MalformedCertAction.WARN) {
                    LOG.warn("{} is not strict DER; it was re-encoded and accepted", name);
                }
            }
            return Optional.of(parsed.certificate());
        } catch (TlsSetupException | IOException e) {
            throw RegistrationRefusedException.invalid(name + ": " + e.getMessage());
        }
    }
}
