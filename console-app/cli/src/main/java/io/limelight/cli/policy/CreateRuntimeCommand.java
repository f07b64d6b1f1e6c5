package io.limelight.cli.policy;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.core.appraisal.ima.ImaEvidence;
import io.limelight.core.ima.MeasurementListFile;
import io.limelight.core.policy.create.AllowlistText;
import io.limelight.core.policy.create.DebPackage;
import io.limelight.core.policy.create.DigestChoice;
import io.limelight.core.policy.create.DigestGuess;
import io.limelight.core.policy.create.DigestTable;
import io.limelight.core.policy.create.ExcludeListText;
import io.limelight.core.policy.create.InitialRamdisk;
import io.limelight.core.policy.create.LocalRpmRepository;
import io.limelight.core.policy.create.MeasuredList;
import io.limelight.core.policy.create.PackageContents;
import io.limelight.core.policy.create.PolicyDraft;
import io.limelight.core.policy.create.PolicySourceException;
import io.limelight.core.policy.create.RootfsRules;
import io.limelight.core.secret.FileTrouble;
import io.limelight.core.tpm.HashAlgorithm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code limelight policy create runtime}. */
@Command(
        name = "runtime",
        description = {
            "Make a runtime policy (version 1) from what a good machine measured, from its files, or from lists.",
            "Digests of all sources must have one algorithm. Runs without root where the files can be read."
        },
        footer = {
            "",
            "Ends with 0 if a policy was made, 1 if not; files of --rootfs that could not be read are told, and end it"
                    + " with 1 only with --fail-unreadable."
        })
final class CreateRuntimeCommand implements Callable<Integer> {
    /** Longest list of names, expressions or digests that is read. */
    static final int MAX_TEXT = 64 * 1024 * 1024;

    private static final String KERNEL_LIST = "/sys/kernel/security/ima/ascii_runtime_measurements";

    @ParentCommand
    private @Nullable CreateCommand parent;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            defaultValue = PolicyFiles.STDOUT,
            description = "Where to write it; - is the standard output, as is the default.")
    private String output = PolicyFiles.STDOUT;

    @Option(
            names = {"-p", "--base-policy"},
            paramLabel = "FILE",
            description = "A policy to start from.")
    private @Nullable String basePolicy;

    @Option(
            names = {"-a", "--allowlist"},
            paramLabel = "FILE",
            description = "Text with a digest and a path on every line.")
    private @Nullable String allowlist;

    @Option(
            names = {"-m", "--ima-measurement-list"},
            arity = "0..1",
            fallbackValue = KERNEL_LIST,
            paramLabel = "FILE",
            description = "A measurement list; without a name, the one of this machine's kernel.")
    private @Nullable String measurementList;

    @Option(
            names = {"-e", "--excludelist"},
            paramLabel = "FILE",
            description = "Text with an expression (Python's re) on every line; paths it matches are not judged.")
    private @Nullable String excludeList;

    @Option(
            names = {"-k", "--keyrings"},
            description = "Take keys from the measurement list.")
    private boolean keyrings;

    @Option(
            names = {"-b", "--ima-buf"},
            description = "Take other buffers from the measurement list.")
    private boolean buffers;

    @Option(names = "--ignored-keyrings", paramLabel = "NAME", description = "Keys of this keyring are not judged.")
    private List<String> ignoredKeyrings = List.of();

    @Option(
            names = "--add-ima-signature-verification-key",
            paramLabel = "FILE",
            description = "A certificate or key whose signatures make files acceptable.")
    private List<String> verificationKeys = List.of();

    @Option(names = "--show-legacy-allowlist", description = "Print digests and paths as text instead of a policy.")
    private boolean legacy;

    @Option(
            names = "--rootfs",
            paramLabel = "DIR",
            description = "Hash the files of user 0 below it, without what changes while a machine runs.")
    private @Nullable Path rootfs;

    @Option(
            names = {"-s", "--skip-path"},
            split = ",",
            paramLabel = "DIR",
            description = "Directories of --rootfs to leave out.")
    private List<Path> skipped = List.of();

    @Option(
            names = "--ramdisk-dir",
            paramLabel = "DIR",
            description = "Hash the files inside the initial ramdisks (initr*) in this directory.")
    private @Nullable Path ramdisks;

    @Option(
            names = "--local-rpm-repo",
            paramLabel = "DIR",
            description = "Take the digests that the RPM packages of this repository state.")
    private @Nullable Path rpmRepository;

    @Option(names = "--remote-rpm-repo", paramLabel = "URL", description = "Not there: mirror it and name the folder.")
    private @Nullable String remoteRepository;

    // Taken as scripts for Keylime's tool have it; nobody reads it.
    @SuppressWarnings("UnusedVariable")
    @Option(
            names = {"-v", "--verbose"},
            description = "Without effect: everything that is left out is told anyway.")
    private boolean verbose;

    @Option(
            names = "--deb",
            paramLabel = "PATH",
            description = "Hash the files inside this Debian package, or all packages (*.deb) below this directory.")
    private List<Path> debs = List.of();

    @Option(names = "--any-owner", description = "Hash files of --rootfs whoever owns them.")
    private boolean anyOwner;

    @Option(names = "--fail-unreadable", description = "End with 1 if something of --rootfs could not be read.")
    private boolean failUnreadable;

    @Option(
            names = "--algo",
            paramLabel = "NAME",
            description = "For files that are hashed: sha1, sha256, sha384, sha512, sm3_256; otherwise that of the"
                    + " other sources, or sha256.")
    private @Nullable String algo;

    @Option(
            names = "--max-workers",
            paramLabel = "N",
            description = "So many threads hash (default: one for every core).")
    private int workers = Runtime.getRuntime().availableProcessors();

    @Override
    public Integer call() throws CommandFailure {
        CliContext context = Objects.requireNonNull(parent).context();
        if (remoteRepository != null) {
            throw new CommandFailure(
                    2,
                    "--remote-rpm-repo is not supported, as nothing is fetched from elsewhere: mirror the repository"
                            + " (reposync) and name the folder with --local-rpm-repo.");
        }
        if (workers < 1 || workers > 256) {
            throw new CommandFailure(2, "--max-workers is a number from 1 to 256.");
        }
        try {
            return new Run(context).run();
        } catch (PolicySourceException e) {
            throw new CommandFailure(1, e.sentence(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(1, "Interrupted.", e);
        }
    }

    private final class Run {
        private final CliContext context;
        private final PolicyFiles files;
        private final DigestChoice choice = new DigestChoice();
        private boolean incomplete;

        Run(CliContext context) {
            this.context = context;
            this.files = new PolicyFiles(context, 1);
        }

        int run() throws CommandFailure, PolicySourceException, InterruptedException {
            requestedAlgorithm();
            PolicyDraft draft = base();
            ignoredKeyrings.forEach(draft.ignoredKeyrings()::add);
            allowlist(draft);
            measured(draft);
            PackageContents rpm = rpm();
            root(draft);
            ramdisks(draft);
            draft.digests().addAll(rpm.digests());
            debs(draft);
            if (excludeList != null) {
                draft.excludes().addAll(ExcludeListText.read(files.text("exclude list", excludeList, MAX_TEXT), false));
            }
            for (String file : verificationKeys) {
                files.verificationKey(file).ifPresent(draft::add);
            }
            if (legacy) {
                files.write(output, draft.legacyAllowlist());
            } else {
                files.write(output, draft);
            }
            return incomplete && failUnreadable ? 1 : 0;
        }

        private void warn(String sentence) {
            context.err().println("WARNING: " + sentence + ".");
        }

        private void requestedAlgorithm() throws CommandFailure, PolicySourceException {
            String name = algo;
            if (name == null) {
                return;
            }
            HashAlgorithm algorithm = HashAlgorithm.fromWireName(name)
                    .orElseThrow(
                            () -> new CommandFailure(2, "--algo is one of sha1, sha256, sha384, sha512, sm3_256."));
            choice.ask("--algo option", DigestGuess.exactly(algorithm));
            if (rootfs == null && ramdisks == null && debs.isEmpty()) {
                warn("--algo is for files that are hashed, and there is no --rootfs, no --ramdisk-dir and no --deb");
            }
        }

        private PolicyDraft base() throws CommandFailure, PolicySourceException {
            String file = basePolicy;
            if (file == null) {
                return new PolicyDraft();
            }
            PolicyDraft draft = files.draft("base policy", file);
            choice.ask("base policy", DigestGuess.of(draft.digests()));
            return draft;
        }

        private void allowlist(PolicyDraft draft) throws CommandFailure, PolicySourceException {
            if (allowlist == null) {
                return;
            }
            DigestTable read = new DigestTable();
            AllowlistText.read(files.text("allowlist", allowlist, MAX_TEXT), read)
                    .forEach(this::warn);
            choice.ask("allowlist", DigestGuess.of(read));
            take(draft, read, "--allowlist", allowlist, "a digest and a path stand on each of its lines");
        }

        private void measured(PolicyDraft draft) throws CommandFailure, PolicySourceException {
            if (measurementList == null) {
                if (keyrings || buffers) {
                    warn("--keyrings and --ima-buf take from a measurement list, and there is none"
                            + " (--ima-measurement-list)");
                }
                return;
            }
            String file = measurementList.equals(KERNEL_LIST)
                    ? context.root().resolve(KERNEL_LIST.substring(1)).toString()
                    : measurementList;
            byte[] list = files.bytes("IMA measurement list", file, ImaEvidence.MAX_LIST);
            if (MeasurementListFile.isBinary(list)) {
                throw new PolicySourceException("The IMA measurement list '" + file + "' "
                        + MeasurementListFile.problem(list).orElse("") + ".");
            }
            String logHash = draft.logHash();
            MeasuredList read = MeasuredList.read(list, new MeasuredList.Wanted(keyrings, buffers), draft);
            choice.ask("IMA measurement list", read.guess(), read.doubt());
            if (basePolicy != null && !draft.logHash().equals(logHash)) {
                throw new PolicySourceException("The base policy is for lists with template hashes of " + logHash
                        + " (ima.log_hash_alg), and the IMA measurement list '" + file + "' has them of "
                        + draft.logHash() + "; no list passes both.");
            }
            read.warnings().forEach(this::warn);
        }

        private void root(PolicyDraft draft) throws CommandFailure, PolicySourceException, InterruptedException {
            if (rootfs == null) {
                if (!skipped.isEmpty()) {
                    warn("--skip-path is for a --rootfs, and there is none");
                }
                return;
            }
            Path root = absolute(rootfs);
            if (!Files.isDirectory(root)) {
                throw new CommandFailure(1, "The root file system '" + rootfs + "' is no directory.");
            }
            List<String> skip = new ArrayList<>();
            skipped.forEach(path -> skip.add(absolute(path).toString()));
            RootfsRules rules = new RootfsRules(
                    root.toString(),
                    skip,
                    MountPoints.ofAnotherType(context.root().resolve("proc/self/mountinfo")));
            rules.warnings().forEach(this::warn);
            HashingProgress progress = new HashingProgress(context.err(), context.interactive());
            RootfsHasher.Result result =
                    new RootfsHasher(choice.algorithm(), rules, anyOwner, progress).hash(root, workers);
            tell(result);
            take(draft, result.digests(), "--rootfs", rootfs, "--any-owner and --skip-path say which files are meant");
        }

        private void ramdisks(PolicyDraft draft) throws CommandFailure, PolicySourceException {
            if (ramdisks == null) {
                return;
            }
            DigestTable found = new DigestTable();
            for (Path image : images(absolute(ramdisks))) {
                try (InputStream in = Files.newInputStream(image)) {
                    InitialRamdisk.Contents contents = InitialRamdisk.read(in, choice.algorithm());
                    found.addAll(contents.digests());
                    if (contents.unnameable() > 0) {
                        incomplete = true;
                        warn(contents.unnameable() + " files in " + image
                                + " have names that are no UTF-8 and are left out");
                    }
                } catch (AccessDeniedException e) {
                    throw new CommandFailure(
                            1, "The ramdisk " + image + " may not be read by this user; run as root.", e);
                } catch (IOException e) {
                    throw new CommandFailure(
                            1, "The ramdisk " + image + " cannot be unpacked: " + e.getMessage() + ".", e);
                }
            }
            take(draft, found, "--ramdisk-dir", ramdisks, "ramdisks are files whose names begin with initr");
        }

        /** Its digests say which algorithm the rest is to have; they are merged behind the rest, as in Keylime. */
        private PackageContents rpm() throws PolicySourceException {
            if (rpmRepository == null) {
                return new PackageContents(new DigestTable(), List.of());
            }
            PackageContents read = LocalRpmRepository.read(absolute(rpmRepository), Instant.now());
            choice.ask("local RPM repository", DigestGuess.of(read.digests()));
            report(read);
            require(read.digests(), "--local-rpm-repo", rpmRepository, "packages are files that end in .rpm");
            return read;
        }

        private void debs(PolicyDraft draft) throws PolicySourceException {
            for (Path place : debs) {
                List<Path> packages = LocalRpmRepository.packages(absolute(place), ".deb");
                if (packages.isEmpty()) {
                    throw new PolicySourceException("--deb: there is no Debian package (*.deb) in " + place
                            + "; name a package, or a folder of packages (apt-get download).");
                }
                DigestTable found = new DigestTable();
                for (Path file : packages) {
                    try (InputStream in = Files.newInputStream(file)) {
                        PackageContents read = DebPackage.read(in, choice.algorithm());
                        found.addAll(read.digests());
                        report(new PackageContents(
                                read.digests(),
                                read.left().stream()
                                        .map(sentence -> file + ": " + sentence)
                                        .toList()));
                    } catch (IOException e) {
                        throw new PolicySourceException(
                                file + " is no Debian package: " + FileTrouble.sentence(e) + ".", e);
                    }
                }
                take(draft, found, "--deb", place, "its packages hold no files");
            }
        }

        private void take(PolicyDraft draft, DigestTable found, String option, Object place, String hint)
                throws PolicySourceException {
            require(found, option, place, hint);
            draft.digests().addAll(found);
        }

        /** A source that somebody names and that gives nothing is a mistake in its name; the policy would miss all of it. */
        private void require(DigestTable found, String option, Object place, String hint) throws PolicySourceException {
            if (found.isEmpty()) {
                throw new PolicySourceException(option + ": there is nothing for a policy in '" + place + "' (" + hint
                        + "). No policy was made.");
            }
        }

        private void report(PackageContents read) {
            read.left().forEach(this::warn);
        }

        private List<Path> images(Path directory) throws CommandFailure {
            try (Stream<Path> entries = Files.list(directory)) {
                return entries.filter(entry ->
                                entry.getFileName().toString().startsWith("initr") && Files.isRegularFile(entry))
                        .sorted()
                        .toList();
            } catch (IOException e) {
                throw new CommandFailure(
                        1, "The ramdisks' directory cannot be read: " + FileTrouble.sentence(e) + ".", e);
            }
        }

        private Path absolute(Path path) {
            return context.workingDirectory().resolve(path).toAbsolutePath().normalize();
        }

        private void tell(RootfsHasher.Result result) {
            if (result.unreadable() > 0) {
                incomplete = true;
                warn(result.unreadable() + " files or directories could not be read or have names that are no UTF-8,"
                        + " and are left out: " + String.join(", ", result.examples())
                        + (result.unreadable() > result.examples().size() ? ", …" : ""));
            }
            if (result.foreign() > 0) {
                warn(result.foreign() + " files belong to another user than root and are left out (--any-owner takes"
                        + " them)");
            }
        }
    }
}
