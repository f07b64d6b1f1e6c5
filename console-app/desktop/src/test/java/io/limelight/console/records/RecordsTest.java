package io.limelight.console.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.profile.Environment;
import io.limelight.console.profile.KeyKeeping;
import io.limelight.console.profile.Profile;
import io.limelight.console.profile.ProfileSource;
import io.limelight.console.records.Records.Keeping;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import io.limelight.store.local.LocalDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordsTest {
    private static final AgentId MACHINE = AgentId.of("d432fbb3-d2f1-4a97-9ef7-75bd81c00000");
    private static final ProfileSource TYPED = new ProfileSource.Typed(
            "verifier.example", 8881, "registrar.example", 8891, Path.of("/tls"), "", "my-cert.crt", "");

    @TempDir
    Path home;

    private ConsoleFolder folder;
    private Instant now = Instant.parse("2026-11-28T20:00:00Z");
    private Records records;

    @BeforeEach
    void open() {
        folder = new ConsoleFolder(home.resolve(".config").resolve("limelight"));
        records = reopened();
    }

    @AfterEach
    void close() {
        records.close();
    }

    private Records reopened() {
        return Records.open(folder, Words.english(), new SecureRandom(), () -> now, VaultTest.CHEAP);
    }

    private static Profile profile(String name) {
        return Profile.fresh(name, Environment.PRODUCTION, TYPED, KeyKeeping.FILE);
    }

    // The file

    @Test
    void aDamagedFileIsLeftAsItIsAndTheConsoleGoesOnWithoutIt() throws Exception {
        records.close();
        byte[] damaged = "not what it was ".repeat(1000).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        Files.write(folder.file(), damaged);
        records = reopened();
        assertThat(records.keeping()).isEqualTo(Keeping.UNTIL_THE_END);
        Problem trouble = records.trouble().orElseThrow();
        assertThat(trouble.code()).isEqualTo("records.damaged");
        assertThat(trouble.whatToDo()).anyMatch(text -> text.contains("move it aside"));
        records.profiles().save(profile("only for now"));
        assertThat(Files.readAllBytes(folder.file())).isEqualTo(damaged);

        Path aside = Records.moveAside(folder, Words.english(), () -> now);
        assertThat(Files.readAllBytes(aside)).isEqualTo(damaged);
        records.close();
        records = reopened();
        assertThat(records.keeping()).isEqualTo(Keeping.ALWAYS);
        assertThat(records.trouble()).isEmpty();
    }

    @Test
    void movingAsideNeverReplacesAnEarlierOne() throws Exception {
        records.close();
        Path first = Records.moveAside(folder, Words.english(), () -> now);
        Files.writeString(folder.file(), "second");
        Path second = Records.moveAside(folder, Words.english(), () -> now);
        assertThat(second).isNotEqualTo(first).hasContent("second");
        assertThat(first).exists();
        records = reopened();
    }

    @Test
    void aNewerReleasesFileIsNotTouched() throws Exception {
        records.close();
        List<String> newer = new ArrayList<>(RecordsSchema.STEPS);
        newer.add("CREATE TABLE of_the_future (x TEXT)");
        LocalDatabase.open(folder.file(), newer).close();
        byte[] before = Files.readAllBytes(folder.file());
        records = reopened();
        assertThat(records.trouble().orElseThrow().code()).isEqualTo("records.newer");
        assertThat(records.keeping()).isEqualTo(Keeping.UNTIL_THE_END);
        assertThat(Files.readAllBytes(folder.file())).isEqualTo(before);
    }

    @Test
    void aFolderThatCannotBeMadeIsSaid() throws Exception {
        Path inTheWay = home.resolve("file");
        Files.writeString(inTheWay, "");
        try (Records without = Records.open(
                new ConsoleFolder(inTheWay.resolve("limelight")),
                Words.english(),
                new SecureRandom(),
                () -> now,
                VaultTest.CHEAP)) {
            assertThat(without.keeping()).isEqualTo(Keeping.UNTIL_THE_END);
            assertThat(without.trouble()).isPresent();
            assertThat(without.remembered().get("theme")).isEmpty();
        }
    }

    @Test
    void aFolderOpenToOthersIsClosed() throws Exception {
        records.close();
        Files.setPosixFilePermissions(folder.path(), PosixFilePermissions.fromString("rwxr-xr-x"));
        records = reopened();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.file())))
                .isEqualTo("rw-------");
    }

    @Test
    void theFolderIsWhereTheDesktopKeepsSuchThings() {
        Path me = Path.of("/home/me");
        assertThat(ConsoleFolder.of(Map.of(), me).path()).isEqualTo(Path.of("/home/me/.config/limelight"));
        assertThat(ConsoleFolder.of(Map.of("XDG_CONFIG_HOME", "/elsewhere"), me).path())
                .isEqualTo(Path.of("/elsewhere/limelight"));
        assertThat(ConsoleFolder.of(Map.of("XDG_CONFIG_HOME", "relative"), me).path())
                .isEqualTo(Path.of("/home/me/.config/limelight"));
    }

    // Profiles

    @Test
    void aProfileComesBackAsItWas() throws Exception {
        Profile typed = records.profiles().save(profile("dc-east"));
        Profile files = records.profiles()
                .save(Profile.fresh(
                        "lab",
                        Environment.LAB,
                        new ProfileSource.Configuration(
                                Optional.of(Path.of("/etc/keylime/tenant.conf")), Optional.empty()),
                        KeyKeeping.PASSPHRASE_IN_VAULT));
        records.close();
        records = reopened();
        assertThat(records.profiles().all()).containsExactly(typed, files);
        records.profiles().opened(files);
        assertThat(records.profiles().all()).extracting(Profile::name).containsExactly("lab", "dc-east");
        assertThat(records.profiles().all().getFirst().opened()).contains(now);
    }

    @Test
    void twoProfilesDoNotShareAName() throws Exception {
        records.profiles().save(profile("dc-east"));
        refused(() -> records.profiles().save(profile("DC-East")), "records.profile-taken");
        refused(() -> records.profiles().save(profile(" ")), "records.profile-name");
        refused(() -> records.profiles().save(profile("x".repeat(81))), "records.profile-name");
    }

    @Test
    void whatAnotherConsoleChangedIsNotOverwritten() throws Exception {
        Profile here = records.profiles().save(profile("dc-east"));
        try (Records other = reopened()) {
            assertThat(other.keeping()).isEqualTo(Keeping.ALWAYS);
            other.profiles().save(other.profiles().find(here.id()).orElseThrow().named("dc-west"));
        }
        refused(() -> records.profiles().save(here.in(Environment.LAB)), "records.profile-changed");
        assertThat(records.profiles().find(here.id()).orElseThrow().name()).isEqualTo("dc-west");
    }

    @Test
    void aDeletedProfileComesBackWithItsNotesAndSecretsForADay() throws Exception {
        Profile profile = records.profiles().save(profile("dc-east"));
        MachineNote note = new MachineNote("web-07", List.of("web"), "");
        records.aliases().put(profile.id(), MACHINE, note);
        records.profiles().delete(profile);
        assertThat(records.profiles().all()).isEmpty();
        records.close();
        now = now.plus(Duration.ofHours(23));
        records = reopened();
        assertThat(records.profiles().undelete(profile)).isEqualTo(profile);
        assertThat(records.aliases().all(profile.id())).containsEntry(MACHINE, note);

        records.profiles().delete(profile);
        records.close();
        now = now.plus(Duration.ofHours(25));
        records = reopened();
        refused(() -> records.profiles().undelete(profile), "records.profile-gone");
        assertThat(records.aliases().all(profile.id())).isEmpty();
    }

    @Test
    void aNameGivenAwayMeanwhileIsSaid() throws Exception {
        Profile profile = records.profiles().save(profile("dc-east"));
        records.profiles().delete(profile);
        records.profiles().save(profile("dc-east"));
        refused(() -> records.profiles().undelete(profile), "records.profile-taken");
    }

    // Remembered

    @Test
    void textsAreRememberedByName() throws Exception {
        records.remembered().put("view.stale", "state:stale");
        records.remembered().put("view.failed %", "state:failed");
        records.remembered().put("viewer", "no view");
        records.remembered().put("view.stale", "state:stale age:>1h");
        records.close();
        records = reopened();
        assertThat(records.remembered().all("view."))
                .containsExactly(
                        Map.entry("view.failed %", "state:failed"), Map.entry("view.stale", "state:stale age:>1h"));
        records.remembered().remove("view.stale");
        assertThat(records.remembered().get("view.stale")).isEmpty();
    }

    // Machines

    @Test
    void aNoteShowsAsWhatItIs() {
        MachineNote note = new MachineNote(
                "web\u202e70-\u0007" + "x".repeat(10_000), List.of("dc east", "web,db", "web"), "line\n\u0000two");
        assertThat(note.alias()).startsWith("web70-x").hasSize(120);
        assertThat(note.tags()).containsExactly("dc", "east", "web", "db");
        assertThat(note.notes()).isEqualTo("line\ntwo");
    }

    @Test
    void anEmptyNoteIsForgotten() throws Exception {
        Profile profile = records.profiles().save(profile("dc-east"));
        records.aliases().put(profile.id(), MACHINE, new MachineNote("web-07", List.of("web", "dc-east"), "rack 4"));
        assertThat(records.aliases().all(profile.id()).get(MACHINE).tags()).containsExactly("web", "dc-east");
        records.aliases().put(profile.id(), MACHINE, MachineNote.NONE);
        assertThat(records.aliases().all(profile.id())).isEmpty();
    }

    static void refused(ThrowingCallable doing, String code) {
        assertThatThrownBy(doing).asInstanceOf(type(ProblemException.class)).satisfies(thrown -> {
            assertThat(thrown.problem().code()).isEqualTo(code);
            assertThat(thrown.problem().whatHappened()).doesNotContain(code);
            assertThat(thrown.problem().whatToDo()).isNotEmpty();
        });
    }
}
