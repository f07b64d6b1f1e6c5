package io.limelight.core.policy.runtime;

import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Policies in use, by the hash of their text: a policy that many machines share is parsed once and held once, and forgotten when
 * the last of them lets go of it. Safe for several threads; the same text is never parsed by two at once.
 */
public final class RuntimePolicies {
    private final ConcurrentHashMap<String, WeakReference<RuntimePolicy>> known = new ConcurrentHashMap<>();

    /** Carries a typed error out of the map. */
    private static final class Unusable extends RuntimeException {
        private final RuntimePolicyException policy;

        Unusable(RuntimePolicyException policy) {
            super(policy);
            this.policy = policy;
        }
    }

    /**
     * The policy of this text, as stored (read leniently, since it was checked when it was stored).
     *
     * @throws RuntimePolicyException if it cannot be used
     */
    public RuntimePolicy get(byte[] text) throws RuntimePolicyException {
        String checksum = RuntimePolicyReader.checksum(text);
        RuntimePolicy[] held = new RuntimePolicy[1];
        try {
            known.compute(checksum, (key, reference) -> {
                RuntimePolicy policy = reference == null ? null : reference.get();
                if (policy != null) {
                    held[0] = policy;
                    return reference;
                }
                try {
                    held[0] = RuntimePolicyReader.forEvaluation(text, RuntimePolicyReader.MAX_BYTES);
                } catch (RuntimePolicyException e) {
                    throw new Unusable(e);
                }
                return new WeakReference<>(held[0]);
            });
        } catch (Unusable e) {
            throw e.policy;
        }
        forgetUnused();
        return held[0];
    }

    /** A policy that somebody has just read, or the one of the same text that is in use already. */
    public RuntimePolicy adopt(RuntimePolicy read) {
        RuntimePolicy[] held = {read};
        known.compute(read.checksum(), (key, reference) -> {
            RuntimePolicy policy = reference == null ? null : reference.get();
            if (policy == null) {
                return new WeakReference<>(read);
            }
            held[0] = policy;
            return reference;
        });
        forgetUnused();
        return held[0];
    }

    /** How many are held. */
    public int size() {
        forgetUnused();
        return known.size();
    }

    private void forgetUnused() {
        known.values().removeIf(reference -> reference.get() == null);
    }
}
