package io.limelight.console.tray;

import io.limelight.console.words.Words;
import java.awt.AWTError;
import java.awt.AWTException;
import java.awt.CheckboxMenuItem;
import java.awt.EventQueue;
import java.awt.GraphicsEnvironment;
import java.awt.HeadlessException;
import java.awt.Image;
import java.awt.MenuItem;
import java.awt.PopupMenu;
import java.awt.SystemTray;
import java.awt.TrayIcon;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tray by AWT, which JavaFX has none of its own for. AWT has a thread of its own: everything is handed to it and nothing waited for, and
 * what it calls back hands on as well, so neither of the two threads ever waits for the other.
 */
public final class AwtTray implements DesktopTray {
    private static final Logger LOG = LoggerFactory.getLogger(AwtTray.class);
    private static final int[] SIZES = {16, 24, 32, 48, 64, 128, 256};

    /** Held: a tray that has gone away since is not there to be asked for again. */
    private final SystemTray tray;

    private final TrayIcon icon;
    private final CheckboxMenuItem quiet;
    private final Map<TrayFace, Image> images;

    private AwtTray(SystemTray tray, TrayIcon icon, CheckboxMenuItem quiet, Map<TrayFace, Image> images) {
        this.tray = tray;
        this.icon = icon;
        this.quiet = quiet;
        this.images = images;
    }

    /**
     * Opens it, if there is a tray. Begins AWT, so it is called off the screen's thread, and only where somebody wants a tray.
     *
     * @param then is given it on AWT's thread; empty: the desktop has none
     */
    public static void open(Words words, Acts acts, Consumer<Optional<DesktopTray>> then) {
        try {
            if (GraphicsEnvironment.isHeadless()
                    || "Headless".equalsIgnoreCase(System.getProperty("glass.platform"))
                    || !SystemTray.isSupported()) {
                then.accept(Optional.empty());
                return;
            }
            EventQueue.invokeLater(() -> then.accept(made(words, acts)));
        } catch (HeadlessException | AWTError | LinkageError e) {
            LOG.info("this desktop has no tray for this console: {}", String.valueOf(e));
            then.accept(Optional.empty());
        }
    }

    private static Optional<DesktopTray> made(Words words, Acts acts) {
        try {
            SystemTray tray = SystemTray.getSystemTray();
            Map<TrayFace, Image> images = images(tray.getTrayIconSize().height);
            CheckboxMenuItem quiet = new CheckboxMenuItem(words.of("tray.quiet"));
            quiet.addItemListener(_ -> acts.quiet().run());
            PopupMenu menu = new PopupMenu();
            menu.add(item(words.of("tray.open"), acts.open()));
            menu.add(quiet);
            menu.addSeparator();
            menu.add(item(words.of("tray.quit"), acts.quit()));
            TrayIcon icon = new TrayIcon(images.get(TrayFace.WAITING), words.of("tray.title"), menu);
            icon.setImageAutoSize(true);
            icon.addActionListener(_ -> acts.open().run());
            tray.add(icon);
            return Optional.of(new AwtTray(tray, icon, quiet, images));
        } catch (AWTException | IOException | UnsupportedOperationException | AWTError e) {
            LOG.info("this desktop's tray takes no icon: {}", String.valueOf(e));
            return Optional.empty();
        }
    }

    private static MenuItem item(String text, Runnable act) {
        MenuItem item = new MenuItem(text);
        item.addActionListener(_ -> act.run());
        return item;
    }

    private static Map<TrayFace, Image> images(int height) throws IOException {
        int size = SIZES[SIZES.length - 1];
        for (int i = SIZES.length - 1; i >= 0 && SIZES[i] >= height; i--) {
            size = SIZES[i];
        }
        Map<TrayFace, Image> images = new EnumMap<>(TrayFace.class);
        for (TrayFace face : TrayFace.values()) {
            String name = "/io/limelight/icons/tray-" + face.key() + "-" + size + ".png";
            try (InputStream in = AwtTray.class.getResourceAsStream(name)) {
                if (in == null) {
                    throw new IOException(name + " is missing");
                }
                images.put(face, ImageIO.read(in));
            }
        }
        return images;
    }

    @Override
    public void show(TrayFace face, String tooltip) {
        EventQueue.invokeLater(() -> {
            icon.setImage(images.get(face));
            icon.setToolTip(tooltip);
        });
    }

    @Override
    public void say(String title, String text, boolean urgent) {
        EventQueue.invokeLater(() ->
                icon.displayMessage(title, text, urgent ? TrayIcon.MessageType.ERROR : TrayIcon.MessageType.WARNING));
    }

    @Override
    public void quiet(boolean now) {
        EventQueue.invokeLater(() -> quiet.setState(now));
    }

    @Override
    public void close() {
        EventQueue.invokeLater(() -> tray.remove(icon));
    }
}
