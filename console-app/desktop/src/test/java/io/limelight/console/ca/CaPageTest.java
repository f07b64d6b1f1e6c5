package io.limelight.console.ca;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.machines.DialogHost;
import io.limelight.console.shell.Overlay;
import io.limelight.console.testkit.FxScreen;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javafx.application.Platform;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.PasswordField;
import javafx.scene.control.TextField;
import javafx.scene.layout.StackPane;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A person makes a CA, issues two certificates, revokes one and sees the list of revoked ones, all in the window. */
@ResourceLock("javafx")
class CaPageTest {
    @TempDir
    Path root;

    private final ExecutorService work = Executors.newVirtualThreadPerTaskExecutor();
    private final Executor screenThread = Platform::runLater;
    private FxScreen screen;
    private CaUnderTest ca;
    private CaViewModel model;
    private CaPage page;
    private Overlay overlay;

    @BeforeEach
    void open() {
        screen = FxScreen.start();
        ca = new CaUnderTest(root.resolve("ca"));
        StackPane window = screen.call(() -> {
            overlay = new Overlay(CaUnderTest.WORDS);
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
            model = new CaViewModel(ca.room, _ -> "", work, screenThread);
            EkTrustViewModel trust = new EkTrustViewModel(
                    Optional.empty(),
                    root,
                    java.util.List::of,
                    _ -> new EkTrustViewModel.Verdict(false, ""),
                    CaUnderTest.WORDS,
                    () -> ca.now,
                    work,
                    screenThread);
            page = new CaPage(CaUnderTest.WORDS, model, trust, CaPasswords.none(), host, work, screenThread);
            StackPane all = new StackPane(page.content(), overlay);
            page.shown();
            return all;
        });
        screen.show(window, 1440, 900);
    }

    @AfterEach
    void close() {
        screen.close();
        ca.close();
        work.shutdownNow();
    }

    private void until(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await().atMost(60, TimeUnit.SECONDS).ignoreExceptions().until(() -> screen.call(condition));
    }

    private void press(String selector) {
        screen.run(() -> {
            Button button = screen.find(selector, Button.class);
            assertThat(button.isDisabled()).as(selector + " can be pressed").isFalse();
            button.fire();
        });
    }

    private void type(String selector, String text) {
        screen.run(() -> screen.find(selector, TextField.class).setText(text));
    }

    private void secret(String selector, String text) {
        screen.run(() -> screen.find(selector, PasswordField.class).setText(text));
    }

    private void doneAndClosed() {
        until(() -> overlay.lookup("#ca-outcome") != null);
        press("#ca-keep");
        assertThat(screen.call(overlay::isVisible)).isFalse();
    }

    private void issue(String name) {
        press("#ca-issue");
        type("#ca-name", "../evil");
        assertThat(screen.find("#ca-run", Button.class).isDisabled()).isTrue();
        type("#ca-name", name);
        assertThat(screen.find("#ca-run", Button.class).isDisabled()).isTrue();
        secret("#ca-password", CaUnderTest.PASSWORD);
        press("#ca-run");
        doneAndClosed();
        until(() -> model.all().stream().anyMatch(row -> row.name().equals(name)));
    }

    @Test
    void aCaIsMadeTwoCertificatesIssuedOneRevokedAndTheListSaysSo() {
        until(() -> model.contentsProperty().get().problem() != null);
        screen.run(() -> {
            Node none = screen.find("#ca-none", Node.class);
            ((Button) none.lookup(".button")).fire();
        });
        screen.run(() -> {
            @SuppressWarnings("unchecked")
            ComboBox<CaAct.Keys> keys = screen.find("#ca-keys", ComboBox.class);
            keys.setValue(CaAct.Keys.P256);
        });
        secret("#ca-second", CaUnderTest.PASSWORD);
        assertThat(screen.find("#ca-run", Button.class).isDisabled()).isTrue();
        secret("#ca-again", CaUnderTest.PASSWORD);
        press("#ca-run");
        doneAndClosed();
        until(() -> !model.all().isEmpty());

        issue("web-07-id");
        issue("web-08-id");

        screen.run(() -> model.look("web-07-id"));
        press("#ca-revoke");
        Node after = screen.find("#ca-crl-after", Node.class);
        assertThat(screen.call(() -> after.lookupAll(".label").stream()
                        .map(label -> ((Label) label).getText())
                        .toList()
                        .toString()))
                .contains("CRL 2")
                .contains("1 entry")
                .contains("web-07-id");
        assertThat(screen.find("#ca-run", Button.class).getText()).isEqualTo("Revoke certificate of web-07-id");
        secret("#ca-password", "wrong");
        press("#ca-run");
        until(() -> overlay.lookup(".problem-view").isVisible());
        secret("#ca-password", CaUnderTest.PASSWORD);
        press("#ca-run");
        doneAndClosed();
        until(() ->
                model.all().stream().anyMatch(row -> row.name().equals("web-07-id") && row.badge() == Badge.REVOKED));
        assertThat(screen.call(() -> model.contentsProperty()
                        .get()
                        .value()
                        .listing()
                        .orElseThrow()
                        .crl()
                        .orElseThrow()
                        .number()
                        .intValue()))
                .isEqualTo(2);

        // What revoked it is one press away, where the board knows it; else that is said.
        List<String> opened = new ArrayList<>();
        screen.run(() -> {
            model.look("web-07-id");
            page.causes((machine, _) -> new RevocationCauses.Cause.Known(() -> opened.add(machine)));
        });
        screen.run(() -> screen.find("#ca-cause", Hyperlink.class).fire());
        assertThat(opened).containsExactly("web-07-id");
        screen.run(() -> page.causes((_, _) -> new RevocationCauses.Cause.NotListed()));
        assertThat(screen.call(() -> page.content().lookup("#ca-cause"))).isNull();

        // And from the board to it, by its number, whatever is hidden.
        BigInteger serial = screen.call(() -> model.selectedProperty().get().serial());
        screen.run(() -> {
            model.look("web-08-id");
            model.hideRevokedProperty().set(true);
            page.showCertificate(serial);
        });
        assertThat(screen.call(() -> model.selectedProperty().get().name())).isEqualTo("web-07-id");
        assertThat(screen.call(() -> model.row(BigInteger.TWO.pow(70)))).isEmpty();
    }
}
