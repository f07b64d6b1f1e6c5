package io.limelight.icons;

import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.parser.SVGLoader;
import com.github.weisj.jsvg.view.ViewBox;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import javax.imageio.ImageIO;

/**
 * Renders one icon of the {@link Family} into PNG sizes, a Windows {@code .ico} and a macOS {@code .icns}.
 *
 * <p>Where an icon has a second drawing for small sizes, it is used for 16 and 24 pixels.
 *
 * <p>Both container formats are an index in front of ordinary PNG files, so no library is needed: ICO is ICONDIR +
 * ICONDIRENTRY (little-endian, PNG entries since Windows Vista); ICNS is a big-endian chunk list whose type names the
 * size ({@code icp4} 16, {@code icp5} 32, {@code icp6} 64, {@code ic07} 128, {@code ic08} 256, {@code ic09} 512).
 */
public final class IconSet {
    private static final List<Integer> SIZES = List.of(16, 24, 32, 48, 64, 128, 256, 512);
    private static final int LARGEST_ICO = 256;
    private static final int LARGEST_SMALL = 24;

    private final TreeMap<Integer, byte[]> pngs = new TreeMap<>();

    private final Family icon;

    private IconSet(Family icon) throws IOException {
        this.icon = icon;
        SVGDocument large = drawing(icon.source());
        SVGDocument small = drawing(icon.smallSource());
        for (int size : SIZES) {
            pngs.put(size, png(size <= LARGEST_SMALL ? small : large, size));
        }
    }

    /**
     * Renders an icon.
     *
     * @throws IOException if the SVG resource is missing or cannot be drawn
     */
    public static IconSet render(Family icon) throws IOException {
        return new IconSet(icon);
    }

    private static SVGDocument drawing(String resource) throws IOException {
        URL source = Objects.requireNonNull(IconSet.class.getResource(resource), resource + " is not in the jar");
        SVGDocument document = new SVGLoader().load(source);
        if (document == null) {
            throw new IOException(resource + " is not an SVG document");
        }
        return document;
    }

    /** The drawing at one of the sizes that are made. */
    BufferedImage image(int size) throws IOException {
        byte[] png = Objects.requireNonNull(pngs.get(size), () -> size + " pixels are not made");
        return ImageIO.read(new ByteArrayInputStream(png));
    }

    /**
     * Writes {@code NAME-SIZE.png} into the folder, for the application and for documents {@code NAME.ico} and
     * {@code NAME.icns} too.
     */
    public void writeTo(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (var entry : pngs.entrySet()) {
            Files.write(folder.resolve(icon.file() + "-" + entry.getKey() + ".png"), entry.getValue());
        }
        if (icon.kind() != Family.Kind.TRAY) {
            Files.write(folder.resolve(icon.file() + ".ico"), ico());
            Files.write(folder.resolve(icon.file() + ".icns"), icns());
        }
    }

    /** The Windows icon, all sizes up to 256 pixels. */
    byte[] ico() {
        var entries = pngs.headMap(LARGEST_ICO, true);
        int offset = 6 + 16 * entries.size();
        int length =
                offset + entries.values().stream().mapToInt(png -> png.length).sum();
        ByteBuffer ico = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        ico.putShort((short) 0).putShort((short) 1).putShort((short) entries.size());
        for (var entry : entries.entrySet()) {
            // A dimension of 256 is written as 0: the field is one byte.
            byte dimension = (byte) (entry.getKey() & 0xff);
            ico.put(dimension).put(dimension).put((byte) 0).put((byte) 0);
            ico.putShort((short) 1).putShort((short) 32);
            ico.putInt(entry.getValue().length).putInt(offset);
            offset += entry.getValue().length;
        }
        entries.values().forEach(ico::put);
        return ico.array();
    }

    /** The macOS icon. */
    byte[] icns() {
        TreeMap<String, byte[]> chunks = new TreeMap<>();
        pngs.forEach((size, png) -> {
            String type = switch (size) {
                case 16 -> "icp4";
                case 32 -> "icp5";
                case 64 -> "icp6";
                case 128 -> "ic07";
                case 256 -> "ic08";
                case 512 -> "ic09";
                default -> "";
            };
            if (!type.isEmpty()) {
                chunks.put(type, png);
            }
        });
        int length =
                8 + chunks.values().stream().mapToInt(png -> 8 + png.length).sum();
        ByteBuffer icns = ByteBuffer.allocate(length).order(ByteOrder.BIG_ENDIAN);
        icns.put("icns".getBytes(StandardCharsets.US_ASCII)).putInt(length);
        chunks.forEach((type, png) -> icns.put(type.getBytes(StandardCharsets.US_ASCII))
                .putInt(8 + png.length)
                .put(png));
        return icns.array();
    }

    private static byte[] png(SVGDocument document, int size) throws IOException {
        BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = image.createGraphics();
        try {
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            document.render(null, graphics, new ViewBox(size, size));
        } finally {
            graphics.dispose();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }

    /**
     * Build step: renders every icon into the folder given, and the sheet that shows them.
     *
     * @param arguments the folder of icons, the file of the sheet
     */
    public static void main(String[] arguments) throws IOException {
        for (Family icon : Family.values()) {
            render(icon).writeTo(Path.of(arguments[0]));
        }
        if (arguments.length > 1) {
            Path sheet = Path.of(arguments[1]);
            Files.createDirectories(
                    Objects.requireNonNull(sheet.toAbsolutePath().getParent()));
            ImageIO.write(PreviewSheet.draw(), "png", sheet.toFile());
        }
    }
}
