package io.limelight.core.listen;

import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.CertificateAuthority.Revoked;
import io.limelight.core.ca.RevocationReason;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    private final ListenSettings settings;
    private final CertificateAuthority ca;
    private final SecretBytes password;
    private final CrlPublication publication;
    private final InstantSource clock;

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
    }

    /** What became of a notice. */
    sealed interface Outcome {
        /** A sentence for the log and the sender. */
        String sentence();

        /** The certificate is on the CRL; {@code already} if it was before. */
        record Revoked(BigInteger serial, boolean already, String sentence) implements Outcome {}

        /** Genuine, and no reason to revoke. */
        record Ignored(String sentence) implements Outcome {}

        /** Not to be believed, or not about a certificate of this CA. */
        record Refused(String sentence) implements Outcome {}

        /** To be believed, but the CA could not do it now; worth another try. */
        record Failed(String sentence) implements Outcome {}
    }

    /**
     * Judges a notice and does what follows.
     *
     * @param msg its text, exactly as it came
     * @param signature base64
     */
    Outcome take(String msg, String signature) {
        Outcome outcome;
        try {
            outcome = judge(msg, signature);
        } catch (NoticeException e) {
            outcome = new Outcome.Refused(String.valueOf(e.getMessage()));
        } catch (CaException e) {
            outcome = new Outcome.Failed("the CA cannot revoke at the moment: " + e.getMessage());
        }
        switch (outcome) {
            case Outcome.Revoked revoked -> LOG.info("{}", revoked.sentence());
            case Outcome.Ignored ignored -> LOG.info("a notice was left alone: {}", ignored.sentence());
            case Outcome.Refused refused -> LOG.warn("a notice was refused: {}", refused.sentence());
            case Outcome.Failed failed -> LOG.error("a notice could not be acted on: {}", failed.sentence());
        }
        return outcome;
    }

    private Outcome judge(String msg, String signature) throws NoticeException, CaException {
        if (signature.isEmpty()) {
            return new Outcome.Refused("the notice is not signed; its machine has no certificate package");
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
        return judge(RevocationNotice.parse(msg), notifier.get().getSerialNumber(), now);
    }

    private Outcome judge(RevocationNotice notice, BigInteger notifier, Instant now) throws CaException {
        String machine = printable(notice.agentId());
        if (!notice.isRevocation()) {
            return new Outcome.Ignored("it is of type " + printable(notice.type()) + ", about " + machine);
        }
        if (notice.expired(now)) {
            return new Outcome.Refused("it is about " + machine + " and expired on "
                    + notice.expiresAt().orElseThrow() + "; revoke by hand with -c revoke -n " + machine);
        }
        if (notice.issuedAt().filter(at -> at.isAfter(now.plus(SKEW))).isPresent()) {
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
        if (publication.current().filter(crl -> crl.revokes(serial)).isPresent()) {
            return new Outcome.Revoked(
                    serial, true, "certificate " + serial + " of " + machine + " is revoked already");
        }
        Revoked revoked = ca.revoke(serial, RevocationReason.KEY_COMPROMISE, password);
        return new Outcome.Revoked(
                serial,
                revoked.already(),
                "certificate " + serial + " of " + machine + " is revoked: "
                        + notice.event().map(event -> printable(event.id())).orElse("the verifier says no reason"));
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
        try {
            name = CaName.fresh(agentId);
        } catch (CaException e) {
            return Optional.of("it is about something that no machine is called: " + e.getMessage());
        }
        if (serial.equals(ca.authority().getSerialNumber()) || serial.equals(notifier)) {
            return Optional.of("it names serial number " + serial + ", which is the CA's or its notifier's own");
        }
        Optional<X509Certificate> certificate = ca.certificateOf(name);
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
