package io.limelight.cli.policy;

import io.limelight.core.policy.create.DigestTable;
import io.limelight.core.policy.create.FileDigest;
import io.limelight.core.policy.create.RootfsRules;
import io.limelight.core.tpm.HashAlgorithm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Hashes the files below a root file system: one thread walks, some hash. Between them wait at most a few hundred names, and
 * the walker hashes too when those are full, so memory does not grow with the tree.
 *
 * <p>Taken are regular files of user 0, reached without following a link; others cannot be trusted to stay as they are. What
 * cannot be read is counted, named and left out.
 */
final class RootfsHasher {
    private static final int FILE_TYPE = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int REGULAR = 0100000;
    private static final int WAITING = 512;
    private static final int MAX_NAMED = 5;

    private final HashAlgorithm algorithm;
    private final RootfsRules rules;
    private final boolean anyOwner;
    private final HashingProgress progress;
    private final ThreadLocal<FileDigest> digests;
    private final ConcurrentLinkedQueue<Hashed> hashed = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> unreadable = new ConcurrentLinkedQueue<>();
    private long foreign;

    private record Hashed(String name, String digest) {}

    /**
     * What came of it.
     *
     * @param digests sorted by path
     * @param unreadable how many files and directories could not be read or have a name no policy can hold
     * @param examples some of them
     * @param foreign files left out because they belong to another user than 0
     */
    record Result(DigestTable digests, long unreadable, List<String> examples, long foreign) {}

    RootfsHasher(HashAlgorithm algorithm, RootfsRules rules, boolean anyOwner, HashingProgress progress) {
        this.algorithm = algorithm;
        this.rules = rules;
        this.anyOwner = anyOwner;
        this.progress = progress;
        this.digests = ThreadLocal.withInitial(() -> new FileDigest(this.algorithm));
    }

    /** Hashes everything below a root with so many threads. */
    Result hash(Path root, int threads) throws InterruptedException {
        ThreadPoolExecutor workers = new ThreadPoolExecutor(
                threads,
                threads,
                1,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                Thread.ofPlatform().daemon().name("hash-", 0).factory(),
                new ThreadPoolExecutor.CallerRunsPolicy());
        try {
            if (!rules.skipsEverything()) {
                walk(root, workers);
            }
        } finally {
            workers.shutdown();
        }
        while (!workers.awaitTermination(1, TimeUnit.HOURS)) {
            // A file of terabytes takes its time.
        }
        progress.done();
        Map<String, String> sorted = new TreeMap<>();
        DigestTable table = new DigestTable();
        List<Hashed> twice = new ArrayList<>();
        for (Hashed file : hashed) {
            if (sorted.putIfAbsent(file.name, file.digest) != null) {
                // "a b" and "a_b" are one name to the kernel's list.
                twice.add(file);
            }
        }
        sorted.forEach(table::add);
        twice.forEach(file -> table.add(file.name, file.digest));
        return new Result(
                table, unreadable.size(), unreadable.stream().limit(MAX_NAMED).toList(), foreign);
    }

    private void walk(Path root, ThreadPoolExecutor workers) {
        Deque<Path> directories = new ArrayDeque<>();
        directories.push(root);
        while (!directories.isEmpty()) {
            Path directory = directories.pop();
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
                for (Path entry : entries) {
                    entry(entry, directories, workers);
                }
            } catch (IOException | DirectoryIteratorException e) {
                unreadable.add(directory.toString());
            }
        }
    }

    private void entry(Path entry, Deque<Path> directories, ThreadPoolExecutor workers) {
        int mode;
        int owner;
        try {
            Map<String, Object> attributes = Files.readAttributes(entry, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
            mode = (int) Objects.requireNonNull(attributes.get("mode")) & FILE_TYPE;
            owner = (int) Objects.requireNonNull(attributes.get("uid"));
        } catch (IOException e) {
            unreadable.add(entry.toString());
            return;
        }
        if (mode == DIRECTORY && !rules.skips(entry.toString())) {
            directories.push(entry);
        } else if (mode == REGULAR && owner != 0 && !anyOwner) {
            foreign++;
        } else if (mode == REGULAR) {
            workers.execute(() -> file(entry));
        }
    }

    private void file(Path file) {
        Optional<String> name = exactName(file).map(rules::measuredName);
        if (name.isEmpty()) {
            unreadable.add(file.toString());
            return;
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            hashed.add(new Hashed(name.get(), digests.get().of(in, progress::bytes)));
            progress.file();
        } catch (IOException e) {
            unreadable.add(file.toString());
        }
    }

    /**
     * The path as its bytes on disk say, which must be UTF-8. Java decodes names with the encoding of the locale, and in the
     * locale C that loses everything beyond ASCII; the URI has the bytes.
     */
    private static Optional<String> exactName(Path file) {
        String decoded = file.toString();
        if (decoded.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '?')) {
            return Optional.of(decoded);
        }
        String escaped = file.toUri().getRawPath();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c == '%') {
                bytes.write(Integer.parseInt(escaped.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
