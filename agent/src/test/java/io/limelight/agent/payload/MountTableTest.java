package io.limelight.agent.payload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The kernel's mount table, as it is and as it might be. */
class MountTableTest {
    private static final String TABLE = """
            22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
            40 22 0:38 / /var/lib/keylime/secure rw,nosuid,nodev shared:7 master:3 - tmpfs tmpfs rw,size=1024k,mode=700
            41 40 0:39 / /var/lib/keylime/secure/unzipped/with\\040space rw,noexec - tmpfs x rw
            42 40 0:40 / /var/lib/keylime/secure rw - overlay on\\134top rw
            garbage
            43 40 0:41 / /short rw
            44 40 nonsense / /bad rw - tmpfs tmpfs rw
            """;

    private final MountTable table = MountTable.parse(TABLE);

    @Test
    void theLastOfSeveralMountsOnAPlaceIsTheVisibleOne() {
        MountTable.Mount top = table.at(Path.of("/var/lib/keylime/secure")).orElseThrow();
        assertThat(top.type()).isEqualTo("overlay");
        assertThat(top.source()).isEqualTo("on\\top");
    }

    @Test
    void optionalFieldsAndEscapesAreUnderstood() {
        MountTable.Mount inside =
                table.inside(Path.of("/var/lib/keylime/secure/unzipped")).orElseThrow();
        assertThat(inside.point()).isEqualTo(Path.of("/var/lib/keylime/secure/unzipped/with space"));
        assertThat(inside.has("noexec")).isTrue();
        assertThat(inside.device()).isEqualTo(39);
        assertThat(table.at(Path.of("/")).orElseThrow().device()).isEqualTo(254L << 8);
    }

    @Test
    void aNameThatOnlyBeginsTheSameIsNotInside() {
        assertThat(table.inside(Path.of("/var/lib/keylime/sec"))).isEmpty();
        assertThat(table.inside(Path.of("/var/lib/keylime/secure/unzipped/with space")))
                .isEmpty();
    }

    @Test
    void linesThatAreNoneAreLeftOut() {
        for (String point : List.of("/short", "/bad")) {
            assertThat(table.at(Path.of(point))).isEmpty();
        }
        assertThat(MountTable.parse("").at(Path.of("/"))).isEmpty();
    }

    @Test
    void theDeviceOfARealMountIsTheDeviceOfItsFiles() throws Exception {
        MountTable real = MountTable.read();
        for (String point : List.of("/", "/proc", "/dev/shm")) {
            MountTable.Mount mount = real.at(Path.of(point)).orElse(null);
            if (mount != null) {
                assertThat((long) Files.getAttribute(Path.of(point), "unix:dev"))
                        .as(point)
                        .isEqualTo(mount.device());
            }
        }
    }

    @Property(tries = 500)
    void anyTextIsRead(@ForAll String text) {
        MountTable.parse(text).at(Path.of("/"));
    }
}
