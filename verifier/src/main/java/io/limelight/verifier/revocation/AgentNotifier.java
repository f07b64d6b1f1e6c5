package io.limelight.verifier.revocation;

import io.limelight.core.api.AgentClient;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.RevocationMessage;
import io.limelight.core.api.VersionNegotiation;
import io.limelight.store.StoreException;
import io.limelight.verifier.attest.AgentConnections;
import io.limelight.verifier.attest.AgentConnections.Contact;
import io.limelight.verifier.attest.InvalidEnrolmentException;
import io.limelight.verifier.attest.Machine;
import io.limelight.verifier.attest.Trouble;
import io.limelight.verifier.state.Receiver;
import io.limelight.verifier.state.ReceiverStore;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells agents, one request each (certificate reference §3.4).
 *
 * <p>Keylime's agents have no memory of what they have acted on, so a request that may have arrived is not repeated to them.
 * Ours have: when it is not known whether a request arrived, the agent is asked which of the two it is.
 */
final class AgentNotifier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentNotifier.class);
    private static final String TWICE =
            "an earlier request may have arrived, and an agent of this kind would act on it twice";

    /** When many machines fail at once, notices to one agent follow each other over its open connection. */
    private static final Duration TURN = Duration.ofMillis(250);

    private static final int STRIPES = 256;

    private final AgentConnections connections;
    private final ReceiverStore store;
    private final Semaphore[] busy = new Semaphore[STRIPES];
    private final Set<Contact> open = ConcurrentHashMap.newKeySet();

    AgentNotifier(AgentConnections connections, ReceiverStore store) {
        this.connections = connections;
        this.store = store;
        for (int i = 0; i < STRIPES; i++) {
            busy[i] = new Semaphore(1, true);
        }
    }

    /** Whether an agent can be told without a new connection. */
    boolean quick(long agent) {
        return connections.warm(agent);
    }

    /** Whether it is asked for quotes. */
    boolean watches(long agent) {
        return connections.watched(agent);
    }

    /**
     * Tells one agent; blocks until its answer or its time-out.
     *
     * @param unsure whether an earlier request may have arrived
     * @return empty if the program is being stopped
     */
    Optional<Tried> tell(Receiver receiver, RevocationMessage message, boolean unsure) {
        Semaphore turn = busy[Math.floorMod(receiver.number(), STRIPES)];
        boolean mine = false;
        try {
            // Who is slow is not waited for: a connection more costs less.
            mine = turn.tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS);
            return ask(receiver, message, unsure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            if (mine) {
                turn.release();
            }
        }
    }

    private Optional<Tried> ask(Receiver receiver, RevocationMessage message, boolean unsure) {
        try (Contact contact = connections.beside(
                receiver.number(), () -> Machine.place(receiver.ip(), receiver.port(), receiver.certificate()))) {
            open.add(contact);
            try {
                return unsure ? settle(contact, receiver, message) : send(contact, receiver, message);
            } finally {
                open.remove(contact);
            }
        } catch (InvalidEnrolmentException e) {
            return Optional.of(Tried.refused("what is stored of the agent cannot be used: " + e.getMessage()));
        }
    }

    private Optional<Tried> settle(Contact contact, Receiver receiver, RevocationMessage message) {
        try {
            if (contact.ask(AgentNotifier::remembersNotices)) {
                return send(contact, receiver, message);
            }
            return Optional.of(Tried.unknown(TWICE));
        } catch (ApiException e) {
            Trouble trouble = contact.trouble(e);
            return switch (trouble) {
                case Trouble.Cancelled _ -> Optional.empty();
                case Trouble.Again(String why, boolean _, boolean _)
                when !(e instanceof ApiException.Refused) -> Optional.of(Tried.again(true, why));
                default -> Optional.of(Tried.unknown(TWICE));
            };
        }
    }

    /** An agent of ours says how far its payload is; others have no such route. */
    private static boolean remembersNotices(AgentClient client) throws ApiException {
        try {
            return client.limelightStatus().value().has("payload_stage");
        } catch (ApiException.Refused e) {
            return false;
        }
    }

    private Optional<Tried> send(Contact contact, Receiver receiver, RevocationMessage message) {
        ApiVersion version = ApiVersion.parse(receiver.version()).orElse(ApiVersion.CURRENT);
        try {
            notify(contact, version, message);
            return Optional.of(Tried.delivered());
        } catch (ApiException e) {
            return contact.trouble(e) instanceof Trouble.Version
                    ? inAnotherVersion(contact, receiver, version, message)
                    : failed(contact, e);
        }
    }

    private static void notify(Contact contact, ApiVersion version, RevocationMessage message) throws ApiException {
        contact.ask(client -> {
            client.notifyRevocation(version, message);
            return true;
        });
    }

    /** Once, as upstream does; the request that was refused for its version has had no effect. */
    private Optional<Tried> inAnotherVersion(
            Contact contact, Receiver receiver, ApiVersion refused, RevocationMessage message) {
        try {
            Optional<ApiVersion> common = VersionNegotiation.newestCommon(contact.ask(AgentClient::versions));
            if (common.isEmpty()) {
                return Optional.of(Tried.refused("it speaks no API version that this verifier speaks"));
            }
            notify(contact, common.get(), message);
            if (!common.get().equals(refused)) {
                remember(receiver, common.get());
            }
            return Optional.of(Tried.delivered());
        } catch (ApiException e) {
            return failed(contact, e);
        }
    }

    private void remember(Receiver receiver, ApiVersion version) {
        try {
            store.speaks(receiver.number(), version.toString());
        } catch (StoreException e) {
            LOG.debug("the next notice to {} will ask for its version again", receiver.id(), e);
        }
    }

    private static Optional<Tried> failed(Contact contact, ApiException e) {
        Trouble trouble = contact.trouble(e);
        String why = trouble instanceof Trouble.Again(String reason, boolean _, boolean _)
                ? reason
                : String.valueOf(e.getMessage());
        if (trouble instanceof Trouble.Cancelled) {
            return Optional.empty();
        }
        return Optional.of(
                e instanceof ApiException.Refused && !e.retryable()
                        ? Tried.refused(why)
                        : Tried.again(e.mayHaveArrived(), why));
    }

    /** Ends the requests under way. */
    @Override
    public void close() {
        open.forEach(Contact::close);
    }
}
