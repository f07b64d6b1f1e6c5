package io.limelight.cli.sandbox;

import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;

/** An SSH key pair such as {@code ssh-keygen} makes, which need not be installed. */
final class SshKeys {
    private static final int BITS = 2048;

    private final KeyPair keys;
    private final String comment;

    private SshKeys(KeyPair keys, String comment) {
        this.keys = keys;
        this.comment = comment;
    }

    /** @param comment stands at the end of the public key's line */
    static SshKeys make(String comment, SecureRandom random) {
        return new SshKeys(KeyPairs.rsa(BITS, random), comment);
    }

    /** Writes {@code payload_id_rsa} (PKCS#8, which OpenSSH reads) and {@code payload_id_rsa.pub}. */
    void writeBoth(Path folder) throws IOException {
        PrivateFiles.write(
                folder.resolve("payload_id_rsa"),
                PemFiles.encode("PRIVATE KEY", keys.getPrivate().getEncoded()).getBytes(StandardCharsets.US_ASCII));
        writePublic(folder);
    }

    /** Writes {@code payload_id_rsa.pub}. */
    void writePublic(Path folder) throws IOException {
        PrivateFiles.write(folder.resolve("payload_id_rsa.pub"), (line() + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** RFC 4253 §6.6: the kind, exponent and modulus, each behind its length. */
    private String line() throws IOException {
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        ByteArrayOutputStream blob = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(blob)) {
            for (byte[] part : new byte[][] {
                "ssh-rsa".getBytes(StandardCharsets.US_ASCII),
                key.getPublicExponent().toByteArray(),
                key.getModulus().toByteArray()
            }) {
                out.writeInt(part.length);
                out.write(part);
            }
        }
        return "ssh-rsa " + Base64.getEncoder().encodeToString(blob.toByteArray()) + " " + comment;
    }
}
