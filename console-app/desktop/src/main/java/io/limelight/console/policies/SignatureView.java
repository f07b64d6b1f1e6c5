package io.limelight.console.policies;

import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.ShapeMark;
import io.limelight.console.policies.EditorViewModel.Opened;
import io.limelight.console.policies.SignatureReport.Certificate;
import io.limelight.console.policies.SignatureReport.One;
import io.limelight.console.policies.SignatureReport.Standing;
import io.limelight.console.policies.SignatureReport.Verdict;
import io.limelight.console.policies.SignaturesViewModel.Shown;
import io.limelight.console.policies.TrustedSigners.Signer;
import io.limelight.console.words.Words;
import java.io.File;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.stage.FileChooser;

/** Who signed the policy that is open, and the keys that are trusted. */
final class SignatureView extends VBox {
    private static final int MOST = 20;

    private final SignaturesViewModel model;
    private final EditorViewModel editor;
    private final Words words;
    private final VBox banner = new VBox();

    SignatureView(SignaturesViewModel model, EditorViewModel editor, Words words) {
        this.model = model;
        this.editor = editor;
        this.words = words;
        getStyleClass().addAll("signatures", "template-body");
        banner.getStyleClass().add("editor-messages");
        model.shownProperty().subscribe(_ -> draw());
        model.trustedProperty().subscribe(_ -> draw());
        model.problemProperty().subscribe(_ -> draw());
        editor.openedProperty().subscribe(opened -> {
            model.opened(opened == null ? null : opened.name());
            draw();
        });
    }

    /** What has to be said above every tab; hidden where there is nothing. */
    Node banner() {
        return banner;
    }

    private Optional<Shown> shown() {
        Opened as = editor.openedProperty().get();
        return as == null ? Optional.empty() : model.about(as.name());
    }

    private void draw() {
        Optional<Shown> shown = shown();
        Bits.show(banner, shown.filter(each -> each.report().verdict().loud()).isPresent());
        banner.getChildren().clear();
        shown.filter(each -> each.report().verdict().loud())
                .ifPresent(each -> banner.getChildren().add(verdict(each)));
        List<Node> parts = new ArrayList<>();
        if (model.problemProperty().get() != null) {
            parts.add(ProblemView.of(words, model.problemProperty().get()));
        }
        Opened as = editor.openedProperty().get();
        if (shown.isPresent()) {
            parts.add(verdict(shown.get()));
            parts.add(Bits.wrapped(
                    words.of("policies.signature.of." + shown.get().source().key()), "muted"));
            List<One> signatures = shown.get().report().signatures();
            signatures.stream().limit(MOST).map(this::signature).forEach(parts::add);
            if (signatures.size() > MOST) {
                parts.add(Bits.wrapped(words.of("policies.signature.more", signatures.size() - MOST), "muted"));
            }
        } else if (as != null && as.fresh()) {
            parts.add(Bits.wrapped(words.of("policies.signature.fresh"), "muted"));
        } else if (as != null) {
            parts.add(Bits.wrapped(words.of("policies.signature.not-read"), "muted"));
            Button read = Bits.button(words.of("policies.signature.read"), () -> model.read(as.name()));
            read.setId("read-signature");
            parts.add(new HBox(read));
        }
        parts.add(trusted());
        getChildren().setAll(parts);
    }

    private Node verdict(Shown shown) {
        Verdict verdict = shown.report().verdict();
        boolean partly = verdict == Verdict.TRUSTED
                && shown.report().signatures().stream().anyMatch(one -> one.standing() == Standing.WRONG);
        String tone = switch (verdict) {
            case TRUSTED -> partly ? "warning" : "success";
            case UNSIGNED, UNKNOWN -> "warning";
            case WRONG, DAMAGED -> "danger";
        };
        Label text = Bits.wrapped(words.of(
                partly ? "policies.signature.partly" : "policies.signature." + verdict.key(),
                shown.report().signatures().size(),
                shown.report().trouble()));
        HBox.setHgrow(text, Priority.ALWAYS);
        Node mark = switch (tone) {
            case "success" -> ShapeMark.tick(tone);
            case "danger" -> ShapeMark.failed(tone);
            default -> ShapeMark.warning(tone);
        };
        HBox line = new HBox(mark, text);
        line.getStyleClass().addAll("message", tone);
        return line;
    }

    private Node signature(One one) {
        GridPane grid = new GridPane();
        grid.getStyleClass().addAll("fields", "well");
        row(
                grid,
                "policies.signature.standing",
                words.of("policies.signature.standing." + one.standing().key(), Bits.printable(one.signer())));
        if (!one.keyId().isEmpty()) {
            row(grid, "policies.signature.key-id", one.keyId());
        }
        one.fingerprint().ifPresent(print -> row(grid, "policies.signature.fingerprint", print));
        one.certificate().ifPresent(certificate -> {
            row(grid, "policies.signature.subject", certificate.subject());
            row(grid, "policies.signature.valid", validity(certificate));
        });
        return grid;
    }

    private String validity(Certificate certificate) {
        return words.of(
                certificate.valid() ? "policies.signature.valid.now" : "policies.signature.valid.not",
                Bits.date(words, LocalDate.ofInstant(certificate.from(), ZoneId.systemDefault())),
                Bits.date(words, LocalDate.ofInstant(certificate.until(), ZoneId.systemDefault())));
    }

    private void row(GridPane grid, String key, String value) {
        Label text = Bits.wrapped(value, "data");
        GridPane.setHgrow(text, Priority.ALWAYS);
        grid.addRow(grid.getRowCount(), Bits.whole(words.of(key), "muted"), text);
    }

    private Node trusted() {
        List<Node> lines = new ArrayList<>();
        lines.add(Bits.whole(words.of("policies.signers"), "card-title"));
        List<Signer> keys = model.trustedProperty().get();
        lines.add(
                Bits.wrapped(words.of(keys.isEmpty() ? "policies.signers.none" : "policies.signers.explain"), "muted"));
        for (Signer signer : keys) {
            Button remove = Bits.button(words.of("policies.signers.remove"), () -> model.distrust(signer), "small");
            remove.setAccessibleText(words.of("policies.signers.remove.one", Bits.printable(signer.name())));
            Label print = Bits.cut(signer.key().keyId(), "mono", "data", "muted");
            HBox.setHgrow(print, Priority.ALWAYS);
            HBox line = new HBox(Bits.whole(Bits.printable(signer.name()), "data"), print, Bits.gap(), remove);
            line.getStyleClass().add("failing-row");
            lines.add(line);
        }
        Button trust = Bits.button(words.of("policies.signers.trust"), this::choose);
        trust.setId("trust-signer");
        FlowPane verbs = new FlowPane(trust);
        verbs.getStyleClass().add("editor-verbs");
        lines.add(verbs);
        VBox box = new VBox(lines.toArray(Node[]::new));
        box.getStyleClass().add("side-group");
        return box;
    }

    private void choose() {
        FileChooser chooser = new FileChooser();
        chooser.setTitle(words.of("policies.signers.trust"));
        File file = chooser.showOpenDialog(getScene().getWindow());
        if (file != null) {
            model.trust(file.toPath());
        }
    }
}
