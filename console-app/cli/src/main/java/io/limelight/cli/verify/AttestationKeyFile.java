package io.limelight.cli.verify;

import io.limelight.cli.command.CommandFailure;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import io.limelight.core.tpm.AttestationKey;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.SigningAlgorithm;
import io.limelight.core.tpm.TpmFormatException;
import io.limelight.core.tpm.TpmPublic;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;

/** An attestation key in a file, as tools write it: TPM2B_PUBLIC or TPMT_PUBLIC, raw or in base64, or PEM. */
final class AttestationKeyFile {
    /** No such file is longer. */
    static final int MAX_BYTES = 16 * 1024;

    private AttestationKeyFile() {}

    /**
     * Reads.
     *
     * @param origin for messages
     */
    static AttestationKey parse(byte[] file, String origin) throws CommandFailure {
        String text = new String(file, StandardCharsets.ISO_8859_1);
        if (text.contains("-----BEGIN")) {
            return pem(text, origin);
        }
        try {
            return binary(file);
        } catch (TpmFormatException first) {
            byte[] decoded;
            try {
                decoded = Base64.getMimeDecoder().decode(text.strip());
            } catch (IllegalArgumentException e) {
                throw unusable(origin, first);
            }
            try {
                return binary(decoded);
            } catch (TpmFormatException second) {
                // Whatever was nearer to one: the error of the shape that it has.
                throw unusable(origin, text.strip().matches("[A-Za-z0-9+/=\\s]*") ? second : first);
            }
        }
    }

    private static AttestationKey binary(byte[] bytes) throws TpmFormatException {
        try {
            return AttestationKey.of(TpmPublic.fromTpm2b(bytes));
        } catch (TpmFormatException sized) {
            try {
                return AttestationKey.of(TpmPublic.fromTpmt(bytes));
            } catch (TpmFormatException bare) {
                sized.addSuppressed(bare);
                throw sized;
            }
        }
    }

    private static AttestationKey pem(String text, String origin) throws CommandFailure {
        try {
            PublicKey key = PemFiles.parsePublicKey(text, origin);
            return AttestationKey.of(TpmPublic.attestationKey(
                    key,
                    key instanceof RSAPublicKey ? SigningAlgorithm.RSASSA : SigningAlgorithm.ECDSA,
                    HashAlgorithm.SHA256));
        } catch (TlsSetupException e) {
            throw new CommandFailure(VerifyCommand.UNUSABLE, "--ak: " + e.getMessage(), e);
        } catch (TpmFormatException e) {
            throw unusable(origin, e);
        }
    }

    private static CommandFailure unusable(String origin, TpmFormatException e) {
        return new CommandFailure(
                VerifyCommand.UNUSABLE,
                "--ak: " + origin + " is no public key of a TPM, neither TPM2B_PUBLIC nor TPMT_PUBLIC (raw or base64),"
                        + " nor PEM: " + e.sentence(),
                e);
    }
}
