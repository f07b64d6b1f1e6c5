package io.limelight.console.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.connect.UnlockViewModel.Mode;
import io.limelight.console.problem.Problem;
import io.limelight.console.profile.Environment;
import io.limelight.console.profile.KeyKeeping;
import io.limelight.console.profile.Profile;
import io.limelight.console.profile.ProfileSource;
import io.limelight.console.records.Records;
import io.limelight.console.settings.SettingsViewModel;
import io.limelight.console.settings.SettingsViewModel.Look;
import io.limelight.console.settings.SettingsViewModel.Pace;
import io.limelight.console.words.Words;
import io.limelight.core.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProfilesViewModelTest {
    private final Records records = Records.inMemory(Words.english(), new SecureRandom(), InstantSource.system());
    private final List<Object> acts = new ArrayList<>();
    private final ProfilesViewModel model = new ProfilesViewModel(
            records.profiles(),
            new ProfilesViewModel.Acts() {
                @Override
                public void open(Profile profile) {
                    acts.add(profile);
                }

                @Override
                public void edit(Profile profile) {
                    acts.add("edit " + profile.name());
                }

                @Override
                public void add() {
                    acts.add("add");
                }
            },
            Runnable::run,
            Runnable::run);

    @AfterEach
    void close() {
        records.close();
    }

    private Profile kept(String name) throws Exception {
        return records.profiles()
                .save(Profile.fresh(
                        name,
                        Environment.LAB,
                        new ProfileSource.Configuration(Optional.empty(), Optional.empty()),
                        KeyKeeping.FILE));
    }

    @Test
    void aProfileIsRenamedMovedDeletedAndHadBack() throws Exception {
        kept("lab");
        model.load();
        model.rename(model.profiles().getFirst(), " lab two ");
        model.move(model.profiles().getFirst(), Environment.PRODUCTION);
        assertThat(model.profiles().getFirst().name()).isEqualTo("lab two");
        assertThat(model.profiles().getFirst().tint()).isEqualTo(Environment.PRODUCTION.usualTint());
        model.delete(model.profiles().getFirst());
        assertThat(model.profiles()).isEmpty();
        assertThat(model.deletedProperty().get()).isPresent();
        model.undelete();
        assertThat(model.profiles()).hasSize(1);
        assertThat(model.deletedProperty().get()).isEmpty();
    }

    @Test
    void aNameThatIsTakenIsSaidAndTheListStays() throws Exception {
        kept("lab");
        kept("other");
        model.load();
        model.rename(model.profiles().getFirst(), "other");
        assertThat(model.problemProperty().get().map(Problem::code)).contains("records.profile-taken");
        assertThat(model.profiles()).extracting(Profile::name).containsExactly("lab", "other");
    }

    @Test
    void aVaultIsMadeByTypingTheSameTwiceAndUnlockedByTypingItOnce() {
        UnlockViewModel unlock = new UnlockViewModel(records.vault(), Words.english(), Runnable::run, Runnable::run);
        unlock.begin();
        assertThat(unlock.modeProperty().get()).isEqualTo(Mode.CREATE);
        unlock.submit(word("one"), word("other"));
        assertThat(unlock.problemProperty().get().map(Problem::code)).contains("connect.passphrases-differ");
        unlock.submit(word("one"), word("one"));
        assertThat(unlock.unlockedProperty().get()).isTrue();

        records.vault().close();
        UnlockViewModel again = new UnlockViewModel(records.vault(), Words.english(), Runnable::run, Runnable::run);
        again.begin();
        assertThat(again.modeProperty().get()).isEqualTo(Mode.UNLOCK);
        SecretBytes wrong = word("wrong");
        again.submit(wrong, word(""));
        assertThat(again.problemProperty().get().map(Problem::code)).contains("records.vault-wrong");
        assertThat(again.unlockedProperty().get()).isFalse();
        again.submit(word("one"), word(""));
        assertThat(again.unlockedProperty().get()).isTrue();
    }

    private static SecretBytes word(String text) {
        return SecretBytes.adopt(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void settingsAreRememberedAndNonsenseIsNot() throws Exception {
        SettingsViewModel settings = settings();
        settings.loadNow();
        settings.lookProperty().set(Look.DARK);
        settings.scaleProperty().set(9);
        settings.paceProperty().set(Pace.OFF);
        assertThat(settings.scaleProperty().get()).isEqualTo(2);
        SettingsViewModel next = settings();
        next.loadNow();
        assertThat(next.lookProperty().get()).isEqualTo(Look.DARK);
        assertThat(next.scaleProperty().get()).isEqualTo(2);
        assertThat(next.paceProperty().get()).isEqualTo(Pace.OFF);

        for (Map.Entry<String, String> nonsense :
                Map.of("settings.scale", "NaN", "settings.theme", "purple").entrySet()) {
            records.remembered().put(nonsense.getKey(), nonsense.getValue());
        }
        SettingsViewModel odd = settings();
        odd.loadNow();
        assertThat(odd.scaleProperty().get()).isEqualTo(1);
        assertThat(odd.lookProperty().get()).isEqualTo(Look.SYSTEM);
        odd.reset();
        assertThat(odd.paceProperty().get()).isEqualTo(Pace.FIVE_SECONDS);
    }

    private SettingsViewModel settings() {
        return new SettingsViewModel(records.remembered(), Runnable::run, Runnable::run);
    }
}
