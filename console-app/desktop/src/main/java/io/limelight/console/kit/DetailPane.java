package io.limelight.console.kit;

import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.util.List;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.StringProperty;
import javafx.scene.AccessibleRole;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** One thing of a list, seen closely: header, tabs, and the verbs that fit its state. Escape closes it. */
public final class DetailPane extends BorderPane {
    private final Label title = new Label();
    private final Label subtitle = new Label();
    private final HBox badges = new HBox();
    private final HBox besideSubtitle = new HBox();
    private final TabPane tabs = new TabPane();
    private final FlowPane verbs = new FlowPane();
    private final VBox foot = new VBox(verbs);
    private final HBox headerActions = new HBox();
    private final ReadOnlyStringWrapper selectedTab = new ReadOnlyStringWrapper(this, "selectedTab", "");
    private Runnable onClose = () -> {};

    /** Empty. */
    public DetailPane(Words words) {
        getStyleClass().add("detail-pane");
        setAccessibleRole(AccessibleRole.PARENT);
        setAccessibleText(words.of("kit.detail.name"));
        setMinWidth(0);
        // A name of something, which nobody translates.
        title.getStyleClass().addAll("detail-title", "may-cut", "data");
        title.setMinWidth(0);
        subtitle.getStyleClass().addAll("mono", "muted", "may-cut");
        subtitle.setMinWidth(0);
        badges.getStyleClass().add("badges");
        besideSubtitle.getStyleClass().add("badges");
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        Button close = new Button(null, Glyph.CLOSE.icon());
        close.getStyleClass().addAll("flat", "icon-only");
        close.setAccessibleText(words.of("kit.detail.close"));
        close.setTooltip(new Tooltip(words.of("kit.detail.close")));
        close.setOnAction(event -> onClose.run());
        headerActions.getStyleClass().add("header-actions");
        headerActions.setMinWidth(USE_PREF_SIZE);
        HBox first = new HBox(title, badges, gap, headerActions, close);
        first.getStyleClass().add("detail-first");
        HBox second = new HBox(subtitle, besideSubtitle);
        second.getStyleClass().add("detail-second");
        VBox header = new VBox(first, second);
        header.getStyleClass().add("detail-header");
        setTop(header);
        tabs.setTabClosingPolicy(TabPane.TabClosingPolicy.UNAVAILABLE);
        tabs.setTabDragPolicy(TabPane.TabDragPolicy.FIXED);
        tabs.setAccessibleText(words.of("kit.detail.tabs"));
        setCenter(tabs);
        verbs.getStyleClass().add("verbs");
        foot.getStyleClass().add("detail-foot");
        foot.setVisible(false);
        foot.setManaged(false);
        setBottom(foot);
        tabs.getSelectionModel()
                .selectedItemProperty()
                .subscribe(tab -> selectedTab.set(tab == null || tab.getId() == null ? "" : tab.getId()));
        addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            if (event.getCode() == KeyCode.ESCAPE) {
                event.consume();
                onClose.run();
            }
        });
    }

    /** What it is called. */
    public StringProperty titleProperty() {
        return title.textProperty();
    }

    /** Its id, in mono. */
    public StringProperty subtitleProperty() {
        return subtitle.textProperty();
    }

    /** Beside the title: a pill, an age. */
    public void setBadges(Node... nodes) {
        badges.getChildren().setAll(nodes);
    }

    /** Beside the subtitle: a copy button. */
    public void setBesideSubtitle(Node... nodes) {
        besideSubtitle.getChildren().setAll(nodes);
    }

    /** At the right of the title, before the close button. */
    public void setHeaderActions(Node... nodes) {
        headerActions.getChildren().setAll(nodes);
    }

    /** One more tab, scrolled where it is too long. Contents that scroll themselves (tables) come by {@link #addFullTab}. */
    public void addTab(String id, String titleText, Node content) {
        ScrollPane scroll = new ScrollPane(content);
        scroll.setFitToWidth(true);
        scroll.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
        scroll.setFocusTraversable(false);
        content.getStyleClass().add("tab-page");
        add(id, titleText, scroll);
    }

    /** One more tab whose content fills it. */
    public void addFullTab(String id, String titleText, Node content) {
        add(id, titleText, content);
    }

    private void add(String id, String titleText, Node content) {
        Tab tab = new Tab(titleText, content);
        tab.setId(id);
        tabs.getTabs().add(tab);
    }

    /** Shows a tab; unknown ids do nothing. */
    public void selectTab(String id) {
        tabs.getTabs().stream()
                .filter(tab -> id.equals(tab.getId()))
                .findFirst()
                .ifPresent(tabs.getSelectionModel()::select);
    }

    /** Shows or hides a tab's head; the content of a hidden one is kept. */
    public void setTabDisabled(String id, boolean disabled) {
        tabs.getTabs().stream().filter(tab -> id.equals(tab.getId())).forEach(tab -> tab.setDisable(disabled));
    }

    /** Id of the tab shown. */
    public ReadOnlyStringProperty selectedTabProperty() {
        return selectedTab.getReadOnlyProperty();
    }

    /** The verbs, the primary one first (style class {@code accent}); none hides their bar. */
    public void setVerbs(List<? extends Node> nodes) {
        verbs.getChildren().setAll(nodes);
        boolean any = !nodes.isEmpty();
        foot.setVisible(any);
        foot.setManaged(any);
    }

    /** Below the verbs: a code, a link. */
    public void setFootnote(Node... nodes) {
        foot.getChildren().setAll(verbs);
        foot.getChildren().addAll(nodes);
    }

    /** Called by the close button and by Escape. */
    public void onClose(Runnable action) {
        onClose = action;
    }
}
