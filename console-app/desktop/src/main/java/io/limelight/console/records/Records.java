package io.limelight.console.records;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.words.Words;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.store.StoreException;
import io.limelight.store.local.LocalDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the console keeps for a person, in one file that is theirs alone.
 *
 * <p>Opening never fails: a console without its file is still a console. Where the file cannot be used it is left as it is, what
 * is kept is kept until the console ends, and {@link #trouble} says so. Several consoles may have the file open: each change is
 * one transaction, remembered sizes and columns are the last one's, and a profile that another console changed meanwhile is not
 * overwritten ({@link ProfileStore#save}).
 */
public final class Records implements AutoCloseable {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final LocalDatabase database;
    private final Keeping keeping;
    private final @Nullable Problem trouble;
    private final ProfileStore profiles;
    private final RememberedStore remembered;
    private final AliasStore aliases;
    private final DraftStore drafts;
    private final ReceiptStore receipts;
    private final ReceivedStore received;
    private final ActivityStore activity;
    private final Vault vault;

    /** How long what is kept is kept. */
    public enum Keeping {
        /** In the file. */
        ALWAYS,
        /** The file is read; what is changed is refused. */
        READ_ONLY,
        /** In memory, until the console ends. */
        UNTIL_THE_END
    }

    private Records(
            LocalDatabase database,
            Keeping keeping,
            @Nullable Problem trouble,
            Words words,
            SecureRandom random,
            InstantSource clock,
            VaultCost cost) {
        this.database = database;
        this.keeping = keeping;
        this.trouble = trouble;
        RecordStore store = new RecordStore(database, words);
        this.profiles = new ProfileStore(store, clock);
        this.remembered = new RememberedStore(store);
        this.aliases = new AliasStore(store);
        this.drafts = new DraftStore(store, clock);
        this.receipts = new ReceiptStore(store, clock);
        this.received = new ReceivedStore(store, clock);
        this.activity = new ActivityStore(store);
        this.vault = new Vault(store, random, cost);
    }

    /** Opens the file, or does without. */
    public static Records open(ConsoleFolder folder, Words words, SecureRandom random, InstantSource clock) {
        return open(folder, words, random, clock, VaultCost.USUAL);
    }

    static Records open(ConsoleFolder folder, Words words, SecureRandom random, InstantSource clock, VaultCost cost) {
        ScreenThread.refuse("opening what is remembered");
        StoreException trouble;
        try {
            closeToOthers(folder.path());
            LocalDatabase file = LocalDatabase.open(folder.file(), RecordsSchema.STEPS);
            Records records = new Records(file, Keeping.ALWAYS, null, words, random, clock, cost);
            records.profiles.forgetDeletedLongAgo();
            return records;
        } catch (StoreException e) {
            trouble = e;
        } catch (ProblemException e) {
            return new Records(
                    LocalDatabase.inMemory(RecordsSchema.STEPS),
                    Keeping.UNTIL_THE_END,
                    e.problem(),
                    words,
                    random,
                    clock,
                    cost);
        }
        Problem problem = atStart(words, trouble, folder);
        if (trouble.kind() == StoreException.Kind.READ_ONLY && Files.isReadable(folder.file())) {
            try {
                return new Records(
                        LocalDatabase.openToRead(folder.file(), RecordsSchema.STEPS),
                        Keeping.READ_ONLY,
                        problem,
                        words,
                        random,
                        clock,
                        cost);
            } catch (StoreException e) {
                problem = atStart(words, e, folder);
            }
        }
        return new Records(
                LocalDatabase.inMemory(RecordsSchema.STEPS),
                Keeping.UNTIL_THE_END,
                problem,
                words,
                random,
                clock,
                cost);
    }

    /** The file is looked at once: what was mended is seen at the next start, and until then nothing is kept. */
    private static Problem atStart(Words words, StoreException trouble, ConsoleFolder folder) {
        Problem problem = RecordsTrouble.problem(words, trouble, folder.file().toString());
        List<String> whatToDo = new ArrayList<>(problem.whatToDo());
        whatToDo.add(words.of("records.restart"));
        return new Problem(problem.code(), problem.whatHappened(), problem.likelyCauses(), whatToDo, problem.details());
    }

    /** In memory, for tests and pictures. */
    public static Records inMemory(Words words, SecureRandom random, InstantSource clock) {
        return new Records(
                LocalDatabase.inMemory(RecordsSchema.STEPS),
                Keeping.UNTIL_THE_END,
                null,
                words,
                random,
                clock,
                VaultCost.USUAL);
    }

    /** A folder that somebody made with other rights is the person's own all the same. */
    private static void closeToOthers(Path folder) {
        try {
            PrivateFiles.createFolder(folder);
            Set<PosixFilePermission> rights = PosixFilePermissions.fromString("rwx------");
            if (!Files.getPosixFilePermissions(folder).equals(rights)) {
                Files.setPosixFilePermissions(folder, rights);
            }
        } catch (IOException | UnsupportedOperationException e) {
            // The file says what is wrong, if anything is.
        }
    }

    /**
     * Moves a file that cannot be used out of the way; the next start makes a new one.
     *
     * @return where it is now
     */
    public static Path moveAside(ConsoleFolder folder, Words words, InstantSource clock) throws ProblemException {
        ScreenThread.refuse("moving a file");
        Path file = folder.file();
        Path aside = file.resolveSibling(file.getFileName() + ".aside-" + STAMP.format(clock.instant()));
        try {
            for (int i = 2; Files.exists(aside); i++) {
                aside = file.resolveSibling(file.getFileName() + ".aside-" + STAMP.format(clock.instant()) + "-" + i);
            }
            return Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw Problems.thrown(words, "records.not-moved", e, file.toString());
        }
    }

    /** How long what is kept is kept. */
    public Keeping keeping() {
        return keeping;
    }

    /** Why it is not in the file; empty where it is. */
    public Optional<Problem> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** Fleets. */
    public ProfileStore profiles() {
        return profiles;
    }

    /** Sizes, columns, views, theme. */
    public RememberedStore remembered() {
        return remembered;
    }

    /** Names, tags and notes of machines. */
    public AliasStore aliases() {
        return aliases;
    }

    /** Work that is not done yet, and templates. */
    public DraftStore drafts() {
        return drafts;
    }

    /** Notices that came to this console's receiver. */
    public ReceivedStore received() {
        return received;
    }

    /** What machines were given. */
    public ReceiptStore receipts() {
        return receipts;
    }

    /** What happened and what was done. */
    public ActivityStore activity() {
        return activity;
    }

    /** Secrets. */
    public Vault vault() {
        return vault;
    }

    @Override
    public void close() {
        vault.close();
        database.close();
    }
}
