package io.limelight.core.ca;

import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** What keeps a CA folder in order: another password, keys that only the keystore holds, files that only the owner reads. */
public final class CaUpkeep {
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

    private final CertificateAuthority ca;

    /** Of this CA. */
    public CaUpkeep(CertificateAuthority ca) {
        this.ca = ca;
    }

    /**
     * Encrypts the keystore under another password and a salt of its own. Copies of the former file open with the former
     * password for ever; who must not have the keys any more is not locked out by this.
     */
    public void changePassword(SecretBytes former, SecretBytes next) throws CaException {
        CertificateAuthority.requirePassword(former);
        CertificateAuthority.requirePassword(next);
        if (former.constantTimeEquals(next)) {
            throw new CaException("the new password is the former one; nothing was changed");
        }
        ca.opened(former, (keystore, _) -> {
            ca.folder()
                    .change()
                    .put(CaFiles.KEYSTORE, keystore.sealedUnder(next, ca.random()))
                    .commit();
            return true;
        });
    }

    /**
     * Deletes private keys in clear text that the keystore holds as well. Whoever packs an identity afterwards is asked for the
     * password.
     *
     * @return how many files were deleted
     */
    public int removeClearKeys(SecretBytes password) throws CaException {
        CertificateAuthority.requirePassword(password);
        return ca.opened(password, (keystore, _) -> {
            int removed = 0;
            for (Path file : CaExamination.clearKeys(ca.folder())) {
                String fileName = String.valueOf(file.getFileName());
                CaName name = CaName.existing(
                        fileName.substring(0, fileName.length() - CaExamination.PRIVATE_SUFFIX.length()));
                Optional<SecretBytes> kept = keystore.key(name);
                if (kept.isPresent()) {
                    try (SecretBytes stored = kept.get();
                            SecretBytes clear = PrivateKeys.read(file)) {
                        if (stored.constantTimeEquals(clear)) {
                            Files.delete(file);
                            removed++;
                        }
                    }
                }
            }
            return removed;
        });
    }

    /**
     * Makes folder, keystore, private keys and packages readable by their owner alone.
     *
     * @return how many had to be changed
     */
    public int tighten() throws CaException {
        int changed = 0;
        try {
            changed += narrow(ca.path(), FOLDER);
            for (Path file : CaExamination.secrets(ca.folder())) {
                changed += narrow(file, FILE);
            }
            return changed;
        } catch (UnsupportedOperationException e) {
            throw new CaException("the file system of " + ca.path() + " knows no owners; put the folder elsewhere", e);
        } catch (IOException e) {
            throw new CaException("the permissions of the CA folder cannot be changed: " + FileTrouble.sentence(e), e);
        }
    }

    private static int narrow(Path file, Set<PosixFilePermission> wanted) throws IOException {
        Set<PosixFilePermission> now = Files.getPosixFilePermissions(file);
        if (wanted.containsAll(now)) {
            return 0;
        }
        now.retainAll(wanted);
        Files.setPosixFilePermissions(file, now);
        return 1;
    }

    /** Finishes what was interrupted; harmless where nothing was. */
    public void finishInterrupted() throws CaException {
        ca.folder().settle();
    }
}
