package io.limelight.console.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.problem.Problem;
import io.limelight.console.profile.Environment;
import io.limelight.console.profile.KeyKeeping;
import io.limelight.console.profile.Profile;
import io.limelight.console.profile.ProfileSource;
import io.limelight.console.records.Records;
import io.limelight.console.words.Words;
import io.limelight.core.testkit.TestAuthority;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.PemFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstRunViewModelTest {
    private static final TestAuthority CA = TestAuthority.named("CN=Keylime Certificate Authority");
    private static final Words WORDS = Words.english();

    @TempDir
    Path root;

    private final Records records = Records.inMemory(WORDS, new SecureRandom(), InstantSource.system());
    private final List<Object> through = new ArrayList<>();

    @AfterEach
    void close() {
        records.close();
    }

    private FirstRunViewModel model(Map<String, String> environment) {
        FirstRunViewModel model = new FirstRunViewModel(
                new Discovery(environment, root, WORDS, InstantSource.system()),
                records,
                WORDS,
                new FirstRunViewModel.Doors() {
                    @Override
                    public void connect(Optional<ProfileSource> known) {
                        through.add(known);
                    }

                    @Override
                    public void sandbox() {
                        through.add("sandbox");
                    }

                    @Override
                    public void open(Profile profile) {
                        through.add(profile);
                    }
                },
                Runnable::run,
                Runnable::run);
        model.look();
        return model;
    }

    private static void keys(Path folder, KeyMaterial client) throws Exception {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("cacert.crt"), PemFiles.certificate(CA.certificate()));
        Files.writeString(folder.resolve("client-cert.crt"), PemFiles.certificate(client.certificate()));
        Files.write(folder.resolve("client-private.pem"), PemFiles.privateKey(client.key(), new char[0]));
    }

    private Path configuration(String text) throws Exception {
        Path file = root.resolve("etc/keylime/tenant.conf");
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    @Test
    void aBareComputerHasNothingAndSaysWhereItLooked() {
        FirstRunViewModel model = model(Map.of());
        assertThat(model.places()).extracting(Found::status).containsOnly(Found.Status.ABSENT);
        assertThat(model.places())
                .extracting(Found::path)
                .containsExactly(root.resolve("etc/keylime/tenant.conf"), root.resolve("var/lib/keylime/cv_ca"));
        assertThat(model.suggestionProperty().get()).isEmpty();
        assertThat(model.problemProperty().get()).isEmpty();
        model.review();
        assertThat(through).containsExactly(Optional.empty());
    }

    @Test
    void aConfigurationThatCannotBeReadIsSaidWithItsLine() throws Exception {
        configuration("[tenant]\nverifier_port = soon\n");
        FirstRunViewModel model = model(Map.of());
        Found found = model.places().getFirst();
        assertThat(found.status()).isEqualTo(Found.Status.TROUBLE);
        assertThat(found.sentence()).contains("tenant.conf:2").contains("verifier_port");
        assertThat(model.suggestionProperty().get()).isEmpty();
    }

    @Test
    void whatIsThereIsShownAndSuggested() throws Exception {
        Path conf = configuration("[tenant]\nverifier_ip = 10.20.0.11\nregistrar_ip = registrar.example\n");
        keys(root.resolve("var/lib/keylime/cv_ca"), CA.issue("CN=client"));
        FirstRunViewModel model = model(Map.of());
        assertThat(model.places()).extracting(Found::status).containsOnly(Found.Status.USABLE);
        assertThat(model.places().getFirst().sentence())
                .contains("10.20.0.11:8881")
                .contains("registrar.example:8891");
        model.review();
        assertThat(through)
                .containsExactly(Optional.of(new ProfileSource.Configuration(
                        Optional.of(conf), Optional.of(root.resolve("var/lib/keylime")))));
    }

    @Test
    void theVariablesOfKeylimeCount() throws Exception {
        Path elsewhere = root.resolve("elsewhere");
        keys(elsewhere.resolve("cv_ca"), CA.issue("CN=client"));
        FirstRunViewModel model = model(Map.of("KEYLIME_DIR", elsewhere.toString()));
        assertThat(model.places().getLast().path()).isEqualTo(elsewhere.resolve("cv_ca"));
        assertThat(model.places().getLast().status()).isEqualTo(Found.Status.USABLE);
    }

    @Test
    void keysThatAreMissingOrExpiredAreTrouble() throws Exception {
        Path folder = root.resolve("var/lib/keylime/cv_ca");
        keys(folder, CA.issue("CN=client", Instant.now().minus(Duration.ofDays(9)), Duration.ofDays(3)));
        assertThat(model(Map.of()).places().getLast().sentence()).contains("expired on");
        Files.delete(folder.resolve("client-private.pem"));
        Found found = model(Map.of()).places().getLast();
        assertThat(found.status()).isEqualTo(Found.Status.TROUBLE);
        assertThat(found.sentence()).contains("client-private.pem");
        Files.writeString(folder.resolve("client-private.pem"), "");
        Files.writeString(folder.resolve("client-cert.crt"), "no certificate");
        assertThat(model(Map.of()).places().getLast().sentence()).contains("client-cert.crt");
    }

    @Test
    void whatIsDroppedIsRecognizedByWhatItHolds() throws Exception {
        FirstRunViewModel model = model(Map.of());
        Path folder = root.resolve("from-the-verifier");
        keys(folder, CA.issue("CN=client"));
        model.dropped(folder);
        assertThat(through)
                .containsExactly(Optional.of(new ProfileSource.Typed("", 8881, "", 8891, folder, "", "", "")));
        through.clear();
        Path conf = Files.writeString(root.resolve("my.conf"), "[tenant]\nverifier_ip = 10.0.0.1\n");
        model.dropped(conf);
        assertThat(through)
                .containsExactly(Optional.of(new ProfileSource.Configuration(Optional.of(conf), Optional.empty())));
        through.clear();
        Path picture = Files.write(root.resolve("picture.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 1, 2});
        model.dropped(picture);
        model.dropped(root.resolve("gone"));
        assertThat(through).isEmpty();
        assertThat(model.problemProperty().get().map(Problem::code)).contains("connect.not-recognized");
    }

    @Test
    void fleetsOpenedBeforeAreADoor() throws Exception {
        Profile profile = records.profiles()
                .save(Profile.fresh(
                        "lab",
                        Environment.LAB,
                        new ProfileSource.Configuration(Optional.empty(), Optional.empty()),
                        KeyKeeping.FILE));
        FirstRunViewModel model = model(Map.of());
        assertThat(model.profiles()).containsExactly(profile);
        model.open(profile);
        assertThat(through).containsExactly(profile);
    }
}
