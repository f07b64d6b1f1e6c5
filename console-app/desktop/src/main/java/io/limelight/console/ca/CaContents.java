package io.limelight.console.ca;

import io.limelight.core.ca.CaExamination.Finding;
import io.limelight.core.ca.CaListing;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A CA folder, read.
 *
 * @param folder where
 * @param listing what it shows; empty where it is damaged, half written or of the services: then findings say which
 * @param findings why there is no listing; what is weak about a whole folder is looked for behind it
 * @param crlAddress where new certificates will say that their CRL is
 * @param read when
 */
public record CaContents(
        Path folder, Optional<CaListing> listing, List<Finding> findings, String crlAddress, Instant read) {
    /** Copies. */
    public CaContents {
        findings = List.copyOf(findings);
    }
}
