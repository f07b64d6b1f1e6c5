package io.limelight.core.ca;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.PublicKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Enumerated;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.operator.ContentVerifier;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.RuntimeOperatorException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;

/**
 * Reads a CRL (RFC 5280 §5.1) whose signature is good, in one pass over its bytes: a list of a hundred thousand entries is read
 * at every start of a tenant, and objects for each of its parts would cost more than everything else it does. Nothing of the
 * list is looked at before the signature over it has been checked.
 */
final class CrlReader {
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int UTC_TIME = 0x17;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int EXTENSIONS = 0xa0;

    private final byte[] der;
    private int position;
    private int end;

    /** Entries of one command have one date. */
    private final Map<ByteBuffer, Instant> times = new HashMap<>();

    private CrlReader(byte[] der) {
        this.der = der;
        this.end = der.length;
    }

    /** What is no CRL. */
    private static final class Malformed extends IOException {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message);
        }
    }

    /** Empty for anything that is no CRL signed by that key. */
    static Optional<CrlFile> read(byte[] der, PublicKey signer) {
        try {
            return new CrlReader(der).read(signer);
        } catch (IOException
                | OperatorCreationException
                | RuntimeOperatorException
                | DateTimeException
                | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Optional<CrlFile> read(PublicKey signer) throws IOException, OperatorCreationException {
        enter(SEQUENCE);
        if (end != der.length) {
            throw new Malformed("something follows");
        }
        int signedFrom = position;
        skip(SEQUENCE);
        int signedTo = position;
        byte[] algorithm = whole(SEQUENCE);
        int signatureEnd = enter(BIT_STRING);
        if (signatureEnd != der.length || position >= end || der[position] != 0) {
            throw new Malformed("no signature");
        }
        byte[] signature = Arrays.copyOfRange(der, position + 1, end);
        if (!verifies(signer, algorithm, signedFrom, signedTo, signature)) {
            return Optional.empty();
        }
        position = signedFrom;
        end = der.length;
        enter(SEQUENCE);
        return Optional.of(list(algorithm));
    }

    private boolean verifies(PublicKey signer, byte[] algorithm, int from, int to, byte[] signature)
            throws IOException, OperatorCreationException {
        ContentVerifier verifier =
                new JcaContentVerifierProviderBuilder().build(signer).get(AlgorithmIdentifier.getInstance(algorithm));
        try (OutputStream out = verifier.getOutputStream()) {
            out.write(der, from, to - from);
        }
        return verifier.verify(signature);
    }

    private CrlFile list(byte[] algorithm) throws IOException {
        if (next() == INTEGER) {
            skip(INTEGER);
        }
        // RFC 5280 §5.1.1.2: what is signed names the same algorithm.
        if (!Arrays.equals(whole(SEQUENCE), algorithm)) {
            throw new Malformed("two algorithms");
        }
        skip(SEQUENCE);
        Instant thisUpdate = time();
        Instant nextUpdate = next() == UTC_TIME || next() == GENERALIZED_TIME ? time() : Instant.MAX;
        Map<BigInteger, Revocation> entries = new LinkedHashMap<>();
        if (next() == SEQUENCE) {
            int after = end;
            int last = enter(SEQUENCE);
            while (position < last) {
                Revocation entry = entry();
                entries.put(entry.serial(), entry);
            }
            end = after;
        }
        BigInteger number = BigInteger.ZERO;
        if (next() == EXTENSIONS) {
            enter(EXTENSIONS);
            Extension found = Extensions.getInstance(whole(SEQUENCE)).getExtension(Extension.cRLNumber);
            if (found != null) {
                number = ASN1Integer.getInstance(found.getParsedValue()).getValue();
            }
        }
        return new CrlFile(ByteBuffer.wrap(der).asReadOnlyBuffer(), number, thisUpdate, nextUpdate, entries);
    }

    private Revocation entry() throws IOException {
        int after = end;
        int last = enter(SEQUENCE);
        enter(INTEGER);
        BigInteger serial = new BigInteger(der, position, end - position);
        position = end;
        end = last;
        Instant at = time();
        RevocationReason reason = position < last ? reason() : RevocationReason.UNSPECIFIED;
        if (position != last) {
            throw new Malformed("an entry that goes on");
        }
        end = after;
        return new Revocation(serial, at, reason);
    }

    private RevocationReason reason() throws IOException {
        Extension said = Extensions.getInstance(whole(SEQUENCE)).getExtension(Extension.reasonCode);
        if (said == null) {
            return RevocationReason.UNSPECIFIED;
        }
        ASN1OctetString value = said.getExtnValue();
        return RevocationReason.of(
                ASN1Enumerated.getInstance(value.getOctets()).getValue().intValue());
    }

    // --- DER ---

    /** The next tag; 0 at the end. */
    private int next() {
        return position < end ? der[position] & 0xff : 0;
    }

    /** Goes to the content of the next value, which must be of that kind; returns where it ends, which is the end now. */
    private int enter(int tag) throws Malformed {
        if (next() != tag || position + 1 >= end) {
            throw new Malformed("tag " + next() + " where " + tag + " was expected");
        }
        int first = der[position + 1] & 0xff;
        position += 2;
        int length = first;
        if (first >= 0x80) {
            int bytes = first & 0x7f;
            if (bytes < 1 || bytes > 4 || bytes > end - position) {
                throw new Malformed("a length of " + bytes + " bytes");
            }
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = (length << 8) | (der[position++] & 0xff);
            }
        }
        if (length < 0 || length > end - position) {
            throw new Malformed("a value longer than what holds it");
        }
        end = position + length;
        return end;
    }

    private void skip(int tag) throws Malformed {
        int after = end;
        position = enter(tag);
        end = after;
    }

    private byte[] whole(int tag) throws Malformed {
        int from = position;
        skip(tag);
        return Arrays.copyOfRange(der, from, position);
    }

    private Instant time() throws Malformed {
        int tag = next();
        int after = end;
        int last = enter(tag == GENERALIZED_TIME ? GENERALIZED_TIME : UTC_TIME);
        ByteBuffer text = ByteBuffer.wrap(der, position, last - position);
        Instant known = times.get(text);
        if (known == null) {
            known = time(text.slice(), tag == GENERALIZED_TIME);
            times.put(text, known);
        }
        position = last;
        end = after;
        return known;
    }

    /** RFC 5280 §5.1.2.4 */
    private static Instant time(ByteBuffer text, boolean generalized) throws Malformed {
        int digits = generalized ? 14 : 12;
        if (text.remaining() != digits + 1 || text.get(digits) != 'Z') {
            throw new Malformed("a time that is none");
        }
        int[] pairs = new int[digits / 2];
        for (int i = 0; i < pairs.length; i++) {
            int tens = text.get(2 * i) - '0';
            int ones = text.get(2 * i + 1) - '0';
            if (tens < 0 || tens > 9 || ones < 0 || ones > 9) {
                throw new Malformed("a time that is none");
            }
            pairs[i] = 10 * tens + ones;
        }
        int first = generalized ? 2 : 1;
        int year = generalized ? 100 * pairs[0] + pairs[1] : pairs[0] + (pairs[0] < 50 ? 2000 : 1900);
        return LocalDateTime.of(
                        year, pairs[first], pairs[first + 1], pairs[first + 2], pairs[first + 3], pairs[first + 4])
                .toInstant(ZoneOffset.UTC);
    }
}
