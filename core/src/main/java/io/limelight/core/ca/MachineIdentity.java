package io.limelight.core.ca;

import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.PemFiles;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A certificate of a CA folder with its private key, and what its holder needs of the CA: the files of a certificate
 * package, in Keylime's names. The key is cleared when closed.
 */
public final class MachineIdentity implements AutoCloseable {
    private final CaName name;
    private final X509Certificate certificate;
    private final SecretBytes key;
    private final X509Certificate authority;
    private final byte[] crl;

    MachineIdentity(CaName name, X509Certificate certificate, SecretBytes key, X509Certificate authority, byte[] crl) {
        this.name = name;
        this.certificate = certificate;
        this.key = key;
        this.authority = authority;
        this.crl = crl.clone();
    }

    /**
     * A file of the package.
     *
     * @param name without folders
     * @param content owned by whoever asked for the files
     */
    public record PackageFile(String name, SecretBytes content) {}

    /** The names of {@link #files}, in that order. */
    public static List<String> fileNames(CaName name) {
        return List.of(
                name.publicFile(),
                name.certificateFile(),
                name.privateFile(),
                CaFiles.CERTIFICATE,
                CaFiles.CRL_DER,
                CaFiles.CRL_PEM);
    }

    /** What Keylime's {@code pkg} packs, in its order (reference "Certificates" §1.7). The caller closes the contents. */
    public List<PackageFile> files() {
        return List.of(
                file(name.publicFile(), PemFiles.publicKey(certificate.getPublicKey())),
                certificateFile(),
                new PackageFile(name.privateFile(), key.copy()),
                file(CaFiles.CERTIFICATE, PemFiles.certificate(authority)),
                new PackageFile(CaFiles.CRL_DER, SecretBytes.copyOf(crl)),
                file(CaFiles.CRL_PEM, PemFiles.encode("X509 CRL", crl)));
    }

    /** The certificate alone, for those who only check its signatures. */
    public PackageFile certificateFile() {
        return file(name.certificateFile(), PemFiles.certificate(certificate));
    }

    private static PackageFile file(String name, String text) {
        return new PackageFile(name, SecretBytes.adopt(text.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Common name. */
    public CaName name() {
        return name;
    }

    /** The certificate. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** The CA's certificate. */
    public X509Certificate authority() {
        return authority;
    }

    /** The private key in PEM, PKCS#8; it stays owned by this object. */
    public SecretBytes key() {
        return key;
    }

    /** The certificate's serial number. */
    public BigInteger serial() {
        return certificate.getSerialNumber();
    }

    /** The subject as it stands in the metadata of revocations: RFC 4514, which is the order of the certificate reversed. */
    public String subject() {
        return certificate.getSubjectX500Principal().getName();
    }

    @Override
    public void close() {
        key.close();
    }

    /** Name and serial number, never the key. */
    @Override
    public String toString() {
        return "MachineIdentity[" + name + ", serial " + serial() + "]";
    }
}
