package io.limelight.console.ca;

import static io.limelight.console.ca.Parts.gap;
import static io.limelight.console.ca.Parts.label;
import static io.limelight.console.ca.Parts.show;
import static io.limelight.console.ca.Parts.wrapped;

import io.limelight.console.ca.EkTrustViewModel.Decision;
import io.limelight.console.kit.EmptyState;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.Shapes;
import io.limelight.console.kit.TextScale;
import io.limelight.console.machines.DialogHost;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.core.ca.CertificateFacts;
import io.limelight.core.ca.CertificateFile;
import io.limelight.core.endorsement.VendorCertificates.Trusted;
import java.io.File;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.value.ObservableDoubleValue;
import javafx.collections.ListChangeListener;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.stage.FileChooser;
import org.jspecify.annotations.Nullable;

/** Whose TPMs are trusted: the store of vendors, and what it says of each machine. */
final class EkTrustView {
    /** Larger text, as a factor, needs the width of both. */
    private static final double SIDE_BY_SIDE = 1.4;

    private final EkTrustViewModel model;
    private final Words words;
    private final DialogHost host;
    private final ObservableDoubleValue scale;
    private final StackPane root = new StackPane();
    private final TableView<Trusted> store = new TableView<>();
    private final TableView<Decision> decisions = new TableView<>();
    private final ProblemView problem;
    private final VBox unusable = new VBox();
    private final Label count = label("", "muted");

    EkTrustView(EkTrustViewModel model, Words words, DialogHost host, ObservableDoubleValue scale) {
        this.scale = scale;
        this.model = model;
        this.words = words;
        this.host = host;
        this.problem = new ProblemView(words);
        VBox left = vendors();
        VBox right = machines();
        left.setPrefWidth(560);
        right.setPrefWidth(480);
        scale.subscribe(factor -> arrange(left, right, factor.doubleValue() > SIDE_BY_SIDE));
        model.problemProperty().subscribe(said -> said.ifPresentOrElse(problem::show, problem::clear));
        model.shown().addListener((ListChangeListener<Trusted>) _ -> drawStore());
        model.offeredProperty().subscribe(offered -> {
            if (!offered.isEmpty()) {
                ask(offered);
            }
        });
        drawStore();
    }

    /** Beside each other, and below each other where text is too large for that. */
    private void arrange(VBox left, VBox right, boolean stacked) {
        Pane both = stacked ? new VBox(left, right) : new HBox(left, right);
        both.getStyleClass().add("trust-page");
        for (VBox each : List.of(left, right)) {
            HBox.setHgrow(each, Priority.ALWAYS);
            VBox.setVgrow(each, Priority.ALWAYS);
        }
        root.getChildren().setAll(both);
    }

    Node node() {
        return root;
    }

    void shown() {
        model.refresh();
    }

    private VBox vendors() {
        Label title = label(words.of("ca.vendors.title"), "card-title");
        Button add = new Button(words.of("ca.vendors.add"), Glyph.PLUS.icon("button-size"));
        add.setId("ca-vendor-add");
        add.setMinWidth(Region.USE_PREF_SIZE);
        add.setOnAction(_ -> {
            File chosen = new FileChooser().showOpenDialog(root.getScene().getWindow());
            if (chosen != null) {
                model.look(chosen.toPath());
            }
        });
        Button remove = new Button(words.of("ca.vendors.remove"), Glyph.TRASH.icon("button-size"));
        remove.setId("ca-vendor-remove");
        remove.setMinWidth(Region.USE_PREF_SIZE);
        remove.disableProperty()
                .bind(store.getSelectionModel()
                        .selectedItemProperty()
                        .map(chosen -> chosen.file().isEmpty())
                        .orElse(true));
        remove.setOnAction(_ -> {
            Trusted chosen = store.getSelectionModel().getSelectedItem();
            if (chosen != null) {
                askToRemove(chosen, remove);
            }
        });
        HBox head = new HBox(whole(title), whole(count), gap(), remove, add);
        head.getStyleClass().add("page-head");
        TextField search = new TextField();
        search.setPromptText(words.of("ca.vendors.search"));
        search.setAccessibleText(words.of("ca.vendors.search"));
        search.setId("ca-vendor-search");
        search.textProperty().bindBidirectional(model.filterProperty());
        store.setId("ca-vendors");
        store.setItems(model.shown());
        store.setAccessibleText(words.of("ca.vendors.title"));
        store.setColumnResizePolicy(TableView.CONSTRAINED_RESIZE_POLICY_FLEX_LAST_COLUMN);
        column(store, "ca.vendors.name", 280, EkTrustView::shortName);
        column(
                store,
                "ca.vendors.role",
                120,
                each -> words.of("ca.role." + each.role().name().toLowerCase(Locale.ROOT)));
        column(
                store,
                "ca.vendors.until",
                110,
                each -> Parts.date(words, each.certificate().getNotAfter().toInstant()));
        column(
                store,
                "ca.vendors.origin",
                130,
                each -> each.file().isEmpty() ? words.of("ca.vendors.shipped") : each.origin());
        store.setPlaceholder(
                model.wanted()
                        ? label(words.of("ca.vendors.none"), "muted")
                        : new EmptyState(words, Glyph.SHIELD, words.of("ca.vendors.not-wanted"), null, null));
        VBox.setVgrow(store, Priority.ALWAYS);
        unusable.getStyleClass().addAll("message", "warning", "bullets");
        Label where = wrapped(words.of("ca.vendors.explain", model.folder().toString()), "muted");
        where.getStyleClass().add("data");
        VBox box = new VBox(head, where, problem, unusable, search, store);
        box.getStyleClass().add("trust-column");
        return box;
    }

    private VBox machines() {
        Button check = new Button(words.of("ca.trust.check"), Glyph.SHIELD.icon("button-size"));
        check.setId("ca-trust-check");
        check.getStyleClass().add("accent");
        check.setMinWidth(Region.USE_PREF_SIZE);
        check.disableProperty().bind(model.checkingProperty());
        check.setOnAction(_ -> model.check());
        HBox head = new HBox(whole(label(words.of("ca.trust.title"), "card-title")), gap(), check);
        head.getStyleClass().add("page-head");
        decisions.setId("ca-decisions");
        decisions.setItems(model.decisions());
        decisions.setAccessibleText(words.of("ca.trust.title"));
        decisions.setColumnResizePolicy(TableView.CONSTRAINED_RESIZE_POLICY_FLEX_LAST_COLUMN);
        column(decisions, "ca.trust.machine", 130, each -> each.machine().name());
        TableColumn<Decision, Decision> state = new TableColumn<>(words.of("ca.trust.decision"));
        TextScale.column(state, 140, 140, scale);
        state.setSortable(false);
        state.setCellValueFactory(cell -> new ReadOnlyObjectWrapper<>(cell.getValue()));
        state.setCellFactory(_ -> new TableCell<>() {
            @Override
            protected void updateItem(@Nullable Decision each, boolean empty) {
                super.updateItem(each, empty);
                setGraphic(each == null || empty ? null : verdict(each));
            }
        });
        decisions.getColumns().add(state);
        TableColumn<Decision, Decision> reason = new TableColumn<>(words.of("ca.trust.reason"));
        TextScale.column(reason, 160, 330, scale);
        reason.setSortable(false);
        reason.setCellValueFactory(cell -> new ReadOnlyObjectWrapper<>(cell.getValue()));
        reason.setCellFactory(_ -> new TableCell<>() {
            @Override
            protected void updateItem(@Nullable Decision each, boolean empty) {
                super.updateItem(each, empty);
                if (each == null || empty) {
                    setGraphic(null);
                    setTooltip(null);
                    return;
                }
                setTooltip(new Tooltip(Parts.printable(each.verdict().reason())));
                Label text = wrapped(Parts.printable(each.verdict().reason()), "data");
                text.maxWidthProperty().bind(reason.widthProperty().subtract(24));
                setGraphic(text);
            }
        });
        decisions.getColumns().add(reason);
        decisions.setPlaceholder(label(words.of("ca.trust.none"), "muted"));
        VBox.setVgrow(decisions, Priority.ALWAYS);
        VBox box = new VBox(head, wrapped(words.of("ca.trust.explain"), "muted"), decisions);
        box.getStyleClass().addAll("trust-column", "trust-machines");
        return box;
    }

    private Node verdict(Decision each) {
        boolean trusted = each.verdict().trusted();
        Label word = label(words.of(trusted ? "ca.trust.yes" : "ca.trust.no"));
        HBox badge = new HBox((trusted ? Shapes.DISC_TICK : Shapes.TRIANGLE).boxed(), word);
        badge.getStyleClass().addAll("state-badge", trusted ? "state-trusted" : "state-stale");
        return badge;
    }

    private static Label whole(Label label) {
        label.setMinWidth(Region.USE_PREF_SIZE);
        return label;
    }

    private <T> void column(TableView<T> table, String key, double width, Function<T, String> what, Words words) {
        TableColumn<T, T> column = new TableColumn<>(words.of(key));
        TextScale.column(column, Math.min(width, 110), width, scale);
        column.setSortable(false);
        column.setCellValueFactory(cell -> new ReadOnlyObjectWrapper<>(cell.getValue()));
        column.setCellFactory(_ -> new TableCell<>() {
            {
                getStyleClass().addAll("may-cut", "data");
            }

            @Override
            protected void updateItem(@Nullable T each, boolean empty) {
                super.updateItem(each, empty);
                setText(each == null || empty ? null : Parts.printable(what.apply(each)));
            }
        });
        table.getColumns().add(column);
    }

    /** The common name says it best; some have none. */
    private static String shortName(Trusted each) {
        String common = CertificateFacts.commonName(each.certificate());
        return common.isEmpty() ? each.name() : common;
    }

    private <T> void column(TableView<T> table, String key, double width, Function<T, String> what) {
        column(table, key, width, what, words);
    }

    private void drawStore() {
        count.setText(words.of("ca.vendors.count", model.count()));
        List<String> sentences = model.unusable();
        unusable.getChildren()
                .setAll(sentences.stream()
                        .limit(5)
                        .map(sentence -> wrapped(Parts.printable(sentence), "data"))
                        .toList());
        show(unusable, !sentences.isEmpty());
    }

    // --- dialogs ---

    private void ask(List<X509Certificate> offered) {
        VBox box = new VBox(wrapped(words.of("ca.vendors.add.explain"), "muted"));
        for (X509Certificate certificate : offered.subList(0, Math.min(4, offered.size()))) {
            box.getChildren().add(facts(certificate));
        }
        Button yes = new Button(words.of("ca.vendors.add.run", offered.size()));
        yes.setId("ca-vendor-yes");
        yes.getStyleClass().add("accent");
        yes.setOnAction(_ -> {
            host.hide();
            model.addOffered();
        });
        finish(box, yes, words.of("ca.vendors.add.title"), root);
    }

    private void askToRemove(Trusted chosen, Node opener) {
        VBox box = new VBox(wrapped(words.of("ca.vendors.remove.explain"), "muted"), facts(chosen.certificate()));
        Button yes = new Button(words.of("ca.vendors.remove.run"));
        yes.setId("ca-vendor-yes");
        yes.getStyleClass().add("danger");
        yes.setOnAction(_ -> {
            host.hide();
            model.remove(chosen);
        });
        finish(box, yes, words.of("ca.vendors.remove.title"), opener);
    }

    private void finish(VBox box, Button yes, String title, Node opener) {
        Button keep = new Button(words.of("ca.cancel"));
        keep.setId("ca-keep");
        keep.setCancelButton(true);
        keep.setOnAction(_ -> {
            model.leaveOffered();
            host.hide();
        });
        HBox buttons = new HBox(gap(), keep, yes);
        buttons.getStyleClass().add("dialog-buttons");
        box.getChildren().add(buttons);
        box.getStyleClass().add("act-pane");
        box.getStylesheets().add(Parts.sheet());
        host.show(title, box, keep, opener);
    }

    private GridPane facts(X509Certificate certificate) {
        GridPane grid = Parts.grid();
        grid.getStyleClass().addAll("well", "fields");
        Parts.row(
                grid,
                words.of("ca.subject"),
                wrapped(Parts.printable(certificate.getSubjectX500Principal().getName()), "mono"));
        Parts.row(
                grid,
                words.of("ca.issuer"),
                wrapped(Parts.printable(certificate.getIssuerX500Principal().getName()), "mono"));
        Parts.row(grid, words.of("ca.key"), wrapped(CertificateFacts.key(certificate.getPublicKey()), "data"));
        Parts.row(
                grid,
                words.of("ca.fingerprint"),
                wrapped(CertificateFile.fingerprint(certificate).replace(":", " "), "mono"));
        return grid;
    }
}
