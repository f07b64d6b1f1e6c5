package io.limelight.core.appraisal.ima;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.ima.MeasuredFile;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shortcut says yes only where the appraiser would. */
class PlainRowsTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final String LS = "/usr/bin/ls";

    private static byte[] digest(String path) {
        return HashAlgorithm.SHA256.digest(path.getBytes(StandardCharsets.UTF_8));
    }

    private static String line(String path) {
        return new MeasuredFile(path, HashAlgorithm.SHA256, digest(path)).line().strip();
    }

    private static RuntimePolicy policy() throws Exception {
        String text = RuntimePolicy.EMPTY_TEXT
                .replace("\"digests\": {}", "\"digests\": {\"" + LS + "\": [\"" + HEX.formatHex(digest(LS)) + "\"]}")
                .replace("\"excludes\": []", "\"excludes\": [\"/tmp/.*\"]");
        return RuntimePolicyReader.forUpload(text.getBytes(StandardCharsets.UTF_8), RuntimePolicyReader.MAX_BYTES);
    }

    private static Optional<byte[]> extension(String line) throws Exception {
        return new PlainRows(policy(), HashAlgorithm.SHA256).extension(line.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10",
                "nonsense",
                "10 0000000000000000000000000000000000000000 ima-ng sha256:00 /usr/bin/ls",
                "10 0000000000000000000000000000000000000000 ima-ng sha1:0000000000000000000000000000000000000000 /usr/bin/ls"
            })
    void whatIsBrokenIsNotPlain(String line) throws Exception {
        assertThat(extension(line)).isEmpty();
    }

    @Test
    void onlyARowThatItsDigestAllowsIsPlain() throws Exception {
        assertThat(extension(line(LS))).isPresent();
        assertThat(extension(line("/usr/bin/cat"))).isEmpty();
        assertThat(extension(line("/tmp/x"))).as("excluded, which costs steps").isEmpty();
        assertThat(extension(line(LS).replaceFirst("10 ", "11 "))).isEmpty();
        assertThat(extension(line(LS).replace("ls", "lz"))).isEmpty();
        assertThat(extension(line(LS).replaceFirst("10 [0-9a-f]{2}", "10 00")))
                .as("a template hash that is not that of the content")
                .isEmpty();
    }

    @Test
    void itLeadsWhereTheAppraiserLeads() throws Exception {
        byte[] extension = extension(line(LS)).orElseThrow();
        byte[][] three = {extension, extension, extension};
        String list = (line(LS) + "\n").repeat(3);
        PlainRows rows = new PlainRows(policy(), HashAlgorithm.SHA256);
        byte[] pcr = new byte[32];
        for (int covered = 0; covered <= 4; covered++) {
            Octets pcr10 = Octets.copyOf(pcr);
            boolean passes = ImaAppraiser.appraise(
                            new ImaEvidence(
                                    list.getBytes(StandardCharsets.UTF_8), HashAlgorithm.SHA256, Optional.of(pcr10)),
                            ImaReference.of(policy(), List.of(), Tomtou.FAIL),
                            ImaState.NEW)
                    .passed();
            assertThat(rows.leadTo(pcr10, three)).as("%s", covered).isEqualTo(passes);
            assertThat(passes).isEqualTo(covered <= 3);
            pcr = HashAlgorithm.SHA256.digest(pcr, extension);
        }
    }
}
