package io.limelight.console.policies;

import io.limelight.console.activity.ActLog;
import io.limelight.console.activity.ActLog.Outcome;
import io.limelight.console.policies.TrustedSigners.Signer;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.work.LatestOnly;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.task.Cancellation;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;

/** Whose signature the policy bears that is looked at. Used on the screen's thread. */
public final class SignaturesViewModel {
    private final PolicyServer server;
    private final TrustedSigners signers;
    private final ActLog acts;
    private final InstantSource clock;
    private final Executor work;
    private final Executor screen;
    private final LatestOnly<Result> looking;
    private final ReadOnlyObjectWrapper<@Nullable Shown> shown = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<List<Signer>> trusted = new ReadOnlyObjectWrapper<>(List.of());
    private final ReadOnlyObjectWrapper<@Nullable Problem> problem = new ReadOnlyObjectWrapper<>();
    private @Nullable Read latest;

    /** Where a text came from. */
    public enum Source {
        /** The verifier has it. */
        VERIFIER,
        /** A file was opened. */
        FILE;

        String key() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private record Read(String name, Source source, String text) {}

    private record Result(
            @Nullable Shown shown,
            List<Signer> trusted,
            @Nullable Problem problem) {}

    /**
     * What is to be said.
     *
     * @param name of the policy
     * @param source where its text came from
     * @param report about its text
     */
    record Shown(String name, Source source, SignatureReport report) {}

    /** Nothing read yet. */
    public SignaturesViewModel(
            PolicyServer server,
            TrustedSigners signers,
            ActLog acts,
            InstantSource clock,
            Executor work,
            Executor screen) {
        this.server = server;
        this.signers = signers;
        this.acts = acts;
        this.clock = clock;
        this.work = work;
        this.screen = screen;
        this.looking = new LatestOnly<>(work, screen, this::show);
    }

    /** What is to be said; null: nothing was read. */
    ReadOnlyObjectProperty<@Nullable Shown> shownProperty() {
        return shown.getReadOnlyProperty();
    }

    /** Keys that are trusted. */
    public ReadOnlyObjectProperty<List<Signer>> trustedProperty() {
        return trusted.getReadOnlyProperty();
    }

    /** Why keys could not be read, or the policy not; null: they could. */
    public ReadOnlyObjectProperty<@Nullable Problem> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** What is to be said of this policy; empty: its text as it is at the verifier was not read. */
    Optional<Shown> about(String name) {
        return Optional.ofNullable(shown.get()).filter(each -> each.name().equals(name));
    }

    /** The text of a policy was read, or sent. Called from any thread. */
    public void heard(String name, Source source, String text) {
        screen.execute(() -> {
            latest = new Read(name, source, text);
            look();
        });
    }

    /** Another policy is looked at, or none. */
    public void opened(@Nullable String name) {
        Read now = latest;
        if (now != null && !now.name().equals(name)) {
            // Long texts are not kept for nothing.
            latest = null;
        }
    }

    /** Reads what the verifier has under this name: of a draft, that was not done. */
    public void read(String name) {
        problem.set(null);
        work.execute(() -> {
            try {
                String text = server.read(PolicyKind.RUNTIME, name, new Cancellation())
                        .text();
                heard(name, Source.VERIFIER, text);
            } catch (ProblemException e) {
                screen.execute(() -> problem.set(e.problem()));
            }
        });
    }

    private void look() {
        Read now = latest;
        looking.ask(() -> {
            try {
                List<Signer> keys = signers.all();
                return new Result(
                        now == null
                                ? null
                                : new Shown(
                                        now.name(),
                                        now.source(),
                                        SignatureReport.of(now.text(), keys, clock.instant())),
                        keys,
                        null);
            } catch (ProblemException e) {
                return new Result(null, List.of(), e.problem());
            }
        });
    }

    private void show(Result result) {
        trusted.set(result.trusted());
        shown.set(result.shown());
        if (result.problem() != null) {
            problem.set(result.problem());
        }
    }

    /** Trusts the key in a file. */
    public void trust(Path file) {
        change("trusted", String.valueOf(file.getFileName()), () -> signers.trust(file));
    }

    /** Trusts a key no longer. */
    public void distrust(Signer signer) {
        change("not trusted", signer.key().keyId(), () -> signers.distrust(signer));
    }

    private interface Change {
        void make() throws ProblemException;
    }

    private void change(String what, String key, Change change) {
        problem.set(null);
        work.execute(() -> {
            try {
                change.make();
                acts.did(new ActLog.Act("policy.signer", List.of(key), Outcome.DONE, Map.of("key", what)));
                screen.execute(this::look);
            } catch (ProblemException e) {
                screen.execute(() -> problem.set(e.problem()));
            }
        });
    }
}
