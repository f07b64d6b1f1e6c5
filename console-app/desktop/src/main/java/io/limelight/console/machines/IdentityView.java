package io.limelight.console.machines;

import io.limelight.console.fleet.Identity;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.machines.evidence.Digests;
import io.limelight.console.machines.evidence.Printable;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.console.work.Loaded;
import io.limelight.core.api.AgentId;
import java.security.cert.X509Certificate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.VBox;

/** Which TPM it is and who vouches for it, its keys, the certificate its agent listens with. */
final class IdentityView {
    private final Words words;
    private final DetailViewModel model;
    private final VBox box = new VBox();
    private MachineCertificates certificates = MachineCertificates.none();

    IdentityView(DetailViewModel model, Words words) {
        this.words = words;
        this.model = model;
        box.getStyleClass().add("identity");
        model.identity().stateProperty().subscribe(this::draw);
    }

    Node node() {
        return box;
    }

    /** What the profile's CA knows of machines. */
    void certificates(MachineCertificates known) {
        certificates = known;
        draw(model.identity().stateProperty().get());
    }

    private List<Node> ofAuthority() {
        AgentId id = model.idProperty().get();
        Optional<MachineCertificates.Held> held = id == null ? Optional.empty() : certificates.of(id);
        if (id == null || held.isEmpty()) {
            return List.of();
        }
        GridPane grid = grid();
        row(grid, "machines.certificate.serial", held.get().serial(), true);
        row(grid, "machines.certificate.state", held.get().state(), false);
        row(grid, "machines.certificate.until", held.get().until(), false);
        Button show = new Button(words.of("machines.certificate.show"), Glyph.CERTIFICATE.icon("button-size"));
        show.setId("show-certificate");
        show.setOnAction(_ -> certificates.show(id));
        return List.of(title("machines.identity.package"), grid, show);
    }

    private void draw(Loaded<Identity> state) {
        List<Node> parts = new ArrayList<>();
        if (state.problem() != null) {
            parts.add(ProblemView.of(words, state.problem()));
        }
        parts.addAll(ofAuthority());
        Identity identity = state.value();
        if (identity == null) {
            if (state.loading()) {
                Label loading = new Label(words.of("machines.loading-part"));
                loading.getStyleClass().add("muted");
                parts.add(loading);
            }
        } else {
            parts.add(trust(identity));
            parts.add(title("machines.identity.keys"));
            GridPane keys = grid();
            row(keys, "machines.identity.ek", identity.ekKind(), false);
            row(keys, "machines.identity.ak", identity.akKind(), false);
            row(keys, "machines.identity.ak-name", Digests.grouped(identity.akName()), true);
            if (identity.registrations() >= 0) {
                row(
                        keys,
                        "machines.identity.registrations",
                        words.of("machines.count", identity.registrations()),
                        false);
            }
            parts.add(keys);
            for (int i = 0; i < identity.ekCertificates().size(); i++) {
                parts.add(title(i == 0 ? "machines.identity.ek-certificate" : "machines.identity.issuer"));
                parts.add(certificate(identity.ekCertificates().get(i)));
            }
            parts.add(title("machines.identity.tls"));
            if (identity.tls().isPresent()) {
                parts.add(certificate(identity.tls().get()));
            } else {
                Label plain = new Label(words.of("machines.identity.no-tls"));
                plain.setWrapText(true);
                parts.add(plain);
            }
        }
        box.getChildren().setAll(parts);
    }

    private Node trust(Identity identity) {
        Label sentence = new Label(identity.ekTrust());
        sentence.setWrapText(true);
        VBox callout = new VBox(sentence);
        callout.getStyleClass().addAll("message", identity.ekTrusted() ? "success" : "warning");
        return callout;
    }

    private Label title(String key) {
        Label title = new Label(words.of(key));
        title.getStyleClass().add("section-title");
        return title;
    }

    private static GridPane grid() {
        GridPane grid = new GridPane();
        grid.getStyleClass().addAll("fields", "well");
        return grid;
    }

    private void row(GridPane grid, String key, String value, boolean mono) {
        Label name = new Label(words.of(key));
        name.getStyleClass().add("muted");
        name.setMinWidth(Label.USE_PREF_SIZE);
        Label text = new Label(Printable.text(value, 1000));
        text.setWrapText(true);
        if (mono) {
            text.getStyleClass().add("mono");
        }
        grid.addRow(grid.getRowCount(), name, text);
    }

    private Node certificate(X509Certificate certificate) {
        DateTimeFormatter date = DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM)
                .withLocale(words.locale())
                .withZone(ZoneId.systemDefault());
        GridPane grid = grid();
        row(
                grid,
                "machines.certificate.subject",
                certificate.getSubjectX500Principal().getName(),
                true);
        row(
                grid,
                "machines.certificate.issuer",
                certificate.getIssuerX500Principal().getName(),
                true);
        row(
                grid,
                "machines.certificate.serial",
                Digests.grouped(certificate.getSerialNumber().toString(16)),
                true);
        row(
                grid,
                "machines.certificate.valid",
                words.of(
                        "machines.certificate.from-to",
                        date.format(certificate.getNotBefore().toInstant()),
                        date.format(certificate.getNotAfter().toInstant())),
                false);
        return grid;
    }
}
