package io.limelight.cli.ca;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.cli.Main;
import io.limelight.cli.command.CliContext;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The words of {@code limelight ca} that keep a folder in order. */
class CaUpkeepCommandTest {
    private static final Map<String, String> PASSWORD = Map.of("KEYLIME_CA_PASSWORD", "s3cret");
    private static final Map<String, String> WRONG = Map.of("KEYLIME_CA_PASSWORD", "wrong");

    @TempDir
    Path root;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(Map<String, String> environment, String line) {
        out.reset();
        err.reset();
        return Main.run(
                new CliContext(
                        environment,
                        root,
                        root,
                        InputStream.nullInputStream(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false),
                ("ca " + line).split(" ", -1));
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

    @BeforeEach
    void aCaOfOneMachine() {
        assertThat(run("-c init -d made --key p256")).as("%s", err()).isZero();
        assertThat(run("-c create -d made -n web-01")).as("%s", err()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-c passwd -d nothing --new-password-file next",
                "-c rotate-notifier -d nothing",
                "-c remove-keys -d nothing",
                "-c tighten -d nothing",
                "-c backup -d nothing",
                "-c calendar -d nothing",
                "-c restore -d fresh -f absent.zip",
            })
    void whereThereIsNoCaNothingIsMade(String line) throws Exception {
        Files.writeString(root.resolve("next"), "n3xt\n");

        assertThat(run(line)).isOne();

        assertThat(err()).startsWith("limelight ca: ");
        assertThat(root.resolve("nothing")).doesNotExist();
        assertThat(root.resolve("fresh/cacert.crt")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-c passwd -d made --new-password-file next",
                "-c rotate-notifier -d made",
                "-c remove-keys -d made"
            })
    void aWrongPasswordChangesNothing(String line) throws Exception {
        Files.writeString(root.resolve("next"), "n3xt\n");
        byte[] before = Files.readAllBytes(root.resolve("made/private.yml"));

        assertThat(run(WRONG, line)).isOne();

        assertThat(err()).contains("wrong password");
        assertThat(root.resolve("made/private.yml")).hasBinaryContent(before);
    }

    @Test
    void afterAChangeOnlyTheNextPasswordOpens() throws Exception {
        Files.writeString(root.resolve("next"), "n3xt\n");

        assertThat(run("-c passwd -d made --new-password-file next"))
                .as("%s", err())
                .isZero();

        assertThat(out()).contains("has another password").doesNotContain("n3xt", "s3cret");
        assertThat(run("-c create -d made -n two")).isOne();
        assertThat(err()).contains("wrong password");
        assertThat(run(Map.of("KEYLIME_CA_PASSWORD", "n3xt"), "-c create -d made -n two"))
                .as("%s", err())
                .isZero();
    }

    @Test
    void aRotatedNotifierIsAnotherCertificateAndTheFormerIsRevoked() {
        assertThat(run("-c rotate-notifier -d made --reason boredom")).isEqualTo(2);

        assertThat(run("-c rotate-notifier -d made --reason keyCompromise"))
                .as("%s", err())
                .isZero();

        assertThat(out()).contains("has another key", "tenant -c update --cert", "with the policy options");
        assertThat(run("-c list -d made")).isZero();
        assertThat(out()).contains("RevocationNotifier");
    }

    @Test
    void aBackupIsRestoredOnlyWhereThereIsRoomAndWithItsPassword() {
        assertThat(run("-c backup -d made --out kept.zip")).as("%s", err()).isZero();
        assertThat(run("-c backup -d made --out kept.zip"))
                .as("there is one already")
                .isOne();
        assertThat(run("-c restore -d made -f kept.zip")).as("there is a CA").isOne();
        assertThat(run(WRONG, "-c restore -d again -f kept.zip")).isOne();
        assertThat(root.resolve("again/cacert.crt")).doesNotExist();

        assertThat(run("-c restore -d again -f kept.zip")).as("%s", err()).isZero();

        assertThat(out())
                .contains("the next certificate is 3", "the same numbers come twice", "Use one of the two alone");
        assertThat(run("-c list -d again")).isZero();
        assertThat(out()).contains("web-01");
    }

    @Test
    void whatIsNoBackupIsRefused() throws Exception {
        Files.writeString(root.resolve("odd.zip"), "no archive at all");

        assertThat(run("-c restore -d again -f odd.zip")).isOne();

        assertThat(err()).contains("odd.zip");
        assertThat(root.resolve("again/cacert.crt")).doesNotExist();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void checkNamesWhatIsWeakAndTheWordThatMendsIt() throws Exception {
        Path keystore = root.resolve("made/private.yml");
        Files.setPosixFilePermissions(root.resolve("made"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(keystore, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(run(Map.of(), "-c check -d made"))
                .as("keys that others can read")
                .isOne();
        assertThat(out()).contains("SERIOUS", "-c tighten");

        assertThat(run(Map.of(), "-c tighten -d made")).as("%s", err()).isZero();
        assertThat(Files.getPosixFilePermissions(keystore))
                .containsOnly(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        run(Map.of(), "-c check -d made");
        assertThat(out()).doesNotContain("-c tighten");
    }

    @Test
    void keysInClearTextAreRemovedAndThePackageIsMadeFromTheKeystore() {
        assertThat(root.resolve("made/web-01-private.pem")).exists();

        assertThat(run("-c remove-keys -d made")).as("%s", err()).isZero();

        assertThat(root.resolve("made/web-01-private.pem")).doesNotExist();
        assertThat(run("-c pkg -d made -n web-01 --insecure")).as("%s", err()).isZero();
    }

    @Test
    void aCalendarSaysWhatEndsWhenAndReplacesNothingUnasked() throws Exception {
        assertThat(run(Map.of(), "-c calendar -d made --out ends.ics"))
                .as("%s", err())
                .isZero();
        assertThat(Files.readString(root.resolve("ends.ics")))
                .startsWith("BEGIN:VCALENDAR")
                .contains("web-01");

        assertThat(run(Map.of(), "-c calendar -d made --out ends.ics")).isOne();
        assertThat(err()).contains("--force");
        assertThat(run(Map.of(), "-c calendar -d made --out ends.ics --force")).isZero();
    }
}
