package io.limelight.core.policy.boot;

import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Whether a text can serve as a measured boot policy, asked before it is sent to a verifier whose own policy is not known here.
 *
 * @param refusal why it cannot serve, as the end of a sentence; empty if it can
 * @param warnings what its sender must know; sentences
 */
public record ReferenceCheck(Optional<String> refusal, List<String> warnings) {
    private static final List<String> MEMBERS = List.of(
            "scrtm_and_bios", "pk", "kek", "db", "dbx", "vendor_db", "mokdig", "mokxdig", "kernels", "limelight");

    /** Copies the list. */
    public ReferenceCheck {
        warnings = List.copyOf(warnings);
    }

    /**
     * Checks.
     *
     * <p>A reference state that {@code example} and {@code uefi-linux} cannot read is only warned about: a verifier whose policy
     * is {@code accept-all}, which is Keylime's default, takes it all the same. One that has nothing of a reference state is
     * another file.
     */
    public static ReferenceCheck of(String text) {
        BootReference reference = BootReference.of(new BootPolicy.UefiLinux(), text);
        return switch (reference.kind()) {
            case NONE -> refused("is empty");
            case UNREADABLE -> refused(reference.problem());
            case ANY_BOOT -> new ReferenceCheck(Optional.empty(), reference.warnings());
            case JUDGED -> judged(text, reference.problem());
        };
    }

    private static ReferenceCheck judged(String text, String problem) {
        if (problem.isEmpty()) {
            return new ReferenceCheck(Optional.empty(), List.of());
        }
        return isReference(text)
                ? new ReferenceCheck(
                        Optional.empty(),
                        List.of(
                                "A verifier whose measured_boot_policy_name is example or uefi-linux will fail every boot"
                                        + " by this measured boot policy: " + problem + "."))
                : refused("is no measured boot reference state: " + problem);
    }

    private static boolean isReference(String text) {
        try {
            JsonNode node = WireJson.parse(text);
            return node.isObject() && MEMBERS.stream().anyMatch(node::has);
        } catch (IOException e) {
            return false;
        }
    }

    private static ReferenceCheck refused(String clause) {
        return new ReferenceCheck(Optional.of(clause), List.of());
    }
}
