package io.limelight.console.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limelight.cli.Main;
import io.limelight.cli.command.CliContext;
import io.limelight.console.fleet.FakeFleet;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.Staleness;
import io.limelight.console.payloads.PayloadMode;
import io.limelight.console.profile.Connection;
import io.limelight.console.profile.ConnectionReader;
import io.limelight.console.provision.ProvisionForm.Field;
import io.limelight.console.provision.ProvisionRun.Phase;
import io.limelight.console.provision.ProvisionViewModel.Step;
import io.limelight.console.records.Records;
import io.limelight.console.sandbox.SandboxSession;
import io.limelight.console.words.Words;
import io.limelight.console.work.Progress;
import io.limelight.console.work.Tasks;
import io.limelight.core.api.AgentId;
import io.limelight.core.ca.CaListing;
import io.limelight.core.ca.CaName;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tenant.Delivered;
import io.limelight.core.tenant.PayloadOutcome;
import io.limelight.core.tenant.ProvisionPlan;
import io.limelight.core.tenant.ProvisionReceipt;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Two machines of a real sandbox are provisioned by the wizard, and a third by the command line that it offers. */
@ResourceLock("sandbox")
class ProvisionIT {
    private static final Duration LONG = Duration.ofMinutes(4);
    private static final Words WORDS = Words.english();
    private static final String PASSWORD = "a word for this test";
    private static final int TIMES = 10;

    @TempDir
    Path folder;

    private final ExecutorService work = Executors.newVirtualThreadPerTaskExecutor();
    private final ExecutorService screen = Executors.newSingleThreadExecutor();
    private Optional<SandboxSession> session = Optional.empty();

    @BeforeEach
    void needsSoftwareTpms() {
        Assumptions.assumeTrue(
                SandboxSession.unavailable(WORDS).isEmpty(),
                () -> SandboxSession.unavailable(WORDS).orElseThrow().whatHappened());
    }

    @AfterEach
    void end() {
        session.ifPresent(SandboxSession::close);
        work.shutdownNow();
        screen.shutdownNow();
    }

    private <T> T see(Callable<T> question) throws Exception {
        return screen.submit(question).get(1, TimeUnit.MINUTES);
    }

    private void act(Runnable action) throws Exception {
        see(() -> {
            action.run();
            return true;
        });
    }

    @Test
    void theWizardProvisionsTwoAndItsCommandTheThird() throws Exception {
        SandboxSession sandbox = SandboxSession.start(
                3,
                WORDS,
                new SecureRandom(),
                new Progress() {
                    @Override
                    public void step(String title) {}

                    @Override
                    public void done(long done, long total) {}
                },
                new Cancellation());
        session = Optional.of(sandbox);
        List<AgentId> ids = List.copyOf(sandbox.machines().keySet());
        Connection connection =
                new ConnectionReader(Path.of("/"), WORDS).read(sandbox.profile().source());
        FleetSurroundings surroundings = FleetSurroundings.of(sandbox.profile(), Path.of("/"));
        Path payload = payload();
        Path ca = folder.resolve("new ca");
        FakeFleet fleet = new FakeFleet();
        fleet.tell(ids.stream().map(id -> FakeFleet.trusted(id.value())).toArray(Machine[]::new));
        Records records = Records.inMemory(WORDS, new SecureRandom(), InstantSource.system());
        TenantProvisioner provisioner = new TenantProvisioner(
                connection.settings(), surroundings.subject(), new SecureRandom(), InstantSource.system());
        ProvisionViewModel model = see(() -> new ProvisionViewModel(new ProvisionViewModel.Parts(
                fleet::latest,
                fleet::refreshSoon,
                provisioner,
                List::of,
                records.drafts(),
                records.receipts(),
                0,
                AgentId::value,
                () -> new Staleness(Duration.ofMinutes(5)),
                surroundings.ca(),
                surroundings.prefix(),
                new Tasks(InstantSource.system(), work, WORDS),
                WORDS,
                InstantSource.system(),
                work,
                screen)));

        begin(model, ids.subList(0, 2), payload, ca);
        ProvisionPlan plan = see(() -> model.planProperty().get().orElseThrow());
        assertThat(plan.payload().actions()).hasSize(2);
        assertThat(plan.issued()).isEqualTo(2);
        assertThat(plan.machines()).allMatch(ProvisionPlan.ForMachine::replaces);
        run(model);

        List<ProvisionReceipt> receipts = see(() -> model.provisionRun().runs().stream()
                .map(each -> {
                    assertThat(each.problem()).as(each.toString()).isNull();
                    return each.receipt().orElseThrow();
                })
                .toList());
        List<String> serials = new ArrayList<>();
        for (ProvisionReceipt receipt : receipts) {
            assertThat(receipt.keyProven()).isTrue();
            assertThat(receipt.outcome().stage()).isEqualTo(PayloadOutcome.Stage.DONE);
            assertThat(receipt.outcome().exit()).hasValue(0);
            serials.add(receipt.delivered()
                    .flatMap(Delivered::certificate)
                    .orElseThrow()
                    .serial()
                    .toString());
            assertThat(records.receipts().of(0, receipt.machine())).hasSize(1);
        }
        CaListing listing = provisioner.authority(ca).listing();
        for (ProvisionReceipt receipt : receipts) {
            assertThat(serials)
                    .contains(listing.named(CaName.fresh(receipt.machine().value()))
                            .orElseThrow()
                            .certificate()
                            .getSerialNumber()
                            .toString());
        }

        begin(model, ids.subList(2, 3), payload, ca);
        String line = see(() -> surroundings.prefix()
                + model.planProperty()
                        .get()
                        .orElseThrow()
                        .machines()
                        .getFirst()
                        .limelight()
                        .text());
        assertThat(typed(line)).isZero();
        assertThat(provisioner
                        .authority(ca)
                        .listing()
                        .named(CaName.fresh(ids.get(2).value())))
                .isPresent();
        await().atMost(LONG).until(() -> Files.exists(began(ids.get(2))));

        measure(model, ids.getFirst(), payload, ca);
        act(model::close);
    }

    private Path began(AgentId id) {
        return folder.resolve("began-" + id);
    }

    private Path payload() throws Exception {
        Path payload = Files.createDirectories(folder.resolve("payload"));
        Files.writeString(payload.resolve("autorun.sh"), """
                #!/bin/sh
                date +%s%N > "{folder}/began-$AGENT_UUID"
                test -f payload_id_ed25519.pub
                """.replace("{folder}", folder.toString()));
        Files.writeString(payload.resolve("payload_id_ed25519.pub"), "ssh-ed25519 AAAA test\n");
        Files.writeString(payload.resolve("action_list"), "local_action_rm_ssh.py, local_action_note.py\n");
        for (String action : List.of("local_action_rm_ssh.py", "local_action_note.py")) {
            Files.writeString(payload.resolve(action), "async def execute(event):\n    return None\n");
        }
        return payload;
    }

    private void begin(ProvisionViewModel model, List<AgentId> ids, Path payload, Path ca) throws Exception {
        act(() -> {
            model.begin(ids);
            model.choices().modeProperty().set(Optional.of(PayloadMode.CERTIFICATE_PACKAGE));
            model.choices().text(Field.PLACE).set(payload.toString());
            model.choices().text(Field.CA).set(ca.toString());
            model.choices().text(Field.CA_KEY).set("p256");
            model.password(SecretBytes.copyOf(PASSWORD.getBytes(StandardCharsets.UTF_8)));
            model.go(Step.PLAN);
        });
        await().atMost(LONG).until(() -> see(() -> !model.planningProperty().get()));
        assertThat(see(() -> model.problemProperty().get())).isEmpty();
    }

    private void run(ProvisionViewModel model) throws Exception {
        act(model::run);
        await().atMost(LONG)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> see(() -> model.provisionRun().phaseProperty().get() == Phase.OVER));
    }

    /** What a shell makes of the line, done in this process. */
    private int typed(String line) throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", "printf '%s\\n' " + line).start();
        List<String> words = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(words.getFirst()).isEqualTo("env");
        Map<String, String> environment = new HashMap<>();
        int at = 1;
        for (; !words.get(at).equals("limelight"); at++) {
            String[] pair = words.get(at).split("=", 2);
            environment.put(pair[0], pair[1]);
        }
        Path secret = folder.resolve("word");
        PrivateFiles.write(secret, (PASSWORD + "\n").getBytes(StandardCharsets.UTF_8));
        List<String> arguments = new ArrayList<>(words.subList(at + 1, words.size()));
        arguments.addAll(List.of("--ca-password-file", secret.toString()));
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        int status = Main.run(
                new CliContext(
                        environment, Path.of("/"), folder, new ByteArrayInputStream(new byte[0]), out, out, false),
                arguments.toArray(String[]::new));
        assertThat(status).as(said.toString(StandardCharsets.UTF_8)).isZero();
        return status;
    }

    /** From the button to the first line of the script; said, not judged: other work may run beside this test. */
    private void measure(ProvisionViewModel model, AgentId id, Path payload, Path ca) throws Exception {
        List<Long> took = new ArrayList<>();
        for (int i = 0; i < TIMES; i++) {
            begin(model, List.of(id), payload, ca);
            Files.deleteIfExists(began(id));
            long pressed = System.currentTimeMillis();
            run(model);
            await().atMost(LONG)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> Files.exists(began(id)) && Files.size(began(id)) > 10);
            took.add(Long.parseLong(Files.readString(began(id)).strip()) / 1_000_000 - pressed);
        }
        took.sort(Long::compare);
        System.getLogger(ProvisionIT.class.getName())
                .log(
                        System.Logger.Level.INFO,
                        "From the button to the first line of autorun.sh, nothing issued: median " + took.get(TIMES / 2)
                                + " ms, all " + took);
    }
}
