package io.limelight.core.ima;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ImaEntryTest {
    private static final String HASH = "7936eb315fb4e74b99e7d461bc5c96049e1ee092";
    private static final String DIGEST = "bc026ae66d81713e4e852465e980784dc96651f8";

    private final ImaEntry entry = new ImaEntry();

    private ImaEntry.Outcome read(String line) {
        byte[] bytes = ("before\n" + line + "\nafter").getBytes(StandardCharsets.UTF_8);
        return entry.read(bytes, 7, bytes.length - 6);
    }

    static Stream<JsonNode> vectors() {
        return Fixtures.json("ima/entry-vectors.json").valueStream();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void templateDataAreThoseTheKernelHashed(JsonNode vector) {
        ImaEntry.Outcome outcome = read(vector.get("line").stringValue());

        if (!vector.get("valid").booleanValue()) {
            assertThat(outcome).isEqualTo(ImaEntry.Outcome.BROKEN);
            assertThat(entry.problem()).isNotBlank();
            return;
        }
        assertThat(outcome).isEqualTo(ImaEntry.Outcome.ENTRY);
        assertThat(entry.template().text()).isEqualTo(vector.get("template").stringValue());
        assertThat(HexFormat.of().formatHex(entry.templateData()))
                .isEqualTo(vector.get("template_data_hex").stringValue());
        for (HashAlgorithm algorithm : HashAlgorithm.values()) {
            if (algorithm.computable()) {
                byte[] hash = new byte[algorithm.digestSize()];
                entry.hashTemplateData(algorithm.newDigest(), hash, hash.length);
                assertThat(HexFormat.of().formatHex(hash))
                        .isEqualTo(vector.get("template_hash_" + algorithm.wireName())
                                .stringValue());
            }
        }
        byte[] sha1 = new byte[20];
        entry.hashTemplateData(HashAlgorithm.SHA1.newDigest(), sha1, 20);
        assertThat(entry.hasTemplateHash(sha1, 20)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "10",
                "10 " + HASH,
                "10 " + HASH + " ima-ng",
                "10 " + HASH + " ima-ng ",
                "10 " + HASH + " ima-ng sha1:" + DIGEST,
                "10 " + HASH + "0 ima-ng sha1:" + DIGEST + " /x",
                "10 " + HASH + " ima-sig sha1:" + DIGEST + " /no/trailing/space",
                "10 " + HASH + " ima-ng sha1:sha1:" + DIGEST + " /x",
                "10 " + HASH + " ima-ng " + DIGEST + "00 /x",
                "10 " + HASH + " ima-buf sha1:" + DIGEST + " name xyz",
                "10 " + HASH + " ima-buf sha1:" + DIGEST + " name 00 00",
                "10 " + HASH + " ima-ngv2 sha1:" + DIGEST + " /x",
                "10 " + HASH + " ima-ngv2 other:sha1:" + DIGEST + " /x",
                "10 " + HASH + " evm-sig sha1:" + DIGEST + " /x      ",
                "10 " + HASH + " evm-sig sha1:" + DIGEST + " /x  a 00 00 4294967296 0 0",
                "10 " + HASH + " evm-sig sha1:" + DIGEST + " /x  a 00 00 0 0 65536",
                "10 " + HASH + " ima-modsig sha1:" + DIGEST + " /x  nohex ",
            })
    void whatIsNoEntryIsSaid(String line) {
        assertThat(read(line)).isEqualTo(ImaEntry.Outcome.BROKEN);
        assertThat(entry.problem()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Length 27: "ima:" "sha1:" NUL and 20 bytes.
                "ima-ngv2 ima:sha1:D /x|1e000000 696d613a736861313a00 D 03000000 2f7800",
                "ima-sigv2 verity:sha1:D /x |21000000 7665726974793a736861313a00 D 03000000 2f7800 00000000",
                "ima-modsig sha1:D /x   |1a000000 736861313a00 D 03000000 2f7800 00000000 00000000 00000000",
                "ima-modsig sha1:D /x  sha1:D ab|1a000000 736861313a00 D 03000000 2f7800 00000000"
                        + " 1a000000 736861313a00 D 01000000 ab",
                "evm-sig sha1:D boot_aggregate       |1a000000 736861313a00 D 0f000000 626f6f745f61676772656761746500"
                        + " 00000000 00000000 00000000 00000000 00000000 00000000 00000000",
                "evm-sig sha1:D /x  a|b 0100 ff 1000 4294967295 33188|1a000000 736861313a00 D 03000000 2f7800 00000000"
                        + " 04000000 617c6200 02000000 0100 01000000 ff 04000000 e8030000 04000000 ffffffff 02000000 a481",
            })
    void templatesOfTodaysKernelsHaveTheirFields(String text) {
        // The separator may occur in the fields too.
        int cut = text.lastIndexOf('|');
        String line = text.substring(0, cut).replace("D", DIGEST);
        String data = text.substring(cut + 1).replace("D", DIGEST).replace(" ", "");

        assertThat(read("10 " + HASH + " " + line)).isEqualTo(ImaEntry.Outcome.ENTRY);
        assertThat(HexFormat.of().formatHex(entry.templateData())).isEqualTo(data);
    }

    @Test
    void pathsMayHoldSpacesWhereTheyAreLast() {
        assertThat(read("10 " + HASH + " ima " + DIGEST + " /with two spaces ")).isEqualTo(ImaEntry.Outcome.ENTRY);
        assertThat(entry.name()).isEqualTo("/with two spaces ");
        assertThat(entry.templateData()).hasSize(276);
        assertThat(read("10 " + HASH + " ima " + DIGEST + " /" + "x".repeat(255)))
                .isEqualTo(ImaEntry.Outcome.BROKEN);
    }

    @Test
    void oneObjectReadsLineAfterLine() {
        assertThat(read("10 " + HASH + " ima-buf sha256:" + "ab".repeat(32) + " name 0102"))
                .isEqualTo(ImaEntry.Outcome.ENTRY);
        assertThat(entry.buffer()).containsExactly(1, 2);
        assertThat(entry.algorithm()).isEqualTo("sha256");

        assertThat(read("11 " + HASH + " ima-ng " + DIGEST + " /x")).isEqualTo(ImaEntry.Outcome.ENTRY);
        assertThat(entry.buffer()).isEmpty();
        assertThat(entry.hasSignature()).isFalse();
        assertThat(entry.algorithm()).isEqualTo("sha1");
        assertThat(entry.isPcr10()).isFalse();
        assertThat(entry.pcr()).isEqualTo("11");
        assertThat(entry.digest()).isEqualTo(DIGEST);
    }

    @Test
    void whatIsShownIsShortAndPlain() {
        read("10 " + HASH + " ima-ng " + DIGEST + " /\u001b[31m" + "x".repeat(2_000));

        assertThat(entry.shownLine()).doesNotContain("\u001b").hasSizeLessThan(600);
    }
}
