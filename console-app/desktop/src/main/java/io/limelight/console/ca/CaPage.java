package io.limelight.console.ca;

import static io.limelight.console.ca.Parts.label;
import static io.limelight.console.ca.Parts.show;

import io.limelight.console.ca.CaViewModel.Counts;
import io.limelight.console.kit.EmptyState;
import io.limelight.console.kit.FilterBar;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.TextScale;
import io.limelight.console.kit.Validity;
import io.limelight.console.machines.DialogHost;
import io.limelight.console.shell.Page;
import io.limelight.console.shell.Sheet;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.console.work.Loaded;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import javafx.beans.value.ObservableDoubleValue;
import javafx.collections.ListChangeListener;
import javafx.geometry.Pos;
import javafx.geometry.Side;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.controlsfx.control.MasterDetailPane;
import org.controlsfx.control.SegmentedButton;

/** The CA room: certificates of a folder with all that is done to them, and the TPM vendors that are trusted. */
public final class CaPage implements Page {
    private final Words words;
    private final CaViewModel model;
    private final EkTrustView trust;
    private final CaDialogs dialogs;
    private final CaTable table;
    private final CaDetailView detail;
    private final FilterBar filter;
    private final Label counts = label("", "muted");
    private final ObservableDoubleValue scale = TextScale.of(counts);
    private final MenuButton folderMenu = new MenuButton();
    private final StackPane body = new StackPane();
    private final ProblemView problem;
    private final FlowPane bulkBar = new FlowPane();
    private final Label bulkCount = label("", "bulk-count");
    private final MasterDetailPane certificates = new MasterDetailPane(Side.RIGHT);
    private final BorderPane content = new BorderPane();
    private final ToggleButton certificatesTab;
    private final ToggleButton vendorsTab;
    private final HBox acts = new HBox();

    /** Parts, wired. */
    public CaPage(
            Words words,
            CaViewModel model,
            EkTrustViewModel trustModel,
            CaPasswords passwords,
            DialogHost host,
            Executor work,
            Executor screen) {
        this.words = words;
        this.model = model;
        this.dialogs = new CaDialogs(model, passwords, words, host, work, screen);
        this.table = new CaTable(model, words, model.room().clock(), scale);
        this.detail = new CaDetailView(model, dialogs, words, model.room().clock(), work, screen);
        this.trust = new EkTrustView(trustModel, words, host, scale);
        this.filter = new FilterBar(words);
        this.problem = new ProblemView(words);
        this.certificatesTab = tab("ca.tab.certificates", "ca-tab-certificates");
        this.vendorsTab = tab("ca.tab.vendors", "ca-tab-vendors");
        content.getStyleClass().addAll("ca-page", "machines-page");
        content.getStylesheets().add(Parts.sheet());
        content.setTop(top());
        certificates.setMasterNode(list());
        certificates.setDetailNode(detail.node());
        certificates.setDividerPosition(0.62);
        certificates.setAnimated(false);
        certificates.setFocusTraversable(false);
        certificates.setShowDetailNode(true);
        bind();
    }

    private ToggleButton tab(String key, String id) {
        ToggleButton button = new ToggleButton(words.of(key));
        button.setId(id);
        return button;
    }

    private Node top() {
        ToggleGroup group = new ToggleGroup();
        SegmentedButton tabs = new SegmentedButton(certificatesTab, vendorsTab);
        tabs.setToggleGroup(group);
        group.selectedToggleProperty().addListener((_, before, now) -> {
            if (now == null && before != null) {
                before.setSelected(true);
                return;
            }
            boolean vendors = vendorsTab.isSelected();
            content.setCenter(vendors ? trust.node() : certificates);
            show(acts, !vendors);
            show(counts, !vendors);
            if (vendors) {
                trust.shown();
            }
        });
        ToggleButton hide = new ToggleButton(words.of("ca.hide-revoked"), Glyph.EYE_OFF.icon("button-size"));
        hide.setId("ca-hide-revoked");
        hide.setMinWidth(Region.USE_PREF_SIZE);
        hide.selectedProperty().bindBidirectional(model.hideRevokedProperty());
        Button refresh = new Button(null, Glyph.REFRESH.icon());
        refresh.getStyleClass().addAll("flat", "icon-only");
        refresh.setAccessibleText(words.of("ca.refresh"));
        refresh.setTooltip(new Tooltip(words.of("ca.refresh")));
        refresh.setOnAction(_ -> model.refresh());
        Button issue = new Button(words.of("ca.issue"), Glyph.PLUS.icon("button-size"));
        issue.setId("ca-issue");
        issue.getStyleClass().add("accent");
        issue.setMinWidth(Region.USE_PREF_SIZE);
        issue.setOnAction(_ -> dialogs.issue(issue));
        acts.getChildren().setAll(refresh, hide, more(), issue);
        acts.getStyleClass().add("header-actions");
        Label title = label(words.of("ca.title"), "title-4");
        title.setMinWidth(Region.USE_PREF_SIZE);
        counts.setMinWidth(Region.USE_PREF_SIZE);
        // Side by side where there is room, below each other at large text.
        FlowPane side = new FlowPane(8, 8, tabs, acts);
        side.setAlignment(Pos.CENTER_RIGHT);
        HBox.setHgrow(side, Priority.ALWAYS);
        HBox head = new HBox(title, counts, side);
        head.getStyleClass().add("page-head");
        VBox top = new VBox(head);
        top.getStyleClass().add("page-top");
        return top;
    }

    private MenuButton more() {
        MenuButton more = new MenuButton(words.of("ca.more"));
        more.setId("ca-more");
        more.setMinWidth(Region.USE_PREF_SIZE);
        more.getItems()
                .addAll(
                        item("ca.renew-due", () -> dialogs.renew(model.dueNames(), more)),
                        item("ca.act.calendar.title", () -> dialogs.calendar(more)),
                        new SeparatorMenuItem(),
                        item("ca.act.password.title", () -> dialogs.changePassword(more)),
                        item("ca.act.rotate.title", () -> dialogs.rotateNotifier(more)),
                        item("ca.act.keys.title", () -> dialogs.simple(new CaAct.RemoveKeys(), more)),
                        item("ca.act.address.title", () -> dialogs.address(more)),
                        new SeparatorMenuItem(),
                        item("ca.act.backup.title", () -> dialogs.backup(more)),
                        item("ca.act.restore.title", () -> dialogs.restore(false, more)),
                        item("ca.act.import.title", () -> dialogs.restore(true, more)));
        return more;
    }

    private MenuItem item(String key, Runnable action) {
        MenuItem item = new MenuItem(words.of(key));
        item.setOnAction(_ -> action.run());
        return item;
    }

    private Node list() {
        folderMenu.getStyleClass().addAll("flat", "folder-menu", "data", "may-cut");
        folderMenu.setGraphic(Glyph.FOLDER.icon("button-size"));
        folderMenu.setId("ca-folder");
        HBox bar = new HBox(folderMenu, filter);
        bar.getStyleClass().add("ca-bar");
        HBox.setHgrow(filter, javafx.scene.layout.Priority.ALWAYS);
        bulkBar.getStyleClass().add("bulk-bar");
        Button revoke = new Button(words.of("ca.revoke"));
        revoke.setId("ca-bulk-revoke");
        revoke.getStyleClass().addAll("danger", "button-outlined");
        revoke.setOnAction(_ -> dialogs.revoke(
                table.getSelectionModel().getSelectedItems().stream()
                        .filter(row -> row != null && row.revocable())
                        .toList(),
                revoke));
        Button renew = new Button(words.of("ca.renew"), Glyph.REFRESH.icon("button-size"));
        renew.setId("ca-bulk-renew");
        renew.setOnAction(_ -> dialogs.renew(
                table.getSelectionModel().getSelectedItems().stream()
                        .filter(row -> row != null && row.renewable())
                        .map(CaRow::name)
                        .toList(),
                renew));
        bulkBar.getChildren().addAll(bulkCount, renew, revoke);
        BorderPane page = new BorderPane(body, bar, null, bulkBar, null);
        page.setMinWidth(420);
        return page;
    }

    private void bind() {
        model.filterTextProperty().bind(filter.wholeText());
        filter.setCompletions(CaFilter::completions);
        model.filterProperty().subscribe(_ -> drawFilter());
        model.countsProperty().subscribe(this::drawCounts);
        model.contentsProperty().subscribe(this::drawBody);
        model.rows().addListener((ListChangeListener<CaRow>)
                _ -> drawBody(model.contentsProperty().get()));
        model.folderProperty().subscribe(_ -> drawFolders());
        table.getSelectionModel().getSelectedItems().addListener((ListChangeListener<CaRow>) _ -> drawBulk());
        drawBulk();
        certificatesTab.setSelected(true);
    }

    private void drawFolders() {
        Path now = model.folderProperty().get();
        folderMenu.setText(now.toString());
        folderMenu.setAccessibleText(words.of("ca.folder.accessible", now.toString()));
        folderMenu.getItems().clear();
        for (Path each : model.room().folders().all()) {
            MenuItem item = new MenuItem(each.toString(), Glyph.FOLDER.icon("button-size"));
            item.setMnemonicParsing(false);
            item.setOnAction(_ -> model.open(each));
            folderMenu.getItems().add(item);
        }
        folderMenu.setMnemonicParsing(false);
        MenuItem other = new MenuItem(words.of("ca.folder.open"));
        other.setOnAction(_ -> dialogs.openFolder(content));
        folderMenu.getItems().addAll(new SeparatorMenuItem(), other);
    }

    private void drawFilter() {
        CaFilter now = model.filterProperty().get();
        filter.validityProperty()
                .set(now.unknown().isPresent() ? Validity.INVALID : now.empty() ? Validity.EMPTY : Validity.VALID);
        drawCounts(model.countsProperty().get());
    }

    private void drawCounts(Counts now) {
        counts.setText(model.all().isEmpty() ? "" : words.of("ca.counts", now.issued(), now.revoked()));
        CaFilter wanted = model.filterProperty().get();
        filter.messageProperty()
                .set(wanted.unknown()
                        .map(word -> words.of("ca.filter.unknown", word))
                        .orElse(wanted.empty() ? "" : words.of("ca.filter.match", now.shown())));
    }

    private void drawBulk() {
        List<CaRow> selected = table.getSelectionModel().getSelectedItems().stream()
                .filter(row -> row != null && row.kind() != CaRow.Kind.AUTHORITY)
                .toList();
        show(bulkBar, selected.size() > 1);
        bulkCount.setText(words.of("ca.selected", selected.size()));
    }

    private void drawBody(Loaded<CaContents> state) {
        Node node;
        CaContents contents = state.value();
        if (contents != null && contents.listing().isPresent()) {
            node = model.rows().isEmpty() && !model.filterProperty().get().empty()
                    ? new EmptyState(
                            words, Glyph.FILTER, words.of("ca.none-match"), words.of("ca.clear-filter"), this::clear)
                    : table;
        } else if (contents != null) {
            node = new EmptyState(words, Glyph.TOOL, words.of("ca.broken"), null, null);
        } else if (state.problem() != null && state.problem().code().equals("ca.none")) {
            EmptyState none = new EmptyState(
                    words,
                    Glyph.CERTIFICATE,
                    words.of("ca.none-yet", model.folderProperty().get().toString()),
                    words.of("ca.create"),
                    () -> dialogs.create(content));
            none.setId("ca-none");
            node = none;
        } else if (state.problem() != null) {
            problem.show(state.problem());
            VBox box = new VBox(problem);
            box.getStyleClass().add("page");
            node = box;
        } else {
            node = new EmptyState(words, Glyph.CERTIFICATE, words.of("ca.loading"), null, null);
        }
        if (!body.getChildren().equals(List.of(node))) {
            body.getChildren().setAll(node);
        }
        certificates.setShowDetailNode(contents != null);
        acts.getChildren().forEach(each -> each.setDisable(false));
        acts.lookupAll("#ca-issue")
                .forEach(each ->
                        each.setDisable(contents == null || contents.listing().isEmpty()));
        detail.draw();
        drawFolders();
    }

    private void clear() {
        filter.chips().clear();
        filter.textProperty().set("");
    }

    /** Opens a machine's certificate. */
    public void showCertificate(String name) {
        certificatesTab.setSelected(true);
        clear();
        model.look(name);
        table.scrollToSelected();
    }

    /** Opens a certificate by its number, even where revoked ones are hidden. */
    public void showCertificate(BigInteger serial) {
        certificatesTab.setSelected(true);
        clear();
        model.hideRevokedProperty().set(false);
        model.look(serial);
        table.scrollToSelected();
    }

    /** Where a revoked certificate's notice is found. */
    public void causes(RevocationCauses from) {
        detail.causes(from);
    }

    /** Shows the vendors of TPMs. */
    public void showVendors() {
        vendorsTab.setSelected(true);
    }

    /** For pictures: a dialog, as its button opens it. */
    CaDialogs dialogs() {
        return dialogs;
    }

    @Override
    public String key() {
        return "ca";
    }

    @Override
    public Glyph glyph() {
        return Glyph.CERTIFICATE;
    }

    @Override
    public Node content() {
        return content;
    }

    @Override
    public void shown() {
        model.refresh();
    }

    @Override
    public Optional<Sheet> sheet() {
        if (vendorsTab.isSelected()) {
            return Optional.empty();
        }
        return Optional.of(new Sheet(
                words.of("ca.title"),
                List.of(
                        words.of("ca.column.name"),
                        words.of("ca.sheet.common-name"),
                        words.of("ca.column.serial"),
                        words.of("ca.column.badge"),
                        words.of("ca.column.ends"),
                        words.of("ca.column.kind")),
                model.rows().stream()
                        .map(row -> List.of(
                                row.shown(),
                                row.name(),
                                row.hex(),
                                model.badgeText(row, words),
                                row.ends().map(Object::toString).orElse(""),
                                words.of("ca.kind." + row.kind().key())))
                        .toList()));
    }
}
