package io.limelight.core.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.limelight.core.tpm.QuoteRejectedException.Reason;
import io.limelight.core.tpm.soft.SoftAttestationKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuoteVerifierTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] NONCE = ProtocolVectors.ascii("3FCPTt09LX9f9mjaRKZd");
    private static final ClockInfo CLOCK = new ClockInfo(1000, 1, 0, true);
    private static final SoftAttestationKey RSA = SoftAttestationKey.generateRsa(2048, HashAlgorithm.SHA256, RANDOM);
    private static final SoftAttestationKey ECC =
            SoftAttestationKey.generateEcc(EccCurve.P256, HashAlgorithm.SHA256, RANDOM);

    static Stream<SoftAttestationKey> keys() {
        return Stream.of(RSA, ECC);
    }

    private static Octets value(int fill) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) fill);
        return Octets.copyOf(bytes);
    }

    private static PcrValues values(int... pcrs) {
        Map<Integer, Octets> map = new HashMap<>();
        for (int pcr : pcrs) {
            map.put(pcr, value(pcr + 1));
        }
        return PcrValues.of(HashAlgorithm.SHA256, map);
    }

    private static VerifiedQuote verify(SoftAttestationKey key, QuoteText quote, PcrMask required) throws Exception {
        return QuoteVerifier.verify(AttestationKey.of(key.publicArea()), quote, NONCE, HashAlgorithm.SHA256, required);
    }

    private static void rejected(SoftAttestationKey key, QuoteText quote, PcrMask required, Reason reason) {
        QuoteRejectedException e =
                catchThrowableOfType(QuoteRejectedException.class, () -> verify(key, quote, required));
        assertThat(e).isNotNull();
        assertThat(e.reason()).isEqualTo(reason);
        assertThat(e.sentence()).endsWith(".").doesNotContain("Exception").doesNotContain("null");
    }

    /** Signs any attest with the key, as an attacker with a TPM cannot: for what comes after the signature. */
    private static QuoteText signed(SoftAttestationKey key, byte[] attest, byte[] blob) {
        Octets bytes = Octets.copyOf(attest);
        return new QuoteText(bytes, Octets.copyOf(key.sign(bytes).encode()), Octets.copyOf(blob));
    }

    /**
     * CVE-2024-29039 as a class: the TPM truly signs PCRs 16 and 23, which anyone on the machine can reset and fill;
     * the unsigned part says they are 10 and 16.
     */
    @ParameterizedTest
    @MethodSource("keys")
    void cve202429039ValuesRelabelledAsOtherPcrsAreRejected(SoftAttestationKey key) {
        PcrValues truth = PcrValues.of(HashAlgorithm.SHA256, Map.of(16, value(0xaa), 23, value(0xbb)));
        PcrValues lie = PcrValues.of(HashAlgorithm.SHA256, Map.of(10, value(0xaa), 16, value(0xbb)));
        QuoteText honest = key.quote(NONCE, truth, CLOCK);
        QuoteText forged = new QuoteText(honest.attest(), honest.signature(), Octets.copyOf(new PcrBlob(lie).encode()));

        rejected(key, forged, PcrMask.of(10), Reason.SELECTION_MISMATCH);
        rejected(key, honest, PcrMask.of(10), Reason.MISSING_PCRS);
    }

    @ParameterizedTest
    @EnumSource(
            value = HashAlgorithm.class,
            names = {"SHA1", "SHA256", "SHA384", "SHA512"})
    void honestQuotesInEveryBankPass(HashAlgorithm hash) throws Exception {
        for (SoftAttestationKey key : List.of(
                SoftAttestationKey.generateRsa(2048, hash, RANDOM),
                SoftAttestationKey.generateEcc(EccCurve.P256, hash, RANDOM),
                SoftAttestationKey.generateEcc(EccCurve.P384, hash, RANDOM),
                SoftAttestationKey.generateEcc(EccCurve.P521, hash, RANDOM))) {
            PcrValues pcrs = PcrValues.of(
                    hash,
                    Map.of(
                            0, Octets.copyOf(new byte[hash.digestSize()]),
                            16, Octets.copyOf(new byte[hash.digestSize()])));

            VerifiedQuote quote = QuoteVerifier.verify(
                    AttestationKey.of(TpmPublic.fromTpm2b(key.publicArea().tpm2b())),
                    QuoteText.parse(key.quote(NONCE, pcrs, CLOCK).format()),
                    NONCE,
                    hash,
                    PcrMask.of(0));

            assertThat(quote)
                    .isEqualTo(new VerifiedQuote(pcrs, CLOCK, quote.firmwareVersion(), quote.qualifiedSigner()));
        }
    }

    @Test
    void oneKeyUsedManyTimesStaysRight() throws Exception {
        AttestationKey key = AttestationKey.of(ECC.publicArea());
        for (int i = 0; i < 40; i++) {
            QuoteText good = ECC.quote(NONCE, values(16), CLOCK);
            QuoteVerifier.verify(key, good, NONCE, HashAlgorithm.SHA256, PcrMask.NONE);
            QuoteText other = ECC.quote(NONCE, values(16, 1), CLOCK);
            QuoteText mixed = new QuoteText(other.attest(), good.signature(), other.pcrBlob());
            assertThatThrownBy(() -> QuoteVerifier.verify(key, mixed, NONCE, HashAlgorithm.SHA256, PcrMask.NONE))
                    .extracting("reason")
                    .isEqualTo(Reason.BAD_SIGNATURE);
        }
    }

    @ParameterizedTest
    @MethodSource("keys")
    void keyOfAnotherMachineIsRejected(SoftAttestationKey key) throws Exception {
        SoftAttestationKey other = key == RSA
                ? SoftAttestationKey.generateRsa(2048, HashAlgorithm.SHA256, RANDOM)
                : SoftAttestationKey.generateEcc(EccCurve.P256, HashAlgorithm.SHA256, RANDOM);

        rejected(key, other.quote(NONCE, values(16), CLOCK), PcrMask.NONE, Reason.BAD_SIGNATURE);
        rejected(key, (key == RSA ? ECC : RSA).quote(NONCE, values(16), CLOCK), PcrMask.NONE, Reason.WRONG_SCHEME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3FCPTt09LX9f9mjaRKZ", "3FCPTt09LX9f9mjaRKZdd", "3fCPTt09LX9f9mjaRKZd"})
    void anotherNonceIsRejected(String nonce) {
        rejected(RSA, RSA.quote(ProtocolVectors.ascii(nonce), values(16), CLOCK), PcrMask.NONE, Reason.WRONG_NONCE);
    }

    @Test
    void aNonceThatDecodesToTheRightOneIsNotTheRightOne() {
        byte[] decoded = java.util.Base64.getDecoder().decode(NONCE);

        rejected(RSA, RSA.quote(decoded, values(16), CLOCK), PcrMask.NONE, Reason.WRONG_NONCE);
    }

    @Test
    void missingPcrsAreNamed() throws Exception {
        rejected(RSA, RSA.quote(NONCE, values(7), CLOCK), PcrMask.of(7), Reason.MISSING_PCRS);
        rejected(RSA, RSA.quote(NONCE, values(7, 16), CLOCK), PcrMask.of(7, 8), Reason.MISSING_PCRS);
        rejected(RSA, RSA.quote(NONCE, values(16), CLOCK), PcrMask.of(24), Reason.MISSING_PCRS);
        rejected(RSA, RSA.quote(NONCE, values(), CLOCK), PcrMask.NONE, Reason.MISSING_PCRS);
        assertThat(verify(RSA, RSA.quote(NONCE, values(3, 16), CLOCK), PcrMask.NONE)
                        .pcrs()
                        .mask())
                .as("more than asked is fine")
                .isEqualTo(PcrMask.of(3, 16));
    }

    @Test
    void aSwitchedOffBankIsExplained() {
        QuoteRejectedException e = catchThrowableOfType(
                QuoteRejectedException.class, () -> verify(RSA, RSA.quote(NONCE, values(), CLOCK), PcrMask.of(7)));

        assertThat(e.sentence()).contains("7, 16").contains("sha256 bank may be switched off");
    }

    @Test
    void signedSelectionsOfAnotherShapeAreRejected() {
        PcrValues pcrs = values(16);
        byte[] blob = new PcrBlob(pcrs).encode();
        Octets digest = Octets.copyOf(pcrs.digest(HashAlgorithm.SHA256));
        Attest.Header header =
                new Attest.Header(Octets.copyOf(RSA.publicArea().name()), Octets.copyOf(NONCE), CLOCK, 1);
        PcrSelection.Bank sha256 = new PcrSelection.Bank(0x000b, PcrMask.of(16));
        PcrSelection.Bank sha1 = new PcrSelection.Bank(0x0004, PcrMask.of(16));

        for (List<PcrSelection.Bank> banks :
                List.of(List.<PcrSelection.Bank>of(), List.of(sha256, sha1), List.of(sha256, sha256), List.of(sha1))) {
            Attest.Quote attest = new Attest.Quote(header, new PcrSelection(banks), digest);
            rejected(RSA, signed(RSA, attest.encode(), blob), PcrMask.NONE, Reason.WRONG_BANK);
        }
        Attest.Quote more = new Attest.Quote(header, PcrSelection.of(HashAlgorithm.SHA256, PcrMask.of(16, 17)), digest);
        rejected(RSA, signed(RSA, more.encode(), blob), PcrMask.NONE, Reason.SELECTION_MISMATCH);
    }

    @Test
    void otherValuesThanTheSignedAreRejected() {
        QuoteText quote = RSA.quote(NONCE, values(5, 16), CLOCK);
        PcrValues swapped = PcrValues.of(HashAlgorithm.SHA256, Map.of(5, value(17), 16, value(6)));

        rejected(
                RSA,
                new QuoteText(quote.attest(), quote.signature(), Octets.copyOf(new PcrBlob(swapped).encode())),
                PcrMask.NONE,
                Reason.WRONG_PCR_DIGEST);
    }

    @Test
    void aCertificationIsNoQuote() {
        Attest.Certify certify = RSA.certify(ECC.publicArea(), NONCE, CLOCK);

        rejected(
                RSA, signed(RSA, certify.encode(), new PcrBlob(values(16)).encode()), PcrMask.NONE, Reason.NOT_A_QUOTE);
    }

    @Test
    void signedBytesThatAreNoAttestAreRejected() {
        byte[] blob = new PcrBlob(values(16)).encode();
        byte[] attest = RSA.quote(NONCE, values(16), CLOCK).attest().toByteArray();
        byte[] foreignMagic = attest.clone();
        foreignMagic[0] = 0;
        byte[] otherType = attest.clone();
        otherType[5] = 0x14;

        rejected(RSA, signed(RSA, new byte[0], blob), PcrMask.NONE, Reason.MALFORMED_ATTEST);
        rejected(RSA, signed(RSA, foreignMagic, blob), PcrMask.NONE, Reason.MALFORMED_ATTEST);
        rejected(RSA, signed(RSA, otherType, blob), PcrMask.NONE, Reason.MALFORMED_ATTEST);
        rejected(
                RSA,
                signed(RSA, Arrays.copyOf(attest, attest.length + 1), blob),
                PcrMask.NONE,
                Reason.MALFORMED_ATTEST);
        for (int length = 1; length < attest.length; length++) {
            rejected(RSA, signed(RSA, Arrays.copyOf(attest, length), blob), PcrMask.NONE, Reason.MALFORMED_ATTEST);
        }
    }

    @Test
    void pssAndUnknownSchemesAreRejected() {
        QuoteText quote = RSA.quote(NONCE, values(16), CLOCK);
        byte[] signature = quote.signature().toByteArray();
        signature[1] = 0x16;
        rejected(
                RSA,
                new QuoteText(quote.attest(), Octets.copyOf(signature), quote.pcrBlob()),
                PcrMask.NONE,
                Reason.WRONG_SCHEME);
        for (int scheme : new int[] {0x05, 0x10, 0x1a, 0x1b, 0x1c}) {
            signature[1] = (byte) scheme;
            rejected(
                    RSA,
                    new QuoteText(quote.attest(), Octets.copyOf(signature), quote.pcrBlob()),
                    PcrMask.NONE,
                    Reason.MALFORMED_SIGNATURE);
        }
        signature[1] = 0x14;
        signature[3] = 0x12;
        rejected(
                RSA,
                new QuoteText(quote.attest(), Octets.copyOf(signature), quote.pcrBlob()),
                PcrMask.NONE,
                Reason.MALFORMED_SIGNATURE);
    }

    @ParameterizedTest
    @MethodSource("keys")
    void everyPartTruncatedAtEveryByteIsRejected(SoftAttestationKey key) {
        AttestationKey decoded = AttestationKey.of(key.publicArea());
        QuoteText quote = key.quote(NONCE, values(0, 16), CLOCK);
        for (int part = 0; part < 3; part++) {
            int whole = part(quote, part).length();
            for (int length = 0; length < whole; length++) {
                QuoteText cut =
                        with(quote, part, Arrays.copyOf(part(quote, part).toByteArray(), length));
                assertThatThrownBy(() -> QuoteVerifier.verify(decoded, cut, NONCE, HashAlgorithm.SHA256, PcrMask.NONE))
                        .as("part %d cut to %d", part, length)
                        .isInstanceOf(QuoteRejectedException.class);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("keys")
    void everyPartWithBytesBehindItIsRejected(SoftAttestationKey key) {
        QuoteText quote = key.quote(NONCE, values(0, 16), CLOCK);
        for (int part = 0; part < 3; part++) {
            for (int extra : new int[] {1, 532, 100_000}) {
                byte[] longer = Arrays.copyOf(
                        part(quote, part).toByteArray(), part(quote, part).length() + extra);
                QuoteText padded = with(quote, part, longer);
                assertThatThrownBy(() -> verify(key, padded, PcrMask.NONE)).isInstanceOf(QuoteRejectedException.class);
            }
        }
    }

    /** Every single bit of attest and signature matters; of the blob every bit that is not padding. */
    @ParameterizedTest
    @MethodSource("keys")
    void everyFlippedBitIsRejectedOrWithoutMeaning(SoftAttestationKey key) throws Exception {
        AttestationKey decoded = AttestationKey.of(key.publicArea());
        PcrValues pcrs = values(0, 16);
        QuoteText quote = key.quote(NONCE, pcrs, CLOCK);
        for (int part = 0; part < 3; part++) {
            byte[] whole = part(quote, part).toByteArray();
            // One bit of each byte keeps the loop short; which one changes from byte to byte.
            for (int at = 0; at < whole.length; at++) {
                byte[] flipped = whole.clone();
                flipped[at] ^= (byte) (1 << (at * 5 % 8));
                QuoteText changed = with(quote, part, flipped);
                if (part == 2 && isIgnored(at)) {
                    assertThat(QuoteVerifier.verify(decoded, changed, NONCE, HashAlgorithm.SHA256, PcrMask.NONE)
                                    .pcrs())
                            .isEqualTo(pcrs);
                } else {
                    assertThatThrownBy(() ->
                                    QuoteVerifier.verify(decoded, changed, NONCE, HashAlgorithm.SHA256, PcrMask.NONE))
                            .as("part %d byte %d", part, at)
                            .isInstanceOf(QuoteRejectedException.class);
                }
            }
        }
    }

    /** Places of the blob whose bytes are memory garbage by definition. */
    private static boolean isIgnored(int at) {
        if (at >= 12 && at < 132) {
            return (at - 4) % 8 != 2; // an unused selection counts only with a size
        }
        if (at == 10 || at == 11 || (at >= 136 && at < 140)) {
            return true;
        }
        if (at >= 140) {
            int place = (at - 140) / 66;
            int within = (at - 140) % 66;
            return within >= (place < 2 ? 34 : 2);
        }
        return false;
    }

    private static Octets part(QuoteText quote, int part) {
        return List.of(quote.attest(), quote.signature(), quote.pcrBlob()).get(part);
    }

    private static QuoteText with(QuoteText quote, int part, byte[] bytes) {
        Octets replaced = Octets.copyOf(bytes);
        return new QuoteText(
                part == 0 ? replaced : quote.attest(),
                part == 1 ? replaced : quote.signature(),
                part == 2 ? replaced : quote.pcrBlob());
    }
}
