package io.limelight.core.appraisal.ima;

import io.limelight.core.ima.ImaEntry;
import io.limelight.core.ima.ImaTemplate;
import io.limelight.core.policy.runtime.DigestIndex;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/**
 * The shortcut for many lists of the same rows. A row is plain if its verdict depends on nothing before it: it is whole, measured
 * into PCR 10, no violation, has the hash of its content, is no buffer (which may be a key or change a device), and its digest is
 * among the policy's. That is found out once for all lists; a list of plain rows is then good if they lead to the quoted PCR 10.
 * {@link ImaAppraiser} comes to the same verdict, and is asked wherever a row is not plain or the PCR is not reached.
 *
 * <p>For one thread.
 */
public final class PlainRows {
    private final RuntimePolicy policy;
    private final HashAlgorithm bank;
    private final ImaEntry entry = new ImaEntry();
    private final MessageDigest bankDigest;
    private final MessageDigest logDigest;
    private final byte[] templateHash;
    private final byte[] logTemplateHash;

    /** By this policy, for quotes of this bank. */
    public PlainRows(RuntimePolicy policy, HashAlgorithm bank) {
        this.policy = policy;
        this.bank = bank;
        this.bankDigest = bank.newDigest();
        this.logDigest = policy.logHash().newDigest();
        this.templateHash = new byte[bank.digestSize()];
        this.logTemplateHash = new byte[policy.logHash().digestSize()];
    }

    /**
     * What a row extends PCR 10 by.
     *
     * @param line without its end
     * @return empty if the row is not plain
     */
    public Optional<byte[]> extension(byte[] line) {
        if (line.length == 0
                || entry.read(line, 0, line.length) == ImaEntry.Outcome.BROKEN
                || entry.template() == ImaTemplate.IMA_BUF
                || !entry.isPcr10()
                || entry.isViolation(policy.logHash())) {
            return Optional.empty();
        }
        entry.hashTemplateData(bankDigest, templateHash, templateHash.length);
        entry.hashTemplateData(logDigest, logTemplateHash, logTemplateHash.length);
        DigestIndex index = policy.digests();
        int found = index.find(entry.nameBytes(), entry.nameFrom(), entry.nameTo());
        return entry.hasTemplateHash(logTemplateHash, logTemplateHash.length)
                        && found >= 0
                        && index.allows(found, entry.digestBytes(), entry.digestLength())
                ? Optional.of(templateHash.clone())
                : Optional.empty();
    }

    /** Whether rows lead to a PCR 10, at the last of them or before; each given by its {@link #extension}. */
    public boolean leadTo(Octets pcr10, byte[][] extensions) {
        byte[] wanted = pcr10.toByteArray();
        byte[] running = new byte[bank.digestSize()];
        boolean reached = Arrays.equals(running, wanted);
        for (int i = 0; i < extensions.length && !reached; i++) {
            bankDigest.update(running);
            bankDigest.update(extensions[i]);
            try {
                bankDigest.digest(running, 0, running.length);
            } catch (DigestException e) {
                throw new IllegalStateException("a digest larger than its algorithm's", e);
            }
            reached = Arrays.equals(running, wanted);
        }
        return reached;
    }
}
