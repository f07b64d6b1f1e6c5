package io.limelight.verifier.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.store.StoreException;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RowNumbersProperties {
    @Property(tries = 200)
    void whatIsWrittenIsRead(@ForAll long[] numbers) {
        assertThat(RowNumbers.decode(RowNumbers.encode(numbers, 0, numbers.length)))
                .isEqualTo(numbers);
    }

    @Property(tries = 200)
    void damagedBytesAreSaidSoOrRead(@ForAll byte[] bytes) {
        try {
            assertThat(RowNumbers.decode(bytes).length).isLessThanOrEqualTo(bytes.length);
        } catch (StoreException e) {
            assertThat(e).hasMessageContaining("damaged");
        }
    }

    @Test
    void rowsThatFollowEachOtherTakeAByte() {
        assertThat(RowNumbers.encode(LongStream.range(5000, 6024).toArray(), 0, 1024))
                .hasSizeLessThan(1030);
    }

    @Test
    void aNumberWithoutEndIsDamaged() {
        byte[] endless = new byte[40];
        java.util.Arrays.fill(endless, (byte) 0x80);
        assertThatThrownBy(() -> RowNumbers.decode(endless)).isInstanceOf(StoreException.class);
    }
}
