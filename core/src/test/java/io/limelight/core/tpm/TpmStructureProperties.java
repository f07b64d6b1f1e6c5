package io.limelight.core.tpm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What is written is read back, and what is damaged is a {@link TpmFormatException} or has no meaning, never else. */
class TpmStructureProperties {
    private interface Parser {
        Object parse(byte[] bytes) throws TpmFormatException;
    }

    @Provide
    Arbitrary<Octets> octets() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(64).map(Octets::copyOf);
    }

    @Provide
    Arbitrary<HashAlgorithm> hashes() {
        return Arbitraries.of(HashAlgorithm.SHA1, HashAlgorithm.SHA256, HashAlgorithm.SHA384, HashAlgorithm.SHA512);
    }

    @Provide
    Arbitrary<ClockInfo> clocks() {
        Arbitrary<Long> u32 = Arbitraries.longs().between(0, 0xffff_ffffL);
        return Combinators.combine(Arbitraries.longs(), u32, u32, Arbitraries.of(true, false))
                .as(ClockInfo::new);
    }

    @Provide
    Arbitrary<PcrSelection> selections() {
        Arbitrary<PcrSelection.Bank> bank = Combinators.combine(
                        Arbitraries.integers().between(0, 0xffff),
                        Arbitraries.integers().between(0, 0xffffff).map(PcrMask::new))
                .as(PcrSelection.Bank::new);
        return bank.list().ofMaxSize(PcrSelection.MAX_BANKS).map(PcrSelection::new);
    }

    @Provide
    Arbitrary<PcrValues> pcrValues() {
        return Combinators.combine(
                        hashes(), Arbitraries.integers().between(0, (1 << PcrMask.COUNT) - 1), Arbitraries.bytes())
                .as((bank, mask, fill) -> {
                    Map<Integer, Octets> values = new HashMap<>();
                    new PcrMask(mask).pcrs().forEach(pcr -> {
                        byte[] value = new byte[bank.digestSize()];
                        Arrays.fill(value, (byte) (fill + pcr));
                        values.put(pcr, Octets.copyOf(value));
                    });
                    return PcrValues.of(bank, values);
                });
    }

    @Property(tries = 300)
    void quotesAreReadBack(
            @ForAll("octets") Octets signer,
            @ForAll("octets") Octets nonce,
            @ForAll("clocks") ClockInfo clock,
            @ForAll long firmware,
            @ForAll("selections") PcrSelection selection,
            @ForAll("octets") Octets digest)
            throws TpmFormatException {
        Attest quote = new Attest.Quote(new Attest.Header(signer, nonce, clock, firmware), selection, digest);

        assertThat(Attest.parse(Octets.copyOf(quote.encode()))).isEqualTo(quote);
        assertThat(PcrSelection.parse(selection.encode())).isEqualTo(selection);
    }

    @Property(tries = 300)
    void certificationsAreReadBack(
            @ForAll("octets") Octets signer,
            @ForAll("octets") Octets nonce,
            @ForAll("clocks") ClockInfo clock,
            @ForAll("octets") Octets name,
            @ForAll("octets") Octets qualifiedName)
            throws TpmFormatException {
        Attest certify = new Attest.Certify(new Attest.Header(signer, nonce, clock, 1), name, qualifiedName);

        assertThat(Attest.parse(Octets.copyOf(certify.encode()))).isEqualTo(certify);
    }

    @Property(tries = 300)
    void signaturesAreReadBack(
            @ForAll("hashes") HashAlgorithm hash, @ForAll("octets") Octets a, @ForAll("octets") Octets b)
            throws TpmFormatException {
        for (TpmSignature signature : new TpmSignature[] {
            new TpmSignature.RsaSsa(hash, a), new TpmSignature.RsaPss(hash, b), new TpmSignature.Ecdsa(hash, a, b)
        }) {
            assertThat(TpmSignature.parse(Octets.copyOf(signature.encode()))).isEqualTo(signature);
        }
    }

    @Property(tries = 300)
    void pcrBlobsAreReadBack(@ForAll("pcrValues") PcrValues values) throws TpmFormatException {
        PcrBlob blob = new PcrBlob(values);

        assertThat(PcrBlob.parse(Octets.copyOf(blob.encode()))).isEqualTo(blob);
    }

    @Property(tries = 300)
    void quoteTextsAreReadBack(
            @ForAll("octets") Octets attest, @ForAll("octets") Octets signature, @ForAll("octets") Octets blob)
            throws TpmFormatException {
        QuoteText text = new QuoteText(attest, signature, blob);

        assertThat(QuoteText.parse(text.format())).isEqualTo(text);
    }

    @Property(tries = 300)
    void credentialBlobsAreReadBack(
            @ForAll("octets") Octets hmac, @ForAll("octets") Octets identity, @ForAll("octets") Octets secret)
            throws TpmFormatException {
        CredentialBlob blob = new CredentialBlob(hmac, identity, secret);

        assertThat(CredentialBlob.parse(blob.encode())).isEqualTo(blob);
    }

    @Property(tries = 300)
    void digestListsAreReadBack(@ForAll @Size(max = 8) java.util.List<@net.jqwik.api.From("octets") Octets> digests)
            throws TpmFormatException {
        DigestList list = new DigestList(digests);

        assertThat(DigestList.parse(list.encode())).isEqualTo(list);
    }

    /** One mutated byte, or a cut: a typed error or a structure that is written back to the very same bytes. */
    @Property(tries = 2000)
    void damagedStructuresAreTypedErrors(
            @ForAll @IntRange(max = 4) int which,
            @ForAll @IntRange(max = 2000) int at,
            @ForAll byte value,
            @ForAll boolean cut)
            throws Exception {
        byte[] bytes = switch (which) {
            case 0 -> ProtocolVectors.rsaQuote().attest().toByteArray();
            case 1 -> ProtocolVectors.eccQuote().signature().toByteArray();
            case 2 -> TpmPublic.fromBase64(ProtocolVectors.RSA_AK).tpmt();
            case 3 -> TpmPublic.fromBase64(ProtocolVectors.ECC_AK).tpmt();
            default -> Fixtures.bytes("tpm/tools-output/mkcred.out");
        };
        bytes[at % bytes.length] = value;
        byte[] damaged = cut ? Arrays.copyOf(bytes, at % bytes.length) : bytes;
        Parser parser = switch (which) {
            case 0 -> b -> Attest.parse(Octets.copyOf(b)).encode();
            case 1 -> b -> TpmSignature.parse(Octets.copyOf(b)).encode();
            case 2, 3 -> b -> TpmPublic.fromTpmt(b).tpmt();
            default -> b -> CredentialBlob.parse(b).encode();
        };
        try {
            assertThat(parser.parse(damaged)).isEqualTo(damaged);
        } catch (TpmFormatException e) {
            assertThat(e.offset()).isBetween(0, damaged.length);
            assertThat(e.sentence()).hasSizeLessThan(200);
        }
    }

    @Property(tries = 2000)
    void anyBytesAreATypedErrorOrAStructure(@ForAll @Size(max = 300) byte[] bytes) {
        for (Parser parser : new Parser[] {
            b -> Attest.parse(Octets.copyOf(b)),
            b -> TpmSignature.parse(Octets.copyOf(b)),
            TpmPublic::fromTpm2b,
            TpmPublic::fromTpmt,
            b -> PcrBlob.parse(Octets.copyOf(b)),
            CredentialBlob::parse,
            PcrSelection::parse,
            DigestList::parse
        }) {
            try {
                parser.parse(bytes);
            } catch (TpmFormatException e) {
                assertThat(e.offset()).isBetween(0, bytes.length);
            }
        }
    }
}
