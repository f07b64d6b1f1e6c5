package io.limelight.console.records;

import static io.limelight.console.records.RecordsTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.profile.Environment;
import io.limelight.console.profile.KeyKeeping;
import io.limelight.console.profile.Profile;
import io.limelight.console.profile.ProfileSource;
import io.limelight.console.words.Words;
import io.limelight.core.secret.SecretBytes;
import io.limelight.store.local.LocalDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultTest {
    /** What is tested here does not depend on how long a guess takes. */
    static final VaultCost CHEAP = new VaultCost(64, 1, 1);

    private static final String SECRET = "horse-battery-staple-of-the-key";

    @TempDir
    Path home;

    private ConsoleFolder folder;
    private Records records;
    private long profile;

    @BeforeEach
    void open() throws Exception {
        folder = new ConsoleFolder(home.resolve("limelight"));
        records = reopened();
        profile = records.profiles()
                .save(Profile.fresh(
                        "dc-east",
                        Environment.PRODUCTION,
                        new ProfileSource.Configuration(Optional.empty(), Optional.empty()),
                        KeyKeeping.PASSPHRASE_IN_VAULT))
                .id();
    }

    private Records reopened() {
        return Records.open(folder, Words.english(), new SecureRandom(), InstantSource.system(), CHEAP);
    }

    @AfterEach
    void close() {
        records.close();
    }

    private static SecretBytes bytes(String text) {
        return SecretBytes.adopt(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(SecretBytes secret) {
        return secret.apply(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    @Test
    void aWrongPassphraseOpensNothing() throws Exception {
        records.vault().create(bytes("correct"));
        records.vault().put(profile, Vault.CLIENT_KEY, bytes(SECRET));
        records.close();
        records = reopened();
        refused(() -> records.vault().unlock(bytes("Correct")), "records.vault-wrong");
        assertThat(records.vault().unlocked()).isFalse();
        refused(() -> records.vault().get(profile, Vault.CLIENT_KEY), "records.vault-locked");
        refused(() -> records.vault().put(profile, Vault.CLIENT_KEY, bytes("x")), "records.vault-locked");
        records.vault().unlock(bytes("correct"));
        assertThat(text(records.vault().get(profile, Vault.CLIENT_KEY).orElseThrow()))
                .isEqualTo(SECRET);
    }

    @Test
    void whatIsKeptIsNotInTheFile() throws Exception {
        records.vault().create(bytes("correct"));
        records.vault().put(profile, Vault.CLIENT_KEY, bytes(SECRET));
        String file = Files.readString(folder.file(), StandardCharsets.ISO_8859_1);
        assertThat(file).contains("dc-east").doesNotContain(SECRET).doesNotContain("correct");
    }

    @Test
    void aSecretMovedToAnotherRowDoesNotOpen() throws Exception {
        records.vault().create(bytes("correct"));
        records.vault().put(profile, Vault.CLIENT_KEY, bytes(SECRET));
        change("UPDATE secret SET name = 'client-key-passphrase'");
        refused(() -> records.vault().get(profile, Vault.CLIENT_KEY_PASSPHRASE), "records.vault-damaged");
    }

    @Test
    void aFileThatAsksForAllMemoryIsRefused() throws Exception {
        records.vault().create(bytes("correct"));
        change("UPDATE vault SET memory_kib = 2000000000");
        refused(() -> records.vault().unlock(bytes("correct")), "records.vault-damaged");
        change("UPDATE vault SET memory_kib = 64, nonce = x'00'");
        refused(() -> records.vault().unlock(bytes("correct")), "records.vault-damaged");
        change("UPDATE vault SET salt = x'00'");
        refused(() -> records.vault().unlock(bytes("correct")), "records.vault-damaged");
    }

    @Test
    void aSecondOneIsNotMadeOverTheFirst() throws Exception {
        records.vault().create(bytes("correct"));
        try (Records other = reopened()) {
            refused(() -> other.vault().create(bytes("another")), "records.vault-exists");
        }
        refused(() -> records.vault().create(bytes("")), "records.vault-empty");
    }

    @Test
    void aNewPassphraseOpensTheOldSecrets() throws Exception {
        records.vault().create(bytes("correct"));
        records.vault().put(profile, Vault.CLIENT_KEY, bytes(SECRET));
        refused(() -> records.vault().changePassphrase(bytes("wrong"), bytes("new")), "records.vault-wrong");
        records.vault().changePassphrase(bytes("correct"), bytes("new"));
        records.close();
        records = reopened();
        refused(() -> records.vault().unlock(bytes("correct")), "records.vault-wrong");
        records.vault().unlock(bytes("new"));
        assertThat(text(records.vault().get(profile, Vault.CLIENT_KEY).orElseThrow()))
                .isEqualTo(SECRET);
    }

    @Test
    void aForgottenPassphraseCostsTheSecretsAndNothingElse() throws Exception {
        records.vault().create(bytes("correct"));
        records.vault().put(profile, Vault.CLIENT_KEY, bytes(SECRET));
        records.vault().destroy();
        assertThat(records.vault().exists()).isFalse();
        assertThat(records.profiles().all()).hasSize(1);
        records.vault().create(bytes("next"));
        assertThat(records.vault().get(profile, Vault.CLIENT_KEY)).isEmpty();
    }

    @Test
    void whatIsTooLargeForAKeyIsRefused() throws Exception {
        records.vault().create(bytes("correct"));
        refused(
                () -> records.vault().put(profile, Vault.CLIENT_KEY, SecretBytes.adopt(new byte[Vault.LARGEST + 1])),
                "records.vault-large");
    }

    @Test
    void theUsualCostIsBearable() {
        assertThat(VaultCost.USUAL.bearable()).isTrue();
    }

    private void change(String statement) {
        try (LocalDatabase other = LocalDatabase.open(folder.file(), RecordsSchema.STEPS)) {
            other.write(handle -> handle.execute(statement));
        }
    }
}
