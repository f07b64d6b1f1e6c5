package io.limelight.core.policy.boot;

import io.limelight.core.json.WireJson;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A stored measured boot policy ({@code mb_policy}) as a verifier's policy reads it: parsed once, immutable, to be shared by
 * all machines that have it.
 *
 * <p>Keylime keeps any text and gives some of them a meaning of their own: nothing or an empty text means that boot logs are
 * not judged; so does JSON that Python calls false ({@code {}}, {@code []}, {@code ""}, {@code 0}, {@code false}); the text
 * {@code null} or one that is no JSON fails every attestation.
 */
public final class BootReference {
    /** Longer texts are refused unread. */
    public static final int MAX_LENGTH = 8 * 1024 * 1024;

    /** What a stored text asks for. */
    public enum Kind {
        /** Nothing. */
        NONE,
        /** Nothing, in so many words: any boot is good and not even the replay is compared. */
        ANY_BOOT,
        /** Every attestation fails: the text has no meaning. */
        UNREADABLE,
        /** Replay and policy. */
        JUDGED
    }

    private final BootPolicy policy;
    private final Kind kind;
    private final Optional<BootTest> test;
    private final String problem;
    private final String digest;

    private BootReference(BootPolicy policy, Kind kind, Optional<BootTest> test, String problem, String digest) {
        this.policy = policy;
        this.kind = kind;
        this.test = test;
        this.problem = problem;
        this.digest = digest;
    }

    /**
     * Reads a stored text.
     *
     * @param policy the verifier's policy
     * @param text as it is stored; null if there is none
     */
    public static BootReference of(BootPolicy policy, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            return new BootReference(policy, Kind.NONE, Optional.empty(), "", "");
        }
        if (text.length() > MAX_LENGTH) {
            return unreadable(policy, "is " + text.length() + " characters long, more than " + MAX_LENGTH, "");
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String digest = Octets.copyOf(HashAlgorithm.SHA256.digest(bytes)).hex();
        JsonNode node;
        try {
            node = WireJson.parse(bytes);
        } catch (IOException e) {
            return unreadable(policy, "is " + e.getMessage(), digest);
        }
        if (node.isNull()) {
            return unreadable(policy, "is null", digest);
        }
        if (isFalse(node)) {
            return new BootReference(policy, Kind.ANY_BOOT, Optional.empty(), "", digest);
        }
        try {
            return new BootReference(policy, Kind.JUDGED, Optional.of(policy.with(node)), "", digest);
        } catch (ReferenceStateException e) {
            return new BootReference(policy, Kind.JUDGED, Optional.empty(), e.sentence(), digest);
        }
    }

    private static BootReference unreadable(BootPolicy policy, String problem, String digest) {
        return new BootReference(policy, Kind.UNREADABLE, Optional.empty(), problem, digest);
    }

    private static boolean isFalse(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT, ARRAY -> node.isEmpty();
            case STRING -> node.stringValue().isEmpty();
            case NUMBER -> node.doubleValue() == 0;
            case BOOLEAN -> !node.booleanValue();
            default -> false;
        };
    }

    /** The policy that reads it. */
    public BootPolicy policy() {
        return policy;
    }

    /** What it asks for. */
    public Kind kind() {
        return kind;
    }

    /** The test it makes; empty if it asks for none or cannot be used ({@link #problem}). */
    public Optional<BootTest> test() {
        return test;
    }

    /**
     * Why it cannot be used; empty if it can. Of a text that is {@link Kind#UNREADABLE} the end of a sentence about it ("is not
     * JSON"), of a reference state a clause of its own ("the reference state lacks kernels").
     */
    public String problem() {
        return problem;
    }

    /** SHA-256 of its text in hex; empty if there is none. */
    public String digest() {
        return digest;
    }

    /** What an administrator must be told loudly about this policy and text; usually nothing. */
    public List<String> warnings() {
        if (kind == Kind.JUDGED && !policy.readsReference()) {
            return List.of("A measured boot reference state is set, but the verifier's measured_boot_policy_name is "
                    + policy.name() + ", which does not look into it: "
                    + (policy instanceof BootPolicy.AcceptAll
                            ? "any boot loader, kernel and command line passes as long as the log fits the PCRs. Set"
                                    + " measured_boot_policy_name = uefi-linux (or example) to have it judged."
                            : "every machine with one fails."));
        }
        if (kind == Kind.ANY_BOOT) {
            return List.of(
                    "The measured boot policy is empty, which means that no boot is judged and not even the log is"
                            + " compared with the PCRs.");
        }
        return List.of();
    }
}
