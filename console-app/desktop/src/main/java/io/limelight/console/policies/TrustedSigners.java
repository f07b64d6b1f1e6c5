package io.limelight.console.policies;

import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.records.DraftStore;
import io.limelight.console.records.DraftStore.Draft;
import io.limelight.console.words.Words;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.policy.sign.PolicyKey;
import io.limelight.core.policy.sign.PolicySignatureException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Public keys whose signatures of policies the administrator trusts. A key is kept itself, not its file: who can write the file later cannot
 * exchange it. Everything here blocks.
 */
public final class TrustedSigners {
    private static final String KIND = "policy-signer";
    /** Each is tried on each signature. */
    private static final int MOST = 20;

    private final DraftStore store;
    private final long profile;
    private final Words words;

    /** On a store. */
    public TrustedSigners(DraftStore store, long profile, Words words) {
        this.store = store;
        this.profile = profile;
        this.words = words;
    }

    /**
     * A key that is trusted.
     *
     * @param name of the file it came from
     * @param key itself
     */
    public record Signer(String name, PolicyKey key) {}

    private String id(PolicyKey key) {
        return KIND + "." + profile + "." + key.keyId();
    }

    /** All of them. */
    public List<Signer> all() throws ProblemException {
        ScreenThread.refuse("reading trusted keys");
        List<Signer> all = new ArrayList<>();
        for (Draft draft : store.all(KIND, profile)) {
            try {
                all.add(new Signer(draft.name(), PolicyKey.parse(draft.text().getBytes(StandardCharsets.US_ASCII))));
            } catch (PolicySignatureException e) {
                throw Problems.thrown(
                        words, "policies.signer-unusable", e, draft.name(), String.valueOf(e.getMessage()));
            }
        }
        return all;
    }

    /** Trusts the key, or the key of the certificate, in a PEM file. */
    public void trust(Path file) throws ProblemException {
        ScreenThread.refuse("reading a key");
        try {
            if (Files.size(file) > PolicyKey.MAX_LENGTH) {
                throw Problems.thrown(words, "policies.signer-unusable", null, file.toString(), "");
            }
            PolicyKey key = PolicyKey.parse(Files.readAllBytes(file));
            if (store.all(KIND, profile).size() >= MOST) {
                throw Problems.thrown(words, "policies.signers-many", null, MOST);
            }
            String name = String.valueOf(file.getFileName());
            store.put(new Draft(id(key), KIND, profile, name, key.pem(), 0, Instant.EPOCH));
        } catch (IOException e) {
            throw Problems.thrown(words, "policies.file", e, file.toString());
        } catch (PolicySignatureException e) {
            throw Problems.thrown(
                    words, "policies.signer-unusable", e, file.toString(), String.valueOf(e.getMessage()));
        }
    }

    /** Trusts it no longer. */
    public void distrust(Signer signer) throws ProblemException {
        ScreenThread.refuse("forgetting a key");
        store.remove(id(signer.key()));
    }
}
