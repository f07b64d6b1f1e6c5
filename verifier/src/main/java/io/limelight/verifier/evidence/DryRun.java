package io.limelight.verifier.evidence;

import io.limelight.core.appraisal.OneShotAppraiser;
import io.limelight.core.appraisal.ima.ImaReference;
import io.limelight.core.appraisal.ima.PlainRows;
import io.limelight.core.failure.Failure;
import io.limelight.core.failure.FailureBundle;
import io.limelight.core.failure.SeverityPolicy;
import io.limelight.core.ima.ImaKeyring;
import io.limelight.core.json.WireJson;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.boot.BootPolicy;
import io.limelight.core.policy.boot.BootReference;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.tpm.AttestationKey;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrMask;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.tpm.QuoteRejectedException;
import io.limelight.core.tpm.QuoteText;
import io.limelight.core.tpm.QuoteVerifier;
import io.limelight.core.tpm.TpmFormatException;
import io.limelight.core.tpm.TpmPublic;
import io.limelight.core.tpm.VerifiedQuote;
import io.limelight.store.StoreException;
import io.limelight.verifier.policy.JudgingRules;
import io.limelight.verifier.state.EvidenceStore;
import io.limelight.verifier.state.EvidenceStore.Subject;
import io.limelight.verifier.state.KeptEvidence;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One draft against the kept evidence of machines: what would become of them if they were judged by it in the place of their own
 * policy of that kind. The quote is verified again, the logs must lead to its PCRs, and everything else is looked at by the draft
 * alone. Machines with the same evidence are judged once. Safe for several threads.
 */
final class DryRun {
    private static final int FAILURES_SHOWN = 5;
    private static final int IMA_PCR = TpmPolicy.IMA_PCR;

    private final EvidenceStore store;
    private final JudgingRules rules;
    private final SeverityPolicy severities;
    private final Draft draft;
    private final Map<HashAlgorithm, Rows> rows = new ConcurrentHashMap<>();
    private final Map<String, Judged> known = new ConcurrentHashMap<>();

    DryRun(EvidenceStore store, JudgingRules rules, SeverityPolicy severities, Draft draft) {
        this.store = store;
        this.rules = rules;
        this.severities = severities;
        this.draft = draft;
    }

    /** Verdicts of a dry run. */
    enum Verdict {
        PASS,
        FAIL,
        /** There is nothing that could be judged. */
        UNKNOWN;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** A machine's result. */
    record Result(Verdict verdict, ObjectNode json) {}

    private record Judged(long failed, ArrayNode failures) {}

    /** Evidence that cannot be judged; the message says why. */
    private static final class NothingToJudge extends Exception {
        NothingToJudge(String why) {
            super(why);
        }
    }

    /** How many pieces of evidence were really judged. */
    int judged() {
        return known.size();
    }

    /** Judges a machine; never throws. */
    Result judge(Subject subject) {
        ObjectNode json = WireJson.object().put("agent_id", subject.agentId());
        try {
            KeptEvidence kept =
                    store.find(subject.agent()).orElseThrow(() -> new NothingToJudge("no evidence is kept of it"));
            Judged judged = judge(subject, kept);
            Verdict verdict = judged.failed() == 0 ? Verdict.PASS : Verdict.FAIL;
            json.put("verdict", verdict.word())
                    .put("evidence_at", kept.proof().receivedAt().toString())
                    .put("ima_entries", kept.imaEntries())
                    .put("failed", judged.failed())
                    .set("failures", judged.failures());
            return new Result(verdict, json);
        } catch (NothingToJudge | StoreException e) {
            return unknown(json, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            return unknown(json, "an error inside the verifier (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static Result unknown(ObjectNode json, String reason) {
        return new Result(
                Verdict.UNKNOWN, json.put("verdict", Verdict.UNKNOWN.word()).put("reason", reason));
    }

    private Judged judge(Subject subject, KeptEvidence kept) throws NothingToJudge {
        return switch (draft) {
            case Draft.RuntimeDraft(RuntimePolicy policy) -> list(subject, kept, policy);
            case Draft.BootDraft(BootReference reference) -> boot(subject, kept, reference);
        };
    }

    private Judged list(Subject subject, KeptEvidence kept, RuntimePolicy policy) throws NothingToJudge {
        if (kept.imaEntries() == 0) {
            throw new NothingToJudge("its measurement list is not kept: it has none, or it is judged by none");
        }
        if (kept.imaCut()) {
            throw new NothingToJudge(
                    "its measurement list is kept up to entry " + kept.imaEntries() + " only: it is too long");
        }
        PcrValues pcrs = proved(subject, kept, PcrMask.NONE.with(IMA_PCR));
        long[] numbers = store.numbers(kept.agent(), 0, Math.toIntExact(kept.imaEntries()));
        if (numbers.length != kept.imaEntries()) {
            throw new NothingToJudge("its list has just changed");
        }
        String key = key(
                numbers,
                pcrs.bank().wireName(),
                pcrs.hex(IMA_PCR).orElse(""),
                subject.imaKeys(),
                kept.bootLog().orElse(""));
        Judged before = known.get(key);
        if (before != null) {
            return before;
        }
        PlainRows plain = new PlainRows(policy, pcrs.bank());
        Rows.Row[] list = rows.computeIfAbsent(
                        pcrs.bank(), _ -> new Rows(store, Runtime.getRuntime().maxMemory() / 8))
                .list(numbers, plain::extension)
                .orElseThrow(() -> new NothingToJudge("its list has just changed"));
        OneShotAppraiser.@Nullable Boot boot = log(kept)
                .map(log -> new OneShotAppraiser.Boot(Optional.of(log), BootReference.of(rules.boot(), null)))
                .orElse(null);
        Optional<byte[][]> extensions = Rows.extensions(list);
        boolean good = extensions.isPresent()
                && pcrs.value(IMA_PCR)
                        .filter(pcr10 -> plain.leadTo(pcr10, extensions.get()))
                        .isPresent();
        // Of a list that is good already, only the boot log is left to be looked at.
        OneShotAppraiser.@Nullable Ima ima = good
                ? null
                : new OneShotAppraiser.Ima(
                        Rows.text(list),
                        new ImaReference(
                                Optional.of(policy),
                                Optional.of(keys(subject).orElse(policy.verificationKeys())),
                                List.of(),
                                rules.tomtou()));
        return remember(
                key, OneShotAppraiser.appraise(new OneShotAppraiser.Proof.Attested(pcrs), TpmPolicy.EMPTY, boot, ima));
    }

    private static Optional<ImaKeyring> keys(Subject subject) throws NothingToJudge {
        try {
            return subject.imaKeys().isEmpty() ? Optional.empty() : Optional.of(ImaKeyring.parse(subject.imaKeys()));
        } catch (IOException e) {
            throw new NothingToJudge("its verification keys cannot be used: it " + e.getMessage());
        }
    }

    private Judged boot(Subject subject, KeptEvidence kept, BootReference reference) throws NothingToJudge {
        Octets log = log(kept)
                .orElseThrow(() -> new NothingToJudge(
                        "its boot log is not kept: it has none, or it has no measured boot policy so far"));
        PcrValues pcrs = proved(subject, kept, BootPolicy.MEASURED_BOOT_PCRS);
        List<String> values = new ArrayList<>();
        BootPolicy.MEASURED_BOOT_PCRS
                .pcrs()
                .forEach(pcr -> values.add(pcrs.hex(pcr).orElse("")));
        String key = key(
                new long[0],
                pcrs.bank().wireName(),
                String.join(" ", values),
                kept.bootLog().orElse(""));
        Judged before = known.get(key);
        return before != null
                ? before
                : remember(
                        key,
                        OneShotAppraiser.appraise(
                                new OneShotAppraiser.Proof.Attested(pcrs),
                                TpmPolicy.EMPTY,
                                new OneShotAppraiser.Boot(Optional.of(log), reference),
                                null));
    }

    private Optional<Octets> log(KeptEvidence kept) {
        return kept.bootLog().flatMap(store::bootLog).map(Octets::copyOf);
    }

    private static PcrValues proved(Subject subject, KeptEvidence kept, PcrMask needed) throws NothingToJudge {
        VerifiedQuote quote;
        try {
            quote = QuoteVerifier.verifyUnbound(
                    AttestationKey.of(TpmPublic.fromBase64(subject.ak())),
                    QuoteText.parse(kept.proof().quote()),
                    kept.proof().nonce().getBytes(StandardCharsets.UTF_8),
                    HashAlgorithm.fromWireName(kept.proof().hashAlgorithm())
                            .orElseThrow(() -> new NothingToJudge("its quote is of an unknown hash algorithm")),
                    needed);
        } catch (TpmFormatException | QuoteRejectedException e) {
            throw new NothingToJudge("its kept quote does not prove what the draft looks at: " + e.getMessage());
        }
        return quote.pcrs();
    }

    private static String key(long[] numbers, String... parts) {
        MessageDigest digest = HashAlgorithm.SHA256.newDigest();
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * Math.min(numbers.length, 1024));
        for (long number : numbers) {
            bytes.putLong(number);
            if (!bytes.hasRemaining()) {
                digest.update(bytes.flip());
                bytes.clear();
            }
        }
        digest.update(bytes.flip());
        for (String part : parts) {
            digest.update((part + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private Judged remember(String key, OneShotAppraiser.Outcome outcome) {
        ArrayNode shown = WireJson.object().putArray("failures");
        for (Failure failure : outcome.failures()
                .subList(0, Math.min(FAILURES_SHOWN, outcome.failures().size()))) {
            shown.add(FailureBundle.of(failure, severities.of(failure)));
        }
        Judged judged = new Judged(outcome.failures().size() + outcome.unlisted(), shown);
        @Nullable Judged other = known.putIfAbsent(key, judged);
        return other == null ? judged : other;
    }
}
