package io.limelight.console.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.connect.ConnectForm.Field;
import io.limelight.console.connect.ConnectViewModel.Offer;
import io.limelight.console.profile.Connection;
import io.limelight.console.profile.ConnectionReader;
import io.limelight.console.profile.Environment;
import io.limelight.console.profile.KeyKeeping;
import io.limelight.console.profile.Profile;
import io.limelight.console.profile.ProfileSource;
import io.limelight.console.records.Records;
import io.limelight.console.words.Words;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.testkit.HostileServer;
import io.limelight.core.testkit.TestAuthority;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.ServerTls;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectViewModelTest {
    private static final TestAuthority CA = TestAuthority.named("CN=Keylime Certificate Authority");
    private static final KeyMaterial SERVER = CA.issue("CN=server");
    private static final KeyMaterial CLIENT = CA.issue("CN=client");

    @TempDir
    Path folder;

    private final Records records = Records.inMemory(Words.english(), new SecureRandom(), InstantSource.system());
    private final List<Profile> connected = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();
    private ConnectViewModel model;
    private HostileServer server;

    @BeforeEach
    void open() throws Exception {
        Files.writeString(folder.resolve("cacert.crt"), PemFiles.certificate(CA.certificate()));
        Files.writeString(folder.resolve("client-cert.crt"), PemFiles.certificate(CLIENT.certificate()));
        Files.write(folder.resolve("client-private.pem"), PemFiles.privateKey(CLIENT.key(), new char[0]));
        server = HostileServer.tls(
                new ServerTls(SERVER, CA.trusted(), ServerTls.ClientAuth.REQUIRED), (request, answer) -> {
                    boolean version = request.head().contains("/version");
                    answer.json(
                            version ? 200 : 404,
                            version
                                    ? "{\"code\":200,\"status\":\"Success\",\"results\":{\"current_version\":\"2.4\",\"supported_versions\":[\"2.4\"]}}"
                                    : "{\"code\":404,\"status\":\"not found\",\"results\":{}}");
                });
        model = model(Runnable::run);
    }

    private ConnectViewModel model(java.util.concurrent.Executor work) {
        Words words = Words.english();
        return new ConnectViewModel(
                new Doctor(words, InstantSource.system(), new DoctorLimits(Duration.ofSeconds(60))),
                new Connector(new ConnectionReader(folder, words), records.vault(), words),
                records,
                words,
                (profile, connection) -> {
                    connected.add(profile);
                    connections.add(connection);
                },
                work,
                Runnable::run);
    }

    @AfterEach
    void close() throws Exception {
        model.close();
        server.close();
        records.close();
    }

    private void type(int verifierPort) {
        ConnectForm form = model.form();
        form.text(Field.NAME).set("dc-east");
        form.text(Field.VERIFIER_HOST).set("127.0.0.1");
        form.text(Field.VERIFIER_PORT).set(Integer.toString(verifierPort));
        form.text(Field.REGISTRAR_HOST).set("127.0.0.1");
        form.text(Field.REGISTRAR_PORT).set(Integer.toString(server.port()));
        form.text(Field.TLS_FOLDER).set(folder.toString());
    }

    private static int closedPort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void whatIsMissingIsSaidFieldByField() {
        assertThat(model.offerProperty().get()).isEqualTo(Offer.FILL_IN);
        assertThat(model.form().faultsProperty().get())
                .containsOnlyKeys(Field.NAME, Field.VERIFIER_HOST, Field.REGISTRAR_HOST, Field.TLS_FOLDER);
        type(8881);
        assertThat(model.offerProperty().get()).isEqualTo(Offer.EXAMINE);
        model.form().text(Field.VERIFIER_PORT).set("70000");
        model.form().text(Field.REGISTRAR_HOST).set("https://registrar/");
        assertThat(model.form().faultsProperty().get()).containsOnlyKeys(Field.VERIFIER_PORT, Field.REGISTRAR_HOST);
        model.examine();
        assertThat(model.steps()).isEmpty();
    }

    @Test
    void whatWasFoundIsCalledByItsVerifierUntilItIsCalledSomethingElse() throws Exception {
        ProfileSource found =
                new ProfileSource.Typed("127.0.0.1", server.port(), "127.0.0.1", server.port(), folder, "", "", "");
        model.begin(Optional.of(found));
        assertThat(model.form().text(Field.NAME).get()).isEqualTo("127.0.0.1");
        model.examine();
        model.connect();
        ConnectViewModel second = model(Runnable::run);
        second.begin(Optional.of(found));
        assertThat(second.form().text(Field.NAME).get()).isEqualTo("127.0.0.1 2");
        second.form().text(Field.NAME).set("lab");
        second.begin(Optional.of(found));
        assertThat(second.form().text(Field.NAME).get()).isEqualTo("lab");
    }

    @Test
    void aConnectionThatWorksIsKeptAndOpened() throws Exception {
        type(server.port());
        model.connect();
        assertThat(connected).isEmpty();
        model.examine();
        assertThat(model.offerProperty().get()).isEqualTo(Offer.CONNECT);
        assertThat(model.steps()).allSatisfy(row -> {
            assertThat(row.running()).isFalse();
            assertThat(row.finding()).isPresent();
        });
        model.connect();
        assertThat(connected).hasSize(1);
        assertThat(records.profiles().all()).extracting(Profile::name).containsExactly("dc-east");
        assertThat(connected.getFirst().opened()).isEmpty();
        assertThat(connections.getFirst().settings().verifier().port()).isEqualTo(server.port());
    }

    @Test
    void whatWasSeenDoesNotCountForWhatIsTypedLater() {
        type(server.port());
        model.examine();
        model.form().text(Field.NAME).set("dc-west");
        assertThat(model.offerProperty().get()).isEqualTo(Offer.CONNECT);
        model.form().text(Field.VERIFIER_HOST).set("localhost");
        assertThat(model.outdatedProperty().get()).isTrue();
        assertThat(model.offerProperty().get()).isEqualTo(Offer.EXAMINE);
        model.connect();
        assertThat(connected).isEmpty();
        assertThat(model.steps()).isNotEmpty();
    }

    @Test
    void whereSomethingIsWrongOneConnectsOnlyAnyway() throws Exception {
        type(closedPort());
        model.examine();
        assertThat(model.offerProperty().get()).isEqualTo(Offer.MEND);
        model.connect();
        assertThat(connected).isEmpty();
        assertThat(model.form().text(Field.VERIFIER_HOST).get()).isEqualTo("127.0.0.1");
        model.connectAnyway();
        assertThat(connected).hasSize(1);
    }

    @Test
    void aNameThatIsTakenIsSaidAndNothingIsLost() throws Exception {
        records.profiles()
                .save(Profile.fresh(
                        "dc-east",
                        Environment.LAB,
                        new ProfileSource.Configuration(Optional.empty(), Optional.empty()),
                        KeyKeeping.FILE));
        type(server.port());
        model.examine();
        model.connect();
        assertThat(connected).isEmpty();
        assertThat(model.problemProperty().get().orElseThrow().code()).isEqualTo("records.profile-taken");
        assertThat(model.offerProperty().get()).isEqualTo(Offer.CONNECT);
        model.form().text(Field.NAME).set("dc-west");
        model.connect();
        assertThat(connected).hasSize(1);
    }

    @Test
    void anEncryptedKeyIsOpenedByItsPassphraseAndTheVaultKeepsIt() throws Exception {
        Files.write(folder.resolve("client-private.pem"), PemFiles.privateKey(CLIENT.key(), "söcret".toCharArray()));
        type(server.port());
        model.examine();
        assertThat(model.keyEncryptedProperty().get()).isTrue();
        assertThat(model.offerProperty().get()).isEqualTo(Offer.MEND);

        model.passphrase(SecretBytes.adopt("söcret".getBytes(StandardCharsets.UTF_8)));
        assertThat(model.offerProperty().get()).isEqualTo(Offer.EXAMINE);
        model.examine();
        assertThat(model.offerProperty().get()).isEqualTo(Offer.CONNECT);
        model.connect();
        assertThat(model.problemProperty().get().orElseThrow().code()).isEqualTo("records.vault-locked");
        assertThat(records.profiles().all()).isEmpty();

        records.vault().create(SecretBytes.adopt("of the vault".getBytes(StandardCharsets.UTF_8)));
        model.connect();
        assertThat(connected.getFirst().key()).isEqualTo(KeyKeeping.PASSPHRASE_IN_VAULT);
        assertThat(connections.getFirst().settings().tls().client().certificate())
                .isEqualTo(CLIENT.certificate());
    }

    @Test
    void itCanBeCancelledWhileTheServerSaysNothing() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            BlockingQueue<Runnable> screen = new LinkedBlockingQueue<>();
            Words words = Words.english();
            model = new ConnectViewModel(
                    new Doctor(words, InstantSource.system(), new DoctorLimits(Duration.ofMinutes(3))),
                    new Connector(new ConnectionReader(folder, words), records.vault(), words),
                    records,
                    words,
                    (_, _) -> {},
                    task -> Thread.ofVirtual().start(task),
                    screen::add);
            type(silent.getLocalPort());
            model.examine();
            assertThat(model.offerProperty().get()).isEqualTo(Offer.WAIT);
            while (model.steps().stream().noneMatch(row -> row.running() && row.check() == Check.TLS)) {
                run(screen);
            }
            model.cancel();
            while (model.examiningProperty().get()) {
                run(screen);
            }
            assertThat(model.offerProperty().get()).isEqualTo(Offer.EXAMINE);
            assertThat(model.steps()).noneMatch(DoctorRow::running);
        }
    }

    private static void run(BlockingQueue<Runnable> screen) throws Exception {
        Runnable next = screen.poll(60, TimeUnit.SECONDS);
        assertThat(next).as("nothing more comes").isNotNull();
        next.run();
    }
}
