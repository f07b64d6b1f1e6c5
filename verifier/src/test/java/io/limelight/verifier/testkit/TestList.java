package io.limelight.verifier.testkit;

import io.limelight.core.ima.MeasuredFile;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A kernel's measurement list with entries of template {@code ima-ng}, and PCR 10 of the SHA-256 bank after them. */
public final class TestList {
    private final List<String> lines = new ArrayList<>();
    private byte[] pcr10 = new byte[32];

    /** Measures a file with that content. */
    public TestList measure(String path, String content) {
        byte[] digest = HashAlgorithm.SHA256.digest(content.getBytes(StandardCharsets.UTF_8));
        MeasuredFile entry = new MeasuredFile(path, HashAlgorithm.SHA256, digest);
        lines.add(entry.line());
        pcr10 = entry.extend(HashAlgorithm.SHA256, pcr10);
        return this;
    }

    /** The value that explains the list. */
    public Octets pcr10() {
        return Octets.copyOf(pcr10);
    }

    /** The lines from an entry on, counted from 0. */
    public String from(long entry) {
        StringBuilder text = new StringBuilder();
        lines.subList((int) Math.min(entry, lines.size()), lines.size()).forEach(text::append);
        return text.toString();
    }

    /** A runtime policy that allows these contents of these files: paths and contents in turn. */
    public static String policy(String... files) {
        Map<String, String> digests = new LinkedHashMap<>();
        for (int i = 0; i < files.length; i += 2) {
            digests.put(files[i], hex(HashAlgorithm.SHA256.digest(files[i + 1].getBytes(StandardCharsets.UTF_8))));
        }
        StringBuilder members = new StringBuilder();
        digests.forEach((path, digest) ->
                members.append(members.isEmpty() ? "" : ", ").append("\"" + path + "\": [\"" + digest + "\"]"));
        return "{\"meta\": {\"version\": 1, \"generator\": 3}, \"release\": 0, \"digests\": {" + members
                + "}, \"excludes\": [], \"keyrings\": {}, \"ima\": {\"ignored_keyrings\": [], \"log_hash_alg\": \"sha1\","
                + " \"dm_policy\": null}, \"ima-buf\": {}, \"verification-keys\": \"\"}";
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
