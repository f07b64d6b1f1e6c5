package io.limelight.cli.bench;

import io.limelight.core.ima.MeasuredFile;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A measurement list that all machines of a load share, and the runtime policy it passes.
 *
 * @param list its lines
 * @param entries how many
 * @param pcr10 PCR 10 of the SHA-256 bank after them
 */
record LoadList(String list, int entries, Octets pcr10) {
    static LoadList of(int entries) {
        StringBuilder lines = new StringBuilder();
        byte[] pcr = new byte[HashAlgorithm.SHA256.digestSize()];
        for (int i = 0; i < entries; i++) {
            MeasuredFile file = file(i);
            lines.append(file.line());
            pcr = file.extend(HashAlgorithm.SHA256, pcr);
        }
        return new LoadList(lines.toString(), entries, Octets.copyOf(pcr));
    }

    private static MeasuredFile file(int number) {
        String path = String.format(Locale.ROOT, "/usr/lib/load/module-%06d.so", number);
        return new MeasuredFile(
                path, HashAlgorithm.SHA256, HashAlgorithm.SHA256.digest(path.getBytes(StandardCharsets.UTF_8)));
    }

    /** A policy that allows so many files, those of the lists among them. */
    static String policy(int digests) {
        StringBuilder text =
                new StringBuilder("{\"meta\": {\"version\": 1, \"generator\": 3}, \"release\": 0, \"digests\": {");
        for (int i = 0; i < digests; i++) {
            MeasuredFile file = file(i);
            text.append(i == 0 ? "" : ", ")
                    .append('"')
                    .append(file.path())
                    .append("\": [\"")
                    .append(HexFormat.of().formatHex(file.digest()))
                    .append("\"]");
        }
        return text.append(
                        "}, \"excludes\": [], \"keyrings\": {}, \"ima\": {\"ignored_keyrings\": [], \"log_hash_alg\": \"sha1\","
                                + " \"dm_policy\": null}, \"ima-buf\": {}, \"verification-keys\": \"\"}")
                .toString();
    }

    /** The lines from an entry on: all of them, or none, since the list does not grow. */
    String from(long entry) {
        return entry == 0 ? list : "";
    }
}
