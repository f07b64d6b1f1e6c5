package io.limelight.core.ca;

import io.limelight.core.tls.PemFiles;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** A CRL that the CA of a folder signed, in the forms it is published in. */
public final class PublishedCrl {
    private final CrlFile crl;
    private final ByteBuffer pem;
    private final String digest;

    PublishedCrl(CrlFile crl) {
        this.crl = crl;
        byte[] der = new byte[crl.der().remaining()];
        crl.der().duplicate().get(der);
        this.pem = ByteBuffer.wrap(PemFiles.encode("X509 CRL", der).getBytes(StandardCharsets.US_ASCII))
                .asReadOnlyBuffer();
        try {
            this.digest = HexFormat.of()
                    .formatHex(
                            Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(der), 16));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Its encoding; read-only, with a position of its own. */
    public ByteBuffer der() {
        return crl.der().duplicate();
    }

    /** The same as PEM; read-only, with a position of its own. */
    public ByteBuffer pem() {
        return pem.duplicate();
    }

    /** Half of its SHA-256 in hex: another for every other CRL. */
    public String digest() {
        return digest;
    }

    /** CRL number. */
    public BigInteger number() {
        return crl.number();
    }

    /** How many certificates it revokes. */
    public int entries() {
        return crl.entries().size();
    }

    /** When it was issued. */
    public Instant thisUpdate() {
        return crl.thisUpdate();
    }

    /** When it is no longer valid. */
    public Instant nextUpdate() {
        return crl.nextUpdate();
    }

    /** All its entries. */
    public Collection<Revocation> revocations() {
        return List.copyOf(crl.entries().values());
    }

    /** Its entry for that certificate. */
    public Optional<Revocation> revocation(BigInteger serial) {
        return Optional.ofNullable(crl.entries().get(serial));
    }

    /** Whether it revokes that certificate. */
    public boolean revokes(BigInteger serial) {
        return crl.entries().containsKey(serial);
    }
}
