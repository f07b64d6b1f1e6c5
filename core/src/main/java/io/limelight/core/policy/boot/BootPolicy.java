package io.limelight.core.policy.boot;

import io.limelight.core.tpm.PcrMask;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** How a reference state is read: the values of the verifier's option {@code measured_boot_policy_name}. */
public sealed interface BootPolicy {
    /** PCRs that a boot log explains: all but those of IMA (10), of the transport key (16) and above. */
    PcrMask MEASURED_BOOT_PCRS = new PcrMask(0xfbff);

    /** Its name in configuration and, after {@code measured_boot.policy_}, in event ids. */
    String name();

    /** PCRs that must be quoted and fit the log before it is judged; empty means whatever was quoted. */
    Optional<PcrMask> relevantPcrs();

    /** Whether the verdict depends on the reference state. */
    boolean readsReference();

    /**
     * Puts a reference state to use.
     *
     * @throws ReferenceStateException naming the part of it that cannot be used
     */
    BootTest with(JsonNode reference) throws ReferenceStateException;

    /** Every log is good; only the replay counts. */
    record AcceptAll() implements BootPolicy {
        @Override
        public String name() {
            return "accept-all";
        }

        @Override
        public Optional<PcrMask> relevantPcrs() {
            return Optional.empty();
        }

        @Override
        public boolean readsReference() {
            return false;
        }

        @Override
        public BootTest with(JsonNode reference) {
            return (log, bank) -> List.of();
        }
    }

    /** No log is good. */
    record RejectAll() implements BootPolicy {
        @Override
        public String name() {
            return "reject-all";
        }

        @Override
        public Optional<PcrMask> relevantPcrs() {
            return Optional.empty();
        }

        @Override
        public boolean readsReference() {
            return false;
        }

        @Override
        public BootTest with(JsonNode reference) {
            BootFinding finding = new BootFinding(
                    "reject all",
                    List.of(
                            "The verifier's measured_boot_policy_name is reject-all",
                            "measured_boot_policy_name names a policy that does not exist, and then none is passed"),
                    List.of());
            return (log, bank) -> List.of(finding);
        }
    }

    /** Keylime's {@code example}: see {@link ExampleTest}. */
    record Example() implements BootPolicy {
        private static final PcrMask RELEVANT = PcrMask.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14);

        @Override
        public String name() {
            return "example";
        }

        @Override
        public Optional<PcrMask> relevantPcrs() {
            return Optional.of(RELEVANT);
        }

        @Override
        public boolean readsReference() {
            return true;
        }

        @Override
        public BootTest with(JsonNode reference) throws ReferenceStateException {
            return new ExampleTest(ReferenceState.read(reference));
        }
    }

    /** Ours for today's machines: see {@link UefiLinuxTest}. */
    record UefiLinux() implements BootPolicy {
        private static final PcrMask RELEVANT = PcrMask.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14);

        @Override
        public String name() {
            return "uefi-linux";
        }

        @Override
        public Optional<PcrMask> relevantPcrs() {
            return Optional.of(RELEVANT);
        }

        @Override
        public boolean readsReference() {
            return true;
        }

        @Override
        public BootTest with(JsonNode reference) throws ReferenceStateException {
            return new UefiLinuxTest(ReferenceState.read(reference));
        }
    }

    /** All policies by name, sorted. */
    static Map<String, BootPolicy> all() {
        Map<String, BootPolicy> policies = new TreeMap<>();
        for (BootPolicy policy : List.of(new AcceptAll(), new RejectAll(), new Example(), new UefiLinux())) {
            policies.put(policy.name(), policy);
        }
        return policies;
    }

    /** The policy of this name; {@code reject-all} for a name nobody knows, as Keylime has it. */
    static BootPolicy named(String name) {
        return Optional.ofNullable(all().get(name)).orElseGet(RejectAll::new);
    }
}
