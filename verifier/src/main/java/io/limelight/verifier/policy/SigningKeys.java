package io.limelight.verifier.policy;

import io.limelight.core.policy.sign.PolicyKey;
import io.limelight.core.policy.sign.PolicySignatureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of public keys whose signatures under policies count without being sent along: {@code <key id>.pub}, as Keylime
 * keeps them. Nothing is written here: a key that comes with one request vouches for that request only.
 */
public final class SigningKeys {
    private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);
    private static final Pattern KEY_ID = Pattern.compile("[0-9a-f]{64}");

    private final Path folder;

    /** In this folder, which need not exist. */
    public SigningKeys(Path folder) {
        this.folder = folder;
    }

    /** The key of that id; empty if there is none that can be read. */
    Optional<PolicyKey> find(String keyId) {
        if (!KEY_ID.matcher(keyId).matches()) {
            return Optional.empty();
        }
        Path file = folder.resolve(keyId + ".pub");
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > PolicyKey.MAX_LENGTH) {
                return Optional.empty();
            }
            return Optional.of(PolicyKey.parse(Files.readAllBytes(file)));
        } catch (IOException | PolicySignatureException e) {
            LOG.warn("{} is in the folder of signing keys and cannot be used: {}", file, e.getMessage());
            return Optional.empty();
        }
    }
}
