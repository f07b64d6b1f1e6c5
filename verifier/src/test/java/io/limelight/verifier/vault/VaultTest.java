package io.limelight.verifier.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tpm.AcceptedAlgorithms;
import io.limelight.store.Database;
import io.limelight.verifier.state.AgentPolicies;
import io.limelight.verifier.state.AgentStore;
import io.limelight.verifier.state.Enrolment;
import io.limelight.verifier.state.Lease;
import io.limelight.verifier.state.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    Path folder;

    private Database database;
    private StorageKeyFile file;

    @BeforeEach
    void open() {
        database = Database.open(folder.resolve("cv.sqlite"), "verifier");
        file = new StorageKeyFile(folder.resolve("limelight_storage.key"), true);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Vault vault() {
        return new Vault(database, file, RANDOM);
    }

    private Lease add(StorageKey key, String id, byte[] v) {
        Enrolment enrolment = new Enrolment(
                AgentId.of(id),
                "127.0.0.1",
                9002,
                "default",
                "127.0.0.1",
                8881,
                "{}",
                "{}",
                AcceptedAlgorithms.KEYLIME_DEFAULT,
                "AA==",
                null,
                AgentPolicies.NONE);
        try (SecretBytes share = SecretBytes.copyOf(v);
                SecretBytes notifier = SecretBytes.copyOf(new byte[] {7, 7, 7})) {
            AgentStore.Added added = new AgentStore(database, key, InstantSource.system())
                    .add(enrolment, Progress.start(ApiVersion.CURRENT), share, notifier, AgentStore.Choices.NONE);
            assertThat(added).isInstanceOf(AgentStore.Added.Done.class);
            return ((AgentStore.Added.Done) added).agent().lease();
        }
    }

    private byte[] share(StorageKey key, Lease lease) throws Exception {
        try (SecretBytes share = new AgentStore(database, key, InstantSource.system())
                .share(lease)
                .orElseThrow()) {
            return share.apply(byte[]::clone);
        }
    }

    @Test
    void theFirstStartMakesAKeyThatOnlyItsOwnerReads() throws Exception {
        try (StorageKey key = vault().open()) {
            assertThat(Files.size(file.path())).isEqualTo(32);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
                    .isEqualTo("rw-------");
            try (StorageKey again = vault().open()) {
                assertThat(again.id()).isEqualTo(key.id());
            }
        }
    }

    @Test
    void aKeyThatIsThereAlreadyIsTaken() throws Exception {
        Files.write(file.path(), new byte[32]);
        try (StorageKey key = vault().open()) {
            assertThat(key.id())
                    .isEqualTo(StorageKey.of(SecretBytes.adopt(new byte[32]), RANDOM)
                            .id());
        }
    }

    @Test
    void anotherKeyStopsTheStartAndBothAreNamed() throws Exception {
        String first;
        try (StorageKey key = vault().open()) {
            first = key.id();
        }
        Files.write(file.path(), new byte[32]);
        assertThatThrownBy(() -> vault().open())
                .isInstanceOf(VaultException.class)
                .hasMessageContaining("is not the one that")
                .hasMessageContaining(first)
                .hasMessageContaining(file.path().toString());
    }

    @Test
    void aLostKeyStopsTheStartAndNoNewOneIsMade() throws Exception {
        vault().open().close();
        Files.delete(file.path());
        assertThatThrownBy(() -> vault().open())
                .isInstanceOf(VaultException.class)
                .hasMessageContaining("is gone");
        assertThat(file.path()).doesNotExist();
    }

    @Test
    void aKeyFileOfAnotherSizeStopsTheStart() throws Exception {
        Files.write(file.path(), new byte[31]);
        assertThatThrownBy(() -> vault().open()).hasMessageContaining("has 31 bytes, not 32");
        Files.write(file.path(), new byte[4096]);
        assertThatThrownBy(() -> vault().open()).hasMessageContaining("has more than 32 bytes, not 32");
    }

    @Test
    void rotationEncryptsEverythingAnewAndTheOldKeyOpensNothing() throws Exception {
        byte[] v = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
        Lease lease;
        String before;
        byte[] oldFile;
        try (StorageKey key = vault().open()) {
            lease = add(key, "agent", v);
            before = key.id();
            oldFile = Files.readAllBytes(file.path());
        }
        String after = vault().rotate(Optional.empty());
        assertThat(after).isNotEqualTo(before);
        assertThat(file.next().path()).doesNotExist();
        try (StorageKey key = vault().open()) {
            assertThat(key.id()).isEqualTo(after);
            assertThat(share(key, lease)).isEqualTo(v);
        }
        try (StorageKey old = StorageKey.of(SecretBytes.adopt(oldFile), RANDOM)) {
            assertThatThrownBy(() -> share(old, lease)).isInstanceOf(VaultException.class);
        }
    }

    @Test
    void aRotationThatWasKilledBeforeItsCommitLeavesTheOldKey() throws Exception {
        String id;
        try (StorageKey key = vault().open()) {
            id = key.id();
        }
        file.next().write(StorageKey.generate(RANDOM));
        try (StorageKey key = vault().open()) {
            assertThat(key.id()).isEqualTo(id);
        }
        assertThat(file.next().path()).doesNotExist();
    }

    @Test
    void aRotationThatWasKilledAfterItsCommitIsFinishedByTheNextStart() throws Exception {
        byte[] v = new byte[32];
        Lease lease;
        byte[] oldFile;
        try (StorageKey key = vault().open()) {
            lease = add(key, "agent", v);
            oldFile = Files.readAllBytes(file.path());
        }
        String after = vault().rotate(Optional.empty());
        // Back to the moment between the commit and the rename.
        Files.move(file.path(), file.next().path());
        Files.write(file.path(), oldFile);
        try (StorageKey key = vault().open()) {
            assertThat(key.id()).isEqualTo(after);
            assertThat(share(key, lease)).isEqualTo(v);
        }
    }

    @Test
    void aCredentialIsRotatedToTheKeyThatIsNamed() throws Exception {
        byte[] v = new byte[32];
        Lease lease;
        Files.write(file.path(), new byte[32]);
        StorageKeyFile credential = new StorageKeyFile(file.path(), false);
        Vault vault = new Vault(database, credential, RANDOM);
        try (StorageKey key = vault.open()) {
            lease = add(key, "agent", v);
        }
        assertThatThrownBy(() -> vault.rotate(Optional.empty()))
                .isInstanceOf(VaultException.class)
                .hasMessageContaining("--new-key");
        Path next = folder.resolve("next");
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        Files.write(next, bytes);
        vault.rotate(Optional.of(new StorageKeyFile(next, true)));
        assertThatThrownBy(vault::open).isInstanceOf(VaultException.class);
        try (StorageKey key = new Vault(database, new StorageKeyFile(next, false), RANDOM).open()) {
            assertThat(share(key, lease)).isEqualTo(v);
        }
    }

    @Test
    void aValueCopiedToAnotherAgentIsNotGivenOut() throws Exception {
        try (StorageKey key = vault().open()) {
            add(key, "victim", new byte[32]);
            Lease thief = add(key, "thief", new byte[16]);
            database.write(handle -> handle.execute(
                    "UPDATE agent SET v = (SELECT v FROM agent WHERE agent_id = 'victim') WHERE agent_id = 'thief'"));
            assertThatThrownBy(() -> share(key, thief))
                    .isInstanceOf(VaultException.class)
                    .hasMessageContaining("thief");
        }
    }
}
