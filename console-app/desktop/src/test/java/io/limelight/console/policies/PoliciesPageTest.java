package io.limelight.console.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.activity.ActLog.Act;
import io.limelight.console.fleet.FakeFleet;
import io.limelight.console.machines.DialogHost;
import io.limelight.console.policies.Judged.Row;
import io.limelight.console.policies.Judged.Verdict;
import io.limelight.console.policies.PolicyRow.Kind;
import io.limelight.console.problem.Problem;
import io.limelight.console.records.Records;
import io.limelight.console.shell.Overlay;
import io.limelight.console.testkit.FxScreen;
import io.limelight.console.words.Words;
import io.limelight.console.work.Tasks;
import io.limelight.core.api.AgentId;
import io.limelight.core.policy.sign.PolicySigner;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javafx.application.Platform;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.TextField;
import javafx.scene.layout.StackPane;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A person opens a policy, adds a path, tries that, sees who would fail, and sends it, all in the window. */
@ResourceLock("javafx")
class PoliciesPageTest {
    private static final String A = "a".repeat(64);
    private static final Words WORDS = Words.english();

    private final ExecutorService work = Executors.newVirtualThreadPerTaskExecutor();
    private final FakeFleet fleet = new FakeFleet();
    private final FakePolicies server = new FakePolicies();
    private final List<Act> acts = new CopyOnWriteArrayList<>();
    private final FxScreen screen = FxScreen.start();
    private final Overlay overlay = screen.call(() -> new Overlay(WORDS));
    private final PoliciesPage.Models models = screen.call(this::models);
    private final PoliciesPage page = screen.call(this::page);

    private PoliciesPage.Models models() {
        Records records = Records.inMemory(WORDS, new SecureRandom(), () -> FakeFleet.NOW);
        PolicyDrafts drafts = new PolicyDrafts(records.drafts(), Optional.empty(), 1);
        PolicyWindows windows = new PolicyWindows(records.drafts(), 1);
        EvidenceShelf shelf = new EvidenceShelf(fleet);
        Tasks tasks = new Tasks(() -> FakeFleet.NOW, work, WORDS);
        TemplatesViewModel templates = new TemplatesViewModel(
                new TpmTemplates(records.drafts(), 1),
                server,
                acts::add,
                WORDS,
                () -> FakeFleet.NOW,
                work,
                Platform::runLater);
        SignaturesViewModel signatures = new SignaturesViewModel(
                server,
                new TrustedSigners(records.drafts(), 1, WORDS),
                acts::add,
                () -> FakeFleet.NOW,
                work,
                Platform::runLater);
        return new PoliciesPage.Models(
                new PoliciesViewModel(
                        server, fleet, drafts, windows, templates, () -> FakeFleet.NOW, work, Platform::runLater),
                new EditorViewModel(new EditorViewModel.Parts(
                        new HeardPolicies(
                                server,
                                (name, text) -> signatures.heard(name, SignaturesViewModel.Source.VERIFIER, text)),
                        drafts,
                        windows,
                        shelf,
                        acts::add,
                        WORDS,
                        () -> FakeFleet.NOW,
                        work,
                        Platform::runLater)),
                new DryRunViewModel(
                        server, fleet, shelf, acts::add, tasks, WORDS, () -> FakeFleet.NOW, Platform::runLater),
                new CreateViewModel(shelf, tasks, WORDS, Platform::runLater, (_, _) -> {}),
                new ReadViewModel(server, fleet, acts::add, WORDS, () -> FakeFleet.NOW, work, Platform::runLater),
                templates,
                new PcrReading(server, fleet, WORDS, () -> FakeFleet.NOW, work, Platform::runLater),
                new AssignViewModel.Parts(
                        server,
                        fleet,
                        new TpmTemplates(records.drafts(), 1),
                        acts::add,
                        () -> FakeFleet.NOW,
                        work,
                        Platform::runLater),
                signatures);
    }

    private PoliciesPage page() {
        DialogHost host = new DialogHost() {
            @Override
            public void show(String title, Node content, Node focus, Node opener) {
                overlay.show(title, content, focus, opener);
            }

            @Override
            public void hide() {
                overlay.hide();
            }
        };
        return new PoliciesPage(
                WORDS,
                models,
                host,
                AgentId::value,
                new PoliciesPage.Acts(_ -> {}, _ -> {}, _ -> {}),
                new SimpleDoubleProperty(1),
                work,
                Platform::runLater);
    }

    @TempDir
    Path folder;

    @BeforeEach
    void open() {
        fleet.tell(FakeFleet.trusted("m1"), FakeFleet.trusted("m2"));
        server.runtime.put("prod", FakePolicies.policy("\"/usr/bin/bash\": [\"" + A + "\"]", "\"/tmp/.*\""));
        server.verdicts.add(new Judged(
                AgentId.of("m1"), Verdict.FAIL, 1, List.of(new Row("/usr/bin/curl", 2, "", "not allowed")), ""));
        server.verdicts.add(new Judged(AgentId.of("m2"), Verdict.PASS, 0, List.of(), ""));
        screen.show(screen.call(() -> new StackPane(page.content(), overlay)), 1440, 900);
        screen.run(page::shown);
    }

    @AfterEach
    void close() {
        screen.close();
        work.shutdownNow();
    }

    private void until(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await().atMost(60, TimeUnit.SECONDS).ignoreExceptions().until(() -> screen.call(condition));
    }

    private void press(String selector) {
        until(() -> !screen.find(selector, Button.class).isDisabled());
        screen.run(() -> screen.find(selector, Button.class).fire());
    }

    @Test
    void aPolicyIsChangedTriedAndSent() {
        until(() -> !models.list().rows().isEmpty());
        screen.run(() -> models.list().look(Kind.RUNTIME, "prod"));
        press("#add-path");
        screen.run(() -> {
            screen.find("#new-path", TextField.class).setText("/opt/new");
            screen.find("#new-digest", TextField.class).setText(A);
        });
        until(() -> overlay.isVisible());
        screen.run(() -> ((Button) overlay.lookup(".button.accent")).fire());
        until(() -> models.editor().canUndoProperty().get());
        assertThat(screen.call(overlay::isVisible)).isFalse();

        press("#dry-run");
        until(() -> models.dryRun().reportProperty().get() != null);
        until(() -> page.content().lookup(".failing") != null);

        press("#send-policy");
        press("#send-now");
        until(() -> server.runtime.get("prod").contains("/opt/new"));
        until(() -> acts.size() == 2);
        assertThat(acts).extracting(Act::kind).containsExactly("policy.dryrun", "policy.save");
        assertThat(screen.call(() -> page.sheet().orElseThrow().rows()))
                .containsExactly(List.of("Runtime", "prod", "2", "2", ""));
    }

    @Test
    void aPolicyWithoutANameGetsOneAndItsDeletionIsTakenBack() {
        server.tpm.put(AgentId.of("m1"), "{\"7\": [\"" + A + "\"], \"mask\": \"0x80\"}");
        screen.run(models.templates()::reload);
        until(() -> models.list().rows().stream().anyMatch(PolicyRow::unnamed));
        screen.run(() -> models.list().rows().stream()
                .filter(PolicyRow::unnamed)
                .findFirst()
                .ifPresent(models.list().selectedProperty()::set));
        press("#template-name-it");
        screen.run(() -> screen.find("#template-name", TextField.class).setText("firmware"));
        press("#template-name-do");
        until(() -> models.list().rows().stream()
                .anyMatch(row -> row.kind() == Kind.TPM && row.name().equals("firmware") && row.machines() == 1));
        assertThat(screen.call(() -> models.list().rows().stream().anyMatch(PolicyRow::unnamed)))
                .isFalse();

        press("#template-delete");
        until(() -> models.list().rows().stream().anyMatch(PolicyRow::unnamed));
        screen.run(models.templates()::undo);
        until(() -> models.list().rows().stream().noneMatch(PolicyRow::unnamed));
    }

    @Test
    void aPolicyWithAWrongSignatureIsLoud() throws Exception {
        PolicySigner signer = PolicySigner.generate(new SecureRandom());
        String good = signer.sign(server.runtime.get("prod").getBytes(StandardCharsets.UTF_8))
                .json();
        server.runtime.put("signed", good);
        String other = signer.sign("{}".getBytes(StandardCharsets.UTF_8)).json();
        server.runtime.put(
                "forged", good.substring(0, good.indexOf("\"sig\"")) + other.substring(other.indexOf("\"sig\"")));
        Path key = Files.writeString(
                folder.resolve("release.pem"), signer.publicKey().pem());
        screen.run(() -> models.signatures().trust(key));
        screen.run(models.list()::refresh);
        until(() -> models.list().rows().size() == 3);

        screen.run(() -> models.list().look(Kind.RUNTIME, "signed"));
        until(() -> models.signatures()
                .about("signed")
                .filter(shown -> shown.report().verdict() == SignatureReport.Verdict.TRUSTED)
                .isPresent());
        assertThat(screen.call(() -> page.content().lookupAll(".message.danger")))
                .isEmpty();
        screen.run(() -> models.list().look(Kind.RUNTIME, "forged"));
        until(() -> !page.content().lookupAll(".message.danger").isEmpty());
    }

    @Test
    void chosenMachinesAreJudgedByAnotherPolicyAfterALookAtThePlan() {
        server.runtime.put("prod-2", FakePolicies.policy("", ""));
        server.tpm.put(AgentId.of("m1"), "{\"mask\": \"0x400\"}");
        server.tpm.put(AgentId.of("m2"), "{\"mask\": \"0x400\"}");
        server.failing.put(
                AgentId.of("m2"), new Problem("policies.assign-refused", "It did not.", List.of(), List.of(), ""));
        screen.run(() -> page.assign(List.of(AgentId.of("m1"), AgentId.of("m2")), page.content()));
        until(() -> screen.find("#assign-runtime", ComboBox.class).getItems().contains("prod-2"));
        assertThat(screen.call(() -> screen.find("#assign-run", Button.class).isDisabled()))
                .isTrue();
        screen.run(() -> chooser("#assign-runtime").setValue("prod-2"));
        press("#assign-try");
        until(() -> !overlay.lookupAll(".message.danger").isEmpty());
        assertThat(server.assigned).isEmpty();
        press("#assign-run");
        until(() -> server.assigned.containsKey(AgentId.of("m1")));
        until(() -> screen.find("#assign-run", Button.class).getText().contains("1"));
        server.failing.clear();
        press("#assign-run");
        until(() -> !screen.find("#assign-run", Button.class).isDisabled());
        press("#assign-run");
        until(() -> server.assigned.containsKey(AgentId.of("m2")));
        press("#assign-close");
        assertThat(screen.call(overlay::isVisible)).isFalse();
    }

    @SuppressWarnings("unchecked")
    private ComboBox<String> chooser(String id) {
        return screen.find(id, ComboBox.class);
    }
}
