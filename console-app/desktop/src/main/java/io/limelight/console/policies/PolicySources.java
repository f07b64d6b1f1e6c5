package io.limelight.console.policies;

import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.words.Words;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.policy.create.AllowlistText;
import io.limelight.core.policy.create.DebPackage;
import io.limelight.core.policy.create.DigestChoice;
import io.limelight.core.policy.create.DigestGuess;
import io.limelight.core.policy.create.LocalRpmRepository;
import io.limelight.core.policy.create.MeasuredList;
import io.limelight.core.policy.create.PackageContents;
import io.limelight.core.policy.create.PolicyDraft;
import io.limelight.core.policy.create.PolicySourceException;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.tpm.HashAlgorithm;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Makes policies of what there is: what a machine measured, files, packages, lists. Everything here blocks. */
final class PolicySources {
    private static final int MOST_FILES = 500_000;
    private static final int LARGEST_LIST = 64 * 1024 * 1024;

    private final Words words;

    PolicySources(Words words) {
        this.words = words;
    }

    /** Of the rows of a machine's IMA list. */
    String ofList(List<String> rows) throws ProblemException {
        ScreenThread.refuse("making a policy");
        PolicyDraft draft = new PolicyDraft();
        byte[] list = (String.join("\n", rows) + "\n").getBytes(StandardCharsets.UTF_8);
        measured(list, draft);
        return text(draft);
    }

    /** Of a file: a policy, an envelope with one, an IMA list, or lines with a digest and a path. */
    String ofFile(Path file) throws ProblemException {
        ScreenThread.refuse("reading a file");
        String text = read(file);
        String start = text.stripLeading();
        if (start.startsWith("{")) {
            return text;
        }
        PolicyDraft draft = new PolicyDraft();
        if (start.startsWith("10 ")) {
            measured(text.getBytes(StandardCharsets.UTF_8), draft);
        } else {
            AllowlistText.read(text, draft.digests());
        }
        return text(draft);
    }

    /**
     * Of the files in a folder, as a machine would measure them if the folder were its root.
     *
     * @throws CancelledException when it was cancelled
     */
    String ofFolder(Path folder, Cancellation cancellation) throws ProblemException, CancelledException {
        ScreenThread.refuse("hashing files");
        PolicyDraft draft = new PolicyDraft();
        try (Stream<Path> files = Files.walk(folder)) {
            int count = 0;
            for (Path file : (Iterable<Path>) files::iterator) {
                cancellation.throwIfCancelled();
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    if (++count > MOST_FILES) {
                        throw Problems.thrown(words, "policies.too-many-files", null, folder.toString(), MOST_FILES);
                    }
                    draft.digests()
                            .add("/" + folder.relativize(file).toString().replace(' ', '_'), hash(file, cancellation));
                }
            }
        } catch (IOException e) {
            throw Problems.thrown(words, "policies.folder", e, folder.toString());
        } catch (UncheckedIOException e) {
            throw Problems.thrown(words, "policies.folder", e, folder.toString());
        }
        return text(draft);
    }

    private static String hash(Path file, Cancellation cancellation) throws IOException, CancelledException {
        MessageDigest digest = HashAlgorithm.SHA256.newDigest();
        byte[] buffer = new byte[64 * 1024];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                cancellation.throwIfCancelled();
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Of the packages below a folder: Debian's by what is in them, RPM's by what they state. */
    String ofPackages(Path folder, Cancellation cancellation) throws ProblemException, CancelledException {
        ScreenThread.refuse("reading packages");
        PolicyDraft draft = new PolicyDraft();
        DigestChoice choice = new DigestChoice();
        try {
            List<Path> debs = LocalRpmRepository.packages(folder, ".deb");
            for (Path file : debs) {
                cancellation.throwIfCancelled();
                try (InputStream in = Files.newInputStream(file)) {
                    draft.digests()
                            .addAll(DebPackage.read(in, choice.algorithm()).digests());
                }
            }
            if (!LocalRpmRepository.packages(folder, ".rpm").isEmpty()) {
                PackageContents rpms = LocalRpmRepository.read(folder, Instant.now());
                choice.ask("RPM packages", DigestGuess.of(rpms.digests()));
                draft.digests().addAll(rpms.digests());
            } else if (debs.isEmpty()) {
                throw Problems.thrown(words, "policies.no-packages", null, folder.toString());
            }
        } catch (IOException e) {
            throw Problems.thrown(words, "policies.folder", e, folder.toString());
        } catch (PolicySourceException e) {
            throw Problems.thrown(words, "policies.folder", e, folder.toString());
        }
        return text(draft);
    }

    private String read(Path file) throws ProblemException {
        try {
            if (Files.size(file) > Math.max(LARGEST_LIST, RuntimePolicyReader.MAX_BYTES)) {
                throw Problems.thrown(words, "policies.file-too-large", null, file.toString());
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw Problems.thrown(words, "policies.file", e, file.toString());
        }
    }

    private void measured(byte[] list, PolicyDraft draft) throws ProblemException {
        try {
            MeasuredList.read(list, new MeasuredList.Wanted(true, false), draft);
        } catch (PolicySourceException e) {
            throw Problems.thrown(words, "policies.list-unusable", e, e.sentence());
        }
    }

    private String text(PolicyDraft draft) throws ProblemException {
        try {
            return draft.text(LocalDateTime.now(ZoneId.systemDefault()));
        } catch (PolicySourceException e) {
            throw Problems.thrown(words, "policies.unwritable", e, "");
        }
    }
}
