package io.limelight.core.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PcrBlobTest {
    private static PcrValues first(int count) {
        Map<Integer, Octets> values = new HashMap<>();
        for (int pcr = 0; pcr < count; pcr++) {
            byte[] value = new byte[32];
            Arrays.fill(value, (byte) (pcr + 1));
            values.put(pcr, Octets.copyOf(value));
        }
        return PcrValues.of(HashAlgorithm.SHA256, values);
    }

    @ParameterizedTest
    @CsvSource({"1, 668", "8, 668", "9, 1200", "16, 1200", "17, 1732", "24, 1732"})
    void sizeGrowsByListsOfEight(int pcrs, int size) throws Exception {
        byte[] blob = new PcrBlob(first(pcrs)).encode();

        assertThat(blob).hasSize(size);
        assertThat(PcrBlob.parse(Octets.copyOf(blob)).values()).isEqualTo(first(pcrs));
    }

    @Test
    void listsThatAreNotFullAreRead() throws Exception {
        // A TPM with large digests may answer with fewer than eight values at a time.
        byte[] full = new PcrBlob(first(3)).encode();
        byte[] spread = Arrays.copyOf(full, PcrBlob.HEADER_SIZE + 3 * PcrBlob.LIST_SIZE);
        spread[132] = 3;
        for (int i = 1; i < 3; i++) {
            System.arraycopy(full, 140 + i * 66, spread, PcrBlob.HEADER_SIZE + i * PcrBlob.LIST_SIZE + 4, 66);
            Arrays.fill(spread, 140 + i * 66, 140 + (i + 1) * 66, (byte) 0);
        }

        assertThat(PcrBlob.parse(Octets.copyOf(spread)).values()).isEqualTo(first(3));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 16, 17, 255})
    void anyOtherCountThanOneIsRefused(int count) {
        byte[] blob = new PcrBlob(first(2)).encode();
        blob[0] = (byte) count;

        assertThatThrownBy(() -> PcrBlob.parse(Octets.copyOf(blob)))
                .isInstanceOf(TpmFormatException.class)
                .hasMessageContaining("count is " + count);
    }

    @Test
    void aSecondBankIsRefused() {
        byte[] blob = new PcrBlob(first(2)).encode();
        blob[12] = 0x04;
        blob[14] = 3;
        blob[15] = 3;

        assertThatThrownBy(() -> PcrBlob.parse(Octets.copyOf(blob))).hasMessageContaining("second bank");
    }

    @ParameterizedTest
    @CsvSource({
        "6, 0, sizeofSelect", // nothing selected
        "6, 2, sizeofSelect",
        "6, 4, sizeofSelect",
        "14, 1, sizeofSelect",
        "4, 99, unknown",
        "7, 7, values for 3", // one more PCR than values
        "7, 1, more than", // one fewer
        "132, 0, announced",
        "132, 2, announced",
        "135, 127, announced", // 2130706433 lists
        "140, 20, digest of 20", // a SHA-1 value in a SHA-256 bank
        "140, 65, digest of 65",
        "141, 255, digest of"
    })
    void hostileFieldsAreRefused(int at, int value, String named) {
        byte[] blob = new PcrBlob(first(2)).encode();
        blob[at] = (byte) value;

        assertThatThrownBy(() -> PcrBlob.parse(Octets.copyOf(blob)))
                .isInstanceOf(TpmFormatException.class)
                .hasMessageContaining(named);
    }

    @Test
    void truncatedAndOversizedBlobsAreRefused() {
        byte[] blob = new PcrBlob(first(9)).encode();
        for (int length = 0; length < blob.length; length++) {
            Octets part = Octets.copyOf(Arrays.copyOf(blob, length));
            assertThatThrownBy(() -> PcrBlob.parse(part)).isInstanceOf(TpmFormatException.class);
        }
        assertThatThrownBy(() -> PcrBlob.parse(Octets.copyOf(Arrays.copyOf(blob, blob.length + 1))))
                .isInstanceOf(TpmFormatException.class);
        assertThatThrownBy(() -> PcrBlob.parse(Octets.copyOf(new byte[50_000_000])))
                .hasMessageContaining("50000000 bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 24, 100})
    void valuesOfPcrsThatDoNotExistAreACallersError(int pcr) {
        assertThatThrownBy(() -> PcrValues.of(HashAlgorithm.SHA256, Map.of(pcr, Octets.copyOf(new byte[32]))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PcrValues.of(HashAlgorithm.SHA256, Map.of(1, Octets.copyOf(new byte[20]))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
