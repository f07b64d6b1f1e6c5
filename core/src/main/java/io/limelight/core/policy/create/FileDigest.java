package io.limelight.core.policy.create;

import io.limelight.core.tpm.HashAlgorithm;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.LongConsumer;
import org.bouncycastle.jcajce.provider.digest.SM3;

/** Digests of files, with every algorithm a policy may have: also SM3, which quotes here may not use. For one thread. */
public final class FileDigest {
    private static final int PART = 256 * 1024;

    private final MessageDigest digest;
    private final byte[] part = new byte[PART];

    /** For one algorithm. */
    public FileDigest(HashAlgorithm algorithm) {
        digest = algorithm.computable() ? algorithm.newDigest() : new SM3.Digest();
    }

    /** The digest of everything up to the end, lower-case hex. */
    public String of(InputStream file, LongConsumer bytesRead) throws IOException {
        digest.reset();
        for (int read = file.read(part); read >= 0; read = file.read(part)) {
            digest.update(part, 0, read);
            bytesRead.accept(read);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
