package io.limelight.core.ca;

import io.limelight.core.secret.SecretBytes;
import java.io.IOException;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/**
 * The certificate that a machine will hold when it is given an identity now, after those before it in a list. Serial numbers are given
 * in the order of issue, so this one is expected, and no promise.
 *
 * @param subject RFC 4514
 * @param serial expected, or of the one it holds
 * @param issued whether one has to be made
 */
public record ExpectedIdentity(String subject, BigInteger serial, boolean issued) {
    /** The first number that a new CA gives; its own is the one before. */
    private static final BigInteger CA_SERIAL = BigInteger.ONE;

    /**
     * For these names, in this order; writes nothing.
     *
     * @param password tells the last number that was given; without it, it is guessed from the certificates in the folder
     */
    public static List<ExpectedIdentity> of(CertificateAuthority ca, List<CaName> names, Optional<SecretBytes> password)
            throws CaException {
        Map<String, X509Certificate> valid = new HashMap<>();
        BigInteger last = CA_SERIAL;
        boolean notifier = false;
        if (ca.exists()) {
            CaListing listing = ca.listing();
            for (CaListing.Issued one : listing.issued()) {
                last = last.max(one.certificate().getSerialNumber());
                if (one.state() == CaListing.State.VALID) {
                    valid.put(one.name(), one.certificate());
                }
            }
            notifier = listing.named(CaName.NOTIFIER).isPresent();
            if (password.isPresent()) {
                last = ca.lastSerial(password.get());
            }
        }
        List<ExpectedIdentity> expected = new ArrayList<>();
        for (CaName name : names) {
            X509Certificate held = valid.get(name.value());
            if (held != null) {
                expected.add(
                        new ExpectedIdentity(held.getSubjectX500Principal().getName(), held.getSerialNumber(), false));
                continue;
            }
            last = last.add(BigInteger.ONE);
            expected.add(new ExpectedIdentity(subject(ca, name), last, true));
            if (!notifier) {
                // Made with the first identity, and takes the number behind it.
                notifier = true;
                last = last.add(BigInteger.ONE);
            }
        }
        return expected;
    }

    private static String subject(CertificateAuthority ca, CaName name) throws CaException {
        try {
            return new X500Principal(ca.subject().named(name.value()).getEncoded()).getName();
        } catch (IOException e) {
            throw new CaException("the subject of " + name + " cannot be written: " + e.getMessage(), e);
        }
    }
}
