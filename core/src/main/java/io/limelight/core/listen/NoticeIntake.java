package io.limelight.core.listen;

import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.CertificateAuthority.Revoked;
import io.limelight.core.ca.RevocationReason;
import io.limelight.core.http.RefusalLog;
import io.limelight.core.revocation.NoticeException;
import io.limelight.core.revocation.NoticeSignature;
import io.limelight.core.revocation.RevocationNotice;
import io.limelight.core.secret.SecretBytes;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Decides which notice revokes which certificate. A CA revokes on the word of its own notifier only, for failures that are
 * bad enough, and only the certificate that it issued to the very machine that failed; never its own and never the
 * notifier's. What a notice says is therefore compared with what the folder holds. When {@link Outcome.Revoked} is returned,
 * the CRL that says so is on the disk.
 */
final class NoticeIntake {
    private static final Logger LOG = LoggerFactory.getLogger(NoticeIntake.class);
    private static final Duration SKEW = Duration.ofMinutes(5);
    private static final int SHOWN = 120;

    /** A test says little; nothing longer is read before its signature has been checked. */
    private static final int LONGEST_TEST = 4 << 10;

    private final ListenSettings settings;
    private final CertificateAuthority ca;
    private final SecretBytes password;
    private final CrlPublication publication;
    private final InstantSource clock;
    private final RefusalLog log;
    private final ReentrantLock revoking = new ReentrantLock();

    NoticeIntake(
            ListenSettings settings,
            CertificateAuthority ca,
            SecretBytes password,
            CrlPublication publication,
            InstantSource clock) {
        this.settings = settings;
        this.ca = ca;
        this.password = password;
        this.publication = publication;
        this.clock = clock;
        this.log = new RefusalLog(LOG, clock);
    }

    /**
     * A notice as it came.
     *
     * @param from who brought it, for the log
     * @param msg its text, exactly as it came
     * @param signature base64
     * @param since one that was issued later counts even if it has expired: it came by a way on which nothing is repeated by
     *     strangers, and was late because one of both sides was away. {@link Instant#MAX} where that is not so
     */
    record Notice(String from, String msg, String signature, Instant since) {
        /** By a way that is open to strangers, who may repeat old ones. */
        static Notice ofAnybody(String from, String msg, String signature) {
            return new Notice(from, msg, signature, Instant.MAX);
        }
    }

    /** What became of a notice. */
    sealed interface Outcome {
        /** A sentence for the log and the sender. */
        String sentence();

        /** The certificate is on the CRL; {@code already} if it was before. */
        record Revoked(BigInteger serial, boolean already, String sentence) implements Outcome {}

        /** Genuine, and no reason to revoke. */
        record Ignored(String sentence) implements Outcome {}

        /** Somebody tried whether notices arrive; whoever that was, nothing follows from it. */
        record Tested(String sentence) implements Outcome {}

        /** Not to be believed, or not about a certificate of this CA. */
        record Refused(String sentence) implements Outcome {}

        /** To be believed, but the CA could not do it now; worth another try. */
        record Failed(String sentence) implements Outcome {}
    }

    /** Judges a notice and does what follows. */
    Outcome take(Notice notice) {
        Outcome outcome;
        try {
            outcome = judge(notice);
        } catch (NoticeException e) {
            outcome = new Outcome.Refused(String.valueOf(e.getMessage()));
        } catch (CaException e) {
            outcome = new Outcome.Failed("the CA cannot revoke at the moment: " + e.getMessage());
        }
        // Whoever has seen one genuine notice can repeat it as often as rubbish, so only the first revocation is always
        // said.
        switch (outcome) {
            case Outcome.Revoked revoked when !revoked.already() -> LOG.info("{}", revoked.sentence());
            case Outcome.Revoked revoked -> log.write(Level.INFO, notice.from(), revoked.sentence());
            case Outcome.Ignored ignored ->
                log.write(Level.INFO, notice.from(), "a notice was left alone: " + ignored.sentence());
            case Outcome.Tested tested -> log.write(Level.INFO, notice.from(), tested.sentence());
            case Outcome.Refused refused ->
                log.warn(notice.from(), "a notice from " + notice.from() + " was refused: " + refused.sentence());
            case Outcome.Failed failed ->
                log.write(Level.ERROR, notice.from(), "a notice could not be acted on: " + failed.sentence());
        }
        return outcome;
    }

    /**
     * As {@link #take}, for those who would not bring it again by themselves.
     *
     * @throws CaException if it could not be acted on now
     */
    void mustTake(Notice notice) throws CaException {
        if (take(notice) instanceof Outcome.Failed(String sentence)) {
            throw new CaException(sentence);
        }
    }

    /** Says that something was no notice at all. */
    void rubbish(String from, String why) {
        log.warn(from, "what came from " + from + " is no notice: " + why);
    }

    /** Whether a notice about that machine could revoke anything: it has a certificate of this CA that is not revoked yet. */
    boolean concerns(String agentId) throws CaException {
        CaName name;
        try {
            name = CaName.fresh(agentId);
        } catch (CaException e) {
            return false;
        }
        Optional<X509Certificate> certificate;
        try {
            certificate = ca.certificateOf(name);
        } catch (CaException e) {
            // Whoever asks for the notice is told what is wrong with the file.
            LOG.debug("the certificate of {} cannot be read", name, e);
            return true;
        }
        return certificate.isPresent()
                && publication
                        .current()
                        .filter(crl -> crl.revokes(certificate.get().getSerialNumber()))
                        .isEmpty();
    }

    private Outcome judge(Notice came) throws NoticeException, CaException {
        String msg = came.msg();
        String signature = came.signature();
        if (signature.isEmpty()) {
            return isTest(msg)
                    ? new Outcome.Tested("a test notice came from " + came.from())
                    : new Outcome.Refused("the notice is not signed; its machine has no certificate package");
        }
        if (msg.length() > RevocationNotice.MAX_TEXT) {
            return new Outcome.Refused("the notice is longer than " + RevocationNotice.MAX_TEXT + " characters");
        }
        Optional<X509Certificate> notifier = ca.certificateOf(settings.notifier());
        if (notifier.isEmpty()) {
            return new Outcome.Refused("this CA has no " + settings.notifier() + " yet, so nobody speaks for it");
        }
        if (!(notifier.get().getPublicKey() instanceof RSAPublicKey key)
                || !NoticeSignature.verifies(key, msg, signature)) {
            return new Outcome.Refused("the notice was not signed by the " + settings.notifier() + " of this CA");
        }
        Instant now = clock.instant();
        if (!now.isBefore(notifier.get().getNotAfter().toInstant())) {
            LOG.warn(
                    "the certificate of {} expired on {}; its key is still believed",
                    settings.notifier(),
                    notifier.get().getNotAfter().toInstant());
        }
        return judge(RevocationNotice.parse(msg), came.since(), notifier.get().getSerialNumber(), now);
    }

    private Outcome judge(RevocationNotice notice, Instant since, BigInteger notifier, Instant now) throws CaException {
        String machine = printable(notice.agentId());
        if (!notice.isRevocation()) {
            return new Outcome.Ignored("it is of type " + printable(notice.type()) + ", about " + machine);
        }
        boolean missed = notice.issuedAt().filter(at -> !at.isBefore(since)).isPresent();
        if (notice.expired(now) && !missed) {
            return new Outcome.Refused("it is about " + machine + " and expired on "
                    + notice.expiresAt().orElseThrow() + "; revoke by hand with -c revoke -n " + machine);
        }
        if (notice.issuedAt().filter(at -> at.isAfter(now.plus(SKEW))).isPresent()) {
            // Said and believed: it is signed by this CA's own notifier, can revoke nothing but the machine's
            // certificate, and
            // only once. A clock that is wrong must not keep a machine trusted that failed.
            LOG.warn(
                    "the notice about {} was issued on {}, which has not come yet; compare the clocks",
                    machine,
                    notice.issuedAt().orElseThrow());
        }
        if (!severe(notice)) {
            return new Outcome.Ignored("the failure of " + machine + " is less severe than crl_min_severity = "
                    + settings.minSeverity().orElseThrow());
        }
        Optional<RevocationNotice.CertifiedAs> certified = notice.certifiedAs();
        if (certified.isEmpty()) {
            return new Outcome.Refused("it names no certificate of " + machine + " (cert_serial in meta_data)");
        }
        BigInteger serial = BigInteger.valueOf(certified.get().serial());
        Optional<String> problem = problem(notice.agentId(), serial, notifier);
        if (problem.isPresent()) {
            return new Outcome.Refused(problem.get());
        }
        // The same notice may come by two ways at once; one of them revokes, the other finds it done.
        revoking.lock();
        try {
            if (publication.current().filter(crl -> crl.revokes(serial)).isPresent()) {
                return already(serial, machine);
            }
            Revoked revoked = ca.revoke(serial, RevocationReason.KEY_COMPROMISE, password);
            return revoked.already()
                    ? already(serial, machine)
                    : new Outcome.Revoked(
                            serial,
                            false,
                            "certificate " + serial + " of " + machine + " is revoked: "
                                    + notice.event()
                                            .map(event -> printable(event.id()))
                                            .orElse("the verifier says no reason"));
        } finally {
            revoking.unlock();
        }
    }

    private static Outcome already(BigInteger serial, String machine) {
        return new Outcome.Revoked(serial, true, "certificate " + serial + " of " + machine + " is revoked already");
    }

    private static boolean isTest(String msg) {
        if (msg.length() > LONGEST_TEST) {
            return false;
        }
        try {
            return RevocationNotice.parse(msg).type().equals(RevocationNotice.TEST);
        } catch (NoticeException e) {
            return false;
        }
    }

    /** A label nobody knows, or none, counts as the worst. */
    private boolean severe(RevocationNotice notice) {
        if (settings.minSeverity().isEmpty()) {
            return true;
        }
        List<String> labels = settings.severityLabels();
        int least = labels.indexOf(settings.minSeverity().get());
        int level = labels.indexOf(
                notice.event().map(RevocationNotice.Event::severityLabel).orElse(""));
        return level < 0 || level >= least;
    }

    /** Why that serial number is not the failed machine's; empty if it is. */
    private Optional<String> problem(String agentId, BigInteger serial, BigInteger notifier) throws CaException {
        CaName name;
        Optional<X509Certificate> certificate;
        try {
            name = CaName.fresh(agentId);
        } catch (CaException e) {
            return Optional.of("it is about something that no machine is called: " + e.getMessage());
        }
        try {
            certificate = ca.certificateOf(name);
        } catch (CaException e) {
            // One file that somebody has broken must not keep those waiting who come after this notice.
            return Optional.of(e.getMessage() + "; revoke by hand with -c revoke -s " + serial);
        }
        if (serial.equals(ca.authority().getSerialNumber()) || serial.equals(notifier)) {
            return Optional.of("it names serial number " + serial + ", which is the CA's or its notifier's own");
        }
        if (certificate.isEmpty()) {
            return Optional.of("this CA has no certificate of " + name + "; revoke by hand with -c revoke -s " + serial
                    + " if it once had");
        }
        BigInteger known = certificate.get().getSerialNumber();
        return known.equals(serial)
                ? Optional.empty()
                : Optional.of("it names serial number " + serial + " for " + name + ", whose certificate is " + known
                        + "; revoke by hand with -c revoke -s " + serial + " if that is a former one");
    }

    private static String printable(String text) {
        String cut = text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
        return cut.replaceAll("[^\\x20-\\x7e…]", "?");
    }
}
