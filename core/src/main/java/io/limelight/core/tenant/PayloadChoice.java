package io.limelight.core.tenant;

import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.PasswordSource;
import java.nio.file.Path;
import java.util.Optional;

/** What a machine shall get once it has proved itself. */
public sealed interface PayloadChoice {
    /** Nothing: it is only watched. */
    record None() implements PayloadChoice {}

    /**
     * A file, encrypted under a fresh key ({@code -f}).
     *
     * @param file the plain file
     */
    record PlainFile(Path file) implements PayloadChoice {}

    /**
     * A folder, packed as one archive and encrypted under a fresh key ({@code -f} with a folder). The machine unpacks it and runs its
     * {@code autorun.sh}.
     *
     * @param folder holds plain files, also in folders
     */
    record Folder(Path folder) implements PayloadChoice {}

    /**
     * A key that exists ({@code -k}), with the payload it opens ({@code -p}) or without, when that travels another way.
     *
     * @param keyFile three base64 lines
     * @param sealed base64 of the sealed payload
     */
    record ExistingKey(Path keyFile, Optional<Path> sealed) implements PayloadChoice {}

    /**
     * A certificate package ({@code --cert}): an identity of the machine's own from this CA, and the files of a folder.
     *
     * @param ca made when it is not there
     * @param include folder of files to add ({@code --include})
     * @param password asked when something has to be issued
     */
    record WithCertificate(CertificateAuthority ca, Optional<Path> include, PasswordSource password)
            implements PayloadChoice {}

    /** True if the machine gets a key. */
    default boolean withKey() {
        return !(this instanceof None);
    }
}
