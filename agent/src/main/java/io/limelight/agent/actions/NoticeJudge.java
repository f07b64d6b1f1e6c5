package io.limelight.agent.actions;

import io.limelight.core.api.RevocationMessage;
import io.limelight.core.revocation.NoticeException;
import io.limelight.core.revocation.NoticeSignature;
import io.limelight.core.revocation.RevocationNotice;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import io.limelight.core.tpm.HashAlgorithm;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells genuine notices from others: signed by the RevocationNotifier whose certificate came in this machine's own package, a
 * notice in form, and not from a time that is still to come. The certificate may have expired, as whoever took over a verifier
 * would not be stopped by that and a fleet that ignores revocations would: it is said and accepted.
 */
final class NoticeJudge {
    private static final Logger LOG = LoggerFactory.getLogger(NoticeJudge.class);

    /** How far clocks may be apart. */
    private static final Duration CLOCKS = Duration.ofHours(1);

    private static final Duration LONGEST_VALIDITY = Duration.ofDays(366);
    private static final int LONGEST_ID = 200;
    private static final int SHOWN = 80;

    private final Path certificateFile;
    private final InstantSource clock;

    /**
     * @param certificateFile {@code revocation_cert}; read anew for each notice, as a payload may replace it
     */
    NoticeJudge(Path certificateFile, InstantSource clock) {
        this.certificateFile = certificateFile;
        this.clock = clock;
    }

    /** What is thought of a message. */
    sealed interface Judgement {
        /** It counts. */
        record Genuine(Receipt.NoticeRef ref, RevocationNotice notice) implements Judgement {}

        /** A sender tries the way to this machine; nobody signs that, and nothing is done. */
        record Trial(String agentId) implements Judgement {}

        /** It does not; a sentence. */
        record Refused(String reason) implements Judgement {}
    }

    Judgement judge(RevocationMessage message) {
        return message.signature().isBlank() ? unsigned(message.msg()) : signed(message);
    }

    /** What nobody has signed makes nobody do anything; a trial is no reason for alarm, whoever sent it. */
    private static Judgement unsigned(String text) {
        try {
            RevocationNotice notice = RevocationNotice.parse(text);
            if (notice.type().equals(RevocationNotice.TEST)) {
                return new Judgement.Trial(printable(notice.agentId()));
            }
        } catch (NoticeException e) {
            LOG.debug("an unsigned message that is no notice", e);
        }
        return new Judgement.Refused("it is not signed");
    }

    private Judgement signed(RevocationMessage message) {
        if (!Files.exists(certificateFile)) {
            return new Judgement.Refused("there is no " + certificateFile + " yet, it comes with a payload");
        }
        X509Certificate certificate;
        try {
            certificate = PemFiles.readCertificates(certificateFile).getFirst();
        } catch (TlsSetupException e) {
            return new Judgement.Refused(String.valueOf(e.getMessage()));
        }
        if (!(certificate.getPublicKey() instanceof RSAPublicKey key)) {
            return new Judgement.Refused("the key of " + certificateFile + " is not RSA");
        }
        if (!NoticeSignature.verifies(key, message.msg(), message.signature())) {
            return new Judgement.Refused("its signature is not by the key of " + certificateFile);
        }
        Instant now = clock.instant();
        if (now.isAfter(certificate.getNotAfter().toInstant())) {
            LOG.warn(
                    "{} has expired on {}; notices signed by its key are accepted all the same. Make a new one and deliver"
                            + " the payload again",
                    certificateFile,
                    certificate.getNotAfter().toInstant());
        }
        try {
            RevocationNotice notice = RevocationNotice.parse(message.msg());
            Optional<String> authority = namesAuthority(notice, certificate);
            return authority.isPresent() ? new Judgement.Refused(authority.get()) : dated(message.msg(), notice, now);
        } catch (NoticeException e) {
            return new Judgement.Refused("its signature is good, but " + e.getMessage());
        }
    }

    /** No machine has such a number, and an action that took it at its word would lock out everybody. */
    private Optional<String> namesAuthority(RevocationNotice notice, X509Certificate notifier) {
        Optional<BigInteger> named = notice.certifiedAs().map(as -> BigInteger.valueOf(as.serial()));
        if (named.isEmpty()) {
            return Optional.empty();
        }
        if (named.get().equals(notifier.getSerialNumber())) {
            return Optional.of("its signature is good, but it names serial number " + named.get()
                    + ", which is the notifier's own and no machine's");
        }
        Path authority = certificateFile.resolveSibling("cacert.crt");
        if (!Files.exists(authority)) {
            return Optional.empty();
        }
        try {
            return PemFiles.readCertificates(authority)
                            .getFirst()
                            .getSerialNumber()
                            .equals(named.get())
                    ? Optional.of("its signature is good, but it names serial number " + named.get()
                            + ", which is the CA's own (" + authority + ") and no machine's")
                    : Optional.empty();
        } catch (TlsSetupException e) {
            // A payload whose CA cannot be read must not make its machine deaf to revocations.
            LOG.warn("a notice cannot be compared with the CA's own serial number: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private static Judgement dated(String text, RevocationNotice notice, Instant now) {
        Optional<Instant> issued = notice.issuedAt();
        if (issued.isPresent() && issued.get().isAfter(now.plus(CLOCKS))) {
            return new Judgement.Refused("it was issued at " + issued.get() + ", and here it is " + now
                    + "; set the clock of this machine or of the verifier");
        }
        Optional<Instant> expires = notice.expiresAt();
        if (expires.isPresent() && expires.get().isAfter(now.plus(LONGEST_VALIDITY))) {
            return new Judgement.Refused("it says that it counts until " + expires.get()
                    + "; no notice counts for more than " + LONGEST_VALIDITY.toDays() + " days");
        }
        return new Judgement.Genuine(
                new Receipt.NoticeRef(
                        key(text, notice),
                        notice.noticeId().map(NoticeJudge::printable),
                        printable(notice.type()),
                        printable(notice.agentId()),
                        now),
                notice);
    }

    /** What tells one notice from another, also one from a verifier that gives no ids. */
    private static String key(String text, RevocationNotice notice) {
        return notice.noticeId()
                .filter(id -> !id.isBlank() && id.length() <= LONGEST_ID)
                .map(id -> "id:" + id)
                .orElseGet(() -> "sha256:"
                        + HexFormat.of().formatHex(HashAlgorithm.SHA256.digest(text.getBytes(StandardCharsets.UTF_8))));
    }

    static String printable(String text) {
        String cut = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
        return cut.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
