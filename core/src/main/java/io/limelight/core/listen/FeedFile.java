package io.limelight.core.listen;

import io.limelight.core.ca.CaException;
import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a CA keeps its {@link FeedPosition}: in its folder, hidden, so that neither Keylime nor a new CA minds it. */
final class FeedFile {
    private static final Logger LOG = LoggerFactory.getLogger(FeedFile.class);
    private static final String NAME = ".limelight-events";
    private static final long MAX_SIZE = 4_096;

    private final Path file;

    FeedFile(Path folder) {
        this.file = folder.resolve(NAME);
    }

    /** What was kept; a beginning if there is nothing, or nothing that can be read. */
    FeedPosition read(Instant now) throws CaException {
        try {
            if (!Files.exists(file)) {
                return FeedPosition.begin(now);
            }
            if (Files.size(file) <= MAX_SIZE) {
                Optional<FeedPosition> kept = FeedPosition.decoded(Files.readAllBytes(file));
                if (kept.isPresent()) {
                    return kept.get();
                }
            }
            LOG.warn("{} is not readable; every notice of the verifier that has not expired is looked at again", file);
            return FeedPosition.begin(now);
        } catch (IOException e) {
            throw new CaException("cannot read " + file + ": " + FileTrouble.sentence(e), e);
        }
    }

    /** Keeps it, through a crash of the machine too. */
    void write(FeedPosition position) throws CaException {
        try {
            PrivateFiles.write(file, position.encoded());
        } catch (IOException e) {
            throw new CaException("cannot write " + file + ": " + FileTrouble.sentence(e), e);
        }
    }
}
