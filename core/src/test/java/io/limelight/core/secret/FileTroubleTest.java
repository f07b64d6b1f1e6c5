package io.limelight.core.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FileTroubleTest {
    private static String of(String reason) {
        return FileTrouble.sentence(new FileSystemException("/var/lib/keylime/.cv_ca.lock", null, reason));
    }

    @Test
    void aBareFileNameBecomesAReasonAndAnAdvice() {
        assertThat(FileTrouble.sentence(new AccessDeniedException("/var/lib/keylime/.cv_ca.lock")))
                .contains("may not write to /var/lib/keylime", "KEYLIME_DIR")
                .doesNotContain(".lock");
        assertThat(of("Read-only file system"))
                .startsWith("/var/lib/keylime is on a read-only file system")
                .doesNotContain(".lock");
        assertThat(of("No space left on device")).isEqualTo("the disk of /var/lib/keylime is full; free some space");
    }

    @Test
    void whatIsNotKnownIsSaidAsItCame() {
        assertThat(of("Too many levels of symbolic links")).endsWith(".cv_ca.lock: Too many levels of symbolic links");
        assertThat(FileTrouble.sentence(new NoSuchFileException("/a/b"))).isEqualTo("/a/b does not exist");
        assertThat(FileTrouble.sentence(new IOException("broken"))).isEqualTo("broken");
        assertThat(FileTrouble.sentence(new FileSystemException(null))).isNotEmpty();
    }

    @Test
    void aFullDiskIsKnownWithoutItsFileToo() {
        IOException bare = new IOException("No space left on device");
        assertThat(FileTrouble.diskFull(bare)).isTrue();
        assertThat(FileTrouble.sentence(bare)).isEqualTo("the disk is full; free some space");
        assertThat(FileTrouble.diskFull(new FileSystemException("/a", null, "Disk quota exceeded")))
                .isTrue();
        assertThat(FileTrouble.diskFull(new AccessDeniedException("/a"))).isFalse();
        assertThat(FileTrouble.diskFull(new IOException())).isFalse();
    }
}
