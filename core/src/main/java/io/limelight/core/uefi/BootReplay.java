package io.limelight.core.uefi;

import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrMask;
import io.limelight.core.tpm.PcrValues;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The PCR values a log leads to, per bank: every PCR starts at zeros and each event makes it H(PCR ‖ digest).
 *
 * <p>PCR 0 is special (PFP 1.06 §3.3.4, §10.4.5.3): the locality the TPM was started from is its last byte before the first
 * event, announced by an event that extends nothing; a measurement by the hardware itself starts it anew at 4. An
 * announcement that comes after PCR 0 was extended is none.
 *
 * <p>A bank that cannot be computed (SM3) is left out.
 */
public final class BootReplay {
    private static final int HCRTM_LOCALITY = 4;

    private final Map<HashAlgorithm, PcrValues> banks;

    private BootReplay(Map<HashAlgorithm, PcrValues> banks) {
        this.banks = banks;
    }

    /** Replays all banks of a log. */
    public static BootReplay of(BootLog log) {
        Map<HashAlgorithm, PcrValues> banks = new EnumMap<>(HashAlgorithm.class);
        for (HashAlgorithm bank : log.banks()) {
            if (bank.computable()) {
                banks.put(bank, replay(bank, log.events()));
            }
        }
        return new BootReplay(Collections.unmodifiableMap(banks));
    }

    private static PcrValues replay(HashAlgorithm bank, List<BootEvent> events) {
        MessageDigest digest = bank.newDigest();
        byte[][] pcrs = new byte[PcrMask.COUNT][];
        int locality = 0;
        for (BootEvent event : events) {
            if (event.body() instanceof EventBody.StartupLocality startup) {
                locality = pcrs[0] == null ? startup.locality() : locality;
            }
            Optional<Octets> value = event.digest(bank);
            if (!event.extendsPcr() || value.isEmpty()) {
                continue;
            }
            int pcr = (int) event.pcr();
            byte[] before = pcrs[pcr];
            if (before == null) {
                before = new byte[bank.digestSize()];
                if (pcr == 0) {
                    before[before.length - 1] = (byte) locality;
                }
            }
            if (pcr == 0 && event.type() == EventType.EV_EFI_HCRTM_EVENT) {
                before[before.length - 1] = HCRTM_LOCALITY;
            }
            digest.update(before);
            value.get().addTo(digest);
            pcrs[pcr] = digest.digest();
        }
        Map<Integer, Octets> values = new HashMap<>();
        for (int pcr = 0; pcr < pcrs.length; pcr++) {
            byte[] value = pcrs[pcr];
            if (value != null) {
                values.put(pcr, Octets.copyOf(value));
            }
        }
        return PcrValues.of(bank, values);
    }

    /** Values per bank, of the PCRs that occur in the log. */
    public Map<HashAlgorithm, PcrValues> banks() {
        return banks;
    }

    /** Values of one bank; empty if the log has none for it. */
    public Optional<PcrValues> bank(HashAlgorithm bank) {
        return Optional.ofNullable(banks.get(bank));
    }

    /**
     * What a kernel can have put at the head of its IMA list, per bank: the hash over PCRs 0–7 (older kernels) and over
     * 0–9, lower-case hex, in this order; without those whose PCRs do not all occur.
     */
    public Map<HashAlgorithm, List<String>> bootAggregates() {
        Map<HashAlgorithm, List<String>> aggregates = new EnumMap<>(HashAlgorithm.class);
        banks.forEach((bank, values) -> {
            List<String> found = new ArrayList<>(2);
            for (int count : new int[] {8, 10}) {
                aggregate(bank, values, count).ifPresent(found::add);
            }
            if (!found.isEmpty()) {
                aggregates.put(bank, List.copyOf(found));
            }
        });
        return aggregates;
    }

    private static Optional<String> aggregate(HashAlgorithm bank, PcrValues values, int count) {
        MessageDigest digest = bank.newDigest();
        for (int pcr = 0; pcr < count; pcr++) {
            Optional<Octets> value = values.value(pcr);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            value.get().addTo(digest);
        }
        return Optional.of(Octets.copyOf(digest.digest()).hex());
    }
}
