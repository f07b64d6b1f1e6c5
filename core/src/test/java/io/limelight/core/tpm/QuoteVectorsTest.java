package io.limelight.core.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.limelight.core.tpm.QuoteRejectedException.Reason;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Quotes that real and emulated TPMs made. */
class QuoteVectorsTest {
    @Test
    void rsaQuoteOfTheProtocol() throws Exception {
        VerifiedQuote quote = QuoteVerifier.verify(
                ProtocolVectors.rsaAk(),
                QuoteText.parse(ProtocolVectors.rsaQuote().format()),
                ProtocolVectors.ascii(ProtocolVectors.RSA_NONCE),
                HashAlgorithm.SHA256,
                PcrMask.NONE);

        assertThat(quote.pcrs()).isEqualTo(ProtocolVectors.pcr16());
        assertThat(quote.clock()).isEqualTo(new ClockInfo(0x120f0, 1, 0, true));
        assertThat(quote.firmwareVersion()).isEqualTo(0x2019102300163636L);
    }

    @Test
    void eccQuoteOfTheProtocol() throws Exception {
        VerifiedQuote quote = QuoteVerifier.verify(
                ProtocolVectors.eccAk(),
                ProtocolVectors.eccQuote(),
                ProtocolVectors.ascii(ProtocolVectors.ECC_NONCE),
                HashAlgorithm.SHA256,
                PcrMask.of(16));

        assertThat(quote.pcrs().hex(16)).contains(ProtocolVectors.PCR_16);
        assertThat(quote.clock()).isEqualTo(new ClockInfo(0x1c4eb, 1, 0, true));
    }

    @Test
    void valuesOfTheProtocol() throws Exception {
        byte[] blob = new PcrBlob(ProtocolVectors.pcr16()).encode();
        HexFormat hex = HexFormat.of();

        assertThat(blob).hasSize(668);
        assertThat(hex.formatHex(HashAlgorithm.SHA256.digest(blob))).isEqualTo(ProtocolVectors.PCR_BLOB_SHA256);
        assertThat(hex.formatHex(ProtocolVectors.pcr16().digest(HashAlgorithm.SHA256)))
                .isEqualTo(ProtocolVectors.PCR_DIGEST);
        assertThat(TransportKeyBinding.measurement(HashAlgorithm.SHA256, ProtocolVectors.TRANSPORT_KEY)
                        .hex())
                .isEqualTo("bd2f30c50f78ac17de21bfe400e0c1049ca03c730255d975060e258339136983");
        assertThat(TransportKeyBinding.pcr16(HashAlgorithm.SHA256, ProtocolVectors.TRANSPORT_KEY)
                        .hex())
                .isEqualTo(ProtocolVectors.PCR_16);
    }

    @Test
    void recordedQuoteWithItsFourForgeries() throws Exception {
        JsonNode vector = Fixtures.json("tpm/checkquote/vector.json");
        QuoteText text = QuoteText.parse(vector.get("quote_string").stringValue());
        AttestationKey key = AttestationKey.of(TpmPublic.attestationKey(
                Fixtures.publicKey(Fixtures.text("tpm/checkquote/ak.pem")),
                SigningAlgorithm.RSASSA,
                HashAlgorithm.SHA256));
        byte[] nonce = ProtocolVectors.ascii(vector.get("nonce").stringValue());

        VerifiedQuote quote = QuoteVerifier.verify(key, text, nonce, HashAlgorithm.SHA256, PcrMask.NONE);

        assertThat(quote.pcrs().hex(16)).contains(vector.get("pcrs").get("16").stringValue());
        assertThat(quote.clock()).isEqualTo(new ClockInfo(1284787942, 3, 0, true));
        assertThat(text.attest()).isEqualTo(Octets.copyOf(Fixtures.bytes("tpm/checkquote/attest.bin")));
        assertThat(text.signature()).isEqualTo(Octets.copyOf(Fixtures.bytes("tpm/checkquote/signature.bin")));
        assertThat(text.pcrBlob()).isEqualTo(Octets.copyOf(Fixtures.bytes("tpm/checkquote/pcrs.bin")));

        byte[] attest = text.attest().toByteArray();
        attest[5] ^= 1;
        rejected(
                key,
                new QuoteText(Octets.copyOf(attest), text.signature(), text.pcrBlob()),
                nonce,
                Reason.BAD_SIGNATURE);
        byte[] otherNonce = nonce.clone();
        otherNonce[0] = 'a';
        rejected(key, text, otherNonce, Reason.WRONG_NONCE);
        byte[] blob = text.pcrBlob().toByteArray();
        blob[5] ^= 1;
        rejected(
                key,
                new QuoteText(text.attest(), text.signature(), Octets.copyOf(blob)),
                nonce,
                Reason.MALFORMED_PCR_BLOB);
        QuoteRejectedException e = catchThrowableOfType(
                QuoteRejectedException.class,
                () -> QuoteVerifier.verify(key, text, nonce, HashAlgorithm.SHA1, PcrMask.NONE));
        assertThat(e.reason()).isEqualTo(Reason.WRONG_HASH);
    }

    private static void rejected(AttestationKey key, QuoteText quote, byte[] nonce, Reason reason) {
        QuoteRejectedException e = catchThrowableOfType(
                QuoteRejectedException.class,
                () -> QuoteVerifier.verify(key, quote, nonce, HashAlgorithm.SHA256, PcrMask.NONE));
        assertThat(e.reason()).isEqualTo(reason);
    }

    @Test
    void quoteOfTheTools() throws Exception {
        QuoteText text = new QuoteText(
                Octets.copyOf(Fixtures.bytes("tpm/tools-output/quote.out")),
                Octets.copyOf(Fixtures.bytes("tpm/tools-output/quotesig.out")),
                Octets.copyOf(Fixtures.bytes("tpm/tools-output/quotepcr.out")));
        AttestationKey key = AttestationKey.of(TpmPublic.fromTpm2b(Fixtures.bytes("tpm/tools-output/ak.pub")));

        PcrValues pcrs = QuoteVerifier.verify(
                        key,
                        text,
                        Fixtures.bytes("tpm/tools-output/rand.out"),
                        HashAlgorithm.SHA256,
                        PcrMask.of(15, 22))
                .pcrs();

        assertThat(pcrs.mask()).isEqualTo(PcrMask.of(15, 16, 22));
        assertThat(pcrs.hex(15)).contains("00".repeat(32));
        assertThat(pcrs.hex(16).orElseThrow()).startsWith("9dbb2238").endsWith("b6f0");
        assertThat(pcrs.hex(22)).contains("ff".repeat(32));
        assertThat(QuoteText.parse(text.format())).isEqualTo(text);
    }

    @Test
    void quoteOfAnAgentInTheSha1BankIsWrittenBackUnchanged() throws Exception {
        String line = Fixtures.text("tpm/agent-quote-sha1.txt").strip();

        QuoteText text = QuoteText.parse(line);

        assertThat(text.format()).isEqualTo(line);
        PcrBlob blob = PcrBlob.parse(text.pcrBlob());
        assertThat(blob.values().bank()).isEqualTo(HashAlgorithm.SHA1);
        assertThat(blob.values().mask()).isEqualTo(PcrMask.of(16));
        assertThat(blob.encode()).isEqualTo(text.pcrBlob().toByteArray());
        assertThat(Attest.parse(text.attest()).header().extraData().contentEquals(ProtocolVectors.ascii("TEST")))
                .isTrue();
        assertThat(Attest.parse(text.attest()).encode()).isEqualTo(text.attest().toByteArray());
        assertThat(TpmSignature.parse(text.signature()).encode())
                .isEqualTo(text.signature().toByteArray());
    }

    @Test
    void attestVector() throws Exception {
        JsonNode vector = Fixtures.json("tpm/tpms-attest-vector.json");
        byte[] bytes =
                Base64.getDecoder().decode(vector.get("tpms_attest_quote_b64").stringValue());

        Attest.Quote quote = (Attest.Quote) Attest.parse(Octets.copyOf(bytes));

        assertThat(quote.header().clock()).isEqualTo(new ClockInfo(1284787942, 3, 0, true));
        assertThat(quote.header().extraData().hex())
                .isEqualTo(vector.get("extra_data_hex").stringValue());
        assertThat(quote.pcrDigest().hex())
                .isEqualTo(vector.get("pcr_digest_hex").stringValue());
        assertThat(quote.selection()).isEqualTo(PcrSelection.of(HashAlgorithm.SHA256, PcrMask.of(16)));
        assertThat(quote.encode()).isEqualTo(bytes);
    }

    /** These quotes cover PCRs 0 to 15: authentic, but without the binding of a transport key. */
    @ParameterizedTest
    @CsvSource({
        "rsa-sha256, ak-rsa, SHA256, MISSING_PCRS",
        "ecc-sha256, ak-ecc, SHA256, MISSING_PCRS",
        "rsa-sha1, ak-rsa, SHA1, WRONG_BANK",
        "rsa-sha384, ak-rsa, SHA384, WRONG_BANK"
    })
    void quotesOfARealBoot(String set, String ak, HashAlgorithm bank, Reason reason) throws Exception {
        QuoteText text = new QuoteText(
                Octets.copyOf(Fixtures.bytes("real-boot/quote-" + set + ".msg")),
                Octets.copyOf(Fixtures.bytes("real-boot/quote-" + set + ".sig")),
                Octets.copyOf(Fixtures.bytes("real-boot/quote-" + set + ".pcrs")));
        AttestationKey key =
                AttestationKey.of(TpmPublic.fromTpm2b(Fixtures.bytes("real-boot/" + ak + ".tpm2b_public")));
        byte[] nonce =
                ProtocolVectors.ascii(Fixtures.text("real-boot/nonce.txt").strip());

        QuoteRejectedException e = catchThrowableOfType(
                QuoteRejectedException.class,
                () -> QuoteVerifier.verify(key, text, nonce, HashAlgorithm.SHA256, PcrMask.NONE));

        assertThat(e.reason()).isEqualTo(reason);
        assertThat(key.verifies(TpmSignature.parse(text.signature()), text.attest()))
                .isTrue();
        PcrBlob blob = PcrBlob.parse(text.pcrBlob());
        assertThat(blob.values().bank()).isEqualTo(bank);
        assertThat(blob.encode()).isEqualTo(text.pcrBlob().toByteArray());
        Attest.Quote attest = (Attest.Quote) Attest.parse(text.attest());
        assertThat(attest.pcrDigest().contentEquals(blob.values().digest(HashAlgorithm.SHA256)))
                .isTrue();
        assertThat(attest.header().clock().resetCount()).isEqualTo(6);
        assertThatThrownBy(() ->
                        QuoteVerifier.verify(key, text, ProtocolVectors.ascii("x"), HashAlgorithm.SHA256, PcrMask.NONE))
                .extracting("reason")
                .isEqualTo(Reason.WRONG_NONCE);
    }
}
