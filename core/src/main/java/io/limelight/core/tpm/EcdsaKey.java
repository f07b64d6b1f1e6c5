package io.limelight.core.tpm;

import java.math.BigInteger;
import java.security.MessageDigest;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;

/**
 * An EC public key in Bouncy Castle's classes. Apart from {@link AttestationKey}, so that a program that meets RSA keys only
 * never opens Bouncy Castle's jar, whose signature the runtime checks.
 */
final class EcdsaKey {
    private final ECPublicKeyParameters key;

    private EcdsaKey(ECPublicKeyParameters key) {
        this.key = key;
    }

    static EcdsaKey of(TpmPublic.Key.Ecc ecc) {
        return new EcdsaKey(new ECPublicKeyParameters(
                ecc.curve()
                        .point(TpmPublic.unsigned(ecc.x()), TpmPublic.unsigned(ecc.y()))
                        .orElseThrow(),
                ecc.curve().domain()));
    }

    boolean verifies(TpmSignature.Ecdsa signature, Octets message) {
        MessageDigest digest = signature.hash().newDigest();
        message.addTo(digest);
        ECDSASigner verifier = new ECDSASigner();
        verifier.init(false, key);
        BigInteger r = TpmPublic.unsigned(signature.r());
        BigInteger s = TpmPublic.unsigned(signature.s());
        return verifier.verifySignature(digest.digest(), r, s);
    }
}
