package io.limelight.core.tenant;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.RevocationMessage;
import io.limelight.core.api.RevocationsClient;
import io.limelight.core.ca.OwnNotice;
import io.limelight.core.tenant.TenantException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Whom the verifier has told of failures, and what it holds back until an administrator decides. */
public final class RevocationDesk {
    private static final int NEWEST = 100;
    private static final String AGENT = "agent";

    private final RevocationsClient client;

    /**
     * Asks the verifier of these services.
     *
     * @param services connections to use; they stay the caller's to close
     */
    public RevocationDesk(TenantServices services) throws TenantException {
        this.client = services.revocations();
    }

    /** One question to the verifier. */
    @FunctionalInterface
    private interface Question {
        ObjectNode ask() throws ApiException;
    }

    /** The newest notices with what became of them: the whole envelope. */
    public ObjectNode newest() throws TenantException {
        return ask(() -> client.revocations(OptionalLong.empty(), NEWEST));
    }

    /**
     * Notices with what became of them, the newest first: the whole envelope.
     *
     * @param before only those with a lower sequence number
     * @param limit at most so many
     */
    public ObjectNode page(OptionalLong before, int limit) throws TenantException {
        return ask(() -> client.revocations(before, limit));
    }

    /** One notice with its text and signature: the whole envelope. */
    public ObjectNode notice(String noticeId) throws TenantException {
        return ofNotice(() -> client.revocation(noticeId));
    }

    /** Its deliveries: the whole envelope; {@code after} is the cursor of the page before. */
    public ObjectNode deliveries(String noticeId, Optional<String> after, int limit) throws TenantException {
        return ofNotice(() -> client.deliveries(noticeId, after, limit));
    }

    /** What machines say they did about it: the whole envelope; {@code after} is the cursor of the page before. */
    public ObjectNode receipts(String noticeId, Optional<String> after, int limit) throws TenantException {
        return ofNotice(() -> client.receipts(noticeId, after, limit));
    }

    /** Here 404 may mean that the notice is unknown; the answer says what. */
    private static ObjectNode ofNotice(Question question) throws TenantException {
        try {
            return question.ask();
        } catch (ApiException e) {
            throw TenantException.of(e);
        }
    }

    /** Who is told of failures, and how that goes: the whole envelope. */
    public ObjectNode notifiers() throws TenantException {
        return ask(client::notifiers);
    }

    /**
     * Whether this side may do more than read. The verifier says so by refusing, or by explaining what is wrong with, a test of a
     * notifier that there is not.
     */
    public boolean mayAct() throws TenantException {
        try {
            client.test("none", Optional.empty());
            return true;
        } catch (ApiException.Refused e) {
            return e.status() != 401 && e.status() != 403;
        } catch (ApiException e) {
            throw TenantException.of(e);
        }
    }

    /** Has one way tried that needs no machine to be named: {@code webhook} or {@code zeromq}. */
    public Tested test(String notifier) throws TenantException {
        return test(notifier, Optional.empty());
    }

    /** Whether further notices are held: the whole envelope. */
    public ObjectNode brake() throws TenantException {
        return ask(client::brake);
    }

    /** Sends what is held; how many notices that are. */
    public long release() throws TenantException {
        return ask(client::release).path("results").path("released").asLong(0);
    }

    /** Never sends what is held; how many notices that are. */
    public long discard() throws TenantException {
        return ask(client::discard).path("results").path("discarded").asLong(0);
    }

    /**
     * Has the machines told by the verifier of what a CA itself has to say.
     *
     * @return whether the brake holds it back until an administrator decides
     */
    public boolean handIn(OwnNotice.Signed notice) throws TenantException {
        return ask(() -> client.handIn(new RevocationMessage(notice.msg(), notice.signature())))
                .path("results")
                .path("state")
                .asString("")
                .equals("held");
    }

    /**
     * What came of a test notice.
     *
     * @param notifier which way it went
     * @param delivered whether the receiver has it
     * @param detail why not; half a sentence
     */
    public record Tested(String notifier, boolean delivered, String detail) {}

    /** Has every notifier tried that is switched on and needs no machine to be named. */
    public List<Tested> testAll() throws TenantException {
        List<Tested> tested = new ArrayList<>();
        for (JsonNode notifier : ask(client::notifiers).path("results").path("notifiers")) {
            String name = notifier.path("name").asString("");
            if (notifier.path("enabled").asBoolean(false) && !name.equals(AGENT)) {
                tested.add(test(name, Optional.empty()));
            }
        }
        return tested;
    }

    /** Has one machine told. */
    public Tested test(AgentId machine) throws TenantException {
        return test(AGENT, Optional.of(machine));
    }

    private Tested test(String notifier, Optional<AgentId> machine) throws TenantException {
        try {
            JsonNode results = client.test(notifier, machine).path("results");
            return new Tested(
                    notifier,
                    results.path("delivered").asBoolean(false),
                    results.path("detail").asString("no reason given"));
        } catch (ApiException e) {
            // Here 404 may mean that the machine is unknown; the answer says what.
            throw TenantException.of(e);
        }
    }

    private ObjectNode ask(Question question) throws TenantException {
        try {
            return question.ask();
        } catch (ApiException.Refused e) {
            if (e.notFound()) {
                throw new TenantException(
                        Kind.REQUEST,
                        "The " + client.endpoint() + " does not tell of revocations: it is not Limelight's, or an older"
                                + " one.",
                        e);
            }
            throw TenantException.of(e);
        } catch (ApiException e) {
            throw TenantException.of(e);
        }
    }
}
