package io.limelight.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class OpenKeyFileTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(PemFiles.class);
    private final ListAppender<ILoggingEvent> written = new ListAppender<>();

    @TempDir
    private Path folder;

    @BeforeEach
    void listen() {
        written.start();
        logger.addAppender(written);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(written);
    }

    @Test
    void aKeyInClearThatEveryUserCanReadIsNamedAndUsed() throws Exception {
        Path open = key("open.pem", "rw-r--r--", "");
        Path closed = key("closed.pem", "rw-r-----", "");
        Path encrypted = key("encrypted.pem", "rw-r--r--", "a password");

        assertThat(PemFiles.readPrivateKey(open, new char[0])).isNotNull();
        assertThat(PemFiles.readPrivateKey(closed, new char[0])).isNotNull();
        assertThat(PemFiles.readPrivateKey(encrypted, "a password".toCharArray()))
                .isNotNull();

        assertThat(lines())
                .containsExactly(
                        "the private key " + open + " can be read by every user of this machine; chmod o-r " + open);
    }

    /** The folder is this test's own, so that lines of other tests are not counted. */
    private List<String> lines() {
        return written.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.contains(folder.toString()))
                .toList();
    }

    private Path key(String name, String mode, String password) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path file = folder.resolve(name);
        Files.write(file, PemFiles.privateKey(KeyPairs.p256(new SecureRandom()).getPrivate(), password.toCharArray()));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file;
    }
}
