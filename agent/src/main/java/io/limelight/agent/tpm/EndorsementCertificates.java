package io.limelight.agent.tpm;

import io.limelight.core.tls.LenientCertificates;
import io.limelight.core.tpm.EncryptionAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.TpmPublic;
import java.io.IOException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the EK's certificate, and the chain above it, in the TPM's NV memory ("EK Credential Profile" §2.2.1). What is found
 * is passed on, not judged: that is the tenant's part. Only a certificate of another key is left out, because a registrar
 * refuses the whole registration for it.
 */
final class EndorsementCertificates {
    private static final Logger LOG = LoggerFactory.getLogger(EndorsementCertificates.class);
    private static final int CHAIN_FIRST = 0x01c00100;
    private static final int CHAIN_LAST = 0x01c001ff;
    private static final int MAX_CHAIN = 8;

    private final TpmCommands tpm;

    EndorsementCertificates(TpmCommands tpm) {
        this.tpm = tpm;
    }

    List<Octets> read(TpmPublic ek) throws TpmException {
        List<Integer> indexes = tpm.handles(0x01000000);
        byte[] own = null;
        for (int index : indexesFor(ek.algorithm())) {
            if (!indexes.contains(index)) {
                continue;
            }
            byte[] content = tpm.nvRead(index);
            List<byte[]> parts = split(content);
            if (parts.isEmpty()) {
                LOG.warn("NV index {} holds no DER certificate; it is left out", Integer.toHexString(index));
            } else if (belongs(parts.getFirst(), ek)) {
                own = parts.getFirst();
                break;
            } else {
                LOG.warn(
                        "the certificate in NV index {} is of another key than the endorsement key in use; it is left out"
                                + " and the registration goes without a certificate",
                        Integer.toHexString(index));
            }
        }
        List<Octets> found = new ArrayList<>();
        if (own == null) {
            return found;
        }
        found.add(Octets.copyOf(own));
        for (int index : indexes) {
            if (index >= CHAIN_FIRST && index <= CHAIN_LAST) {
                for (byte[] part : split(tpm.nvRead(index))) {
                    if (found.size() <= MAX_CHAIN) {
                        found.add(Octets.copyOf(part));
                    }
                }
            }
        }
        return found;
    }

    private static Set<Integer> indexesFor(EncryptionAlgorithm algorithm) {
        return switch (algorithm) {
            case RSA2048 -> Set.of(0x01c00002);
            case ECC256 -> Set.of(0x01c0000a);
            case ECC384 -> Set.of(0x01c00016);
            case ECC521 -> Set.of(0x01c00018);
            case ECC_SM2 -> Set.of(0x01c0001a);
            case RSA3072 -> Set.of(0x01c0001c);
            case RSA4096 -> Set.of(0x01c0001e);
            case RSA1024, ECC192, ECC224 -> Set.of();
        };
    }

    private static boolean belongs(byte[] certificate, TpmPublic ek) {
        try {
            PublicKey key = LenientCertificates.parse(certificate).certificate().getPublicKey();
            PublicKey own = ek.publicKey();
            // By their numbers: makers name the algorithm of the same RSA key in more than one way.
            if (key instanceof RSAPublicKey theirs && own instanceof RSAPublicKey ours) {
                return theirs.getModulus().equals(ours.getModulus())
                        && theirs.getPublicExponent().equals(ours.getPublicExponent());
            }
            return key instanceof ECPublicKey theirs
                    && own instanceof ECPublicKey ours
                    && theirs.getW().equals(ours.getW())
                    && theirs.getParams().getOrder().equals(ours.getParams().getOrder());
        } catch (IOException | RuntimeException e) {
            LOG.warn("the certificate of the endorsement key cannot be read: {}", e.getMessage());
            return false;
        }
    }

    /** Certificates one after another, each a DER SEQUENCE with a two-byte length; whatever follows is padding. */
    static List<byte[]> split(byte[] content) {
        List<byte[]> parts = new ArrayList<>();
        int at = 0;
        while (content.length - at > 4 && content[at] == 0x30 && (content[at + 1] & 0xff) == 0x82) {
            int length = 4 + (((content[at + 2] & 0xff) << 8) | (content[at + 3] & 0xff));
            if (length > content.length - at) {
                break;
            }
            parts.add(Arrays.copyOfRange(content, at, at + length));
            at += length;
        }
        return parts;
    }
}
