package io.limelight.core.payload;

import io.limelight.core.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A folder on the administrator's computer that becomes a payload ({@code --include}): its files in the order of their
 * names, subfolders included, so that the same folder always gives the same archive.
 *
 * <p>Links are refused rather than followed: a folder that came from somewhere else could otherwise carry the
 * administrator's own files away. Sizes are checked before a file is read.
 */
public final class PayloadFolder {
    private static final int MAX_DEPTH = 32;

    private final Path folder;
    private final long maxBytes;
    private final List<PayloadArchive.Source> sources = new ArrayList<>();
    private long total;

    private PayloadFolder(Path folder, long maxBytes) {
        this.folder = folder;
        this.maxBytes = maxBytes;
    }

    /**
     * Reads the folder.
     *
     * @param maxBytes largest sum of file sizes, normally {@link SealedPayload#largestPlaintext}
     * @return the files, to be closed by the caller
     * @throws PayloadException if it is missing, unreadable, too large, or holds a link, device or refused name
     */
    public static List<PayloadArchive.Source> read(Path folder, long maxBytes) throws PayloadException {
        PayloadFolder reading = new PayloadFolder(folder, maxBytes);
        boolean complete = false;
        try {
            if (!Files.isDirectory(folder)) {
                throw new PayloadException(folder + " is not a folder");
            }
            reading.add(folder, "", 0);
            complete = true;
            return List.copyOf(reading.sources);
        } catch (IOException e) {
            throw new PayloadException("cannot read the payload folder " + folder + ": " + e, e);
        } finally {
            if (!complete) {
                reading.sources.forEach(PayloadArchive.Source::close);
            }
        }
    }

    /**
     * A file of a folder, not read yet.
     *
     * @param name without folders
     * @param size in bytes
     */
    public record Listed(String name, long size) {}

    /**
     * The files of a folder that must hold nothing else, for a package without folders, in the order of their names.
     *
     * @throws PayloadException naming all folders in it, or the first link or device
     */
    public static List<Listed> listFlat(Path folder) throws PayloadException {
        if (!Files.isDirectory(folder)) {
            throw new PayloadException(folder + (Files.exists(folder) ? " is not a folder" : " does not exist"));
        }
        List<Listed> files = new ArrayList<>();
        List<String> nested = new ArrayList<>();
        try {
            for (Path child : children(folder)) {
                BasicFileAttributes attributes = attributes(child);
                if (attributes.isDirectory()) {
                    nested.add(String.valueOf(child.getFileName()));
                } else {
                    requirePlain(child, attributes);
                    files.add(new Listed(String.valueOf(child.getFileName()), attributes.size()));
                }
            }
        } catch (IOException e) {
            throw new PayloadException("cannot read the payload folder " + folder + ": " + e, e);
        }
        if (!nested.isEmpty()) {
            throw new PayloadException(folder + " holds the folder" + (nested.size() > 1 ? "s " : " ")
                    + String.join(", ", nested)
                    + ", and a package is flat, as agents unpack no folders of it; put the files beside the others, or"
                    + " pack them into one archive that your script unpacks");
        }
        return files;
    }

    private static BasicFileAttributes attributes(Path child) throws IOException {
        return Files.readAttributes(child, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static void requirePlain(Path child, BasicFileAttributes attributes) throws PayloadException {
        if (!attributes.isRegularFile()) {
            throw new PayloadException(child + " is a link or a device; put a copy of the file there instead");
        }
    }

    private static List<Path> children(Path directory) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(children::add);
        }
        children.sort(Comparator.comparing(child -> String.valueOf(child.getFileName())));
        return children;
    }

    private void add(Path directory, String prefix, int depth) throws IOException, PayloadException {
        if (depth > MAX_DEPTH) {
            throw new PayloadException(directory + " is more than " + MAX_DEPTH + " folders deep");
        }
        for (Path child : children(directory)) {
            String name = prefix + child.getFileName();
            BasicFileAttributes attributes = attributes(child);
            if (attributes.isDirectory()) {
                add(child, name + "/", depth + 1);
            } else {
                requirePlain(child, attributes);
                addFile(child, name, attributes.size());
            }
        }
    }

    private void addFile(Path file, String name, long size) throws IOException, PayloadException {
        if (sources.size() >= PayloadArchive.Bounds.DEFAULT_ENTRIES) {
            throw new PayloadException(folder + " holds more than " + PayloadArchive.Bounds.DEFAULT_ENTRIES
                    + " files; pack them into one");
        }
        sources.add(new PayloadArchive.Source(name, readFile(file, size, maxBytes - total)));
        total += size;
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
