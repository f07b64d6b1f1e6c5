package io.limelight.core.tenant;

import io.limelight.core.payload.PayloadArchive;
import io.limelight.core.payload.PayloadException;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tpm.HashAlgorithm;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is in a payload, file by file: before it is sent as far as it is known by then, afterwards exactly.
 *
 * @param files in the archive's order
 * @param bytes of the archive, or of the one file; at most, before it is sent
 * @param sha256 of all of it, hex; empty before it is sent where a part is made then
 */
public record PackedContents(List<PackedFile> files, long bytes, Optional<String> sha256) {
    /** Nothing. */
    public static final PackedContents NONE = new PackedContents(List.of(), 0, Optional.empty());

    /** More than any machine's secure area, and little enough to look at here. */
    static final PayloadArchive.Bounds BOUNDS =
            new PayloadArchive.Bounds(PayloadArchive.Bounds.DEFAULT_ENTRIES, 64 << 20);

    /** Copies the list. */
    public PackedContents {
        files = List.copyOf(files);
    }

    /** Of bytes that are sent: the entries of an archive, or the one file. */
    static PackedContents of(String name, SecretBytes payload) throws PayloadException {
        // The holder lends its array to a function that cannot throw a checked exception.
        byte[] bytes = payload.apply(byte[]::clone);
        try {
            String whole = HexFormat.of().formatHex(HashAlgorithm.SHA256.digest(bytes));
            if (!PayloadArchive.startsAsZip(bytes)) {
                return new PackedContents(
                        List.of(new PackedFile(name, bytes.length, Optional.of(whole))),
                        bytes.length,
                        Optional.of(whole));
            }
            return new PackedContents(entries(bytes), bytes.length, Optional.of(whole));
        } finally {
            java.util.Arrays.fill(bytes, (byte) 0);
        }
    }

    private static List<PackedFile> entries(byte[] zip) throws PayloadException {
        PayloadArchive archive = PayloadArchive.read(zip, Set.of(), BOUNDS);
        List<PackedFile> files = new ArrayList<>();
        for (PayloadArchive.Entry entry : archive.entries()) {
            if (!entry.directory()) {
                MessageDigest digest = HashAlgorithm.SHA256.newDigest();
                try {
                    archive.unpack(entry, digest::update);
                } catch (IOException e) {
                    throw new IllegalStateException("a digest takes anything", e);
                }
                files.add(new PackedFile(
                        entry.name(), entry.size(), Optional.of(HexFormat.of().formatHex(digest.digest()))));
            }
        }
        return files;
    }

    /** The file of that name. */
    public Optional<PackedFile> named(String name) {
        return files.stream().filter(file -> file.name().equals(name)).findFirst();
    }

    /**
     * How what is being sent differs from what a person was shown, as a clause; empty where it does not. What is made when it is sent
     * was not there to be shown.
     */
    Optional<String> difference(PackedContents sent) {
        Map<String, PackedFile> shown = new HashMap<>();
        files.forEach(file -> shown.put(file.name(), file));
        for (PackedFile file : sent.files()) {
            PackedFile seen = shown.remove(file.name());
            if (seen == null) {
                return Optional.of(file.name() + " was not there");
            }
            if (!seen.generated() && !seen.sha256().equals(file.sha256())) {
                return Optional.of(file.name() + " has other contents now");
            }
        }
        return shown.values().stream().findFirst().map(file -> file.name() + " is not there any more");
    }
}
