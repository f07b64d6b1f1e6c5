package io.limelight.core.ca;

import io.limelight.core.json.WireJson;
import io.limelight.core.revocation.NoticeSignature;
import io.limelight.core.revocation.RevocationNotice;
import io.limelight.core.secret.SecretBytes;
import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A notice of the CA itself: an administrator revokes a machine's certificate and wants the other machines to know. Signed with the
 * RevocationNotifier of the folder, which is what machines with a package of this CA believe.
 */
public final class OwnNotice {
    /** So that a machine that was off for the night hears of it, and a copy found later moves nobody. */
    public static final Duration LIFETIME = Duration.ofHours(24);

    /** Stands where a failure's id stands in a verifier's notice. */
    public static final String EVENT = "revocation.administrator";

    private static final String LABEL = "emergency";

    private OwnNotice() {}

    /**
     * As it travels.
     *
     * @param msg the text
     * @param signature base64 over its bytes
     */
    public record Signed(String msg, String signature) {}

    /**
     * Makes one.
     *
     * @param name whose certificate is revoked
     * @param serial of that certificate
     * @param password of the keystore, from which the notifier's key is taken
     */
    public static Signed of(
            CertificateAuthority ca, CaName name, BigInteger serial, SecretBytes password, SecureRandom random)
            throws CaException {
        X509Certificate certificate = ca.certificate(name);
        try (MachineIdentity notifier = new Identities(ca).existing(CaName.NOTIFIER, Optional.of(password))) {
            PrivateKey key = PrivateKeys.parse(notifier.key(), "the key of " + CaName.NOTIFIER);
            if (!(key instanceof RSAPrivateKey rsa)) {
                throw new CaException(
                        "the key of " + CaName.NOTIFIER + " is no RSA key, with which notices are signed");
            }
            Instant now = CertificateAuthority.seconds(ca.now());
            byte[] id = new byte[16];
            random.nextBytes(id);
            String msg = new RevocationNotice(
                            RevocationNotice.REVOCATION,
                            Optional.empty(),
                            name.value(),
                            OptionalInt.empty(),
                            "{}",
                            WireJson.compactText(WireJson.object()
                                    .put("cert_serial", serial)
                                    .put(
                                            "subject",
                                            certificate
                                                    .getSubjectX500Principal()
                                                    .getName())),
                            RevocationNotice.asctime(now, ZoneId.systemDefault()),
                            Optional.of(new RevocationNotice.Event(EVENT, LABEL, "{}")),
                            Optional.of(HexFormat.of().formatHex(id)),
                            Optional.of(now),
                            Optional.of(now.plus(LIFETIME)))
                    .text();
            return new Signed(msg, NoticeSignature.sign(rsa, msg));
        } catch (InvalidKeyException e) {
            throw new CaException("the key of " + CaName.NOTIFIER + " cannot sign: " + e.getMessage(), e);
        }
    }
}
