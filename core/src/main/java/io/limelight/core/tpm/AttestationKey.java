package io.limelight.core.tpm;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/**
 * A public key decoded once and ready to check signatures; keep one per agent.
 *
 * <p>RSA goes through the JDK, ECDSA through Bouncy Castle's lightweight classes (several times faster than the JDK's,
 * and no provider has to be registered). Bouncy Castle builds a table of multiples for a point that is used again: the
 * first five checks of a P-256 key are two to three times slower than those that follow, and the key then holds 7 KiB,
 * which live as long as this object. An RSA-2048 key holds 1.2 KiB.
 *
 * <p>Instances are safe for use by several threads.
 */
public final class AttestationKey {
    private sealed interface Decoded {
        record Rsa(PublicKey key) implements Decoded {}

        record Ec(EcdsaKey key) implements Decoded {}
    }

    private final TpmPublic publicArea;
    private final Decoded decoded;

    private AttestationKey(TpmPublic publicArea, Decoded decoded) {
        this.publicArea = publicArea;
        this.decoded = decoded;
    }

    /** Decodes the key of a public area. Attributes are not judged here: that is the registrar's rule. */
    public static AttestationKey of(TpmPublic publicArea) {
        return new AttestationKey(
                publicArea,
                switch (publicArea.key()) {
                    case TpmPublic.Key.Rsa rsa -> new Decoded.Rsa(publicArea.publicKey());
                    case TpmPublic.Key.Ecc ecc -> new Decoded.Ec(EcdsaKey.of(ecc));
                });
    }

    /** Where the key came from. */
    public TpmPublic publicArea() {
        return publicArea;
    }

    /** The only scheme this key's quotes may use: RSASSA for RSA, ECDSA for EC. */
    public SigningAlgorithm quoteScheme() {
        return decoded instanceof Decoded.Rsa ? SigningAlgorithm.RSASSA : SigningAlgorithm.ECDSA;
    }

    /** True if {@code signature} is this key's over {@code message}; false also if the scheme does not fit the key. */
    public boolean verifies(TpmSignature signature, Octets message) {
        return switch (decoded) {
            case Decoded.Rsa rsa ->
                switch (signature) {
                    case TpmSignature.RsaSsa s -> verifyRsaSsa(rsa.key(), s, message);
                    case TpmSignature.RsaPss s -> verifyRsaPss(rsa.key(), s, message);
                    case TpmSignature.Ecdsa s -> false;
                };
            case Decoded.Ec ec ->
                signature instanceof TpmSignature.Ecdsa s && ec.key().verifies(s, message);
        };
    }

    private static boolean verifyRsaSsa(PublicKey key, TpmSignature.RsaSsa signature, Octets message) {
        try {
            Signature verifier = Signature.getInstance(
                    switch (signature.hash()) {
                        case SHA1 -> "SHA1withRSA";
                        case SHA256 -> "SHA256withRSA";
                        case SHA384 -> "SHA384withRSA";
                        case SHA512 -> "SHA512withRSA";
                        case SM3_256 -> throw new IllegalStateException("SM3 is refused when a signature is parsed");
                    });
            return run(verifier, key, message, signature.signature());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static boolean verifyRsaPss(PublicKey key, TpmSignature.RsaPss signature, Octets message) {
        try {
            Signature verifier = Signature.getInstance("RSASSA-PSS");
            String hash = signature.hash().jcaName();
            verifier.setParameter(new PSSParameterSpec(
                    hash, "MGF1", new MGF1ParameterSpec(hash), signature.hash().digestSize(), 1));
            return run(verifier, key, message, signature.signature());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** A signature of the wrong length is an exception for the JDK and simply wrong for us. */
    private static boolean run(Signature verifier, PublicKey key, Octets message, Octets signature)
            throws GeneralSecurityException {
        verifier.initVerify(key);
        verifier.update(message.array(), message.offset(), message.length());
        return verifier.verify(signature.array(), signature.offset(), signature.length());
    }
}
