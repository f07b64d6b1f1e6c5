package io.limelight.icons;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IconSetTest {
    @Test
    void everySizeIsDrawnWithALitBeamOnADarkRoundedSquare(@TempDir Path folder) throws Exception {
        IconSet.render().writeTo(folder);

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

    @Test
    void theWindowsIconIndexesPngFilesThatCanBeReadBack() throws Exception {
        byte[] ico = IconSet.render().ico();
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
        byte[] icns = IconSet.render().icns();

        assertThat(ByteBuffer.wrap(icns).getInt(4)).isEqualTo(icns.length);
        assertThat(new String(icns, 0, 4, java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo("icns");
    }
}
