package io.limelight.verifier.attest;

import io.limelight.core.api.AgentClient;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.OperationalState;
import io.limelight.core.api.QuoteResults;
import io.limelight.core.api.VersionNegotiation;
import io.limelight.core.api.VersionNegotiation.Renegotiated;
import io.limelight.core.api.Versions;
import io.limelight.core.appraisal.Appraisal;
import io.limelight.core.appraisal.Appraiser;
import io.limelight.core.appraisal.Evidence;
import io.limelight.core.appraisal.QuoteRequest;
import io.limelight.core.appraisal.ReferenceValues;
import io.limelight.core.failure.EventComponent;
import io.limelight.core.failure.Failure;
import io.limelight.core.failure.InternalFailures;
import io.limelight.core.failure.Judgement;
import io.limelight.core.failure.Severity;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.revocation.RevocationNotice;
import io.limelight.core.secret.SecretBytes;
import io.limelight.store.StoreException;
import io.limelight.verifier.attest.Tally.Outcome;
import io.limelight.verifier.evidence.EvidenceKeeper;
import io.limelight.verifier.release.ShareRelease;
import io.limelight.verifier.release.ShareRelease.Sealed;
import io.limelight.verifier.state.AgentStore;
import io.limelight.verifier.state.HappeningStore.Failures;
import io.limelight.verifier.state.NewNotice;
import io.limelight.verifier.state.Progress;
import io.limelight.verifier.vault.VaultException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One cycle: ask for a quote, appraise it, commit what came of it, then act.
 *
 * <p>Nothing is done before it is on disk: V is sent after the pass and the intention to send were committed, and a machine
 * is left alone after its failure was. When the database cannot take it (full disk), nothing is remembered either and the
 * machine is asked again. Every commit is made under the lease of the run; one that finds the lease ended ends the cycle.
 *
 * <p>Others are told of a failure by a notice that is stored in the transaction of the verdict; its delivery is not this
 * class's affair and delays nothing here.
 *
 * <p>When the delivery of V fails for a while, the next try takes a fresh quote first. So V always follows a quote that has
 * just passed, and goes to the key bound in that very quote.
 */
public final class Attestation {
    private static final Logger LOG = LoggerFactory.getLogger(Attestation.class);
    private static final String BINDING_MISMATCH =
            EventComponent.PCR_VALIDATION.id("invalid_pcr_" + TpmPolicy.BINDING_PCR);

    private static final String NOT_REACHABLE = EventComponent.INTERNAL_VERIFIER.id("not_reachable");
    private static final String NOT_REACHABLE_FOR_SHARE = EventComponent.INTERNAL_VERIFIER.id("not_reachable_v");

    private final AgentStore store;
    private final Notices notices;
    private final Receipts receipts;
    private final EvidenceKeeper keeper;
    private final AttestationRules rules;
    private final Tally tally;
    private final Nonces nonces;
    private final InstantSource clock;
    private final ExecutorService checks;

    /**
     * The procedure for all agents.
     *
     * @param notices how others are told of failures
     * @param receipts hears which machines have done something about notices
     * @param keeper keeps what machines proved
     * @param tally counts how it came out
     * @param checks a bounded pool for the arithmetic, so that many answers at once do not starve everything else
     */
    public Attestation(
            AgentStore store,
            Notices notices,
            Receipts receipts,
            EvidenceKeeper keeper,
            AttestationRules rules,
            Tally tally,
            SecureRandom random,
            InstantSource clock,
            ExecutorService checks) {
        this.store = store;
        this.notices = notices;
        this.receipts = receipts;
        this.keeper = keeper;
        this.rules = rules;
        this.tally = tally;
        this.nonces = new Nonces(random);
        this.clock = clock;
        this.checks = checks;
    }

    /** Runs one cycle; blocks while the machine is asked. Never throws. */
    public Next cycle(Run run) {
        try {
            return tally.cycle(() -> attest(run));
        } catch (StoreException e) {
            return unstored(run, e);
        } catch (RuntimeException e) {
            LOG.error("the attestation of {} failed unexpectedly", run.id(), e);
            try {
                return fail(run, InternalFailures.exception("an error inside the verifier (" + e.getClass() + ")"));
            } catch (StoreException again) {
                return unstored(run, again);
            }
        }
    }

    private Next unstored(Run run, StoreException e) {
        if (e.kind() == StoreException.Kind.CLOSED) {
            return Next.ENDED;
        }
        tally.count(Outcome.UNSTORED);
        if (run.storingFails()) {
            LOG.error(
                    "what was found out about {} could not be stored, so it does not count; it is asked again until that"
                            + " works: {}",
                    run.id(),
                    e.getMessage());
        }
        run.askForWholeAnswer();
        return new Next.After(rules.retries().delay(1));
    }

    // --- the quote ---

    private Next attest(Run run) {
        Machine machine = run.machine();
        Progress before = run.stored();
        ReferenceValues reference = machine.reference();
        boolean whole = run.wholeAnswer();
        QuoteRequest request = new QuoteRequest(
                nonces.next(),
                reference.mask(),
                run.dossier(keeper).firstEntry(before.appraisal().nextImaEntry(reference)));
        boolean last = run.givesConnectionUp();
        QuoteResults results;
        try {
            results = run.contact()
                    .ask(client -> (last ? client.closing() : client)
                            .integrityQuote(
                                    before.version(),
                                    request.nonce(),
                                    request.mask().format(),
                                    whole,
                                    request.imaEntry()));
        } catch (ApiException e) {
            return noQuote(run, run.contact().trouble(e));
        }
        run.answered();
        run.sized(results.answer());
        Long newestReceipt = results.newestReceipt();
        if (newestReceipt != null) {
            run.receipts(receipts).shown(newestReceipt);
        }
        Evidence evidence = new Evidence(request, results.answer());
        Appraisal appraisal = appraise(evidence, reference, before);
        sayReboot(run, before, appraisal);
        long now = clock.instant().getEpochSecond();
        return switch (appraisal.verdict()) {
            case PASSED -> passed(run, evidence, appraisal, now);
            case ASK_AGAIN_FROM_FIRST_ENTRY -> {
                LOG.info(
                        "{} is asked again from its first entry: it was rebooted, or is judged by another policy",
                        run.id());
                run.askForWholeAnswer();
                yield commit(run, before.received(appraisal.nextState(), now), null) ? Next.AT_ONCE : Next.ENDED;
            }
            case FAILED ->
                !whole && keyMayHaveChanged(appraisal) ? askForItsKey(run) : invalid(run, evidence, appraisal, now);
        };
    }

    /** A machine that passes again after a boot looks as before, and yet what it held in memory is gone. */
    private static void sayReboot(Run run, Progress before, Appraisal appraisal) {
        long known = before.appraisal().clock().resetCount();
        if (before.appraisal().attestationCount() == 0 || appraisal.quote().isEmpty()) {
            return;
        }
        long now = appraisal.quote().get().clock().resetCount();
        if (now > known && run.rebootIsNews(now)) {
            LOG.info(
                    "{} was rebooted{}",
                    run.id(),
                    run.hasShare()
                            ? "; a payload that it held in memory is gone, and comes back by limelight tenant -c update -u "
                                    + run.id()
                            : "");
        }
    }

    private Appraisal appraise(Evidence evidence, ReferenceValues reference, Progress before) {
        return join(CompletableFuture.supplyAsync(
                () -> tally.computed(() -> Appraiser.appraise(evidence, reference, before.appraisal())), checks));
    }

    /**
     * A short answer names no transport key. When the only thing wrong is that PCR 16 holds another one than the last, the
     * agent may have been restarted with a new key; only a whole answer tells.
     */
    private static boolean keyMayHaveChanged(Appraisal appraisal) {
        return appraisal.failures().stream().allMatch(failure -> failure.id().equals(BINDING_MISMATCH));
    }

    private static Next askForItsKey(Run run) {
        LOG.info("{} may have a new transport key; asking for it", run.id());
        run.askForWholeAnswer();
        return Next.AT_ONCE;
    }

    private Next passed(Run run, Evidence evidence, Appraisal appraisal, long now) {
        Progress before = run.stored();
        String transportKey = appraisal.nextState().transportKey().orElseThrow();
        Optional<Sealed> release = Optional.empty();
        if (run.owesShareUnder(transportKey)) {
            try (SecretBytes share = store.share(run.lease()).orElse(null)) {
                if (share == null) {
                    return Next.ENDED;
                }
                release = Optional.of(ShareRelease.seal(share, transportKey));
            } catch (VaultException | io.limelight.core.payload.PayloadException e) {
                return fail(run, InternalFailures.exception(String.valueOf(e.getMessage())));
            }
        }
        boolean shareDue = release.isPresent() || !run.passedOnce();
        Progress after = before.passed(
                shareDue ? OperationalState.PROVIDE_V : OperationalState.GET_QUOTE, appraisal.nextState(), now);
        if (!commit(run, after, release.map(Sealed::transportKeySha256).orElse(null))) {
            return Next.ENDED;
        }
        tally.count(Outcome.PASSED);
        run.dossier(keeper).judged(evidence, appraisal);
        if (!run.passedOnce()) {
            LOG.info("{} passed its attestation", run.id());
        } else if (before.state() == OperationalState.INVALID_QUOTE
                || before.state() == OperationalState.GET_QUOTE_RETRY) {
            LOG.info("{} passes again", run.id());
        }
        run.quotePassed();
        return release.isPresent() ? deliver(run, release.get(), transportKey) : Next.AT_INTERVAL;
    }

    private Next invalid(Run run, Evidence evidence, Appraisal appraisal, long now) {
        Judgement judgement = rules.severities().judge(appraisal.failures()).orElseThrow();
        Progress after = run.stored()
                .invalid(
                        judgement.representative(),
                        judgement.severity(),
                        judgement.terminal(),
                        appraisal.nextState(),
                        now);
        boolean firstOfSpell = run.stored().state() != OperationalState.INVALID_QUOTE;
        Severity severity = judgement.severity();
        NewNotice notice = null;
        if (run.worseThanNoticed(severity.level())) {
            notice = notices.of(
                            run.lease(),
                            run.id(),
                            RevocationNotice.REVOCATION,
                            judgement.representative(),
                            severity,
                            true)
                    .orElse(null);
        }
        if (notice != null) {
            run.contact().keepConnection();
        }
        if (!commit(run, after, null, found(evidence, appraisal), notice)) {
            return Next.ENDED;
        }
        tally.count(Outcome.FAILED);
        run.dossier(keeper).judged(evidence, appraisal);
        if (notice != null) {
            run.noticed(severity.level());
        }
        if (firstOfSpell || judgement.terminal()) {
            for (Failure failure : appraisal.failures()) {
                LOG.warn(
                        "{} failed its attestation: {} [{}, {}]",
                        run.id(),
                        failure.sentence(),
                        failure.id(),
                        rules.severities().of(failure).label());
            }
        }
        if (judgement.terminal()) {
            LOG.warn("{} is not asked again until it is reactivated", run.id());
            return Next.ENDED;
        }
        return Next.AT_INTERVAL;
    }

    private Failures found(Evidence evidence, Appraisal appraisal) {
        return Failures.inAnswer(
                appraisal.failures(),
                rules.severities(),
                evidence.request().nonce(),
                evidence.answer().quote(),
                evidence.answer().hashAlgorithm());
    }

    private Next noQuote(Run run, Trouble trouble) {
        return switch (trouble) {
            case Trouble.Cancelled _ -> Next.ENDED;
            case Trouble.Again(String why, boolean answered, boolean broken) ->
                broken && run.connectionMayHaveBeenClosed()
                        ? Next.AT_ONCE
                        : quoteAgain(run, why, givenUp(run, answered, why));
            case Trouble.Version _ -> renegotiate(run);
            case Trouble.Status(int status, String reason) -> fail(run, InternalFailures.noQuote(status, reason));
            case Trouble.Nonsense(String why) -> fail(run, InternalFailures.exception(why));
        };
    }

    private Failure givenUp(Run run, boolean answered, String why) {
        String where = run.machine().endpoint().address();
        int tries = rules.retries().maxRetries() + 1;
        return answered
                ? InternalFailures.answersWithErrors(where, tries, why)
                : InternalFailures.notReachable(where, tries, why);
    }

    /** Waits and tries again, or gives up for the reason given. */
    private Next quoteAgain(Run run, String why, Failure givenUp) {
        int tries = run.quoteFailedAgain();
        if (tries > rules.retries().maxRetries()) {
            return fail(run, givenUp);
        }
        if (tries == 1) {
            LOG.warn(
                    "{}: {} Trying again up to {} times",
                    run.id(),
                    why,
                    rules.retries().maxRetries());
        }
        tally.count(Outcome.UNANSWERED);
        run.askForWholeAnswer();
        OperationalState state = run.stored().state();
        boolean healthy = state == OperationalState.GET_QUOTE
                || state == OperationalState.PROVIDE_V
                || state == OperationalState.PROVIDE_V_RETRY;
        // From any other state the retry would look like a pass on the wire: it stays what it is.
        if (healthy && !commit(run, run.stored().in(OperationalState.GET_QUOTE_RETRY), null)) {
            return Next.ENDED;
        }
        return new Next.After(rules.retries().delay(tries));
    }

    // --- versions ---

    private Next renegotiate(Run run) {
        Progress before = run.stored();
        Versions offered;
        try {
            offered = run.contact().ask(AgentClient::versions);
        } catch (ApiException e) {
            Trouble trouble = run.contact().trouble(e);
            return trouble instanceof Trouble.Version
                    ? fail(
                            run,
                            InternalFailures.versionNotSupported(
                                    before.version().toString()))
                    : noQuote(run, trouble);
        }
        return switch (VersionNegotiation.again(
                before.version(), offered, before.appraisal().attestationCount() > 0)) {
            case Renegotiated.Use(ApiVersion version) -> {
                if (!version.equals(before.version()) && !commit(run, before.speaking(version), null)) {
                    yield Next.ENDED;
                }
                yield quoteAgain(
                        run,
                        "The agent does not speak API version " + before.version() + "; it will be asked by " + version
                                + ".",
                        InternalFailures.versionNotSupported(version.toString()));
            }
            case Renegotiated.Downgrade(ApiVersion stored, ApiVersion less) -> {
                LOG.warn(
                        "{} has attested with API version {} and now offers no more than {}: refused, since less may"
                                + " mean weaker",
                        run.id(),
                        stored,
                        less);
                yield fail(run, InternalFailures.versionNotSupported(stored.toString()));
            }
            case Renegotiated.NoCommonVersion _ ->
                fail(run, InternalFailures.versionNotSupported(before.version().toString()));
        };
    }

    // --- V ---

    private Next deliver(Run run, Sealed sealed, String transportKey) {
        try {
            run.contact().ask(client -> {
                client.deliverV(run.stored().version(), sealed.request());
                return true;
            });
        } catch (ApiException e) {
            return notDelivered(run, run.contact().trouble(e));
        }
        switch (store.shareAccepted(run.lease(), sealed.transportKeySha256())) {
            case LEASE_ENDED -> {
                return Next.ENDED;
            }
            case FIRST -> LOG.info("{} has its key share V", run.id());
            // A verifier that ended between its commit and the machine's answer cannot know whether V arrived.
            case AGAIN -> LOG.info("{} was sent its key share V again and has it; it may have had it before", run.id());
        }
        run.shareAccepted(transportKey);
        return Next.AT_INTERVAL;
    }

    private Next notDelivered(Run run, Trouble trouble) {
        return switch (trouble) {
            case Trouble.Cancelled _ -> Next.ENDED;
            case Trouble.Version _ ->
                run.shareFailedAgain() > rules.retries().maxRetries()
                        ? fail(
                                run,
                                InternalFailures.versionNotSupported(
                                        run.stored().version().toString()))
                        : renegotiate(run);
            case Trouble.Status(int status, String reason) -> fail(run, InternalFailures.noShare(status, reason));
            case Trouble.Nonsense(String why) -> fail(run, InternalFailures.exception(why));
            case Trouble.Again(String why, boolean _, boolean _) -> {
                int tries = run.shareFailedAgain();
                if (tries > rules.retries().maxRetries()) {
                    yield fail(
                            run,
                            InternalFailures.notReachableForShare(
                                    run.machine().endpoint().address(), tries, why));
                }
                LOG.warn("{} passed but did not take its key share: {}", run.id(), why);
                run.askForWholeAnswer();
                yield commit(run, run.stored().in(OperationalState.PROVIDE_V_RETRY), null)
                        ? new Next.After(rules.retries().delay(tries))
                        : Next.ENDED;
            }
        };
    }

    // --- ends and commits ---

    private Next fail(Run run, Failure failure) {
        Severity severity = rules.severities().of(failure);
        NewNotice notice = silent(run, failure)
                ? notices.of(run.lease(), run.id(), RevocationNotice.COMM_ERROR, failure, severity, false)
                        .orElse(null)
                : null;
        Failures reason = Failures.withoutAnswer(failure, rules.severities());
        if (commit(run, run.stored().failed(failure, severity), null, reason, notice)) {
            tally.count(Outcome.GIVEN_UP);
            LOG.warn(
                    "{}: {} [{}] It is not asked again until it is reactivated",
                    run.id(),
                    failure.sentence(),
                    failure.id());
        }
        return Next.ENDED;
    }

    /**
     * Whether others are told that a machine no longer answers: one that has attested before, or one that passed and did not
     * take its share (certificate reference §3.1). Other ends of this kind say nothing about the machine.
     */
    private static boolean silent(Run run, Failure failure) {
        return failure.id().equals(NOT_REACHABLE_FOR_SHARE)
                || (failure.id().equals(NOT_REACHABLE)
                        && run.stored().appraisal().attestationCount() > 0);
    }

    private boolean commit(Run run, Progress after, @Nullable String releasedTo) {
        return commit(run, after, releasedTo, null, null);
    }

    /** On disk, or false because the run has lost its lease. */
    private boolean commit(
            Run run,
            Progress after,
            @Nullable String releasedTo,
            @Nullable Failures failures,
            @Nullable NewNotice notice) {
        AgentStore.Committed committed =
                join(store.commit(run.lease(), run.stored(), after, releasedTo, failures, notice));
        if (!committed.stored()) {
            LOG.debug("{}: this run has ended", run.id());
            return false;
        }
        run.stored(after);
        committed.notice().ifPresent(notices::stored);
        if (run.storingWorks()) {
            LOG.info("what is found out about {} can be stored again", run.id());
        }
        return true;
    }

    private static <T> T join(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
