package io.limelight.cli.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.payload.KeyFile;
import io.limelight.core.payload.SealedPayload;
import io.limelight.core.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserdataEncryptCommandTest {
    private static final String SECRET = "correct horse battery staple";

    @TempDir
    Path folder;

    private CommandLineHarness line;

    @BeforeEach
    void build() throws Exception {
        line = new CommandLineHarness(folder);
        Files.writeString(folder.resolve("secret.txt"), SECRET);
    }

    private int encrypt(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "userdata-encrypt";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return line.run(Map.of(), all);
    }

    @Test
    void bothFilesBelongTogetherAndTheKeysAreTheOwnersAlone() throws Exception {
        assertThat(encrypt("secret.txt")).isZero();
        Path keys = folder.resolve("content_keys.txt");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys)))
                .isEqualTo("rw-------");
        assertThat(Files.readAllLines(keys)).hasSize(3).allMatch(text -> text.matches("[A-Za-z0-9+/]{43}="));
        String sealed = Files.readString(folder.resolve("content_payload.txt"));
        assertThat(sealed).doesNotContain("\n");
        try (KeyFile.Keys parsed = KeyFile.parse(Files.readAllBytes(keys), "keys");
                SecretBytes opened =
                        SealedPayload.open(parsed.key(), Base64.getDecoder().decode(sealed))) {
            String text = opened.apply(bytes -> new String(bytes, StandardCharsets.UTF_8));
            assertThat(text).isEqualTo(SECRET);
        }
        assertThat(line.out() + line.err())
                .doesNotContain(SECRET, Files.readAllLines(keys).getFirst());
    }

    @Test
    void everyRunHasAFreshKey() throws Exception {
        encrypt("secret.txt");
        String first = Files.readString(folder.resolve("content_keys.txt"));
        assertThat(encrypt("--force", "secret.txt")).isZero();
        assertThat(Files.readString(folder.resolve("content_keys.txt"))).isNotEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"content_keys.txt", "content_payload.txt"})
    void whatIsThereIsNotReplacedUnasked(String name) throws Exception {
        Files.writeString(folder.resolve(name), "of an image that is out");
        assertThat(encrypt("secret.txt")).isOne();
        assertThat(line.err()).contains(name, "--force");
        assertThat(folder.resolve(name)).hasContent("of an image that is out");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nowhere.txt", "secret.txt secret.txt", ".", "empty.txt"})
    void withoutAFileItIsKeylimesStatus255AndNothingIsWritten(String arguments) throws Exception {
        Files.createFile(folder.resolve("empty.txt"));
        assertThat(arguments.isEmpty() ? encrypt() : encrypt(arguments.split(" ", -1)))
                .isEqualTo(255);
        assertThat(line.err().strip().lines()).hasSize(1);
        assertThat(folder.resolve("content_keys.txt")).doesNotExist();
        assertThat(folder.resolve("content_payload.txt")).doesNotExist();
    }

    @Test
    void aFolderThatCannotBeWrittenIsOneSentence() throws Exception {
        Files.createDirectory(folder.resolve("content_keys.txt"));
        Files.createFile(folder.resolve("content_keys.txt").resolve("in the way"));
        assertThat(encrypt("secret.txt")).isEqualTo(1);
        assertThat(line.err()).contains("content_keys.txt").doesNotContain("\tat ");
    }
}
