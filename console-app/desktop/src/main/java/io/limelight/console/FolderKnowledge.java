package io.limelight.console;

import io.limelight.console.revocations.CaKnowledge;
import io.limelight.console.revocations.CrlFacts;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.PublishedCrl;
import io.limelight.core.ca.Revocation;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the folder that is open in the CA room tells of revocations. A CRL that has not changed is not read again. */
final class FolderKnowledge implements CaKnowledge {
    private static final Logger LOG = LoggerFactory.getLogger(FolderKnowledge.class);

    private final CaDesk desk;
    private @Nullable Read last;

    private record Read(CertificateAuthority ca, Object stamp, long certificates, Optional<CrlFacts> facts) {}

    FolderKnowledge(CaDesk desk) {
        this.desk = desk;
    }

    @Override
    public synchronized Optional<CrlFacts> crl() {
        ScreenThread.refuse("reading a CRL");
        CertificateAuthority ca = desk.authority();
        try {
            if (!ca.exists()) {
                return Optional.empty();
            }
            Object stamp = ca.crlStamp();
            long revision = desk.revision();
            Read before = last;
            if (before != null
                    && before.ca().path().equals(ca.path())
                    && before.stamp().equals(stamp)
                    && before.certificates() == revision) {
                return before.facts();
            }
            Optional<PublishedCrl> crl = ca.publishedCrl();
            List<X509Certificate> notifiers =
                    ca.certificateOf(CaName.NOTIFIER).stream().toList();
            Optional<CrlFacts> facts = crl.map(list -> new CrlFacts(
                    list.number(),
                    issued(list),
                    list.nextUpdate(),
                    !desk.now().isBefore(list.nextUpdate()),
                    list.revocations().stream()
                            .map(entry -> new CrlFacts.Entry(entry.serial(), entry.at(), desk.nameOf(entry.serial())))
                            .toList(),
                    notifiers,
                    desk.publishes()));
            last = new Read(ca, stamp, revision, facts);
            return facts;
        } catch (CaException e) {
            // The CA room says what is wrong with a folder.
            LOG.debug("the CRL cannot be read", e);
            return Optional.empty();
        }
    }

    /** Lists are dated back a little, for readers whose clocks are behind; no list is older than its newest entry. */
    private static Instant issued(PublishedCrl list) {
        return list.revocations().stream()
                .map(Revocation::at)
                .reduce(list.thisUpdate(), (one, other) -> one.isAfter(other) ? one : other);
    }

    @Override
    public Holding hasPackage(String machine) {
        return desk.holds(machine);
    }
}
