package io.limelight.verifier.policy;

import io.limelight.core.policy.boot.BootReference;
import io.limelight.core.policy.runtime.RuntimePolicies;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.verifier.state.PolicyKind;
import io.limelight.verifier.state.PolicyStore;
import io.limelight.verifier.state.StoredPolicy;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The stored policies as agents are judged by them. What is held here is what the database says: a change is committed first,
 * and no agent can take a policy up between the commit and the change here, since both happen under one lock.
 *
 * <p>A policy is parsed when the first agent needs it, shared by all that have the same text whatever its name, and forgotten
 * when the last of them is gone.
 */
public final class PolicyBook {
    private final PolicyStore store;
    private final JudgingRules rules;
    private final RuntimePolicies parsed = new RuntimePolicies();
    private final Map<String, WeakReference<CurrentPolicy<RuntimePolicy>>> runtime = new HashMap<>();
    private final Map<String, WeakReference<CurrentPolicy<BootReference>>> boot = new HashMap<>();

    /** Of these stored policies. */
    public PolicyBook(PolicyStore store, JudgingRules rules) {
        this.store = store;
        this.rules = rules;
    }

    /** How they are read. */
    public JudgingRules rules() {
        return rules;
    }

    /** Names of stored policies, in order. */
    public List<String> names(PolicyKind kind) {
        return store.names(kind);
    }

    /** A stored policy as it was posted. */
    public Optional<StoredPolicy> find(PolicyKind kind, String name) {
        return store.find(kind, name);
    }

    // --- what agents hold ---

    /**
     * The runtime policy of that name.
     *
     * @throws PolicyRefusedException if there is none, or it cannot be used (any more)
     */
    public synchronized CurrentPolicy<RuntimePolicy> runtime(String name) throws PolicyRefusedException {
        CurrentPolicy<RuntimePolicy> held = held(runtime, name);
        if (held != null) {
            return held;
        }
        return hold(
                runtime,
                name,
                PolicyCheck.stored(
                        parsed, name, stored(PolicyKind.RUNTIME, name).body()));
    }

    /**
     * The measured boot policy of that name.
     *
     * @throws PolicyRefusedException if there is none
     */
    public synchronized CurrentPolicy<BootReference> boot(String name) throws PolicyRefusedException {
        CurrentPolicy<BootReference> held = held(boot, name);
        if (held != null) {
            return held;
        }
        byte[] body = stored(PolicyKind.BOOT, name).body();
        return hold(boot, name, BootReference.of(rules.boot(), new String(body, StandardCharsets.UTF_8)));
    }

    private StoredPolicy stored(PolicyKind kind, String name) throws PolicyRefusedException {
        return store.find(kind, name)
                .orElseThrow(() -> new PolicyRefusedException(404, kind.noun() + " " + name + " not found"));
    }

    private static <T> @Nullable CurrentPolicy<T> held(Map<String, WeakReference<CurrentPolicy<T>>> all, String name) {
        WeakReference<CurrentPolicy<T>> reference = all.get(name);
        return reference == null ? null : reference.get();
    }

    private static <T> CurrentPolicy<T> hold(Map<String, WeakReference<CurrentPolicy<T>>> all, String name, T value) {
        all.values().removeIf(reference -> reference.get() == null);
        CurrentPolicy<T> policy = new CurrentPolicy<>(value);
        all.put(name, new WeakReference<>(policy));
        return policy;
    }

    /** A policy that was just read, or the one of the same text that is in use. */
    public RuntimePolicy adopt(RuntimePolicy read) {
        return parsed.adopt(read);
    }

    // --- changes ---

    /** Stores a new runtime policy; false if there is one of that name. */
    public synchronized boolean addRuntime(
            String name, PolicyCheck.Checked<RuntimePolicy> policy, @Nullable String tpmPolicy) {
        return changed(
                runtime,
                name,
                store.add(PolicyKind.RUNTIME, name, policy.text(), tpmPolicy),
                parsed.adopt(policy.value()));
    }

    /** Replaces a runtime policy; false if there is none of that name. */
    public synchronized boolean replaceRuntime(
            String name, PolicyCheck.Checked<RuntimePolicy> policy, @Nullable String tpmPolicy) {
        return changed(
                runtime,
                name,
                store.replace(PolicyKind.RUNTIME, name, policy.text(), tpmPolicy),
                parsed.adopt(policy.value()));
    }

    /** Stores a new measured boot policy; false if there is one of that name. */
    public synchronized boolean addBoot(String name, PolicyCheck.Checked<BootReference> policy) {
        return changed(boot, name, store.add(PolicyKind.BOOT, name, policy.text(), null), policy.value());
    }

    /** Replaces a measured boot policy; false if there is none of that name. */
    public synchronized boolean replaceBoot(String name, PolicyCheck.Checked<BootReference> policy) {
        return changed(boot, name, store.replace(PolicyKind.BOOT, name, policy.text(), null), policy.value());
    }

    private static <T> boolean changed(
            Map<String, WeakReference<CurrentPolicy<T>>> all, String name, boolean done, T value) {
        CurrentPolicy<T> held = held(all, name);
        if (done && held != null) {
            held.become(value);
        }
        return done;
    }

    /** Deletes a policy nobody is judged by. */
    public synchronized PolicyStore.Removal remove(PolicyKind kind, String name) {
        return store.remove(kind, name);
    }
}
