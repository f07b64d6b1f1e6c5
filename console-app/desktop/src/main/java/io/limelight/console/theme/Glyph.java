package io.limelight.console.theme;

import javafx.scene.Node;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** The icons the console uses: outlines that stand beside words. Never a state, which has shapes of its own. */
public enum Glyph {
    ACTIVITY(Feather.ACTIVITY),
    SERVER(Feather.SERVER),
    PACKAGE(Feather.PACKAGE),
    POLICY(Feather.FILE_TEXT),
    CERTIFICATE(Feather.AWARD),
    RADIO(Feather.RADIO),
    CLOCK(Feather.CLOCK),
    SETTINGS(Feather.SETTINGS),
    SEARCH(Feather.SEARCH),
    FILTER(Feather.FILTER),
    CLOSE(Feather.X),
    CLEAR(Feather.X_CIRCLE),
    COPY(Feather.COPY),
    CHECK(Feather.CHECK),
    MORE(Feather.MORE_HORIZONTAL),
    MAXIMIZE(Feather.MAXIMIZE_2),
    MINIMIZE(Feather.MINIMIZE_2),
    PLUS(Feather.PLUS),
    REFRESH(Feather.REFRESH_CW),
    COLUMNS(Feather.COLUMNS),
    BOOKMARK(Feather.BOOKMARK),
    HELP(Feather.HELP_CIRCLE),
    BELL(Feather.BELL),
    SUN(Feather.SUN),
    MOON(Feather.MOON),
    MONITOR(Feather.MONITOR),
    CHEVRON_RIGHT(Feather.CHEVRON_RIGHT),
    CHEVRON_LEFT(Feather.CHEVRON_LEFT),
    CHEVRON_DOWN(Feather.CHEVRON_DOWN),
    CHEVRON_UP(Feather.CHEVRON_UP),
    EYE(Feather.EYE),
    EYE_OFF(Feather.EYE_OFF),
    KEY(Feather.KEY),
    COMMAND(Feather.COMMAND),
    COMPASS(Feather.COMPASS),
    LIFEBUOY(Feather.LIFE_BUOY),
    LOCK(Feather.LOCK),
    UNLOCK(Feather.UNLOCK),
    SHIELD(Feather.SHIELD),
    TERMINAL(Feather.TERMINAL),
    TAG(Feather.TAG),
    NOTE(Feather.EDIT_3),
    EDIT(Feather.EDIT_2),
    TRASH(Feather.TRASH_2),
    PLAY(Feather.PLAY),
    PAUSE(Feather.PAUSE),
    STOP(Feather.SQUARE),
    ZAP(Feather.ZAP),
    BOX(Feather.BOX),
    FOLDER(Feather.FOLDER),
    FILE(Feather.FILE),
    UPLOAD(Feather.UPLOAD),
    DOWNLOAD(Feather.DOWNLOAD),
    LINK(Feather.LINK),
    EXTERNAL(Feather.EXTERNAL_LINK),
    LIST(Feather.LIST),
    CODE(Feather.CODE),
    CPU(Feather.CPU),
    USER(Feather.USER),
    TYPE(Feather.TYPE),
    TOOL(Feather.TOOL),
    INBOX(Feather.INBOX),
    CORNER(Feather.CORNER_DOWN_LEFT),
    UNDO(Feather.CORNER_UP_LEFT),
    REDO(Feather.CORNER_UP_RIGHT),
    SEND(Feather.SEND),
    EYEGLASS(Feather.ZOOM_IN),
    GLOBE(Feather.GLOBE),
    DATABASE(Feather.DATABASE);

    private final Feather feather;

    Glyph(Feather feather) {
        this.feather = feather;
    }

    /**
     * A new icon of 16 at 100 % text; the style classes {@code small} (14), {@code button-size} (15) and {@code large} (24) change
     * that. Said by nobody: the control it stands in has a name.
     */
    public Node icon() {
        FontIcon icon = new FontIcon(feather);
        icon.getStyleClass().add("glyph");
        icon.setFocusTraversable(false);
        return icon;
    }

    /** The same with style classes. */
    public Node icon(String... styleClasses) {
        Node icon = icon();
        icon.getStyleClass().addAll(styleClasses);
        return icon;
    }
}
