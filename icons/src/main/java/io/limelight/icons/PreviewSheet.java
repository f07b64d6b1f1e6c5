package io.limelight.icons;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;

/** All icons on one sheet, on a light and on a dark desktop: in use, and the smallest enlarged. */
final class PreviewSheet {
    /** A light and a dark desktop. */
    static final int LIGHT = 0xffffff;

    /** A dark desktop. */
    static final int DARK = 0x0d1117;

    private static final int[] SIZES = {16, 24, 32, 48, 64, 128};
    private static final int ROW = 156;
    private static final int HALF = 760;
    private static final int LEFT = 150;
    private static final int TOP = 50;

    private PreviewSheet() {}

    static BufferedImage draw() throws IOException {
        int height = TOP + ROW * Family.values().length + 20;
        BufferedImage sheet = new BufferedImage(2 * HALF, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = sheet.createGraphics();
        try {
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            half(graphics, 0, LIGHT, 0x1f2328, height);
            half(graphics, HALF, DARK, 0xe6edf3, height);
        } finally {
            graphics.dispose();
        }
        return sheet;
    }

    private static void half(Graphics2D graphics, int x, int ground, int ink, int height) throws IOException {
        graphics.setColor(new Color(ground));
        graphics.fillRect(x, 0, HALF, height);
        graphics.setColor(new Color(ink));
        graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        int column = x + LEFT;
        for (int size : SIZES) {
            graphics.drawString(Integer.toString(size), column, 30);
            column += size + 24;
        }
        graphics.drawString("16, enlarged", column, 30);
        int y = TOP;
        for (Family icon : Family.values()) {
            row(graphics, IconSet.render(icon), icon, x, y);
            y += ROW;
        }
    }

    private static void row(Graphics2D graphics, IconSet set, Family icon, int x, int y) throws IOException {
        graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 15));
        graphics.drawString(icon.title(), x + 24, y + 70);
        int column = x + LEFT;
        for (int size : SIZES) {
            graphics.drawImage(set.image(size), column, y + (ROW - size) / 2 - 8, null);
            column += size + 24;
        }
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
        graphics.drawImage(set.image(16), column, y + 14, 96, 96, null);
    }
}
