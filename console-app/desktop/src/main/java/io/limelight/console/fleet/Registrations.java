package io.limelight.console.fleet;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiException;
import io.limelight.core.tenant.TenantException;
import io.limelight.core.tenant.TenantServices;
import java.util.List;

/** How the list of registered machines is asked for. */
@FunctionalInterface
public interface Registrations {
    /**
     * A registered machine.
     *
     * @param id which
     * @param address where it says its agent listens, printable; empty where the list does not tell
     * @param port its port; 0 where the list does not tell
     */
    record Registered(AgentId id, String address, int port) {}

    /**
     * All of them.
     *
     * @param machines in any order
     * @param refused how many entries have an id that is none
     * @param refusedExample why one of them is refused, a sentence; empty without
     */
    record Listing(List<Registered> machines, int refused, String refusedExample) {
        /** Copies. */
        public Listing {
            machines = List.copyOf(machines);
        }
    }

    /** Asks. */
    Listing list(TenantServices services) throws TenantException, ApiException;

    /** Every registrar's list: ids and nothing else, in one answer. */
    Registrations PLAIN = services -> {
        TenantServices.Registrar registrar = services.registrar();
        List<String> ids =
                registrar.client().agents(registrar.version()).value().ids();
        java.util.ArrayList<Registered> machines = new java.util.ArrayList<>(ids.size());
        int refused = 0;
        String example = "";
        for (String id : ids) {
            java.util.Optional<String> problem = AgentId.problem(id);
            if (problem.isEmpty()) {
                machines.add(new Registered(AgentId.of(id), "", 0));
            } else {
                refused++;
                example = example.isEmpty() ? problem.get() : example;
            }
        }
        return new Listing(machines, refused, example);
    };
}
