package io.limelight.core.endorsement;

import io.limelight.core.endorsement.EndorsementException.Reason;
import io.limelight.core.tls.LenientCertificates;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The certificates of a store of TPM vendors, one by one, to be looked at, added to and taken from. */
public final class VendorCertificates {
    private static final int CERT_SIGN = 5;

    private final VendorStore store;

    /** Of this store. */
    public VendorCertificates(VendorStore store) {
        this.store = store;
    }

    /** What a certificate of the store does there. */
    public enum Role {
        /** Vouches for itself: whoever put it here trusts it. */
        ROOT,
        /** Was issued by another CA, which need not be here. */
        INTERMEDIATE,
        /** No CA's: it vouches for nobody. */
        USELESS
    }

    /**
     * One that is trusted.
     *
     * @param file where it stands; empty if it ships with the program
     * @param origin name of its file
     */
    public record Trusted(X509Certificate certificate, Role role, Optional<Path> file, String origin) {
        /** Its name, harmless for a screen. */
        public String name() {
            return PrintableName.of(certificate.getSubjectX500Principal());
        }

        /** Whose it is says another. */
        public String issuer() {
            return PrintableName.of(certificate.getIssuerX500Principal());
        }
    }

    /**
     * Everything of a store.
     *
     * @param unusable sentences about files that cannot be read
     */
    public record Contents(List<Trusted> trusted, List<String> unusable) {
        /** Copies. */
        public Contents {
            trusted = List.copyOf(trusted);
            unusable = List.copyOf(unusable);
        }
    }

    /** Reads all of them, the administrator's own first. */
    public Contents list() throws EndorsementException {
        List<Trusted> trusted = new ArrayList<>();
        List<String> unusable = new ArrayList<>();
        for (Path file : store.files()) {
            try {
                for (X509Certificate certificate : PemFiles.readCertificates(file)) {
                    trusted.add(new Trusted(
                            certificate,
                            role(certificate),
                            Optional.of(file),
                            PrintableName.of(String.valueOf(file.getFileName()))));
                }
            } catch (TlsSetupException e) {
                unusable.add(e.getMessage() + "; it is left out.");
            }
        }
        if (store.withShipped()) {
            // A file of several certificates stands in the index once for each.
            for (String name : ShippedVendors.names().stream().distinct().toList()) {
                for (X509Certificate certificate : ShippedVendors.read(name)) {
                    trusted.add(new Trusted(certificate, role(certificate), Optional.empty(), name));
                }
            }
        }
        return new Contents(trusted, unusable);
    }

    private static Role role(X509Certificate certificate) {
        boolean[] usage = certificate.getKeyUsage();
        boolean authority = certificate.getVersion() < 3 || certificate.getBasicConstraints() >= 0;
        if (!authority || (usage != null && !usage[CERT_SIGN])) {
            return Role.USELESS;
        }
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())
                ? Role.ROOT
                : Role.INTERMEDIATE;
    }

    /**
     * Reads a file that somebody wants to add: PEM or DER, also where it is not quite DER. Nothing is written.
     *
     * @throws EndorsementException if it holds no certificate, or one that could vouch for nobody
     */
    public List<X509Certificate> look(Path file) throws EndorsementException {
        List<X509Certificate> certificates;
        try {
            if (Files.size(file) > PemFiles.MAX_FILE_SIZE) {
                throw refused(file + " is larger than any certificate", null);
            }
            byte[] content = Files.readAllBytes(file);
            String text = new String(content, StandardCharsets.ISO_8859_1);
            certificates = text.contains("-----BEGIN ")
                    ? PemFiles.parseCertificates(text, file.toString())
                    : List.of(LenientCertificates.parse(content).certificate());
        } catch (TlsSetupException | IOException e) {
            throw refused(file + " is no certificate: " + e.getMessage(), e);
        }
        if (certificates.isEmpty()) {
            throw refused(file + " holds no certificate", null);
        }
        for (X509Certificate certificate : certificates) {
            if (role(certificate) == Role.USELESS) {
                throw refused(
                        "the certificate of " + PrintableName.of(certificate.getSubjectX500Principal()) + " in " + file
                                + " is not one of a CA, so it can vouch for no TPM",
                        null);
            }
        }
        return certificates;
    }

    /** Trusts a certificate from now on: writes it into the store's folder, which is made if it is missing. */
    public Path add(X509Certificate certificate) throws EndorsementException {
        Path target = store.folder().resolve(fileName(certificate));
        Path draft = store.folder().resolve("." + fileName(certificate) + ".tmp");
        try {
            Files.createDirectories(store.folder());
            Files.writeString(draft, PemFiles.certificate(certificate), StandardCharsets.US_ASCII);
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return target;
        } catch (IOException e) {
            throw refused(
                    "the certificate cannot be put into " + store.folder() + ": " + e.getMessage()
                            + "; this folder is usually root's",
                    e);
        }
    }

    private static String fileName(X509Certificate certificate) {
        try {
            String digest = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
            return "vendor-" + digest.substring(0, 16) + ".pem";
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate has an encoding, every JDK has SHA-256", e);
        }
    }

    /** Trusts it no longer: deletes its file, with every certificate in it. Those that ship cannot be removed one by one. */
    public void remove(Trusted trusted) throws EndorsementException {
        Path file = trusted.file()
                .orElseThrow(() -> refused(
                        "the certificate " + trusted.origin() + " ships with Limelight; name a folder of your own in"
                                + " tpm_cert_store to trust only what is in it",
                        null));
        if (!Objects.equals(file.getParent(), store.folder())) {
            throw refused(file + " is not in " + store.folder(), null);
        }
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw refused(file + " cannot be deleted: " + e.getMessage(), e);
        }
    }

    private static EndorsementException refused(String sentence, @org.jspecify.annotations.Nullable Throwable cause) {
        String whole = Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1) + ".";
        return new EndorsementException(Reason.STORE, whole, cause);
    }
}
