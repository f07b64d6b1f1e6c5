package io.limelight.core.endorsement;

import io.limelight.core.endorsement.EndorsementException.Reason;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/**
 * The certificates of TPM vendors that are trusted to say "this key lives in one of our TPMs" ({@code tpm_cert_store}):
 * every {@code *.pem} of a folder, without subfolders, and, where the administrator named no folder of his own, those that
 * ship with the program.
 *
 * <p>Each of them is an anchor, intermediates too: whoever puts a certificate here trusts it, whether or not its own issuer
 * is here as well. Files are read when a vendor is first asked for.
 */
public final class VendorStore {
    /** No honest store holds more files; Keylime ships 51. */
    private static final int MAX_FILES = 2_000;

    private final Path folder;
    private final boolean mustExist;
    private final boolean withShipped;

    private VendorStore(Path folder, boolean mustExist, boolean withShipped) {
        this.folder = folder;
        this.mustExist = mustExist;
        this.withShipped = withShipped;
    }

    /** Only what is in the folder, which must exist. */
    public static VendorStore only(Path folder) {
        return new VendorStore(folder, true, false);
    }

    /** What ships, and what is in the folder, which need not exist. */
    public static VendorStore shippedAnd(Path folder) {
        return new VendorStore(folder, false, true);
    }

    /** The folder. */
    public Path folder() {
        return folder;
    }

    /** Whether vendors that ship with the program are trusted as well. */
    public boolean withShipped() {
        return withShipped;
    }

    /** For sentences: where vendors are looked for. */
    String describe() {
        return withShipped ? "those that ship with Limelight and those in " + folder : "those in " + folder;
    }

    /**
     * A file of the store that could not be used.
     *
     * @param sentence which, and why
     */
    record Unusable(String sentence) {}

    /**
     * The certificates with this subject, the folder's first.
     *
     * @param unusable receives what could not be read: fewer anchors than the administrator meant
     */
    List<X509Certificate> named(X500Principal subject, List<Unusable> unusable) throws EndorsementException {
        List<X509Certificate> found = new ArrayList<>();
        for (Path file : files()) {
            try {
                for (X509Certificate certificate : PemFiles.readCertificates(file)) {
                    if (certificate.getSubjectX500Principal().equals(subject)) {
                        found.add(certificate);
                    }
                }
            } catch (TlsSetupException e) {
                unusable.add(new Unusable(e.getMessage() + "; it is left out."));
            }
        }
        if (withShipped) {
            found.addAll(ShippedVendors.named(subject));
        }
        return found;
    }

    /** Fails if it cannot be searched. */
    void require() throws EndorsementException {
        files();
    }

    List<Path> files() throws EndorsementException {
        if (!Files.isDirectory(folder)) {
            if (mustExist) {
                throw new EndorsementException(
                        Reason.STORE,
                        "The store of TPM vendors' certificates " + folder
                                + " is not there. Correct tpm_cert_store, or make the folder and put the vendors' CA"
                                + " certificates into it as *.pem.");
            }
            return List.of();
        }
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*.pem")) {
            for (Path file : entries) {
                files.add(file);
                if (files.size() > MAX_FILES) {
                    throw new EndorsementException(
                            Reason.STORE,
                            "The store of TPM vendors' certificates " + folder + " holds more than " + MAX_FILES
                                    + " files.");
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new EndorsementException(
                    Reason.STORE,
                    "The store of TPM vendors' certificates " + folder + " cannot be read: " + e.getMessage() + ".",
                    e);
        }
        files.sort(null);
        return files;
    }
}
