package io.limelight.cli.sandbox;

import io.limelight.core.payload.PayloadArchive;
import io.limelight.core.payload.PayloadException;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.secret.SecretBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** What the demo sends: a secret, and a script that shows it has been unlocked without giving it away. */
final class DemoPayload {
    /** What the script writes beside itself when it has run. */
    static final String PROOF = "unlocked.txt";

    static final String SCRIPT = """
            #!/bin/sh
            # Runs on the machine once its payload has been decrypted and unpacked.
            set -eu
            printf '%s unlocked its secret at %s\\n' "$AGENT_UUID" "$(date +%T)"
            sha256sum database-password.txt | cut -c1-64 > unlocked.tmp
            mv unlocked.tmp unlocked.txt
            """;

    private DemoPayload() {}

    /**
     * Writes the archive.
     *
     * @param archive where
     * @return SHA-256 of the secret in hex: what an unlocked machine can tell
     */
    static String write(Path archive, SecureRandom random) throws SandboxException {
        byte[] password = new byte[24];
        random.nextBytes(password);
        byte[] secret = (HexFormat.of().formatHex(password) + "\n").getBytes(StandardCharsets.US_ASCII);
        try (SecretBytes content = SecretBytes.copyOf(secret);
                SecretBytes script = SecretBytes.copyOf(SCRIPT.getBytes(StandardCharsets.UTF_8));
                SecretBytes zip = PayloadArchive.pack(
                        List.of(
                                new PayloadArchive.Source("autorun.sh", script),
                                new PayloadArchive.Source("database-password.txt", content)),
                        Set.of())) {
            PrivateFiles.write(archive, zip.apply(byte[]::clone));
            return HexFormat.of().formatHex(io.limelight.core.tpm.HashAlgorithm.SHA256.digest(secret));
        } catch (PayloadException | IOException e) {
            throw new SandboxException("cannot make the payload: " + e.getMessage(), e);
        }
    }
}
