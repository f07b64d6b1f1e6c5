package io.limelight.core.tpm;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.TpmPolicyException;
import java.util.Arrays;

/**
 * Everything that is read from outside: no input may end in anything but a value or the parser's typed error. Plain
 * test runs replay the inputs under {@code src/test/resources}; {@code JAZZER_FUZZ=1 mvn test -Dtest=TpmParsersFuzz}
 * looks for new ones.
 */
class TpmParsersFuzz {
    @FuzzTest(maxDuration = "30s")
    void attest(byte[] input) {
        try {
            same(Attest.parse(Octets.copyOf(input)).encode(), input);
        } catch (TpmFormatException e) {
            typed(e, input.length);
        }
    }

    @FuzzTest(maxDuration = "30s")
    void publicArea(byte[] input) {
        try {
            TpmPublic area = TpmPublic.fromTpm2b(input);
            same(area.tpm2b(), input);
            AttestationKey.of(area);
        } catch (TpmFormatException e) {
            typed(e, input.length);
        }
    }

    @FuzzTest(maxDuration = "30s")
    void signature(byte[] input) {
        try {
            TpmSignature signature = TpmSignature.parse(Octets.copyOf(input));
            same(signature.encode(), input);
            ProtocolVectors.eccAk().verifies(signature, Octets.EMPTY);
        } catch (TpmFormatException e) {
            typed(e, input.length);
        }
    }

    @FuzzTest(maxDuration = "30s")
    void pcrBlob(byte[] input) {
        try {
            PcrBlob blob = PcrBlob.parse(Octets.copyOf(input));
            if (!PcrBlob.parse(Octets.copyOf(blob.encode())).equals(blob)) {
                throw new IllegalStateException("written back to another blob");
            }
        } catch (TpmFormatException e) {
            typed(e, input.length);
        }
    }

    @FuzzTest(maxDuration = "30s")
    void quoteText(FuzzedDataProvider data) {
        String text = data.consumeRemainingAsString();
        try {
            QuoteText.parse(text);
        } catch (TpmFormatException e) {
            typed(e, text.length());
        }
    }

    @FuzzTest(maxDuration = "30s")
    void credentialBlob(byte[] input) {
        try {
            same(CredentialBlob.parse(input).encode(), input);
        } catch (TpmFormatException e) {
            typed(e, input.length);
        }
    }

    @FuzzTest(maxDuration = "30s")
    void tpmPolicy(FuzzedDataProvider data) throws TpmPolicyException {
        String text = data.consumeRemainingAsString();
        TpmPolicy policy;
        try {
            TpmPolicy.fromUser(text);
        } catch (TpmPolicyException e) {
            // the expected answer to nearly everything
        }
        try {
            policy = TpmPolicy.fromWire(text);
        } catch (TpmPolicyException e) {
            return;
        }
        if (!TpmPolicy.fromWire(policy.wireText()).equals(policy)) {
            throw new IllegalStateException("written back to another policy");
        }
    }

    private static void same(byte[] written, byte[] input) {
        if (!Arrays.equals(written, input)) {
            throw new IllegalStateException("written back to other bytes");
        }
    }

    private static void typed(TpmFormatException e, int length) {
        if (e.offset() < 0 || e.offset() > length) {
            throw new IllegalStateException("offset outside of the input", e);
        }
    }
}
