package io.limelight.verifier.evidence;

import io.limelight.core.policy.boot.BootReference;
import io.limelight.core.policy.runtime.RuntimePolicy;

/** A policy that nobody is judged by yet. */
public sealed interface Draft {
    /** What measurement lists may hold. */
    record RuntimeDraft(RuntimePolicy policy) implements Draft {}

    /** What boot logs may say. */
    record BootDraft(BootReference reference) implements Draft {}
}
