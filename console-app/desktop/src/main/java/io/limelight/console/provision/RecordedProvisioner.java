package io.limelight.console.provision;

import io.limelight.console.activity.ActLog;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.ca.KeyKind;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.TaskReport;
import io.limelight.core.tenant.ProvisionDraft;
import io.limelight.core.tenant.ProvisionPlan;
import io.limelight.core.tenant.ProvisionReceipt;
import io.limelight.core.tenant.Provisioning;
import io.limelight.core.tenant.TenantException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A provisioner whose runs are kept in the record: one act for each run, with what became of which machine. */
public final class RecordedProvisioner implements Provisioner {
    private final Provisioner inner;
    private final ActLog acts;

    /** Around another. */
    public RecordedProvisioner(TenantProvisioner inner, ActLog acts) {
        this.inner = inner;
        this.acts = acts;
    }

    @Override
    public CertificateAuthority authority(Path folder) {
        return inner.authority(folder);
    }

    @Override
    public CertificateSubject subject() {
        return inner.subject();
    }

    @Override
    public List<String> names(PolicyKind kind) throws TenantException {
        return inner.names(kind);
    }

    @Override
    public ProvisionPlan plan(ProvisionDraft draft, Optional<SecretBytes> password, Cancellation cancellation)
            throws TenantException {
        return inner.plan(draft, password, cancellation);
    }

    @Override
    public void run(
            ProvisionPlan plan,
            Collection<AgentId> which,
            Optional<KeyKind> newCa,
            Optional<SecretBytes> password,
            Provisioning.Observer observer,
            Map<AgentId, Cancellation> each,
            Cancellation all)
            throws TenantException {
        List<AgentId> due = List.copyOf(which);
        Endings endings = new Endings(observer);
        try {
            inner.run(plan, due, newCa, password, endings, each, all);
        } catch (TenantException e) {
            endings.troubles.add(e.sentences());
            throw e;
        } finally {
            acts.did(endings.act(due, all.cancelled()));
        }
    }

    private static final class Endings implements Provisioning.Observer {
        private final Provisioning.Observer inner;
        private final List<String> done = Collections.synchronizedList(new ArrayList<>());
        private final List<String> failed = Collections.synchronizedList(new ArrayList<>());
        private final List<String> troubles = Collections.synchronizedList(new ArrayList<>());

        Endings(Provisioning.Observer inner) {
            this.inner = inner;
        }

        @Override
        public TaskReport report(AgentId id) {
            return inner.report(id);
        }

        @Override
        public void done(ProvisionReceipt receipt) {
            done.add(receipt.machine().value());
            inner.done(receipt);
        }

        @Override
        public void failed(AgentId id, TenantException failure) {
            failed.add(id.value());
            troubles.add(failure.sentences());
            inner.failed(id, failure);
        }

        ActLog.Act act(List<AgentId> due, boolean cancelled) {
            Map<String, String> facts = new HashMap<>();
            facts.put("machines", Integer.toString(due.size()));
            facts.put("done", Integer.toString(done.size()));
            if (!failed.isEmpty()) {
                facts.put("failed", String.join(" ", List.copyOf(failed)));
            }
            if (!troubles.isEmpty()) {
                facts.put("sentence", troubles.getFirst());
            }
            ActLog.Outcome outcome = done.size() == due.size()
                    ? ActLog.Outcome.DONE
                    : !done.isEmpty()
                            ? ActLog.Outcome.PARTLY
                            : cancelled ? ActLog.Outcome.CANCELLED : ActLog.Outcome.FAILED;
            return new ActLog.Act(
                    "provision.run", due.stream().map(AgentId::value).toList(), outcome, facts);
        }
    }
}
