package io.limelight.core.tenant;

import io.limelight.core.api.ApiException;
import io.limelight.core.api.RevocationsClient;
import io.limelight.core.tenant.TenantException.Kind;
import java.util.OptionalLong;
import tools.jackson.databind.node.ObjectNode;

/** Whom the verifier has told of failures, and what it holds back until an administrator decides. */
public final class RevocationDesk {
    private static final int NEWEST = 100;

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
