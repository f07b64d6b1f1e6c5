package io.limelight.core.appraisal;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.appraisal.OneShotAppraiser.Ima;
import io.limelight.core.appraisal.OneShotAppraiser.Outcome;
import io.limelight.core.appraisal.OneShotAppraiser.Proof;
import io.limelight.core.appraisal.ima.ImaReference;
import io.limelight.core.appraisal.ima.Tomtou;
import io.limelight.core.failure.Failure;
import io.limelight.core.ima.MeasuredFile;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrValues;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Evidence after which none will come, and the same in an attestation. */
class OneShotAppraiserTest {
    private static final HashAlgorithm BANK = HashAlgorithm.SHA256;

    private static MeasuredFile row(int number) {
        return new MeasuredFile("/bin/" + number, BANK, BANK.digest(new byte[number + 1]));
    }

    private static Outcome appraise(int rows, int proved, boolean attested) {
        StringBuilder list = new StringBuilder();
        byte[] pcr10 = new byte[BANK.digestSize()];
        for (int i = 0; i < rows; i++) {
            list.append(row(i).line());
            pcr10 = i < proved ? row(i).extend(BANK, pcr10) : pcr10;
        }
        PcrValues pcrs = PcrValues.of(BANK, Map.of(10, Octets.copyOf(pcr10)));
        return OneShotAppraiser.appraise(
                attested ? new Proof.Attested(pcrs) : new Proof.Given(pcrs),
                TpmPolicy.EMPTY,
                null,
                new Ima(
                        list.toString().getBytes(StandardCharsets.UTF_8),
                        new ImaReference(Optional.empty(), Optional.empty(), List.of(), Tomtou.FAIL)));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, false, ''",
        "2, 0, false, ima.pcr_mismatch",
        "2, 1, false, ''",
        "2, 2, false, ''",
        "2, 0, true,  ''",
        "2, 1, true,  ''"
    })
    void aListOfWhichNothingIsProvedWaitsForTheNextQuoteIfThereIsOne(
            int rows, int proved, boolean attested, String failure) {
        Outcome outcome = appraise(rows, proved, attested);
        assertThat(outcome.failures().stream().map(Failure::id))
                .containsExactlyElementsOf(failure.isEmpty() ? List.of() : List.of(failure));
        assertThat(outcome.ima().orElseThrow().proved()).isEqualTo(proved);
    }
}
