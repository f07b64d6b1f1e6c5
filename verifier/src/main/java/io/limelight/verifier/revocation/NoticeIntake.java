package io.limelight.verifier.revocation;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.InvalidAgentIdException;
import io.limelight.core.api.RevocationMessage;
import io.limelight.core.json.WireJson;
import io.limelight.core.revocation.NoticeException;
import io.limelight.core.revocation.NoticeSignature;
import io.limelight.core.revocation.RevocationNotice;
import io.limelight.core.revocation.RevocationNotice.CertifiedAs;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.verifier.state.NewNotice;
import io.limelight.verifier.state.NoticeStore;
import io.limelight.verifier.state.RevocationKeyStore;
import io.limelight.verifier.state.RevocationKeyStore.Known;
import io.limelight.verifier.state.StoredNotice;
import io.limelight.verifier.vault.VaultException;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a notice that another verifier has made, Keylime's or ours, and that an administrator hands in: the machines here are
 * told of it as of one of this verifier's own.
 *
 * <p>An administrator alone is not believed. The notice must be signed by a RevocationNotifier whose key this verifier has
 * been given with a machine, for only then can any machine here check it; it must be of type revocation and of our time; and
 * what it says of a machine that is watched here must fit what is known of that machine. It goes out as it is, once.
 */
public final class NoticeIntake {
    private static final Logger LOG = LoggerFactory.getLogger(NoticeIntake.class);

    /** How far clocks may be apart; agents allow more. */
    private static final Duration CLOCKS = Duration.ofMinutes(5);

    /** Agents believe no notice that counts for longer. */
    private static final Duration LONGEST_VALIDITY = Duration.ofDays(366);

    /** A part of paths, and what agents call the notice in their receipts. */
    private static final Pattern NOTICE_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}");

    private static final int BASE64_OF_LARGEST_SIGNATURE = 2048;
    private static final int SHOWN = 120;

    /** What our agents and Keylime's take as the body of one request. */
    private static final int MOST_BYTES = 1024 * 1024;

    private final NoticeStore notices;
    private final RevocationKeyStore keys;
    private final String verifierId;
    private final Duration lifetime;
    private final InstantSource clock;
    /** Going through all keys is work; one at a time. */
    private final ReentrantLock search = new ReentrantLock();

    NoticeIntake(
            NoticeStore notices, RevocationKeyStore keys, String verifierId, Duration lifetime, InstantSource clock) {
        this.notices = notices;
        this.keys = keys;
        this.verifierId = verifierId;
        this.lifetime = lifetime;
        this.clock = clock;
    }

    /** What became of a notice. */
    public sealed interface Outcome {
        /**
         * It is in the outbox.
         *
         * @param known whether it was before
         */
        record Taken(StoredNotice notice, boolean known) implements Outcome {}

        /**
         * It is not.
         *
         * @param conflict whether another one of the same id is there
         * @param reason a sentence
         */
        record Refused(boolean conflict, String reason) implements Outcome {}
    }

    /** Thrown inside with a sentence. */
    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String reason) {
            super(reason);
        }
    }

    /** Judges a notice and puts it into the outbox. */
    Outcome take(RevocationMessage message) {
        try {
            return judged(message);
        } catch (RefusedException e) {
            String reason = String.valueOf(e.getMessage());
            LOG.warn("a notice that was handed in was refused: {}", reason);
            return new Outcome.Refused(false, reason);
        }
    }

    private Outcome judged(RevocationMessage message) throws RefusedException {
        RevocationNotice notice = parsed(message);
        AgentId about = about(notice);
        Optional<Known> known = keys.known(about.value());
        if (!signed(message, known)) {
            throw new RefusedException(
                    "the notice is not signed by a RevocationNotifier whose key came here with a machine,"
                            + " so no machine here could check it");
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        checkTimes(notice, now);
        checkSerial(notice, known);
        NoticeStore.HandedIn handedIn =
                notices.add(known.map(Known::number).orElse(0L), outgoing(message, notice, about, now));
        StoredNotice stored = handedIn.notice();
        if (!stored.msg().equals(message.msg())) {
            return new Outcome.Refused(true, "another notice with the notice_id " + stored.id() + " is here already");
        }
        LOG.warn(
                "an administrator handed in a notice about {} ({}): {}",
                about,
                stored.id(),
                handedIn.known() ? "it was here before" : stored.withheld() ? "the brake holds it" : "it goes out");
        return new Outcome.Taken(stored, handedIn.known());
    }

    private static RevocationNotice parsed(RevocationMessage message) throws RefusedException {
        if (WireJson.compact(message.toJson()).length > MOST_BYTES) {
            throw new RefusedException("the notice is larger than " + MOST_BYTES + " bytes, and no machine takes more");
        }
        if (message.signature().isEmpty()) {
            throw new RefusedException("the notice is not signed");
        }
        if (message.signature().length() > BASE64_OF_LARGEST_SIGNATURE) {
            throw new RefusedException("the signature is longer than any");
        }
        try {
            RevocationNotice notice = RevocationNotice.parse(message.msg());
            if (!notice.isRevocation()) {
                throw new RefusedException("the notice is of type " + printable(notice.type())
                        + "; only notices of type revocation are passed on");
            }
            if (notice.noticeId().filter(id -> !NOTICE_ID.matcher(id).matches()).isPresent()) {
                throw new RefusedException("the notice's notice_id is none: at most 128 letters, digits, and . _ : -");
            }
            return notice;
        } catch (NoticeException e) {
            throw new RefusedException(String.valueOf(e.getMessage()));
        }
    }

    private static AgentId about(RevocationNotice notice) throws RefusedException {
        try {
            return AgentId.of(notice.agentId());
        } catch (InvalidAgentIdException e) {
            throw new RefusedException("the notice is about something that no machine is called: " + e.getMessage());
        }
    }

    // --- whose word it is ---

    /** A machine that is watched here is spoken of by the notifier of its own CA only; others by any that is known. */
    private boolean signed(RevocationMessage message, Optional<Known> known) {
        Set<String> tried = new HashSet<>();
        Optional<Boolean> byItsOwn = known.flatMap(machine -> signedWith(machine.number(), message, tried));
        if (byItsOwn.isPresent()) {
            return byItsOwn.get();
        }
        search.lock();
        try {
            List<Long> page = keys.withKey(0);
            while (!page.isEmpty()) {
                for (long agent : page) {
                    if (signedWith(agent, message, tried).orElse(false)) {
                        return true;
                    }
                }
                page = keys.withKey(page.getLast());
            }
            return false;
        } finally {
            search.unlock();
        }
    }

    /** Empty if there is no key; machines of one CA have the same, which is tried once. */
    private Optional<Boolean> signedWith(long agent, RevocationMessage message, Set<String> tried) {
        try (SecretBytes pem = keys.revocationKey(agent).orElse(null)) {
            if (pem == null) {
                return Optional.empty();
            }
            if (!tried.add(pem.apply(bytes -> hex(HashAlgorithm.SHA256.digest(bytes))))) {
                return Optional.of(false);
            }
            RSAPublicKey key = NotifierKey.publicHalf(NotifierKey.parse(pem));
            return Optional.of(NoticeSignature.verifies(key, message.msg(), message.signature()));
        } catch (VaultException | NotifierKey.UnusableException e) {
            LOG.error("a stored revocation key {}", e.getMessage());
            return Optional.of(false);
        }
    }

    // --- what it says ---

    private static void checkTimes(RevocationNotice notice, Instant now) throws RefusedException {
        if (notice.expired(now)) {
            throw new RefusedException(
                    "the notice expired on " + notice.expiresAt().orElseThrow() + "; machines would not act on it");
        }
        Optional<Instant> issued = notice.issuedAt();
        if (issued.isPresent() && issued.get().isAfter(now.plus(CLOCKS))) {
            throw new RefusedException(
                    "the notice was issued on " + issued.get() + ", which has not come yet; compare the" + " clocks");
        }
        if (notice.expiresAt().isPresent() && notice.expiresAt().get().isAfter(now.plus(LONGEST_VALIDITY))) {
            throw new RefusedException("the notice counts until "
                    + notice.expiresAt().get() + "; none counts for more than " + LONGEST_VALIDITY.toDays() + " days");
        }
    }

    private static void checkSerial(RevocationNotice notice, Optional<Known> known) throws RefusedException {
        Optional<Long> named = notice.certifiedAs().map(CertifiedAs::serial);
        if (named.isPresent() && named.get() == 1) {
            throw new RefusedException("the notice names serial number 1, which is the CA's own");
        }
        Optional<Long> here = known.flatMap(machine -> serial(machine.metaData()));
        if (named.isEmpty() && (here.isPresent() || notice.saysSerial())) {
            throw new RefusedException("the notice names no serial number that can be one"
                    + here.map(serial -> "; the certificate of " + printable(notice.agentId()) + " is " + serial)
                            .orElse(""));
        }
        if (named.isPresent() && here.isPresent() && !named.get().equals(here.get())) {
            throw new RefusedException("the notice names serial number " + named.get() + " for "
                    + printable(notice.agentId()) + ", whose certificate is " + here.get());
        }
    }

    private static Optional<Long> serial(String metaData) {
        return new RevocationNotice(
                        RevocationNotice.REVOCATION,
                        Optional.empty(),
                        "",
                        OptionalInt.empty(),
                        "{}",
                        metaData,
                        "",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())
                .certifiedAs()
                .map(CertifiedAs::serial);
    }

    /** Its time here begins now, for the brake and for those that are told late; its text stays as it is. */
    private NewNotice outgoing(RevocationMessage message, RevocationNotice notice, AgentId about, Instant now) {
        Optional<RevocationNotice.Event> event = notice.event();
        return new NewNotice(
                notice.noticeId()
                        .orElseGet(() ->
                                hex(HashAlgorithm.SHA256.digest(message.msg().getBytes(StandardCharsets.UTF_8)))),
                verifierId,
                about,
                notice.type(),
                printable(event.map(RevocationNotice.Event::id).orElse("")),
                printable(event.map(RevocationNotice.Event::severityLabel).orElse("")),
                -1,
                now,
                notice.expiresAt().orElse(now.plus(lifetime)),
                message.msg(),
                message.signature());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static String printable(String text) {
        String cut = text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
        return cut.replaceAll("[^\\x20-\\x7e…]", "?");
    }
}
