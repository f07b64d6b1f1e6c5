package io.limelight.verifier.revocation;

import io.limelight.core.api.AgentId;
import io.limelight.core.failure.Failure;
import io.limelight.core.failure.Severity;
import io.limelight.core.revocation.NoticeException;
import io.limelight.core.revocation.NoticeSignature;
import io.limelight.core.revocation.RevocationNotice;
import io.limelight.core.secret.SecretBytes;
import io.limelight.verifier.attest.Notices;
import io.limelight.verifier.state.BrakeStore.Renewed;
import io.limelight.verifier.state.FailureText;
import io.limelight.verifier.state.Lease;
import io.limelight.verifier.state.NewNotice;
import io.limelight.verifier.state.NoticeSubject;
import io.limelight.verifier.state.RevocationKeyStore;
import io.limelight.verifier.state.StoredNotice;
import io.limelight.verifier.vault.VaultException;
import java.security.InvalidKeyException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes notices and signs each with the revocation key that was stored with the machine that failed (certificate reference
 * §3.2, §3.3). Without a key, or with one that cannot be used any more, a notice is sent unsigned, as upstream does: it
 * proves nothing to anybody, and receivers drop it or show it as unverified.
 */
public final class NoticeMaker implements Notices {
    private static final Logger LOG = LoggerFactory.getLogger(NoticeMaker.class);
    private static final int ID_BYTES = 16;

    private final RevocationKeyStore store;
    private final Duration lifetime;
    private final SecureRandom random;
    private final InstantSource clock;
    private final ZoneId zone;
    private final Consumer<StoredNotice> sender;
    private final Runnable news;

    /**
     * Makes notices.
     *
     * @param lifetime after which nobody should act on one
     * @param zone of this machine, for the text that upstream writes without one
     * @param sender is handed every notice that was stored and is not held; returns at once
     * @param news is run when there is something for readers of events; returns at once
     */
    public NoticeMaker(
            RevocationKeyStore store,
            Duration lifetime,
            SecureRandom random,
            InstantSource clock,
            ZoneId zone,
            Consumer<StoredNotice> sender,
            Runnable news) {
        this.store = store;
        this.lifetime = lifetime;
        this.random = random;
        this.clock = clock;
        this.zone = zone;
        this.sender = sender;
        this.news = news;
    }

    @Override
    public Optional<NewNotice> of(
            Lease lease, AgentId id, String type, Failure failure, Severity severity, boolean raises) {
        Optional<NoticeSubject> subject = store.subject(lease);
        if (subject.isEmpty()) {
            return Optional.empty();
        }
        NoticeSubject machine = subject.get();
        Instant now = now();
        String noticeId = newId();
        String msg = new RevocationNotice(
                        type,
                        Optional.of(machine.ip()),
                        id.value(),
                        OptionalInt.of(machine.port()),
                        machine.tpmPolicy(),
                        machine.metaData(),
                        RevocationNotice.asctime(now, zone),
                        Optional.of(new RevocationNotice.Event(
                                failure.id(), severity.label(), FailureText.context(failure))),
                        Optional.of(noticeId),
                        Optional.of(now),
                        Optional.of(now.plus(lifetime)))
                .text();
        return Optional.of(new NewNotice(
                noticeId,
                machine.verifierId(),
                id,
                type,
                failure.id(),
                severity.label(),
                raises ? severity.level() : -1,
                now,
                now.plus(lifetime),
                msg,
                signature(() -> store.open(machine.key()), id.value(), msg)));
    }

    @Override
    public void stored(StoredNotice notice) {
        news.run();
        if (notice.withheld()) {
            LOG.warn(
                    "so many machines failed that the brake is on: nobody is told of the failure of {} until an"
                            + " administrator releases or discards the notices that are held (limelight tenant -c"
                            + " releaserevocations | discardrevocations)",
                    notice.agentId());
        } else {
            sender.accept(notice);
        }
    }

    /**
     * A held notice with its times set anew and signed again; empty if it cannot be, and then it goes out as it is.
     */
    Optional<Renewed> renewed(StoredNotice held) {
        try {
            RevocationNotice before = RevocationNotice.parse(held.msg());
            Instant now = now();
            if (held.handedIn()) {
                // Somebody else's text; only for how long it is sent is this verifier's own affair.
                return before.expiresAt().isPresent()
                        ? Optional.empty()
                        : Optional.of(new Renewed(now, now.plus(lifetime), held.msg(), held.signature()));
            }
            String msg = new RevocationNotice(
                            before.type(),
                            before.ip(),
                            before.agentId(),
                            before.port(),
                            before.tpmPolicy(),
                            before.metaData(),
                            before.eventTime(),
                            before.event(),
                            before.noticeId(),
                            Optional.of(now),
                            Optional.of(now.plus(lifetime)))
                    .text();
            String signature = signature(() -> store.revocationKey(held.agent()), held.agentId(), msg);
            // The machine may have been deleted, and its key with it.
            return signature.isEmpty() && !held.signature().isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Renewed(now, now.plus(lifetime), msg, signature));
        } catch (NoticeException e) {
            LOG.error("a stored notice cannot be read: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** A notice on which nobody acts: unsigned, of a type of its own. */
    RevocationNotice test(String agentId) {
        Instant now = now();
        return new RevocationNotice(
                RevocationNotice.TEST,
                Optional.empty(),
                agentId,
                OptionalInt.empty(),
                "{}",
                "{}",
                RevocationNotice.asctime(now, zone),
                Optional.of(new RevocationNotice.Event(
                        "default.test", "info", "{\"message\": \"An administrator tests this notifier.\"}")),
                Optional.of(newId()),
                Optional.of(now),
                Optional.of(now.plus(lifetime)));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private String newId() {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    /** Where the key comes from. */
    private interface Key {
        Optional<SecretBytes> open() throws VaultException;
    }

    private String signature(Key key, String id, String msg) {
        try (SecretBytes pem = key.open().orElse(null)) {
            return pem == null ? "" : NoticeSignature.sign(NotifierKey.parse(pem), msg);
        } catch (VaultException | NotifierKey.UnusableException | InvalidKeyException e) {
            LOG.error("the notice about {} goes out unsigned: its revocation key {}", id, e.getMessage());
            return "";
        }
    }
}
