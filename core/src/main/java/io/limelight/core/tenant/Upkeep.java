package io.limelight.core.tenant;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiException;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.task.TaskReport;
import io.limelight.core.task.TaskStep;
import java.time.InstantSource;

/** Acts on machines that are enrolled or registered: delete, reactivate, unregister. */
public final class Upkeep {
    private static final TaskStep DELETE = new TaskStep("delete", "delete the machine at the verifier");
    private static final TaskStep REACTIVATE = new TaskStep("reactivate", "have the verifier watch the machine again");
    private static final TaskStep UNREGISTER = new TaskStep("unregister", "delete the machine at the registrar");

    private final TenantSettings settings;
    private final TenantServices services;
    private final TaskReport report;
    private final Cancellation cancellation;
    private final StepClock steps;

    /**
     * Acts.
     *
     * @param services connections to use; they stay the caller's to close
     */
    public Upkeep(
            TenantSettings settings,
            TenantServices services,
            InstantSource clock,
            TaskReport report,
            Cancellation cancellation) {
        this.settings = settings;
        this.services = services;
        this.report = report;
        this.cancellation = cancellation;
        this.steps = new StepClock(report, clock);
    }

    /**
     * The verifier watches the machine no longer.
     *
     * @param check whether to ask for the machine first
     * @return false if it was not there
     */
    public boolean delete(AgentId id, boolean check) throws TenantException {
        steps.begin(DELETE);
        try {
            boolean deleted = new Removal(settings, services, cancellation, report).run(id, check, DELETE)
                    == Removal.Result.DELETED;
            steps.done(DELETE, deleted ? "deleted" : "it was not there");
            return deleted;
        } catch (ApiException e) {
            throw TenantException.of(e);
        } catch (CancelledException e) {
            throw TenantException.of(e);
        }
    }

    /**
     * The verifier asks the machine again, after a failure.
     *
     * @param check whether to ask for the machine first, so that an unknown one is named as such
     */
    public void reactivate(AgentId id, boolean check) throws TenantException {
        steps.begin(REACTIVATE);
        TenantServices.Verifier verifier = services.verifier();
        try {
            if (check && verifier.client().find(verifier.version(), id).isEmpty()) {
                throw Inventory.notWatched(id, verifier.client().endpoint());
            }
            verifier.client().reactivate(verifier.version(), id);
            steps.done(REACTIVATE, "it is asked again");
        } catch (ApiException e) {
            throw TenantException.of(e);
        }
    }

    /**
     * The registrar forgets the machine.
     *
     * @return false if it did not know it
     */
    public boolean unregister(AgentId id) throws TenantException {
        steps.begin(UNREGISTER);
        TenantServices.Registrar registrar = services.registrar();
        try {
            boolean known = registrar.client().delete(registrar.version(), id);
            steps.done(UNREGISTER, known ? "deleted" : "it was not there");
            return known;
        } catch (ApiException e) {
            throw TenantException.of(e);
        }
    }
}
