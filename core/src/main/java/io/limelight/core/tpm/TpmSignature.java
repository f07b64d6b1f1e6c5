package io.limelight.core.tpm;

/**
 * TPMT_SIGNATURE (TPM 2.0 Part 2 §11.3.4): RSASSA, RSAPSS or ECDSA.
 *
 * <p>Being parsed says nothing about being right: {@link AttestationKey#verifies} decides.
 */
public sealed interface TpmSignature {
    /** RSA-4096 is the longest signature here. */
    int MAX_SIZE = 6 + 512;

    /** The hash of the signed message. */
    HashAlgorithm hash();

    /** The scheme. */
    SigningAlgorithm algorithm();

    /**
     * RSASSA-PKCS1-v1_5.
     *
     * @param hash the hash
     * @param signature as long as the modulus
     */
    record RsaSsa(HashAlgorithm hash, Octets signature) implements TpmSignature {
        @Override
        public SigningAlgorithm algorithm() {
            return SigningAlgorithm.RSASSA;
        }
    }

    /**
     * RSASSA-PSS with MGF1 of the same hash and a salt as long as its digest.
     *
     * @param hash the hash
     * @param signature as long as the modulus
     */
    record RsaPss(HashAlgorithm hash, Octets signature) implements TpmSignature {
        @Override
        public SigningAlgorithm algorithm() {
            return SigningAlgorithm.RSAPSS;
        }
    }

    /**
     * ECDSA.
     *
     * @param hash the hash
     * @param r unsigned, big-endian
     * @param s unsigned, big-endian
     */
    record Ecdsa(HashAlgorithm hash, Octets r, Octets s) implements TpmSignature {
        @Override
        public SigningAlgorithm algorithm() {
            return SigningAlgorithm.ECDSA;
        }
    }

    /** Parses a whole structure; refuses other schemes, unknown hashes and trailing bytes. */
    static TpmSignature parse(Octets bytes) throws TpmFormatException {
        TpmReader in = new TpmReader("TPMT_SIGNATURE", bytes, MAX_SIZE);
        int scheme = in.u16("sigAlg");
        SigningAlgorithm algorithm = SigningAlgorithm.fromTpmId(scheme)
                .filter(a ->
                        a == SigningAlgorithm.RSASSA || a == SigningAlgorithm.RSAPSS || a == SigningAlgorithm.ECDSA)
                .orElseThrow(() -> in.failAt(0, String.format("sigAlg 0x%04x is not RSASSA, RSAPSS or ECDSA", scheme)));
        int hashId = in.u16("hash");
        HashAlgorithm hash = HashAlgorithm.fromTpmId(hashId)
                .filter(HashAlgorithm::computable)
                .orElseThrow(() -> in.failAt(2, String.format("hash 0x%04x is not supported", hashId)));
        TpmSignature signature = switch (algorithm) {
            case RSASSA -> new RsaSsa(hash, in.sized(512, "sig"));
            case RSAPSS -> new RsaPss(hash, in.sized(512, "sig"));
            default -> new Ecdsa(hash, in.sized(66, "signatureR"), in.sized(66, "signatureS"));
        };
        in.end();
        return signature;
    }

    /** The structure's bytes. */
    default byte[] encode() {
        TpmWriter out = new TpmWriter().u16(algorithm().tpmId()).u16(hash().tpmId());
        switch (this) {
            case RsaSsa rsa -> out.sized(rsa.signature());
            case RsaPss rsa -> out.sized(rsa.signature());
            case Ecdsa ecdsa -> out.sized(ecdsa.r()).sized(ecdsa.s());
        }
        return out.toByteArray();
    }
}
