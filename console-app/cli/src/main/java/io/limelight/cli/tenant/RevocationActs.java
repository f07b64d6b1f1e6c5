package io.limelight.cli.tenant;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.Endpoint;
import io.limelight.core.tenant.RevocationDesk;
import io.limelight.core.tenant.RevocationDesk.Tested;
import io.limelight.core.tenant.TenantException;
import io.limelight.core.tenant.TenantException.Kind;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The words about whom a verifier tells of failures. */
final class RevocationActs {
    private final RevocationDesk desk;
    private final Endpoint verifier;
    private final TenantOutput output;

    RevocationActs(RevocationDesk desk, Endpoint verifier, TenantOutput output) {
        this.desk = desk;
        this.verifier = verifier;
        this.output = output;
    }

    /**
     * Does one.
     *
     * @param named which machine to test, or whose failures to show
     */
    void run(TenantWord word, Optional<AgentId> named) throws TenantException {
        switch (word) {
            case REVOCATIONS -> output.revocations(verifier, about(named, desk.newest()), desk.brake());
            case RELEASEREVOCATIONS -> output.info(decided(desk.release(), "sent now."));
            case DISCARDREVOCATIONS -> output.info(decided(desk.discard(), "never sent."));
            case TESTREVOCATION -> test(named);
            default -> throw new IllegalStateException("not about revocations: " + word);
        }
    }

    /** Of the newest notices those about a machine. */
    private static ObjectNode about(Optional<AgentId> named, ObjectNode newest) {
        if (named.isPresent()
                && newest.get("results") instanceof ObjectNode results
                && results.get("revocations") instanceof ArrayNode notices) {
            String id = named.get().value();
            results.put("agent_id", id);
            notices.removeIf(notice -> !id.equals(notice.path("agent_id").asString("")));
        }
        return newest;
    }

    private static String decided(long notices, String what) {
        return notices == 0
                ? "No notice was held. The brake is off."
                : notices + (notices == 1 ? " notice that was held is " : " notices that were held are ") + what;
    }

    private void test(Optional<AgentId> named) throws TenantException {
        List<Tested> tests = named.isPresent() ? List.of(desk.test(named.get())) : desk.testAll();
        if (tests.isEmpty()) {
            throw new TenantException(
                    Kind.REQUEST,
                    "The " + verifier
                            + " tells nobody but machines of failures: neither webhook nor ZeroMQ is switched on."
                            + " -u ID tries a machine; enabled_revocation_notifications of its configuration switches"
                            + " notifiers on.");
        }
        long failed = 0;
        for (Tested test : tests) {
            if (test.delivered()) {
                output.info("The test notice was delivered by " + test.notifier() + ".");
            } else {
                failed++;
                output.warn("The test notice was not delivered by " + test.notifier() + ": " + test.detail() + ".");
            }
        }
        if (failed > 0) {
            throw new TenantException(
                    Kind.REQUEST, failed + " of " + tests.size() + " test notices were not delivered.");
        }
    }
}
