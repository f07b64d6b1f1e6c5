package io.limelight.core.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.secret.SecretBytes;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeystoreTest {
    private static final String SALT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    @TempDir
    Path folder;

    private static SecretBytes secret(String text) {
        return SecretBytes.adopt(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "priv: !!python/object/apply:os.system ['id']\nsalt: x\n",
                "priv: &a !!binary |\n  AAAA\nsalt: *a\n",
                "priv: !!binary |\n  AAAA\npriv: !!binary |\n  AAAA\n",
                "priv: !!binary |\n  A$AA\n",
                "priv: !!binary |\n  AAA\n",
                "- a\n- b\n",
                "  priv: x\n",
                "priv\n",
                "priv: {a: b}\n",
                "\"priv",
                "priv: ['a'\n",
                "\0\0\0\0\0\0",
            })
    void whatNoKeystoreHoldsIsRefusedWithItsLine(String text) {
        assertThatThrownBy(() -> KeystoreYaml.parse(text.getBytes(StandardCharsets.UTF_8), "private.yml"))
                .isInstanceOf(CaException.class)
                .hasMessageContaining("private.yml, line ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "salt: abc\n", "priv: !!binary |\n  QUFB\n", "priv: 3\nsalt: 'x'\n"})
    void aFileThatIsNoKeystoreSaysSo(String text) throws Exception {
        Path file = Files.writeString(folder.resolve("private.yml"), text);
        try (SecretBytes password = secret("s3cret")) {
            assertThatThrownBy(() -> Keystore.open(file, password))
                    .isInstanceOf(CaException.class)
                    .hasMessageContaining(file + " is no keystore");
        }
    }

    @Test
    void aWrongPasswordSaysSoAndACutFileIsNoCrash() throws Exception {
        Path file = folder.resolve("private.yml");
        try (SecretBytes password = secret("s3cret");
                SecretBytes wrong = secret("S3cret");
                Keystore keystore = Keystore.fresh(password, new SecureRandom())) {
            byte[] content = keystore.sealed(new SecureRandom());
            Files.write(file, content);
            assertThatThrownBy(() -> Keystore.open(file, wrong)).hasMessageContaining("wrong password");
            for (int length = 0; length < content.length - 1; length += 37) {
                Files.write(file, java.util.Arrays.copyOf(content, length));
                assertThatThrownBy(() -> Keystore.open(file, password)).isInstanceOf(CaException.class);
            }
        }
    }

    /** The values of the reference for the container's key and content. */
    @Test
    void keysAndContainersAreThoseOfKeylime() {
        try (SecretBytes password = secret("s3cret");
                SecretBytes key = KeystoreCipher.deriveKey(password, SALT);
                SecretBytes plain = KeystoreCipher.open(
                                key,
                                Base64.getDecoder()
                                        .decode("AAECAwQFBgcICQoLDA0OD2mz0yq+g7oEhE/IwmGl6+V1sDtptXMCJcGOdr9DTw=="))
                        .orElseThrow()) {
            assertThat(key.<String>apply(HexFormat.of()::formatHex))
                    .isEqualTo("69af09434655d43dc4b4635895c72aac9f13cf7781c470e23e3d4db87441e67c");
            assertThat(plain.<String>apply(bytes -> new String(bytes, StandardCharsets.UTF_8)))
                    .isEqualTo("lastserial: 1\n");
        }
    }

    @Test
    void listsAreReadInEveryStyleAPythonWriterHas() throws Exception {
        for (String text : List.of(
                "a: ['2', '3']\n",
                "a:\n- '2'\n- '3'\n",
                "a:\n  - \"2\"\n  - 3\n",
                "# by hand\n---\na: ['2',\n  '3']\n")) {
            assertThat(KeystoreYaml.parse(text.getBytes(StandardCharsets.UTF_8), "x"))
                    .containsEntry("a", new KeystoreValue.Texts(List.of("2", "3")));
        }
        assertThat(KeystoreYaml.parse("a: []\r\nb: -7\r\n'it''s': \"x\"\r\n".getBytes(StandardCharsets.UTF_8), "x"))
                .containsEntry("a", new KeystoreValue.Texts(List.of()))
                .containsEntry("b", new KeystoreValue.Whole(BigInteger.valueOf(-7)))
                .containsEntry("it's", new KeystoreValue.Text("x"));
    }

    @Test
    void whatIsWrittenIsReadAgainAlsoUnderNamesThatYamlTakesForNumbers() throws Exception {
        SortedMap<String, KeystoreValue> values = new TreeMap<>();
        for (String name : List.of("ca", "12", "1e5", "0x1f", "yes", "null", "2026-01-01", "a.b-c_d", "1_0", ".dot")) {
            values.put(name, new KeystoreValue.Texts(List.of("1", "it's")));
        }
        values.put("empty", new KeystoreValue.Binary(SecretBytes.adopt(new byte[0])));
        values.put("number", new KeystoreValue.Whole(BigInteger.TEN));
        try (SecretBytes text = KeystoreYaml.write(values)) {
            Map<String, KeystoreValue> again = KeystoreYaml.parse(text.apply(byte[]::clone), "x");
            assertThat(again.keySet()).containsExactlyElementsOf(values.keySet());
            assertThat(again).containsEntry("12", new KeystoreValue.Texts(List.of("1", "it's")));
            assertThat(again.get("empty")).isInstanceOf(KeystoreValue.Binary.class);
        }
    }
}
