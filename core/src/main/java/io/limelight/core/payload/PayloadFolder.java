package io.limelight.core.payload;

import io.limelight.core.ca.CaName;
import io.limelight.core.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder on the administrator's computer that becomes a payload ({@code --include}): its files in the order of their
 * names, subfolders included, so that the same folder always gives the same archive.
 *
 * <p>Links are refused rather than followed: a folder that came from somewhere else could otherwise carry the
 * administrator's own files away. Sizes are checked before a file is read.
 */
public final class PayloadFolder {
    /** What is said of a folder with more files than a machine unpacks. */
    static final String TOO_MANY =
            "holds more than " + PayloadArchive.Bounds.DEFAULT_ENTRIES + " files; pack them into one";

    private PayloadFolder() {}

    /**
     * Reads the folder.
     *
     * @param maxBytes largest sum of file sizes, normally {@link SealedPayload#largestPlaintext}
     * @return the files, to be closed by the caller
     * @throws PayloadException if it is missing, unreadable, too large, or holds a link, device or refused name
     */
    public static List<PayloadArchive.Source> read(Path folder, long maxBytes) throws PayloadException {
        return read(folder, require(FolderWalk.list(folder, true, () -> false)), EntryRules.ofArchive(), maxBytes);
    }

    private static List<PayloadArchive.Source> read(
            Path folder, List<FolderWalk.Found> files, EntryRules rules, long maxBytes) throws PayloadException {
        requireFew(folder, files.size());
        List<PayloadArchive.Source> sources = new ArrayList<>();
        long total = 0;
        boolean complete = false;
        try {
            for (FolderWalk.Found file : files) {
                require(file, rules);
                sources.add(
                        new PayloadArchive.Source(file.name(), readFile(file.path(), file.size(), maxBytes - total)));
                total += file.size();
            }
            complete = true;
            return List.copyOf(sources);
        } catch (IOException e) {
            throw new PayloadException("cannot read the payload folder " + folder + ": " + e, e);
        } finally {
            if (!complete) {
                sources.forEach(PayloadArchive.Source::close);
            }
        }
    }

    /**
     * Reads a folder that must hold plain files alone, which become a part of a package.
     *
     * @throws PayloadException as {@link #listFlat}, or if they are too large
     */
    static List<PayloadArchive.Source> readFlat(Path folder, CaName machine, long maxBytes) throws PayloadException {
        List<FolderWalk.Found> files = listFlat(folder, EntryRules.ofPackage(machine));
        return read(folder, files, EntryRules.ofPackage(machine), maxBytes);
    }

    /**
     * The files of a folder that must hold nothing else, for a package without folders, in the order of their names.
     *
     * @throws PayloadException naming all folders in it, or the first that the rules object to
     */
    static List<FolderWalk.Found> listFlat(Path folder, EntryRules rules) throws PayloadException {
        List<FolderWalk.Found> files = require(FolderWalk.list(folder, false, () -> false));
        List<String> nested = files.stream()
                .filter(file -> file.kind() == FolderWalk.Kind.FOLDER)
                .map(FolderWalk.Found::name)
                .toList();
        if (nested.size() > 1) {
            throw new PayloadException(folder + " holds the folders " + String.join(", ", nested)
                    + ", and a package is flat, as agents unpack no folders of it; put the files beside the others, or"
                    + " pack them into one archive that your script unpacks");
        }
        for (FolderWalk.Found file : files) {
            require(file, rules);
        }
        requireFew(folder, files.size());
        return files;
    }

    private static List<FolderWalk.Found> require(FolderWalk.Listing listing) throws PayloadException {
        if (!listing.troubles().isEmpty()) {
            throw new PayloadException(listing.troubles().getFirst());
        }
        return listing.found();
    }

    private static void require(FolderWalk.Found file, EntryRules rules) throws PayloadException {
        List<String> objections = rules.objections(file);
        if (!objections.isEmpty()) {
            throw new PayloadException(file.path() + " " + objections.getFirst());
        }
    }

    private static void requireFew(Path folder, int files) throws PayloadException {
        if (files > PayloadArchive.Bounds.DEFAULT_ENTRIES) {
            throw new PayloadException(folder + " " + TOO_MANY);
        }
    }

    /**
     * Reads one file that becomes a payload or a part of one ({@code -f}).
     *
     * @param maxBytes largest size
     * @throws PayloadException if it is missing, unreadable, no plain file, or too large
     */
    public static SecretBytes readFile(Path file, long maxBytes) throws PayloadException {
        try {
            if (!Files.isRegularFile(file)) {
                throw new PayloadException(file + (Files.exists(file) ? " is not a plain file" : " does not exist"));
            }
            return readFile(file, Files.size(file), maxBytes);
        } catch (NoSuchFileException e) {
            throw new PayloadException(file + " does not exist", e);
        } catch (IOException e) {
            throw new PayloadException("cannot read " + file + ": " + e, e);
        }
    }

    private static SecretBytes readFile(Path file, long size, long left) throws IOException, PayloadException {
        if (size > left) {
            throw new PayloadException("with " + file + " (" + size + " bytes) the payload has " + (size - left)
                    + " bytes more than max_payload_size allows; send less or raise max_payload_size");
        }
        byte[] content = new byte[(int) size];
        try (var in = Files.newInputStream(file)) {
            int read = in.readNBytes(content, 0, content.length);
            if (read != content.length || in.read() >= 0) {
                throw new PayloadException(file + " changed while it was read; try again");
            }
        }
        return SecretBytes.adopt(content);
    }
}
