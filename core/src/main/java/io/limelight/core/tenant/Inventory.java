package io.limelight.core.tenant;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.AgentList;
import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.Answer;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.RegistrarAgent;
import io.limelight.core.tenant.TenantException.Kind;
import java.util.Map;

/** What registrar and verifier know of machines. */
public final class Inventory {
    private final TenantServices services;

    /**
     * Questions.
     *
     * @param services connections to use; they stay the caller's to close
     */
    public Inventory(TenantServices services) {
        this.services = services;
    }

    /** The registrar's record of a machine. */
    public Answer<RegistrarAgent> registration(AgentId id) throws TenantException {
        TenantServices.Registrar registrar = services.registrar();
        try {
            return registrar.client().agent(registrar.version(), id);
        } catch (ApiException.Refused e) {
            if (e.notFound()) {
                throw new TenantException(
                        Kind.NOT_REGISTERED,
                        "Agent " + id + " does not exist on the "
                                + registrar.client().endpoint() + ", or is not activated. -c reglist shows the ids.",
                        e);
            }
            throw TenantException.of(e);
        } catch (ApiException e) {
            throw TenantException.of(e);
        }
    }

    /** The verifier's status of a machine. */
    public Answer<AgentStatus> status(AgentId id) throws TenantException {
        TenantServices.Verifier verifier = services.verifier();
        try {
            return verifier.client().agent(verifier.version(), id);
        } catch (ApiException.Refused e) {
            throw e.notFound() ? notWatched(id, verifier.client().endpoint()) : TenantException.of(e);
        } catch (ApiException e) {
            throw TenantException.of(e);
        }
    }

    static TenantException notWatched(AgentId id, Endpoint verifier) {
        return new TenantException(
                Kind.NOT_WATCHED,
                "Agent " + id + " does not exist on the " + verifier + ". -c cvlist shows the ids it knows.");
    }

    /** The ids of all registered machines, activated or not. */
    public Answer<AgentList> registrations() throws TenantException {
        TenantServices.Registrar registrar = services.registrar();
        try {
            return registrar.client().agents(registrar.version());
        } catch (ApiException e) {
            throw TenantException.of(e);
        }
    }

    /**
     * The ids of all machines that are watched.
     *
     * @param verifierId only those of that verifier; empty for all
     */
    public Answer<AgentList> watched(String verifierId) throws TenantException {
        TenantServices.Verifier verifier = services.verifier();
        try {
            return verifier.client().agents(verifier.version(), verifierId);
        } catch (ApiException e) {
            throw TenantException.of(e);
        }
    }

    /**
     * The status of all machines that are watched, by id.
     *
     * @param verifierId only those of that verifier; empty for all
     */
    public Answer<Map<String, AgentStatus>> allStatus(String verifierId) throws TenantException {
        TenantServices.Verifier verifier = services.verifier();
        try {
            return verifier.client().bulk(verifier.version(), verifierId);
        } catch (ApiException e) {
            throw TenantException.of(e);
        }
    }
}
