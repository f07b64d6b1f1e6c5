package io.limelight.core.listen;

import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.Identities;
import io.limelight.core.ca.OwnServers;
import io.limelight.core.ca.PublishedCrl;
import io.limelight.core.ca.Revocation;
import io.limelight.core.ca.RevocationReason;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.KeyMaterial;
import java.io.IOException;
import java.math.BigInteger;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.Req;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers whether single certificates of a CA are good (RFC 6960), from what the CA's folder says at that moment: revoked if
 * the CRL says so, good if the serial number was given and is not on it, unknown for everything else. Answers are signed by a
 * certificate of the CA for that purpose alone.
 */
final class OcspResponder {
    /** A question has some ninety bytes. */
    static final int MAX_REQUEST = 4_096;

    private static final Logger LOG = LoggerFactory.getLogger(OcspResponder.class);
    private static final int MAX_QUESTIONS = 16;
    private static final Duration VALID = Duration.ofHours(1);

    /** RFC 9654 §2.1: 1 to 128 bytes; those are the content of one more octet string. */
    private static final int MAX_NONCE = 128 + 3;

    private final CertificateAuthority ca;
    private final SecretBytes password;
    private final CrlPublication publication;
    private final InstantSource clock;
    private volatile KeyMaterial identity;
    private @Nullable Object keystore;
    private BigInteger last = BigInteger.ZERO;

    /** For this CA; its certificate is issued when there is none. */
    OcspResponder(CertificateAuthority ca, SecretBytes password, CrlPublication publication, InstantSource clock)
            throws CaException {
        this.ca = ca;
        this.password = password;
        this.publication = publication;
        this.clock = clock;
        this.identity = new OwnServers(ca).responder(password);
    }

    /** Has another certificate issued if this one ends soon. */
    void renew() throws CaException {
        if (new OwnServers(ca).responderEnds().isBefore(clock.instant().plus(Identities.SOON))) {
            identity = new OwnServers(ca).responder(password);
        }
    }

    /** The answer, in DER, to whatever came. */
    byte[] answer(byte[] request) {
        try {
            return answered(request);
        } catch (CaException e) {
            LOG.warn("a question about a certificate cannot be answered now: {}", e.getMessage());
            return problem(OCSPRespBuilder.TRY_LATER);
        } catch (IOException | OCSPException | CertificateEncodingException | OperatorCreationException e) {
            LOG.error("an answer about a certificate could not be made", e);
            return problem(OCSPRespBuilder.INTERNAL_ERROR);
        }
    }

    /** What was asked. */
    private record Question(List<Req> certificates, Optional<Extension> nonce) {}

    /** Empty if it is no question. */
    private static Optional<Question> question(byte[] request) {
        if (request.length == 0 || request.length > MAX_REQUEST) {
            return Optional.empty();
        }
        try {
            OCSPReq asked = new OCSPReq(request);
            Req[] certificates = asked.getRequestList();
            for (Req one : certificates) {
                one.getCertID().getSerialNumber();
            }
            Optional<Extension> nonce =
                    Optional.ofNullable(asked.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce));
            int bytes = nonce.map(extension -> extension.getExtnValue().getOctets().length)
                    .orElse(1);
            return certificates.length < 1 || certificates.length > MAX_QUESTIONS || bytes < 1 || bytes > MAX_NONCE
                    ? Optional.empty()
                    : Optional.of(new Question(List.of(certificates), nonce));
        } catch (IOException | RuntimeException e) {
            // Its parts are parsed when they are asked for, and each may complain in its own way.
            LOG.debug("what came is no question about certificates", e);
            return Optional.empty();
        }
    }

    private byte[] answered(byte[] request)
            throws CaException, IOException, OCSPException, CertificateEncodingException, OperatorCreationException {
        Optional<Question> question = question(request);
        if (question.isEmpty()) {
            return problem(OCSPRespBuilder.MALFORMED_REQUEST);
        }
        Optional<PublishedCrl> crl = publication.current();
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        if (crl.isEmpty() || !now.isBefore(crl.get().nextUpdate())) {
            return problem(OCSPRespBuilder.TRY_LATER);
        }
        KeyMaterial signer = identity;
        X509CertificateHolder certificate = new JcaX509CertificateHolder(signer.certificate());
        X509Certificate authority = ca.authority();
        BasicOCSPRespBuilder answers = new BasicOCSPRespBuilder(new RespID(certificate.getSubject()));
        for (Req one : question.get().certificates()) {
            answers.addResponse(
                    one.getCertID(),
                    status(one.getCertID(), authority, crl.get()),
                    Date.from(now),
                    Date.from(now.plus(VALID)),
                    null);
        }
        question.get()
                .nonce()
                .ifPresent(nonce -> answers.setResponseExtensions(new Extensions(
                        new Extension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce, false, nonce.getExtnValue()))));
        return new OCSPRespBuilder()
                .build(
                        OCSPRespBuilder.SUCCESSFUL,
                        answers.build(
                                new JcaContentSignerBuilder("SHA256withECDSA").build(signer.key()),
                                new X509CertificateHolder[] {certificate},
                                Date.from(now)))
                .getEncoded();
    }

    private CertificateStatus status(CertificateID asked, X509Certificate authority, PublishedCrl crl)
            throws CaException, CertificateEncodingException, OperatorCreationException {
        BigInteger serial = asked.getSerialNumber();
        if (!ofThisCa(asked, authority)) {
            return new UnknownStatus();
        }
        Optional<Revocation> revocation = crl.revocation(serial);
        if (revocation.isPresent()) {
            Date at = Date.from(revocation.get().at());
            RevocationReason reason = revocation.get().reason();
            return reason == RevocationReason.UNSPECIFIED
                    ? new RevokedStatus(at)
                    : new RevokedStatus(at, reason.code());
        }
        boolean issued = serial.signum() > 0
                && serial.compareTo(lastSerial()) <= 0
                && !serial.equals(authority.getSerialNumber());
        return issued ? CertificateStatus.GOOD : new UnknownStatus();
    }

    private static boolean ofThisCa(CertificateID asked, X509Certificate authority)
            throws CertificateEncodingException, OperatorCreationException {
        DigestCalculatorProvider digests = new JcaDigestCalculatorProviderBuilder().build();
        try {
            return asked.matchesIssuer(new JcaX509CertificateHolder(authority), digests);
        } catch (OCSPException e) {
            // Named by a digest that nobody here knows.
            LOG.debug("a question about a CA that cannot be told", e);
            return false;
        }
    }

    /** The keystore is opened, which takes a tenth of a second on purpose, only when it was written since. */
    private synchronized BigInteger lastSerial() throws CaException {
        Object now = ca.keystoreStamp();
        if (!now.equals(keystore)) {
            last = ca.lastSerial(password);
            keystore = now;
        }
        return last;
    }

    private static byte[] problem(int status) {
        try {
            return new OCSPRespBuilder().build(status, null).getEncoded();
        } catch (OCSPException | IOException e) {
            throw new IllegalStateException("a status alone can be encoded", e);
        }
    }
}
