package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a machine shall be judged by from now on ({@code docs/api.md}).
 *
 * @param runtime name of a runtime policy; empty: as before
 * @param boot name of a measured boot policy; empty: as before
 * @param tpm JSON text of a TPM policy; empty: as before
 * @param expected what it is judged by now, as far as the caller knows; a verifier refuses where that is not so
 */
public record PolicyAssignment(Optional<String> runtime, Optional<String> boot, Optional<String> tpm, Judged expected) {
    /**
     * By what a machine is judged.
     *
     * @param runtime name; null: none
     * @param boot name; null: none
     * @param tpm JSON text as the verifier tells it
     */
    public record Judged(@Nullable String runtime, @Nullable String boot, String tpm) {}

    /** The body of the request. */
    public ObjectNode toJson() {
        ObjectNode body = WireJson.object();
        runtime.ifPresent(name -> body.put("runtime_policy", name));
        boot.ifPresent(name -> body.put("mb_policy", name));
        tpm.ifPresent(text -> body.put("tpm_policy", text));
        body.putObject("expected")
                .put("runtime_policy", expected.runtime())
                .put("mb_policy", expected.boot())
                .put("tpm_policy", expected.tpm());
        return body;
    }
}
