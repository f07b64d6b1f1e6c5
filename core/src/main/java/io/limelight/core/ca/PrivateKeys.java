package io.limelight.core.ca;

import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;

/** Private keys in PEM, as they stand in a keystore and beside a certificate: read without becoming text where that can be. */
final class PrivateKeys {
    /** An RSA key of 16384 bits has 13 KiB. */
    private static final int MAX_SIZE = 64 << 10;

    private static final byte[] BEGIN_PKCS8 = "-----BEGIN PRIVATE KEY-----".getBytes(StandardCharsets.US_ASCII);

    private PrivateKeys() {}

    /** The file's bytes; the caller closes them. */
    static SecretBytes read(Path file) throws CaException {
        try {
            if (Files.size(file) > MAX_SIZE) {
                throw new CaException(file + " is larger than " + MAX_SIZE + " bytes, no private key is");
            }
            return SecretBytes.adopt(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new CaException(file + " cannot be read: " + FileTrouble.whyUnread(e), e);
        }
    }

    /**
     * The key.
     *
     * @param origin what to call it in an error
     */
    static PrivateKey parse(SecretBytes pem, String origin) throws CaException {
        byte[] copy = pem.apply(byte[]::clone);
        try {
            return startsWithHeader(copy)
                    ? pkcs8(copy, origin)
                    : PemFiles.parsePrivateKey(new String(copy, StandardCharsets.ISO_8859_1), new char[0], origin);
        } catch (TlsSetupException e) {
            throw new CaException(String.valueOf(e.getMessage()), e);
        } finally {
            Arrays.fill(copy, (byte) 0);
        }
    }

    private static PrivateKey pkcs8(byte[] pem, String origin) throws CaException {
        byte[] body = Arrays.copyOfRange(pem, BEGIN_PKCS8.length, pem.length);
        int end = 0;
        while (end < body.length && body[end] != '-') {
            end++;
        }
        byte[] base64 = Arrays.copyOf(body, end);
        byte[] der = {};
        try {
            der = Base64.getMimeDecoder().decode(base64);
            return KeyFactory.getInstance(PemFiles.algorithm(der).orElse("RSA"))
                    .generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new CaException(origin + " is no usable private key; restore it from a backup", e);
        } finally {
            Arrays.fill(body, (byte) 0);
            Arrays.fill(base64, (byte) 0);
            Arrays.fill(der, (byte) 0);
        }
    }

    private static boolean startsWithHeader(byte[] pem) {
        return pem.length >= BEGIN_PKCS8.length
                && Arrays.equals(pem, 0, BEGIN_PKCS8.length, BEGIN_PKCS8, 0, BEGIN_PKCS8.length);
    }
}
