package io.limelight.core.payload;

import io.limelight.core.ca.CaName;
import io.limelight.core.payload.PackageTree.Entry;
import io.limelight.core.payload.PackageTree.Origin;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Looks at what a payload becomes. What is in the way is listed and thrown by nobody, so that it can be shown where it is: links,
 * devices, names that are taken, files that cannot be read, grow or vanish meanwhile. Digests are remembered between looks, so
 * that looking again at thousands of files reads only those that changed. May be asked by several threads.
 */
public final class PackageTreeReader {
    private final long maxBytes;
    private final FileDigests digests;

    /**
     * A reader.
     *
     * @param maxBytes largest sum of file sizes, normally {@link SealedPayload#largestPlaintext}; of more than that nothing is
     *     read, since it cannot be sent
     * @param clock tells whether a file was changed just now
     */
    public PackageTreeReader(long maxBytes, InstantSource clock) {
        this(maxBytes, new FileDigests(clock));
    }

    private PackageTreeReader(long maxBytes, FileDigests digests) {
        this.maxBytes = maxBytes;
        this.digests = digests;
    }

    /** A reader with another limit that remembers the same digests. */
    public PackageTreeReader withLimit(long bytes) {
        return new PackageTreeReader(bytes, digests);
    }

    /**
     * What a machine gets in package mode ({@code --cert}, {@code --include}).
     *
     * @param include folder with files to add; empty for none
     * @param crlBytes of the CRL that is there, DER; 0 for none
     */
    public PackageTree certificatePackage(CaName machine, Optional<Path> include, long crlBytes, Cancellation cancel)
            throws CancelledException {
        Building building = new Building();
        for (CertificatePackage.Generated file : CertificatePackage.generated(machine, crlBytes)) {
            building.entries.add(new Entry(
                    file.name(),
                    OptionalLong.of(file.atMost()),
                    Optional.empty(),
                    Origin.GENERATED,
                    Optional.empty(),
                    List.of()));
            building.size.add(file.name(), file.atMost());
        }
        if (include.isPresent()) {
            building.include(include.get(), false, EntryRules.ofPackage(machine), cancel);
        }
        return building.tree();
    }

    /** What a folder becomes that is sent as one archive, folders in it included. */
    public PackageTree folder(Path folder, Cancellation cancel) throws CancelledException {
        Building building = new Building();
        building.include(folder, true, EntryRules.ofArchive(), cancel);
        if (building.entries.isEmpty() && building.problems.isEmpty()) {
            building.problems.add(folder + " holds no file");
        }
        return building.tree();
    }

    /** A single file ({@code -f}); a link to one is followed. */
    public PackageTree file(Path file, Cancellation cancel) throws CancelledException {
        String name = String.valueOf(file.getFileName());
        PackageSize size = new PackageSize();
        List<String> objections = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        Optional<BasicFileAttributes> attributes = Optional.empty();
        Optional<String> digest = Optional.empty();
        try {
            attributes = Optional.of(Files.readAttributes(file, BasicFileAttributes.class));
        } catch (IOException e) {
            objections.add(Files.exists(file) ? "cannot be looked at: " + FolderWalk.why(e) : "does not exist");
        }
        if (attributes.isPresent() && !attributes.get().isRegularFile()) {
            objections.add("is not a plain file");
        } else if (attributes.isPresent() && attributes.get().size() == 0) {
            objections.add("is empty");
        } else if (attributes.isPresent()) {
            long bytes = attributes.get().size();
            if (bytes > maxBytes) {
                problems.add(tooLarge(bytes));
            } else {
                digest = digest(file, attributes.get(), true, objections, cancel);
            }
        }
        OptionalLong bytes =
                attributes.filter(BasicFileAttributes::isRegularFile).isPresent()
                        ? OptionalLong.of(attributes.get().size())
                        : OptionalLong.empty();
        return new PackageTree(
                List.of(new Entry(name, bytes, digest, Origin.INCLUDED, Optional.of(file), objections)),
                bytes.orElse(0),
                size.space(bytes.orElse(0)),
                problems);
    }

    private Optional<String> digest(
            Path file,
            BasicFileAttributes attributes,
            boolean followLinks,
            List<String> objections,
            Cancellation cancel)
            throws CancelledException {
        Optional<String> remembered = digests.remembered(file, attributes);
        if (remembered.isPresent()) {
            return remembered;
        }
        try {
            Optional<String> digest = digests.read(file, attributes, followLinks, cancel);
            if (digest.isEmpty()) {
                objections.add("changed while it was read; look again");
            }
            return digest;
        } catch (IOException e) {
            objections.add("cannot be read: " + FolderWalk.why(e));
            return Optional.empty();
        }
    }

    private String tooLarge(long bytes) {
        return "The payload has " + (bytes - maxBytes) + " bytes more than max_payload_size allows (" + bytes + " of "
                + maxBytes + "), so its files were not read; send less, or raise max_payload_size";
    }

    private final class Building {
        private final List<Entry> entries = new ArrayList<>();
        private final List<String> problems = new ArrayList<>();
        private final PackageSize size = new PackageSize();

        void include(Path folder, boolean deep, EntryRules rules, Cancellation cancel) throws CancelledException {
            FolderWalk.Listing listing = FolderWalk.list(folder, deep, cancel::cancelled);
            cancel.throwIfCancelled();
            problems.addAll(listing.troubles());
            if (listing.cut()) {
                problems.add(folder + " holds more than " + FolderWalk.MOST + " files; the rest is not shown");
            }
            if (listing.found().size() > PayloadArchive.Bounds.DEFAULT_ENTRIES) {
                problems.add(folder + " " + PayloadFolder.TOO_MANY);
            }
            long total =
                    listing.found().stream().mapToLong(FolderWalk.Found::size).sum();
            boolean read = total <= maxBytes;
            if (!read) {
                problems.add(tooLarge(total));
            }
            for (FolderWalk.Found found : listing.found()) {
                cancel.throwIfCancelled();
                entries.add(entry(found, rules, read, cancel));
                if (found.kind() == FolderWalk.Kind.FILE) {
                    size.add(found.name(), found.size());
                }
            }
        }

        private Entry entry(FolderWalk.Found found, EntryRules rules, boolean read, Cancellation cancel)
                throws CancelledException {
            List<String> objections = new ArrayList<>(rules.objections(found));
            boolean file = found.kind() == FolderWalk.Kind.FILE;
            Optional<String> digest = file && read && found.attributes().isPresent()
                    ? digest(found.path(), found.attributes().get(), false, objections, cancel)
                    : Optional.empty();
            return new Entry(
                    found.name(),
                    file ? OptionalLong.of(found.size()) : OptionalLong.empty(),
                    digest,
                    Origin.INCLUDED,
                    Optional.of(found.path()),
                    objections);
        }

        PackageTree tree() {
            return new PackageTree(entries, size.zip(), size.space(), problems);
        }
    }
}
