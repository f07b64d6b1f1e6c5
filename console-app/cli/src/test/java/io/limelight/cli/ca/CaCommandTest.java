package io.limelight.cli.ca;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.cli.Main;
import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.core.config.Component;
import io.limelight.core.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaCommandTest {
    private static final Map<String, String> PASSWORD = Map.of("KEYLIME_CA_PASSWORD", "s3cret");

    @TempDir
    Path root;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private CliContext context(Map<String, String> environment) {
        return new CliContext(
                environment,
                root,
                root,
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
    }

    private int run(Map<String, String> environment, String line) {
        out.reset();
        err.reset();
        return Main.run(context(environment), ("ca " + line).split(" ", -1));
    }

    private int run(String line) {
        return run(PASSWORD, line);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../../etc/x", "ca", "RevocationNotifier", "a/b", ".x"})
    void aNameThatCannotBeUsedTouchesNothing(String name) {
        assertThat(run("-c create -d made -n " + name)).isOne();
        assertThat(err()).startsWith("limelight ca: the name ").doesNotContain("\tat ");
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void aNameThatLooksLikeAnOptionIsNoOption() {
        assertThat(run("-c create -d made -n=-x")).isOne();
        assertThat(err()).contains("\"-x\" cannot be used");
        assertThat(run("-c create -d made -n -x")).isOne();
        assertThat(err()).contains("\"-x\" cannot be used");
        assertThat(run("-c create -d made -n " + "a".repeat(300))).isOne();
        assertThat(err()).contains("300 characters").doesNotContain("aaaa");
        assertThat(root).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pkg -n one", "listen", "renew -n one", "export -n one"})
    void whatNeedsACaMakesNone(String line) {
        assertThat(run("-d made -c " + line)).isOne();
        assertThat(err()).contains("there is no CA folder " + root.resolve("made"));
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void theSeedsSpellingOfListenIsUnderstood() {
        assertThat(run("-d listen")).isOne();
        assertThat(err()).contains("there is no CA folder " + root.resolve("var/lib/keylime/ca"));
        assertThat(run("-d made")).isEqualTo(2);
        assertThat(run("-c listen -d made --port 65536")).isOne();
        assertThat(root).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-c nonsense",
                "-c create",
                "-c revoke",
                "-c revoke -n one -s 2",
                "-c pkg",
                "-c renew",
                "-c export",
                "-c import-priv -f key.pem"
            })
    void anUnknownCommandOrNoNameIs255AsInKeylime(String line) {
        assertThat(run(line)).isEqualTo(255);
        assertThat(err()).startsWith("limelight ca: ");
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void defaultIsNoPassword() throws Exception {
        for (Map<String, String> environment :
                List.of(Map.<String, String>of(), Map.of("KEYLIME_CA_PASSWORD", "default"))) {
            assertThat(run(environment, "-c init -d made")).isOne();
            assertThat(err()).contains("needs a password").contains("--password-file");
        }
        assertThat(run(Map.of("KEYLIME_CA_PASSWORD", ""), "-c init -d made")).isOne();
        assertThat(err()).contains("You must specify a password!");
        assertThat(root).isEmptyDirectory();

        Files.writeString(root.resolve("empty"), "\nsecond line\n");
        assertThat(run("-c init -d made --password-file empty")).isOne();
        assertThat(err()).contains("You must specify a password!");
        assertThat(run("-c init -d made --password-file absent")).isOne();
        assertThat(err()).contains("absent cannot be read: it does not exist");
        assertThat(root.resolve("made")).doesNotExist();
    }

    @Test
    void noKeystoreIsMadeWithThePasswordThatEverybodyKnowsWhereverItComesFrom() throws Exception {
        Files.writeString(root.resolve("shipped"), "default\n");
        assertThat(run("-c init -d made --password-file shipped")).isOne();
        assertThat(err()).contains("known to everybody", "Choose another");
        assertThat(root.resolve("made")).doesNotExist();
        Assertions.assertThatThrownBy(() -> asked(true, "default", "default"))
                .hasMessageContaining("known to everybody");
        // Keylime's own keystores have it, and must open.
        try (SecretBytes there = asked(false, "default")) {
            assertThat(there.length()).isEqualTo(7);
        }
    }

    private SecretBytes asked(boolean fresh, String... answers) throws Exception {
        Deque<String> lines = new ArrayDeque<>(List.of(answers));
        PasswordPrompt prompt = _ -> Optional.of(lines.remove().toCharArray());
        return new KeystorePassword(context(Map.of()).configuration().load(Component.CA), prompt)
                .get(Optional.empty(), fresh);
    }

    @Test
    void aPersonTypesANewPasswordTwiceAndAnExistingOneOnce() throws Exception {
        Assertions.assertThatThrownBy(() -> asked(true, "one", "two"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("not the same");
        Assertions.assertThatThrownBy(() -> asked(false, "")).hasMessageContaining("You must specify a password!");
        try (SecretBytes typed = asked(true, "pässword", "pässword");
                SecretBytes once = asked(false, "pässword")) {
            assertThat(typed.constantTimeEquals(once)).isTrue();
            assertThat(typed.length()).isEqualTo(9);
        }
    }

    @Test
    void aCaLivesFromInitToCrl() throws Exception {
        Files.writeString(root.resolve("password"), "s3cret\n");
        assertThat(run(Map.of(), "-c init -d made --password-file password"))
                .as("%s", err())
                .isZero();
        assertThat(out()).contains("CA made in " + root.resolve("made"), "CN=Keylime Certificate Authority");
        assertThat(run("-c init -d made")).isOne();
        assertThat(err()).contains("--force");

        assertThat(run("-c create -d made -n d432fbb3-d2f1-4a97-9ef7-75bd81c00000"))
                .isZero();
        assertThat(out()).startsWith("Certificate 2 for d432fbb3");
        assertThat(run(Map.of("KEYLIME_CA_PASSWORD", "wrong"), "-c create -d made -n two"))
                .isOne();
        assertThat(err()).contains("wrong password for the keystore");

        assertThat(run(Map.of(), "-c list -d made")).isZero();
        assertThat(out()).containsPattern("2 +valid .*d432fbb3").contains("CRL 1: 0 revoked, valid until");
        assertThat(run("-c revoke -d made -s 0x2 --reason keycompromise")).isZero();
        assertThat(out()).contains("Certificate 2 revoked on", "keyCompromise");
        assertThat(run(Map.of(), "-c list -d made")).isZero();
        assertThat(out()).containsPattern("2 +revoked .*d432fbb3.* revoked on 20.* \\(keyCompromise\\)");
        assertThat(run("-c revoke -d made -n d432fbb3-d2f1-4a97-9ef7-75bd81c00000"))
                .isZero();
        assertThat(out()).contains("was revoked already");
        assertThat(run("-c revoke -d made -s 7")).isOne();
        assertThat(err()).contains("never issued");
        assertThat(run("-c revoke -d made -s seven")).isOne();
        assertThat(run("-c revoke -d made -s 2 --reason boredom")).isEqualTo(2);

        assertThat(run("-c show -d made -n d432fbb3-d2f1-4a97-9ef7-75bd81c00000"))
                .isZero();
        assertThat(out()).contains("Serial:      2", "State:       revoked on");
        assertThat(run("-c show -d made -n nobody")).isOne();
        assertThat(err()).contains("has no certificate nobody");
        assertThat(run("-c show -d made")).isZero();
        assertThat(out()).contains("Serial:      1");
        assertThat(run("-c crl -d made")).isZero();
        assertThat(out()).contains("CRL 4 with 1 entry,");
    }

    @Test
    void anIdentityIsPackedExportedAndRenewed() throws Exception {
        assertThat(run("-c init -d made")).isZero();
        assertThat(run("-c create -d made -n one")).isZero();
        assertThat(run(Map.of(), "-c pkg -d made -n one")).as("%s", err()).isZero();
        assertThat(root.resolve("made/one-pkg.zip")).isNotEmptyFile();
        Files.move(root.resolve("made/one-private.pem"), root.resolve("aside"));
        assertThat(run(Map.of(), "-c pkg -d made -n one")).isOne();
        assertThat(err()).contains("-i takes the key from the keystore");
        assertThat(run("-c pkg -d made -n one -i")).isZero();
        assertThat(run("-c pkg -d made -n two")).isOne();
        assertThat(err()).contains("has no certificate two");

        Files.writeString(root.resolve("word"), "exported\n");
        Files.writeString(root.resolve("one.p12"), "mine");
        assertThat(run("-c export -d made -n one -i --export-password-file word"))
                .isOne();
        assertThat(err()).contains("one.p12 is there already");
        assertThat(run("-c export -d made -n one -i")).isOne();
        assertThat(run("-c export -d made -n one -i --out two.p12")).isOne();
        assertThat(err()).contains("--export-password-file");
        assertThat(run("-c export -d made -n one -i --export-password-file word --out two.p12"))
                .as("%s", err())
                .isZero();
        assertThat(root.resolve("two.p12")).isNotEmptyFile();
        assertThat(root.resolve("one.p12")).hasContent("mine");

        assertThat(run("-c renew -d made -n one")).isZero();
        assertThat(out()).startsWith("Certificate 3 for one");
        assertThat(run("-c revoke -d made -n one")).isZero();
        assertThat(run(Map.of(), "-c pkg -d made -n one")).isOne();
        assertThat(err()).contains("is revoked", "-c renew -n one");
    }

    @Test
    void aKeyFromElsewhereIsImported() throws Exception {
        assertThat(run("-c init -d source")).isZero();
        Files.createDirectories(root.resolve("made"));
        Files.copy(root.resolve("source/cacert.crt"), root.resolve("made/cacert.crt"));
        assertThat(run("-c import-priv -d made -s 7")).isOne();
        assertThat(err()).contains("ca-private.pem is not there");
        Files.writeString(root.resolve("ca-private.pem"), "no key");
        assertThat(run("-c import-priv -d made -s 7")).isOne();
        assertThat(root.resolve("made/private.yml")).doesNotExist();
    }

    @Test
    void aCaOfACurveSaysThatItIsNotKeylimesAndAnUnknownKindMakesNone() {
        assertThat(run("-c init -d made --key ed25519")).isEqualTo(2);
        assertThat(err()).contains("\"ed25519\" is no kind of key", "rsa2048, rsa3072, p256, p384");
        assertThat(root).isEmptyDirectory();
        assertThat(run("-c init -d made --key P256")).as("%s", err()).isZero();
        assertThat(err()).contains("Keylime's tools", "RSA");
        assertThat(run("-c create -d made -n one")).as("%s", err()).isZero();
        assertThat(run(Map.of(), "-c pkg -d made -n one")).as("%s", err()).isZero();
        assertThat(run("-c revoke -d made -n one")).as("%s", err()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://127.0.0.1:8881", "127.0.0.1", "https://127.0.0.1/x", "https://a@b", "https://", "x y"})
    void eventsAreFollowedAtAnAddressOnly(String url) {
        assertThat(run("-c init -d made --key p256")).isZero();
        out.reset();
        err.reset();
        assertThat(Main.run(context(PASSWORD), "ca", "-c", "listen", "-d", "made", "--events", url))
                .isOne();
        assertThat(err()).contains("is no address of a verifier", "https://HOST:PORT");
        assertThat(run("-c listen -d made --events https://127.0.0.1:8881")).isOne();
        assertThat(err()).contains("client-private.pem");
    }

    @Test
    void withoutAFolderItIsTheOneOfTheWorkDirectory() {
        assertThat(run("-c list")).isOne();
        assertThat(err()).contains(root.resolve("var/lib/keylime/ca").toString());
    }
}
