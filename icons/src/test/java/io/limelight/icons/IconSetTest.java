package io.limelight.icons;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IconSetTest {
    @Test
    void everySizeIsDrawnWithALitBeamOnADarkRoundedSquare(@TempDir Path folder) throws Exception {
        IconSet.render(Family.APPLICATION).writeTo(folder);

        for (int size : new int[] {16, 24, 32, 48, 64, 128, 256, 512}) {
            BufferedImage image =
                    ImageIO.read(folder.resolve("limelight-" + size + ".png").toFile());
            assertThat(image.getWidth()).isEqualTo(size);
            assertThat(image.getRGB(0, 0) >>> 24)
                    .as("the corner is outside the rounded square")
                    .isLessThan(64);
            int beam = image.getRGB(size * 2 / 5, size * 2 / 5);
            assertThat((beam >> 8) & 0xff).as("green of the lit beam").isGreaterThan(200);
        }
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(10);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyIconStandsOutOnALightAndOnADarkDesktop(Family icon) throws Exception {
        IconSet set = IconSet.render(icon);

        for (int size : new int[] {16, 48}) {
            for (int desktop : new int[] {PreviewSheet.LIGHT, PreviewSheet.DARK}) {
                BufferedImage image = set.image(size);
                int seen = 0;
                for (int y = 0; y < size; y++) {
                    for (int x = 0; x < size; x++) {
                        if (contrast(over(image.getRGB(x, y), desktop), desktop) >= 3) {
                            seen++;
                        }
                    }
                }
                // WCAG 2.2, 1.4.11: 3:1 for what is needed to understand a graphic.
                assertThat(seen)
                        .as("pixels of %s at %d that have 3:1 on %06x", icon, size, desktop)
                        .isGreaterThan(size * size / 8);
            }
        }
    }

    @Test
    void trayStatesDifferByShapeAndNotByColourAlone() throws Exception {
        List<Family> states = Arrays.stream(Family.values())
                .filter(icon -> icon.kind() == Family.Kind.TRAY)
                .toList();

        for (Family one : states) {
            for (Family other : states) {
                if (one == other) {
                    continue;
                }
                BufferedImage left = IconSet.render(one).image(16);
                BufferedImage right = IconSet.render(other).image(16);
                int differ = 0;
                for (int y = 8; y < 16; y++) {
                    for (int x = 8; x < 16; x++) {
                        double grey = Math.abs(
                                luminance(over(left.getRGB(x, y), 0)) - luminance(over(right.getRGB(x, y), 0)));
                        if (grey > 0.08) {
                            differ++;
                        }
                    }
                }
                assertThat(differ)
                        .as("pixels of the mark that differ without colour, %s and %s", one, other)
                        .isGreaterThan(7);
            }
        }
    }

    private static int over(int argb, int ground) {
        int alpha = argb >>> 24;
        int mixed = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            int channel = (((argb >> shift) & 0xff) * alpha + ((ground >> shift) & 0xff) * (255 - alpha)) / 255;
            mixed |= channel << shift;
        }
        return mixed;
    }

    private static double contrast(int one, int other) {
        double lighter = Math.max(luminance(one), luminance(other));
        double darker = Math.min(luminance(one), luminance(other));
        return (lighter + 0.05) / (darker + 0.05);
    }

    /** Relative luminance of WCAG 2.2. */
    private static double luminance(int rgb) {
        return 0.2126 * linear((rgb >> 16) & 0xff) + 0.7152 * linear((rgb >> 8) & 0xff) + 0.0722 * linear(rgb & 0xff);
    }

    private static double linear(int channel) {
        double share = channel / 255.0;
        return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
    }

    @Test
    void theWindowsIconIndexesPngFilesThatCanBeReadBack() throws Exception {
        byte[] ico = IconSet.render(Family.APPLICATION).ico();
        ByteBuffer index = ByteBuffer.wrap(ico).order(ByteOrder.LITTLE_ENDIAN);

        assertThat(index.getShort(2)).isEqualTo((short) 1);
        int count = index.getShort(4);
        assertThat(count).isEqualTo(7);
        for (int entry = 0; entry < count; entry++) {
            int at = 6 + 16 * entry;
            int offset = index.getInt(at + 12);
            byte[] png = Arrays.copyOfRange(ico, offset, offset + index.getInt(at + 8));
            int width = ImageIO.read(new ByteArrayInputStream(png)).getWidth();
            assertThat(width & 0xff).isEqualTo(index.get(at) & 0xff);
        }
    }

    @Test
    void theMacIconDeclaresItsOwnLength() throws Exception {
        byte[] icns = IconSet.render(Family.APPLICATION).icns();

        assertThat(ByteBuffer.wrap(icns).getInt(4)).isEqualTo(icns.length);
        assertThat(new String(icns, 0, 4, java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo("icns");
    }
}
