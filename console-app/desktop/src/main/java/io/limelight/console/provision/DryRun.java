package io.limelight.console.provision;

import io.limelight.console.work.ScreenThread;
import io.limelight.core.payload.PayloadException;
import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.tenant.EnrolmentDraft;
import io.limelight.core.tenant.PayloadPreview;
import io.limelight.core.tenant.TenantException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A payload unpacked as a machine would unpack it, in a folder of this computer that only its user can read. Files that are made when it
 * is sent are not in it, and nothing of it is run. Closing removes the folder.
 */
final class DryRun implements AutoCloseable {
    private final Path folder;

    private DryRun(Path folder) {
        this.folder = folder;
    }

    static DryRun of(EnrolmentDraft draft, int maxPayload) throws TenantException, IOException {
        ScreenThread.refuse("unpacking");
        // The JDK makes it for its user alone where the file system knows users.
        DryRun made = new DryRun(Files.createTempDirectory("limelight-dry-run-"));
        boolean complete = false;
        try {
            PayloadPreview.of(draft, maxPayload, (name, content) -> {
                Path file = made.folder.resolve(name).normalize();
                // Names were checked by the archive's reader; this is the last line.
                if (!file.startsWith(made.folder)) {
                    throw new PayloadException(name + " would leave the folder");
                }
                try {
                    PrivateFiles.createFolder(java.util.Objects.requireNonNull(file.getParent()));
                    byte[] bytes = content.apply(byte[]::clone);
                    try {
                        PrivateFiles.write(file, bytes);
                    } finally {
                        java.util.Arrays.fill(bytes, (byte) 0);
                    }
                } catch (IOException e) {
                    throw new PayloadException("cannot write " + file + ": " + FileTrouble.sentence(e), e);
                }
            });
            complete = true;
            return made;
        } finally {
            if (!complete) {
                made.close();
            }
        }
    }

    /** Where it is. */
    Path folder() {
        return folder;
    }

    @Override
    public void close() {
        try (Stream<Path> walked = Files.walk(folder)) {
            List<Path> all = walked.sorted(Comparator.reverseOrder()).toList();
            for (Path each : all) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            org.slf4j.LoggerFactory.getLogger(DryRun.class).warn("The preview {} could not be removed", folder, e);
        }
    }
}
