package io.limelight.console.policies;

import io.limelight.core.policy.sign.DsseEnvelope;
import io.limelight.core.policy.sign.PolicyKey;
import io.limelight.core.policy.sign.PolicySignatureException;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Who signed a policy, and whether that is so. What an envelope says of its signers is a claim; only keys that the administrator trusts
 * make it more.
 *
 * @param verdict on the whole
 * @param signatures one by one
 * @param trouble why the envelope cannot be read, in its reader's words; empty where it can
 */
record SignatureReport(Verdict verdict, List<One> signatures, String trouble) {
    private static final int LONGEST_CERTIFICATE = 96 * 1024;

    SignatureReport {
        signatures = List.copyOf(signatures);
    }

    /** On the whole. */
    enum Verdict {
        /** There is no envelope. */
        UNSIGNED,
        /** A key that is trusted signed it. */
        TRUSTED,
        /** It is signed, by none that is trusted. */
        UNKNOWN,
        /** A signature is not by the key it names: key, policy or signature were exchanged. */
        WRONG,
        /** It looks like an envelope and is none that can be read. */
        DAMAGED;

        String key() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        boolean loud() {
            return this == WRONG || this == DAMAGED;
        }
    }

    /** One signature. */
    enum Standing {
        /** By a key that is trusted. */
        TRUSTED,
        /** By the certificate it brings along, which nobody trusts here. */
        INTACT,
        /** By a key that is not known here. */
        UNCHECKED,
        /** Not by the key it names. */
        WRONG;

        String key() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * A signature.
     *
     * @param keyId as the envelope has it; empty where it is a whole certificate, or missing
     * @param certificate it brings along
     * @param fingerprint SHA-256 of the PEM of its key, where that is known
     * @param standing what is to be thought of it
     * @param signer the trusted key that made it; empty: none did
     */
    record One(
            String keyId,
            Optional<Certificate> certificate,
            Optional<String> fingerprint,
            Standing standing,
            String signer) {}

    /**
     * A certificate that a signature brings along.
     *
     * @param subject whose
     * @param from it is valid
     * @param until it is valid
     * @param valid whether it is now
     */
    record Certificate(String subject, Instant from, Instant until, boolean valid) {}

    /**
     * Looks at a text. Of a long one this takes its time.
     *
     * @param trusted keys that the administrator trusts
     */
    static SignatureReport of(String text, List<TrustedSigners.Signer> trusted, Instant now) {
        Optional<DsseEnvelope> envelope;
        try {
            envelope = DsseEnvelope.find(text.getBytes(StandardCharsets.UTF_8));
        } catch (PolicySignatureException e) {
            return new SignatureReport(Verdict.DAMAGED, List.of(), Bits.printable(String.valueOf(e.getMessage())));
        }
        if (envelope.isEmpty()) {
            // What is no envelope and no policy either was one.
            boolean remains = text.contains("\"payload\"") && text.contains("\"signatures\"");
            return new SignatureReport(remains ? Verdict.DAMAGED : Verdict.UNSIGNED, List.of(), "");
        }
        byte[] digest = envelope.get().digest();
        List<One> signatures = envelope.get().signatures().stream()
                .map(signature -> one(signature, digest, trusted, now))
                .toList();
        return new SignatureReport(verdict(signatures), signatures, "");
    }

    private static Verdict verdict(List<One> signatures) {
        if (signatures.stream().anyMatch(one -> one.standing() == Standing.TRUSTED)) {
            return Verdict.TRUSTED;
        }
        return signatures.stream().anyMatch(one -> one.standing() == Standing.WRONG) ? Verdict.WRONG : Verdict.UNKNOWN;
    }

    private static One one(
            DsseEnvelope.Signature signature, byte[] digest, List<TrustedSigners.Signer> trusted, Instant now) {
        byte[] bytes = signature.signature().toByteArray();
        Optional<X509Certificate> certificate = certificate(signature.keyId());
        Optional<PolicyKey> brought = certificate.flatMap(SignatureReport::key);
        Optional<Certificate> facts = certificate.map(each -> facts(each, now));
        String keyId = certificate.isPresent() ? "" : Bits.printable(signature.keyId());
        for (TrustedSigners.Signer signer : trusted) {
            if (signer.key().verifies(digest, bytes)) {
                return new One(keyId, facts, Optional.of(signer.key().keyId()), Standing.TRUSTED, signer.name());
            }
        }
        boolean named = trusted.stream()
                .anyMatch(signer ->
                        signer.key().keyId().equalsIgnoreCase(signature.keyId().strip()));
        Standing standing = brought.isPresent()
                ? brought.get().verifies(digest, bytes) ? Standing.INTACT : Standing.WRONG
                : named ? Standing.WRONG : Standing.UNCHECKED;
        return new One(keyId, facts, brought.map(PolicyKey::keyId), standing, "");
    }

    private static Optional<PolicyKey> key(X509Certificate certificate) {
        try {
            return Optional.of(PolicyKey.parse(PemFiles.certificate(certificate).getBytes(StandardCharsets.US_ASCII)));
        } catch (PolicySignatureException e) {
            return Optional.empty();
        }
    }

    /** Keylime's x509 signatures name their key by a whole certificate. */
    private static Optional<X509Certificate> certificate(String keyId) {
        if (keyId.isEmpty() || keyId.length() > LONGEST_CERTIFICATE) {
            return Optional.empty();
        }
        try {
            String pem = new String(Base64.getMimeDecoder().decode(keyId), StandardCharsets.US_ASCII);
            if (!pem.contains("-----BEGIN CERTIFICATE-----")) {
                return Optional.empty();
            }
            List<X509Certificate> found = new ArrayList<>(PemFiles.parseCertificates(pem, "the signature"));
            return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
        } catch (TlsSetupException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Certificate facts(X509Certificate certificate, Instant now) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        return new Certificate(
                Bits.printable(certificate.getSubjectX500Principal().getName()),
                from,
                until,
                !now.isBefore(from) && !now.isAfter(until));
    }
}
