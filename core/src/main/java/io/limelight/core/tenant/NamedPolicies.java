package io.limelight.core.tenant;

import io.limelight.core.api.ApiException;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.api.PolicyName;
import io.limelight.core.task.TaskReport;
import io.limelight.core.tenant.TenantException.Kind;
import java.util.List;
import java.util.Optional;

/**
 * Asks whether the verifier has the policies that an enrolment names, and has no other ones where it brings its own.
 *
 * <p>A policy without a name is stored under the machine's id. If one of that name is there already, Keylime's verifier keeps it in
 * silence and forgets the new one (wire reference §5.2), so that is asked, too.
 */
final class NamedPolicies {
    private final PolicyDesk desk;
    private final TenantServices services;
    private final TaskReport report;

    NamedPolicies(TenantServices services, TaskReport report) {
        this.desk = new PolicyDesk(services);
        this.services = services;
        this.report = report;
    }

    void require(EnrolmentDraft draft) throws TenantException {
        PreparedPolicies policies = draft.policies();
        require(
                draft,
                PolicyKind.RUNTIME,
                policies.runtimeName(),
                policies.runtime().isPresent());
        require(
                draft,
                PolicyKind.MEASURED_BOOT,
                policies.bootName(),
                policies.boot().isPresent());
    }

    private void require(EnrolmentDraft draft, PolicyKind kind, Optional<PolicyName> name, boolean sent)
            throws TenantException {
        if (name.isEmpty() && !sent) {
            return;
        }
        Optional<List<String>> known = names(kind);
        if (known.isEmpty()) {
            return;
        }
        String verifier = String.valueOf(services.verifier().client().endpoint());
        if (name.isPresent()) {
            boolean there = known.get().contains(name.get().value());
            if (sent && there) {
                throw new TenantException(
                        Kind.POLICY,
                        "The " + verifier + " has a " + kind.noun() + " " + name.get()
                                + " already. Leave the file out to"
                                + " use that one, or put yours in its place first: -c "
                                + PolicyDesk.word("update", kind)
                                + ". Nothing was sent.");
            }
            if (!sent && !there) {
                throw new TenantException(
                        Kind.POLICY,
                        "The " + verifier + " has no " + kind.noun() + " " + name.get() + ". -c "
                                + PolicyDesk.word("list", kind) + " shows the names. Nothing was sent.");
            }
        } else if (!draft.replace() && known.get().contains(draft.id().value())) {
            // In an update it goes with the former enrolment.
            throw new TenantException(
                    Kind.POLICY,
                    "The " + verifier + " has a " + kind.noun() + " named like the machine, " + draft.id()
                            + ", and might keep that one instead of yours. Delete it first: -c "
                            + PolicyDesk.word("delete", kind) + ". Nothing was sent.");
        }
    }

    /** Empty if the verifier does not tell; then the answer to the enrolment will. */
    private Optional<List<String>> names(PolicyKind kind) throws TenantException {
        try {
            return Optional.of(desk.names(kind).value().names());
        } catch (TenantException e) {
            if (!(e.getCause() instanceof ApiException.Refused refused) || !refused.notFound()) {
                throw e;
            }
            report.warn("Which " + kind.plural() + " the verifier has could not be asked: " + e.getMessage());
            return Optional.empty();
        }
    }
}
