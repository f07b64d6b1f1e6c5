package io.limelight.core.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlgorithmNamesTest {
    @ParameterizedTest
    @CsvSource({
        "rsa, rsa2048, true",
        "rsa2048, rsa, true",
        "rsa, rsa, true",
        "ecc, ecc256, true",
        "ecc256, ecc, true",
        "rsa, rsa3072, false",
        "rsa3072, rsa3072, true",
        "rsa3072, rsa, false",
        "ecc, ecc384, false",
        "ecc, RSA, false",
        "ecc, ECC, false",
        "nonsense, nonsense, false"
    })
    void shortAndExplicitNamesOfKeysStandForEachOther(String listed, String named, boolean accepted) {
        AcceptedAlgorithms lists = new AcceptedAlgorithms(List.of(), List.of(listed), List.of());

        assertThat(lists.acceptsEncryption(named)).isEqualTo(accepted);
    }

    @Test
    void shippedDefaultsRefuseEcdsaAndSha1() {
        AcceptedAlgorithms lists = AcceptedAlgorithms.KEYLIME_DEFAULT;

        assertThat(lists.acceptsSigning("rsassa")).isTrue();
        assertThat(lists.acceptsSigning("ecdsa")).isFalse();
        assertThat(lists.acceptsHash("sha256")).isTrue();
        assertThat(lists.acceptsHash("sha1")).isFalse();
        assertThat(lists.acceptsHash("")).isFalse();
        assertThat(lists.acceptsEncryption("rsa2048")).isTrue();
        assertThat(lists.acceptsEncryption("ecc384")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0x0, 0", "0, 0", "400000, 4194304", "0x408000, 4227072", "0XFF, 255", "0x00000000000000ff, 255"})
    void masksAreHexText(String text, int bits) throws Exception {
        assertThat(PcrMask.parse(text).bits()).isEqualTo(bits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0x", "x", "0x1ffffffff", "-1", "+1", " 1", "1 ", "0x0x1", "\u0661", "1_0"})
    void otherMasksAreRefused(String text) {
        assertThatThrownBy(() -> PcrMask.parse(text)).isInstanceOf(TpmFormatException.class);
    }

    @Test
    void masksPrintAsTheTenantPrintsThem() {
        assertThat(PcrMask.NONE.format()).isEqualTo("0x0");
        assertThat(PcrMask.of(15, 22).format()).isEqualTo("0x408000");
        assertThat(PcrMask.of(31).format()).isEqualTo("0x80000000");
        assertThat(PcrMask.of(24).existing()).isFalse();
    }
}
