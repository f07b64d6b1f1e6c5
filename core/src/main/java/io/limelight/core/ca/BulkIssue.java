package io.limelight.core.ca;

import io.limelight.core.secret.SecretBytes;
import java.math.BigInteger;
import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import org.bouncycastle.asn1.x509.GeneralName;

/**
 * Identities for many machines at once. Nearly all of the work is finding primes, so keys are made on every core while what is
 * finished is written, some dozens in one change of the folder; another program gets its turn between two changes.
 */
public final class BulkIssue {
    private static final int BATCH = 50;

    private final CertificateAuthority ca;
    private final int cores;

    /**
     * For a CA that exists.
     *
     * @param cores how many keys are made at the same time
     */
    public BulkIssue(CertificateAuthority ca, int cores) {
        this.ca = ca;
        this.cores = cores;
    }

    /**
     * Issues to every name that has no valid certificate.
     *
     * @param progress told how many names are done
     * @return how many certificates were issued
     */
    public int run(List<CaName> names, SecretBytes password, IntConsumer progress) throws CaException {
        CertificateAuthority.requirePassword(password);
        ca.requireKeySize();
        KeyKind kind =
                KeyKind.ofMachines(ca.authority().getPublicKey(), ca.subject().keyBits());
        int issued = 0;
        try (ExecutorService makers = Executors.newFixedThreadPool(cores)) {
            try {
                List<CompletableFuture<KeyPair>> keys = names.stream()
                        .map(_ -> CompletableFuture.supplyAsync(() -> kind.make(ca.random()), makers))
                        .toList();
                for (int from = 0; from < names.size(); from += BATCH) {
                    int to = Math.min(names.size(), from + BATCH);
                    List<KeyPair> made = new ArrayList<>();
                    keys.subList(from, to).forEach(key -> made.add(key.join()));
                    issued += write(names.subList(from, to), made, password);
                    progress.accept(to);
                }
            } finally {
                makers.shutdownNow();
            }
        }
        return issued;
    }

    private int write(List<CaName> names, List<KeyPair> keys, SecretBytes password) throws CaException {
        return ca.opened(password, (keystore, issuer) -> {
            Instant now = ca.now();
            ca.requireValid(issuer, now);
            Set<BigInteger> revoked = CertificateAuthority.serials(ca.revocations(keystore, issuer, now));
            int issued = 0;
            try (FolderChange change = ca.folder().change()) {
                for (int i = 0; i < names.size(); i++) {
                    CaName name = names.get(i);
                    if (ca.validSerial(name, now, revoked).isEmpty()) {
                        List<GeneralName> san = List.of(new GeneralName(GeneralName.dNSName, name.value()));
                        ca.leaf(keystore, issuer, name, san, keys.get(i), CertificateAuthority.DAYS, now, change);
                        issued++;
                    }
                }
                if (issued > 0) {
                    change.put(CaFiles.KEYSTORE, keystore.sealed(ca.random())).commit();
                }
            }
            return issued;
        });
    }
}
