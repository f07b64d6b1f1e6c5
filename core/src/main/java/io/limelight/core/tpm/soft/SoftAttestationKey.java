package io.limelight.core.tpm.soft;

import io.limelight.core.tpm.Attest;
import io.limelight.core.tpm.ClockInfo;
import io.limelight.core.tpm.EccCurve;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrBlob;
import io.limelight.core.tpm.PcrSelection;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.tpm.QuoteText;
import io.limelight.core.tpm.SigningAlgorithm;
import io.limelight.core.tpm.TpmFormatException;
import io.limelight.core.tpm.TpmPublic;
import io.limelight.core.tpm.TpmSignature;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;

/**
 * An attestation key in software: signs what a TPM would sign, for any PCR values one likes. It proves nothing and is
 * for load tools and tests. Safe for use by several threads.
 */
public final class SoftAttestationKey {
    private static final long FIRMWARE = 0x2019_1023_0016_3636L;

    private final PrivateKey privateKey;
    private final TpmPublic publicArea;
    private final SigningAlgorithm scheme;
    private final HashAlgorithm hash;
    private final Octets qualifiedSigner;

    private SoftAttestationKey(
            PrivateKey privateKey, TpmPublic publicArea, SigningAlgorithm scheme, HashAlgorithm hash) {
        this.privateKey = privateKey;
        this.publicArea = publicArea;
        this.scheme = scheme;
        this.hash = hash;
        this.qualifiedSigner = Octets.copyOf(publicArea.name());
    }

    /** A new RSASSA key. */
    public static SoftAttestationKey generateRsa(int bits, HashAlgorithm hash, SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits, random);
            return of(generator.generateKeyPair(), SigningAlgorithm.RSASSA, hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime cannot make an RSA key of " + bits + " bits", e);
        }
    }

    /** A new ECDSA key. */
    public static SoftAttestationKey generateEcc(EccCurve curve, HashAlgorithm hash, SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve.jcaName()), random);
            return of(generator.generateKeyPair(), SigningAlgorithm.ECDSA, hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime cannot make a key on " + curve.jcaName(), e);
        }
    }

    /** An existing key pair as an attestation key with this scheme: RSASSA or RSAPSS for RSA, ECDSA for EC. */
    public static SoftAttestationKey of(KeyPair pair, SigningAlgorithm scheme, HashAlgorithm hash) {
        boolean rsa = pair.getPublic() instanceof RSAPublicKey;
        boolean fits = rsa
                ? scheme == SigningAlgorithm.RSASSA || scheme == SigningAlgorithm.RSAPSS
                : scheme == SigningAlgorithm.ECDSA;
        if (!fits) {
            throw new IllegalArgumentException(
                    "a key for " + pair.getPublic().getAlgorithm() + " cannot sign by " + scheme.wireName());
        }
        try {
            TpmPublic area = TpmPublic.attestationKey(pair.getPublic(), scheme, hash);
            return new SoftAttestationKey(pair.getPrivate(), area, scheme, hash);
        } catch (TpmFormatException e) {
            throw new IllegalArgumentException("not a key a TPM could hold", e);
        }
    }

    /** The public area, attributes 0x00050072. */
    public TpmPublic publicArea() {
        return publicArea;
    }

    /** The hash of signatures and name; PCR values to quote must be of this bank. */
    public HashAlgorithm hash() {
        return hash;
    }

    /** A quote over these values, labelled truthfully. */
    public QuoteText quote(byte[] nonce, PcrValues pcrs, ClockInfo clock) {
        PcrSelection selection = PcrSelection.of(pcrs.bank(), pcrs.mask());
        Attest.Quote quote = new Attest.Quote(header(nonce, clock), selection, Octets.copyOf(pcrs.digest(hash)));
        Octets attest = Octets.copyOf(quote.encode());
        return new QuoteText(attest, Octets.copyOf(sign(attest).encode()), Octets.copyOf(new PcrBlob(pcrs).encode()));
    }

    /** A certification of another key: TPMS_ATTEST to be signed by {@link #sign}. */
    public Attest.Certify certify(TpmPublic key, byte[] qualifyingData, ClockInfo clock) {
        Octets name = Octets.copyOf(key.name());
        return new Attest.Certify(header(qualifyingData, clock), name, name);
    }

    private Attest.Header header(byte[] extraData, ClockInfo clock) {
        return new Attest.Header(qualifiedSigner, Octets.copyOf(extraData), clock, FIRMWARE);
    }

    /** Signs any bytes; a TPM would refuse those that it did not make. */
    public TpmSignature sign(Octets message) {
        try {
            return switch (scheme) {
                case RSASSA ->
                    new TpmSignature.RsaSsa(hash, run(Signature.getInstance(jcaHash() + "withRSA"), message));
                case RSAPSS -> {
                    Signature signer = Signature.getInstance("RSASSA-PSS");
                    signer.setParameter(new PSSParameterSpec(
                            hash.jcaName(), "MGF1", new MGF1ParameterSpec(hash.jcaName()), hash.digestSize(), 1));
                    yield new TpmSignature.RsaPss(hash, run(signer, message));
                }
                default -> {
                    byte[] both = run(Signature.getInstance(jcaHash() + "withECDSAinP1363Format"), message)
                            .toByteArray();
                    int half = both.length / 2;
                    yield new TpmSignature.Ecdsa(
                            hash,
                            Octets.copyOf(Arrays.copyOf(both, half)),
                            Octets.copyOf(Arrays.copyOfRange(both, half, both.length)));
                }
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime cannot sign by " + scheme.wireName(), e);
        }
    }

    private Octets run(Signature signer, Octets message) throws GeneralSecurityException {
        signer.initSign(privateKey);
        signer.update(message.toByteArray());
        return Octets.copyOf(signer.sign());
    }

    private String jcaHash() {
        return hash.jcaName().replace("-", "");
    }
}
