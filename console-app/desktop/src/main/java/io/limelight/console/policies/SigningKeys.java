package io.limelight.console.policies;

import io.limelight.console.kit.SecretField;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.words.Words;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.policy.sign.PolicyKey;
import io.limelight.core.policy.sign.PolicySignatureException;
import io.limelight.core.policy.sign.PolicySigner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Keys that sign policies, read from files. Everything here blocks. */
final class SigningKeys {
    private final Words words;

    SigningKeys(Words words) {
        this.words = words;
    }

    /** Reads one; the password is used up. */
    PolicySigner read(Path file, SecretField.Value password) throws ProblemException {
        ScreenThread.refuse("reading a key");
        byte[] pem = new byte[0];
        try (password) {
            if (Files.size(file) > PolicyKey.MAX_LENGTH) {
                throw Problems.thrown(words, "policies.key-unusable", null, file.toString(), "");
            }
            pem = Files.readAllBytes(file);
            return PolicySigner.parse(pem, password.characters());
        } catch (IOException e) {
            throw Problems.thrown(words, "policies.file", e, file.toString());
        } catch (PolicySignatureException e) {
            throw Problems.thrown(words, "policies.key-unusable", e, file.toString(), String.valueOf(e.getMessage()));
        } finally {
            Arrays.fill(pem, (byte) 0);
        }
    }
}
