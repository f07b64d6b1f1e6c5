package io.limelight.core.ima;

import io.limelight.core.tpm.HashAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * One line of a measurement list, read where it lies.
 *
 * <p>The same object reads line after line ({@link #read}): a list of a hundred thousand lines is hashed and compared without
 * a string or an array for any of them. What a line held is valid until the next is read; whoever keeps something asks for a
 * copy. Not for use by several threads.
 *
 * <pre>
 *   &lt;pcr&gt; &lt;template hash&gt; &lt;template&gt; &lt;field&gt; …
 *   10 5426cf30…95a728f6 ima-sig sha256:f1125b94…1a9365e /usr/bin/dd 030204…
 * </pre>
 *
 * <p>While the fields are read, the template data are put together: the bytes the kernel hashed (its template code,
 * {@code ima_calc_field_array_hash}). Integers are little-endian, as on every machine the kernel's list is canonical for.
 */
public final class ImaEntry {
    /** Longer lines are refused: the longest buffers a kernel measures are keys and tables of some KiB. */
    public static final int MAX_LINE = 4 * 1024 * 1024;

    private static final int LEGACY_NAME_SIZE = 256;
    /** Algorithm names are shorter; the kernel's own limit is 64 (CRYPTO_MAX_ALG_NAME). */
    private static final int MAX_ALGORITHM = 128;

    private static final int MAX_DIGEST = 64;

    /** What reading a line came to. */
    public enum Outcome {
        /** It is an entry. */
        ENTRY,
        /** It is none; {@link #problem} says why. */
        BROKEN
    }

    private byte[] bytes = new byte[0];
    private int from;
    private int to;

    private int pcrEnd;
    private final byte[] templateHash = new byte[MAX_DIGEST];
    private int templateHashLength;
    private ImaTemplate template = ImaTemplate.IMA;
    private int algorithmFrom;
    private int algorithmTo;
    private boolean verity;
    private final byte[] digest = new byte[MAX_DIGEST];
    private int digestLength;
    private int nameFrom;
    private int nameTo;
    /** Place of the third field's bytes (signature or buffer) in the template data. */
    private int extraFrom;

    private int extraLength;
    private byte[] data = new byte[1024];
    private int dataLength;
    private String problem = "";

    /** Reads the line {@code [from, to)} of an array nobody changes meanwhile, without its line feed. */
    public Outcome read(byte[] list, int lineFrom, int lineTo) {
        bytes = list;
        from = lineFrom;
        to = lineTo;
        extraLength = 0;
        extraFrom = 0;
        dataLength = 0;
        verity = false;
        if (to - from > MAX_LINE) {
            return broken("it is " + (to - from) + " bytes long");
        }
        pcrEnd = space(from);
        int hashEnd = pcrEnd < 0 ? -1 : space(pcrEnd + 1);
        int templateEnd = hashEnd < 0 ? -1 : space(hashEnd + 1);
        if (templateEnd < 0) {
            return broken("it has fewer than four parts");
        }
        templateHashLength = hex(pcrEnd + 1, hashEnd, templateHash, 0, MAX_DIGEST);
        if (templateHashLength < 0) {
            return broken("its template hash is not hexadecimal");
        }
        ImaTemplate named = ImaTemplate.of(bytes, hashEnd + 1, templateEnd);
        if (named == null) {
            return broken("its template is unknown");
        }
        template = named;
        return fields(templateEnd + 1) ? Outcome.ENTRY : Outcome.BROKEN;
    }

    private Outcome broken(String why) {
        problem = why;
        return Outcome.BROKEN;
    }

    private boolean wrong(String why) {
        problem = why;
        return false;
    }

    /** The next space from here, −1 without one. */
    private int space(int at) {
        return ByteSearch.indexOf(bytes, at, to, (byte) ' ');
    }

    private boolean fields(int start) {
        List<ImaTemplate.Field> fields = template.fields();
        int at = start;
        for (int i = 0; i < fields.size(); i++) {
            boolean last = i == fields.size() - 1;
            int end = last ? to : space(at);
            if (end < 0) {
                return wrong("it has " + i + " of the " + fields.size() + " fields of its template, and a part of one");
            }
            if (!field(fields.get(i), at, end)) {
                return false;
            }
            at = end + 1;
        }
        return true;
    }

    private boolean field(ImaTemplate.Field field, int start, int end) {
        return switch (field) {
            case LEGACY_DIGEST -> legacyDigest(start, end);
            case LEGACY_NAME -> legacyName(start, end);
            case DIGEST -> digest(start, end, false, false);
            case TYPED_DIGEST -> digest(start, end, true, false);
            case OPTIONAL_DIGEST -> start == end ? empty() : digest(start, end, false, true);
            case NAME -> {
                nameFrom = start;
                nameTo = end;
                yield text(start, end);
            }
            case OPTIONAL_TEXT -> start == end ? empty() : text(start, end);
            case SIGNATURE -> signature(start, end);
            case BUFFER, BYTES -> hexField(start, end, field == ImaTemplate.Field.BUFFER);
            case NUMBER_32 -> number(start, end, 4);
            case NUMBER_16 -> number(start, end, 2);
        };
    }

    private boolean legacyDigest(int start, int end) {
        int colon = colon(start, end);
        if (!readDigest(start, end, colon)) {
            return false;
        }
        room(digestLength);
        System.arraycopy(digest, 0, data, dataLength, digestLength);
        dataLength += digestLength;
        return true;
    }

    private boolean legacyName(int start, int end) {
        if (end - start >= LEGACY_NAME_SIZE) {
            return wrong("its name is " + (end - start) + " bytes long, more than template ima has room for");
        }
        nameFrom = start;
        nameTo = end;
        room(LEGACY_NAME_SIZE);
        System.arraycopy(bytes, start, data, dataLength, end - start);
        Arrays.fill(data, dataLength + end - start, dataLength + LEGACY_NAME_SIZE, (byte) 0);
        dataLength += LEGACY_NAME_SIZE;
        return true;
    }

    private int colon(int start, int end) {
        for (int i = start; i < end; i++) {
            if (bytes[i] == ':') {
                return i;
            }
        }
        return -1;
    }

    /**
     * {@code alg:hex}, or bare hex of SHA-1 or MD5.
     *
     * @param colon the colon before the hex, −1 without one
     */
    private boolean readDigest(int start, int end, int colon) {
        digestLength = hex(colon + 1 > start ? colon + 1 : start, end, digest, 0, MAX_DIGEST);
        if (digestLength < 0) {
            return wrong("its digest is not hexadecimal");
        }
        if (colon >= 0) {
            algorithmFrom = start;
            algorithmTo = colon;
            return colon - start <= MAX_ALGORITHM || wrong("its digest names no algorithm");
        }
        algorithmFrom = -1;
        return digestLength == 20 || digestLength == 16 || wrong("its digest names no algorithm");
    }

    private boolean digest(int start, int end, boolean typed, boolean further) {
        int colon = colon(start, end);
        int prefixTo = colon;
        int algorithmStart = start;
        if (further) {
            return furtherDigest(start, end, colon);
        }
        if (typed) {
            verity = colon >= 0 && isText(start, colon, "verity");
            if (colon < 0 || !(verity || isText(start, colon, "ima"))) {
                return wrong("its digest does not say of what kind it is");
            }
            algorithmStart = colon + 1;
            prefixTo = colon(algorithmStart, end);
            if (prefixTo < 0) {
                return wrong("its digest names no algorithm");
            }
        }
        if (!readDigest(algorithmStart, end, prefixTo)) {
            return false;
        }
        int prefix = algorithmFrom < 0 ? (digestLength == 20 ? 4 : 3) : prefixTo - start;
        int length = prefix + 2 + digestLength;
        room(4 + length);
        littleEndian(length, 4);
        if (algorithmFrom < 0) {
            for (int i = 0; i < prefix; i++) {
                data[dataLength + i] = (byte) (digestLength == 20 ? "sha1" : "md5").charAt(i);
            }
        } else {
            System.arraycopy(bytes, start, data, dataLength, prefix);
        }
        dataLength += prefix;
        data[dataLength++] = ':';
        data[dataLength++] = 0;
        System.arraycopy(digest, 0, data, dataLength, digestLength);
        dataLength += digestLength;
        return true;
    }

    /** A second digest, hashed and not judged. */
    private boolean furtherDigest(int start, int end, int colon) {
        if (colon < 0 || colon - start > MAX_ALGORITHM) {
            return wrong("its second digest names no algorithm");
        }
        int prefix = colon - start;
        room(4 + prefix + 2 + MAX_DIGEST);
        int lengthAt = dataLength;
        dataLength += 4;
        System.arraycopy(bytes, start, data, dataLength, prefix);
        dataLength += prefix;
        data[dataLength++] = ':';
        data[dataLength++] = 0;
        int length = hex(colon + 1, end, data, dataLength, MAX_DIGEST);
        if (length < 0) {
            return wrong("its second digest is not hexadecimal");
        }
        int finished = dataLength + length;
        dataLength = lengthAt;
        littleEndian(prefix + 2 + length, 4);
        dataLength = finished;
        return true;
    }

    private boolean text(int start, int end) {
        int length = end - start;
        room(4 + length + 1);
        littleEndian(length + 1, 4);
        System.arraycopy(bytes, start, data, dataLength, length);
        dataLength += length;
        data[dataLength++] = 0;
        return true;
    }

    private boolean empty() {
        room(4);
        littleEndian(0, 4);
        return true;
    }

    /** What is no signature is hashed as none, as Keylime does: the template hash then tells that something is wrong. */
    private boolean signature(int start, int end) {
        room(4 + (end - start) / 2);
        int length = hex(start, end, data, dataLength + 4, (end - start) / 2);
        if (length <= 0 || !ImaSignature.isWellFormed(data, dataLength + 4, length)) {
            return empty();
        }
        littleEndian(length, 4);
        extraFrom = dataLength;
        extraLength = length;
        dataLength += length;
        return true;
    }

    private boolean hexField(int start, int end, boolean buffer) {
        room(4 + (end - start) / 2);
        int length = hex(start, end, data, dataLength + 4, (end - start) / 2);
        if (length < 0) {
            return wrong("one of its fields is not hexadecimal");
        }
        littleEndian(length, 4);
        if (buffer) {
            extraFrom = dataLength;
            extraLength = length;
        }
        dataLength += length;
        return true;
    }

    private boolean number(int start, int end, int size) {
        if (start == end) {
            return empty();
        }
        long value = 0;
        for (int i = start; i < end; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9 || (value >>> (8 * size)) != 0) {
                return wrong("one of its fields is no number of " + size + " bytes");
            }
            value = 10 * value + digit;
        }
        if ((value >>> (8 * size)) != 0) {
            return wrong("one of its fields is no number of " + size + " bytes");
        }
        room(4 + size);
        littleEndian(size, 4);
        littleEndian(value, size);
        return true;
    }

    private void littleEndian(long value, int size) {
        for (int i = 0; i < size; i++) {
            data[dataLength++] = (byte) (value >>> (8 * i));
        }
    }

    private void room(int more) {
        if (dataLength + more > data.length) {
            data = Arrays.copyOf(data, Math.max(dataLength + more, 2 * data.length));
        }
    }

    private int hex(int start, int end, byte[] target, int at, int atMost) {
        return Hex.decode(bytes, start, end, target, at, atMost);
    }

    private boolean isText(int start, int end, String text) {
        if (end - start != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (bytes[start + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    // What the line held

    /** Why it is no entry, for the end of a sentence. */
    public String problem() {
        return problem;
    }

    /** Whether it says PCR 10. */
    public boolean isPcr10() {
        return isText(from, pcrEnd, "10");
    }

    /** The PCR as it is written. */
    public String pcr() {
        return shown(from, pcrEnd, 32);
    }

    /** Which template it has. */
    public ImaTemplate template() {
        return template;
    }

    /** Whether its template hash is nothing but zeros of this algorithm's length: a violation. */
    public boolean isViolation(HashAlgorithm logHash) {
        if (templateHashLength != logHash.digestSize()) {
            return false;
        }
        for (int i = 0; i < templateHashLength; i++) {
            if (templateHash[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether its template hash is this. */
    public boolean hasTemplateHash(byte[] hash, int length) {
        return Arrays.equals(templateHash, 0, templateHashLength, hash, 0, length);
    }

    /** Its template hash, lower-case hex. */
    public String templateHash() {
        return HexFormat.of().formatHex(templateHash, 0, templateHashLength);
    }

    /** Puts the hash of its template data into {@code target}. */
    public void hashTemplateData(MessageDigest hash, byte[] target, int length) {
        hash.update(data, 0, dataLength);
        try {
            hash.digest(target, 0, length);
        } catch (DigestException e) {
            throw new IllegalArgumentException("no room for a digest of " + length + " bytes", e);
        }
    }

    /** The bytes that are hashed: a copy. */
    public byte[] templateData() {
        return Arrays.copyOf(data, dataLength);
    }

    /** The array its name lies in, from {@link #nameFrom} to {@link #nameTo}. */
    public byte[] nameBytes() {
        return bytes;
    }

    /** Where its name starts. */
    public int nameFrom() {
        return nameFrom;
    }

    /** Where its name ends. */
    public int nameTo() {
        return nameTo;
    }

    /** Its name: a path, or what a buffer is called. What is no UTF-8 is replaced. */
    public String name() {
        return new String(bytes, nameFrom, nameTo - nameFrom, StandardCharsets.UTF_8);
    }

    /** Whether its name is this ASCII text. */
    public boolean isNamed(String ascii) {
        return isText(nameFrom, nameTo, ascii);
    }

    /** The digest; only the first {@link #digestLength} bytes, and only until the next line is read. */
    public byte[] digestBytes() {
        return digest;
    }

    /** Length of the digest in bytes. */
    public int digestLength() {
        return digestLength;
    }

    /** The digest, lower-case hex. */
    public String digest() {
        return HexFormat.of().formatHex(digest, 0, digestLength);
    }

    /** The algorithm of the digest as it is written, or as its length implies. */
    public String algorithm() {
        if (algorithmFrom < 0) {
            return digestLength == 20 ? "sha1" : "md5";
        }
        return new String(bytes, algorithmFrom, algorithmTo - algorithmFrom, StandardCharsets.UTF_8);
    }

    /** Whether the digest is said to be one of fs-verity. */
    public boolean isVerity() {
        return verity;
    }

    /** Whether it holds a signature. */
    public boolean hasSignature() {
        return extraLength > 0 && template != ImaTemplate.IMA_BUF;
    }

    /** Whether a key of these signed the file of this entry. */
    public boolean isSignedBy(ImaKeyrings keys) {
        if (!hasSignature()) {
            return false;
        }
        boolean typed = template == ImaTemplate.IMA_SIGV2;
        return ImaSignature.parse(Arrays.copyOfRange(data, extraFrom, extraFrom + extraLength))
                .filter(signature ->
                        signature.verifies(keys, algorithm(), Arrays.copyOf(digest, digestLength), verity, typed))
                .isPresent();
    }

    /** Whether it holds a signature that names a key of these, whatever it is worth. */
    public boolean namesKeyOf(ImaKeyrings keys) {
        return hasSignature() && keys.key(ImaKey.bigEndian(data, extraFrom + 3)).isPresent();
    }

    /** The key id of its signature, eight hex digits; empty without a signature. */
    public Optional<String> signingKeyId() {
        return hasSignature()
                ? Optional.of(String.format("%08x", ImaKey.bigEndian(data, extraFrom + 3)))
                : Optional.empty();
    }

    /** The buffer: a copy; empty where there is none. */
    public byte[] buffer() {
        return template == ImaTemplate.IMA_BUF
                ? Arrays.copyOfRange(data, extraFrom, extraFrom + extraLength)
                : new byte[0];
    }

    /** Whether the digest is that of the buffer; also if its algorithm is none that can be computed. */
    public boolean digestFitsBuffer() {
        Optional<SignatureHash> hash = SignatureHash.fromListName(algorithm());
        return hash.isEmpty()
                || Arrays.equals(hash.get().newDigest().digest(buffer()), Arrays.copyOf(digest, digestLength));
    }

    /** The line, shortened and without control characters, for people. */
    public String shownLine() {
        return shown(from, to, 512);
    }

    private String shown(int start, int end, int atMost) {
        int length = Math.min(end - start, atMost);
        String text = new String(bytes, start, length, StandardCharsets.UTF_8).replaceAll("[\\p{Cc}\\p{Cf}]", "?");
        return length < end - start ? text + "…" : text;
    }
}
