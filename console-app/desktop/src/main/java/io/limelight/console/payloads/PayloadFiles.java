package io.limelight.console.payloads;

import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.words.Words;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.payload.ActionLint;
import io.limelight.core.payload.ActionList;
import io.limelight.core.payload.ActionListForm;
import io.limelight.core.payload.PackageTree;
import io.limelight.core.payload.PackageTreeReader;
import io.limelight.core.payload.PackageTreeReader.Content;
import io.limelight.core.payload.PackageTreeReader.Part;
import io.limelight.core.payload.PayloadException;
import io.limelight.core.payload.ScriptLint;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads payloads from folders and writes them there. Everything here waits for a disk. */
public final class PayloadFiles {
    private final PackageTreeReader names;
    private final Words words;

    /** On this computer. */
    public PayloadFiles(Words words) {
        this.words = words;
        // Lists and reads nothing.
        this.names = new PackageTreeReader(-1, java.time.InstantSource.system());
    }

    /**
     * What a folder looked like: sizes and times of its files, by name.
     *
     * @param files empty for a folder that is not there
     */
    public record Look(Map<String, String> files) {
        /** Copies. */
        public Look {
            files = Map.copyOf(files);
        }

        /** Names of files that are new, gone or different in the other one. */
        public List<String> differences(Look other) {
            Set<String> all = new HashSet<>(files.keySet());
            all.addAll(other.files.keySet());
            return all.stream()
                    .filter(name -> !String.valueOf(files.get(name)).equals(String.valueOf(other.files.get(name))))
                    .sorted()
                    .toList();
        }
    }

    /** A folder that was read. */
    public record Opened(PayloadDraft draft, Look look) {}

    /** Reads a folder. */
    public Opened open(Path folder, PayloadMode mode) throws ProblemException {
        ScreenThread.refuse("reading a payload folder");
        PackageTree tree = list(folder);
        if (tree.entries().isEmpty() && !Files.isDirectory(folder)) {
            throw Problems.thrown(words, "payloads.no-folder", null, folder);
        }
        List<Part> files = new ArrayList<>();
        Optional<String> script = Optional.empty();
        List<String> actions = List.of();
        Set<String> all = tree.entries().stream().map(PackageTree.Entry::name).collect(Collectors.toSet());
        for (PackageTree.Entry entry : tree.entries()) {
            Path file = entry.file().orElseThrow();
            Optional<String> text = entry.name().equals(ScriptLint.FILE)
                    ? text(file, ScriptLint.MAX_BYTES)
                    : entry.name().equals(ActionList.FILE) ? text(file, ActionList.MAX_BYTES) : Optional.empty();
            if (entry.name().equals(ScriptLint.FILE) && text.isPresent()) {
                script = text;
            } else if (entry.name().equals(ActionList.FILE)
                    && text.flatMap(PayloadFiles::listed).isPresent()) {
                actions = ActionListForm.files(listed(text.get()).orElseThrow(), all);
            } else {
                files.add(new Part(entry.name(), new Content.OfFile(file)));
            }
        }
        PayloadDraft draft = new PayloadDraft(
                String.valueOf(folder.getFileName()),
                mode,
                Optional.of(folder),
                script,
                files,
                actions,
                PayloadDraft.USUAL_READERS);
        return new Opened(draft, look(folder));
    }

    private static Optional<ActionList> listed(String text) {
        try {
            return Optional.of(ActionList.parse(text));
        } catch (PayloadException e) {
            // It stays a file like the others.
            return Optional.empty();
        }
    }

    /** What lies in a folder, in folders of it too; nothing is read. */
    public PackageTree list(Path folder) {
        ScreenThread.refuse("listing a folder");
        try {
            return names.folder(folder, new Cancellation());
        } catch (CancelledException e) {
            throw new IllegalStateException("nobody cancels this", e);
        }
    }

    /** What a folder looks like now. */
    public Look look(Path folder) {
        Map<String, String> files = new TreeMap<>();
        for (PackageTree.Entry entry : list(folder).entries()) {
            String stamp = "";
            try {
                BasicFileAttributes attributes = Files.readAttributes(
                        entry.file().orElseThrow(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                stamp = attributes.size() + " " + attributes.lastModifiedTime().toMillis();
            } catch (IOException e) {
                stamp = "gone";
            }
            files.put(entry.name(), stamp);
        }
        return new Look(files);
    }

    /** A file that is UTF-8 and not too long. */
    private static Optional<String> text(Path file, int most) {
        try {
            byte[] bytes = head(file, most + 1);
            return bytes.length > most
                    ? Optional.empty()
                    : Optional.of(StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static byte[] head(Path file, int most) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(file + " is no plain file");
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return in.readNBytes(most);
        }
    }

    /** The beginning of a file of a payload; empty if it cannot be read. */
    public Optional<byte[]> head(Content content) {
        ScreenThread.refuse("reading a file");
        return switch (content) {
            case Content.OfText(String text) -> Optional.of(text.getBytes(StandardCharsets.UTF_8));
            case Content.OfFile(Path file) -> {
                try {
                    yield Optional.of(head(file, ActionLint.LOOK));
                } catch (IOException e) {
                    yield Optional.empty();
                }
            }
        };
    }

    /** Files and the files of folders, each to be called as it would be beside the others. */
    public List<Part> parts(List<Path> dropped) {
        ScreenThread.refuse("listing files");
        List<Part> parts = new ArrayList<>();
        for (Path path : dropped) {
            String name = String.valueOf(path.getFileName());
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                list(path)
                        .entries()
                        .forEach(entry -> parts.add(new Part(
                                name + "/" + entry.name(),
                                new Content.OfFile(entry.file().orElseThrow()))));
            } else {
                parts.add(new Part(name, new Content.OfFile(path)));
            }
        }
        return parts;
    }

    /** A payload that was written. */
    public record Saved(PayloadDraft draft, Look look) {}

    /**
     * Writes a payload into a folder, which then is its place. Each file appears whole or not at all.
     *
     * @param remove names of files that are to go from there
     */
    public Saved save(PayloadDraft draft, Path folder, List<String> remove) throws ProblemException {
        ScreenThread.refuse("writing a payload folder");
        try {
            Files.createDirectories(folder);
            List<Part> files = new ArrayList<>();
            for (Part part : draft.parts()) {
                Path target = inside(folder, part.name());
                Files.createDirectories(target.getParent());
                Path half = Files.createTempFile(target.getParent(), ".half", "");
                try {
                    switch (part.content()) {
                        case Content.OfText(String text) -> Files.writeString(half, text);
                        case Content.OfFile(Path source) -> {
                            if (same(source, target)) {
                                Files.delete(half);
                                break;
                            }
                            Files.copy(source, half, StandardCopyOption.REPLACE_EXISTING, LinkOption.NOFOLLOW_LINKS);
                        }
                    }
                    if (Files.exists(half, LinkOption.NOFOLLOW_LINKS)) {
                        Files.move(half, target, StandardCopyOption.REPLACE_EXISTING);
                    }
                } finally {
                    Files.deleteIfExists(half);
                }
                if (!part.name().equals(ScriptLint.FILE) && !part.name().equals(ActionList.FILE)) {
                    files.add(new Part(part.name(), new Content.OfFile(target)));
                }
            }
            for (String name : remove) {
                Path gone = inside(folder, name);
                Files.deleteIfExists(gone);
                removeEmpty(gone.getParent(), folder);
            }
            return new Saved(draft.with(files).at(Optional.of(folder)), look(folder));
        } catch (IOException e) {
            throw Problems.thrown(words, "payloads.not-saved", e, folder);
        }
    }

    /** A folder whose last file went goes too: it would be in the way of a flat package, and nobody sees it. */
    private static void removeEmpty(@Nullable Path from, Path root) throws IOException {
        Path top = root.normalize();
        for (Path each = from; each != null && each.startsWith(top) && !each.equals(top); each = each.getParent()) {
            try {
                Files.deleteIfExists(each);
            } catch (DirectoryNotEmptyException e) {
                return;
            }
        }
    }

    private static boolean same(Path source, Path target) throws IOException {
        return Files.exists(target) && Files.isSameFile(source, target);
    }

    private static Path inside(Path folder, String name) throws IOException {
        Path target = folder.resolve(name).normalize();
        if (!target.startsWith(folder.normalize()) || target.equals(folder.normalize())) {
            throw new IOException(name + " would lie outside of " + folder);
        }
        return target;
    }
}
