package io.limelight.core.ca;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.operator.ContentSigner;

/**
 * Encodes CRLs (RFC 5280 §5.1) in DER. A list of a hundred thousand entries is a few megabytes of bytes that look alike: they
 * are written as bytes, one after the other, not built as a million objects first.
 */
final class CrlWriter {
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int UTC_TIME = 0x17;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int EXTENSIONS = 0xa0;

    /** crlEntryExtensions with a reason, whose value is the last byte. */
    private static final byte[] REASON = {
        SEQUENCE, 0x0c, SEQUENCE, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01, 0
    };

    private CrlWriter() {}

    /**
     * Encodes and signs.
     *
     * @param from thisUpdate
     * @param until nextUpdate
     */
    static byte[] write(
            X500Name issuer,
            Collection<Revocation> revocations,
            Instant from,
            Instant until,
            Extensions extensions,
            ContentSigner signer)
            throws IOException {
        byte[] algorithm = signer.getAlgorithmIdentifier().getEncoded();
        ByteArrayOutputStream content = new ByteArrayOutputStream(256 + 48 * revocations.size());
        // Version 2 is written as 1.
        content.writeBytes(new ASN1Integer(1).getEncoded());
        content.writeBytes(algorithm);
        content.writeBytes(issuer.getEncoded());
        content.writeBytes(time(from));
        content.writeBytes(time(until));
        if (!revocations.isEmpty()) {
            ByteArrayOutputStream entries = new ByteArrayOutputStream(48 * revocations.size());
            revocations.forEach(revocation -> entry(entries, revocation));
            header(content, SEQUENCE, entries.size());
            entries.writeTo(content);
        }
        byte[] ending = extensions.getEncoded();
        header(content, EXTENSIONS, ending.length);
        content.writeBytes(ending);

        ByteArrayOutputStream signed = new ByteArrayOutputStream(content.size() + 8);
        header(signed, SEQUENCE, content.size());
        content.writeTo(signed);
        try (OutputStream out = signer.getOutputStream()) {
            signed.writeTo(out);
        }
        byte[] signature = signer.getSignature();
        ByteArrayOutputStream tail = new ByteArrayOutputStream(1024);
        tail.writeBytes(algorithm);
        header(tail, BIT_STRING, signature.length + 1);
        tail.write(0);
        tail.writeBytes(signature);

        ByteArrayOutputStream crl = new ByteArrayOutputStream(signed.size() + tail.size() + 8);
        header(crl, SEQUENCE, signed.size() + tail.size());
        signed.writeTo(crl);
        tail.writeTo(crl);
        return crl.toByteArray();
    }

    /** RFC 5280 §5.3.1: no reason rather than "unspecified". */
    private static void entry(ByteArrayOutputStream out, Revocation revocation) {
        byte[] serial = revocation.serial().toByteArray();
        byte[] date = time(revocation.at());
        boolean said = revocation.reason() != RevocationReason.UNSPECIFIED;
        header(out, SEQUENCE, headerSize(serial.length) + serial.length + date.length + (said ? REASON.length : 0));
        header(out, INTEGER, serial.length);
        out.writeBytes(serial);
        out.writeBytes(date);
        if (said) {
            byte[] reason = REASON.clone();
            reason[reason.length - 1] = (byte) revocation.reason().code();
            out.writeBytes(reason);
        }
    }

    /** RFC 5280 §5.1.2.4: UTCTime until 2049, GeneralizedTime after it; seconds, no fractions, Z. */
    private static byte[] time(Instant instant) {
        LocalDateTime at = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), 0, ZoneOffset.UTC);
        boolean utc = at.getYear() >= 1950 && at.getYear() < 2050;
        byte[] text = new byte[utc ? 15 : 17];
        text[0] = (byte) (utc ? UTC_TIME : GENERALIZED_TIME);
        text[1] = (byte) (text.length - 2);
        int position = 2;
        if (!utc) {
            position = two(text, position, at.getYear() / 100);
        }
        for (int number : new int[] {
            at.getYear() % 100, at.getMonthValue(), at.getDayOfMonth(), at.getHour(), at.getMinute(), at.getSecond()
        }) {
            position = two(text, position, number);
        }
        text[position] = 'Z';
        return text;
    }

    private static int two(byte[] text, int position, int number) {
        text[position] = (byte) ('0' + number / 10);
        text[position + 1] = (byte) ('0' + number % 10);
        return position + 2;
    }

    private static int headerSize(int length) {
        return length < 0x80 ? 2 : 2 + (39 - Integer.numberOfLeadingZeros(length)) / 8;
    }

    private static void header(ByteArrayOutputStream out, int tag, int length) {
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
            return;
        }
        int bytes = headerSize(length) - 2;
        out.write(0x80 | bytes);
        for (int i = bytes - 1; i >= 0; i--) {
            out.write(length >>> (8 * i));
        }
    }
}
