package io.limelight.console.provision;

import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.Staleness;
import io.limelight.console.payloads.PayloadLibrary;
import io.limelight.console.payloads.SavedPayload;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.provision.ProvisionForm.Field;
import io.limelight.console.provision.ProvisionForm.PolicyFrom;
import io.limelight.console.records.DraftStore;
import io.limelight.console.records.ReceiptStore;
import io.limelight.console.words.Words;
import io.limelight.console.work.LatestOnly;
import io.limelight.console.work.Tasks;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.ca.KeyKind;
import io.limelight.core.policy.TpmPolicyException;
import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tenant.CommandWords;
import io.limelight.core.tenant.ProvisionDraft;
import io.limelight.core.tenant.ProvisionPlan;
import io.limelight.core.tenant.TenantException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/**
 * The wizard: machines, payload, identity, policies, what will happen, run and receipts. Going back loses nothing; what was chosen is
 * kept as a draft whenever it changes; the password of a CA is in neither. Used on the screen's thread.
 */
public final class ProvisionViewModel implements AutoCloseable {
    /** Kind of drafts. */
    static final String DRAFT = "provision";

    /** Kind of templates. */
    static final String TEMPLATE = "provision-template";

    private final Parts parts;
    private final Said said;
    private final ProvisionRun run;
    private final ProvisionChoices choices;
    private final ReadOnlyObjectWrapper<Step> step = new ReadOnlyObjectWrapper<>(Step.MACHINES);
    private final ObservableList<Candidate> candidates = FXCollections.observableArrayList();
    private final StringProperty filter = new SimpleStringProperty("");
    private final ObservableList<SavedPayload> saved = FXCollections.observableArrayList();
    private final ObservableList<String> runtimeNames = FXCollections.observableArrayList();
    private final ObservableList<String> bootNames = FXCollections.observableArrayList();
    private final ReadOnlyObjectWrapper<Optional<Boolean>> caExists = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyBooleanWrapper planning = new ReadOnlyBooleanWrapper();
    private final ReadOnlyObjectWrapper<Optional<ProvisionPlan>> plan = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<Problem>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<Path>> dryRunFolder = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<String> notice = new ReadOnlyObjectWrapper<>("");
    private final ObservableList<DraftStore.Draft> drafts = FXCollections.observableArrayList();
    private final LatestOnly<String> saving;
    private final DraftKeeper keeper;
    private Optional<SecretBytes> password = Optional.empty();
    private @Nullable Cancellation looking;
    private @Nullable DryRun dryRun;

    /** Where a person is. */
    public enum Step {
        /** Which machines. */
        MACHINES,
        /** What they get. */
        PAYLOAD,
        /** Who they become; only where a package is made. */
        IDENTITY,
        /** By what they are judged. */
        POLICIES,
        /** What will happen. */
        PLAN,
        /** What happens, and receipts. */
        RUN;

        private static final List<Step> ORDER = List.of(values());

        /** Which one it is, from 0. */
        int place() {
            return ORDER.indexOf(this);
        }

        /** Names keys of words. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A machine to choose.
     *
     * @param id which
     * @param name what people call it
     * @param address where it registered
     * @param state as shown
     * @param enrolled whether somebody watches it: then it is enrolled anew
     * @param chosen whether it is
     */
    public record Candidate(
            AgentId id, String name, String address, MachineState state, boolean enrolled, boolean chosen) {}

    /**
     * What the wizard works with.
     *
     * @param fleet as last told
     * @param refresh asks the fleet soon
     * @param profile whose drafts and receipts these are
     * @param name of a machine, for people
     * @param folder where CAs are by default
     * @param surroundings what stands before a command line of ours so that it means this fleet: {@code env …}; may be empty
     */
    public record Parts(
            Supplier<FleetSnapshot> fleet,
            Runnable refresh,
            Provisioner provisioner,
            PayloadLibrary library,
            DraftStore drafts,
            ReceiptStore receipts,
            long profile,
            Function<AgentId, String> name,
            Supplier<Staleness> staleness,
            Path folder,
            String surroundings,
            Tasks tasks,
            Words words,
            InstantSource clock,
            Executor work,
            Executor screen) {}

    /** Nothing chosen. */
    public ProvisionViewModel(Parts parts) {
        this.parts = parts;
        said = new Said(parts.words());
        run = new ProvisionRun(parts, said, new Running());
        choices = new ProvisionChoices(parts.words(), this::changed);
        saving = new LatestOnly<>(parts.work(), parts.screen(), notice::set);
        keeper = new DraftKeeper(parts.drafts(), DRAFT, parts.profile());
        fill(ProvisionForm.empty(parts.folder().toString()));
        filter.subscribe(_ -> drawCandidates());
        choices.text(Field.CA).subscribe(_ -> {
            caExists.set(Optional.empty());
            forgetPassword();
        });
    }

    // --- what is chosen ---

    /** What is chosen. */
    public ProvisionChoices choices() {
        return choices;
    }

    /** How many of the chosen machines are watched already. */
    long enrolledAmongChosen() {
        return parts.fleet().get().machines().stream()
                .filter(machine -> machine.standing() != MachineState.WAITING
                        && choices.chosenProperty().get().contains(machine.id()))
                .count();
    }

    /** Chooses a machine or not. */
    public void choose(AgentId id, boolean wanted) {
        choices.choose(List.of(id), wanted);
    }

    /** Chooses all that are shown, or none of them. */
    public void chooseShown(boolean wanted) {
        choices.choose(candidates.stream().map(Candidate::id).toList(), wanted);
    }

    /** Machines that there are, those that were filtered out not. */
    public ObservableList<Candidate> candidates() {
        return candidates;
    }

    /** Part of a machine's name, id or address. */
    public StringProperty filterProperty() {
        return filter;
    }

    /** Payloads a person has. */
    ObservableList<SavedPayload> saved() {
        return saved;
    }

    /** Drafts and templates to go on with. */
    ObservableList<DraftStore.Draft> drafts() {
        return drafts;
    }

    /** Names the verifier has. */
    ObservableList<String> names(PolicyKind kind) {
        return kind == PolicyKind.RUNTIME ? runtimeNames : bootNames;
    }

    // --- beginning ---

    /** Begins anew with these machines; what was being prepared stays a draft. */
    public void begin(List<AgentId> machines) {
        begin(machines, Optional.empty());
    }

    /** Begins anew with a payload. */
    public void begin(SavedPayload payload) {
        begin(List.of(), Optional.of(payload));
    }

    /** Begins anew, without a payload, with machines to be judged by a runtime policy that the verifier has. */
    public void beginJudgedBy(String policy) {
        begin(List.of(), Optional.empty());
        if (!run.running()) {
            choices.modeProperty().set(Optional.empty());
            choices.runtimeProperty().set(PolicyFrom.NAME);
            choices.text(Field.RUNTIME_NAME).set(policy);
        }
    }

    private void begin(List<AgentId> machines, Optional<SavedPayload> payload) {
        if (run.running()) {
            // One run at a time; its page is where it is seen.
            return;
        }
        store();
        reset();
        keeper.begin();
        ProvisionForm empty = ProvisionForm.empty(parts.folder().toString());
        fill(new ProvisionForm(machines, empty.mode(), empty.texts(), empty.runtime(), empty.boot()));
        payload.ifPresent(choices::take);
        step.set(Step.MACHINES);
    }

    private void reset() {
        closeDryRun();
        forgetPassword();
        stopLooking();
        plan.set(Optional.empty());
        problem.set(Optional.empty());
        run.reset();
        notice.set("");
    }

    /** Goes on with a draft, or begins with a template. */
    void resume(DraftStore.Draft other) {
        if (run.running()) {
            return;
        }
        store();
        ProvisionForm form;
        try {
            form = ProvisionForm.read(other.text());
        } catch (IOException e) {
            problem.set(Optional.of(said.because("provision.draft-damaged", String.valueOf(e.getMessage()))));
            return;
        }
        reset();
        if (other.kind().equals(DRAFT)) {
            keeper.resume(other);
        } else {
            keeper.begin();
        }
        fill(form);
        step.set(Step.MACHINES);
    }

    private void fill(ProvisionForm form) {
        choices.fill(form);
        drawCandidates();
    }

    private void changed() {
        drawCandidates();
        if (!run.running()) {
            plan.set(Optional.empty());
            store();
        }
    }

    /** Off the screen, and of many changes only the last. */
    private void store() {
        if (choices.chosenProperty().get().isEmpty()
                && choices.text(Field.PLACE).get().isBlank()) {
            return;
        }
        String json = choices.form().json();
        String name = choices.title();
        String id = keeper.id();
        saving.ask(() -> {
            try {
                return parts.words()
                        .of(keeper.keep(id, name, json) ? "provision.draft.kept" : "provision.draft.elsewhere");
            } catch (ProblemException e) {
                return parts.words().of("provision.draft.not-kept", e.problem().whatHappened());
            }
        });
    }

    /** Keeps what was chosen under a name, machines left out. */
    void saveTemplate(String name) {
        ProvisionForm now = choices.form();
        String json = new ProvisionForm(List.of(), now.mode(), now.texts(), now.runtime(), now.boot()).json();
        parts.work().execute(() -> {
            try {
                parts.drafts()
                        .put(new DraftStore.Draft(
                                TEMPLATE + "-" + UUID.randomUUID(),
                                TEMPLATE,
                                0,
                                name,
                                json,
                                0,
                                parts.clock().instant()));
                parts.screen().execute(() -> notice.set(parts.words().of("provision.template.kept", name)));
            } catch (ProblemException e) {
                parts.screen().execute(() -> problem.set(Optional.of(e.problem())));
            }
        });
    }

    // --- looking around ---

    /** Comes to be seen: reads what may have changed. */
    void shown() {
        drawCandidates();
        parts.work().execute(() -> {
            try {
                List<SavedPayload> payloads = parts.library().all();
                List<DraftStore.Draft> kept = new ArrayList<>(parts.drafts().all(TEMPLATE, parts.profile()));
                kept.addAll(parts.drafts().all(DRAFT, parts.profile()));
                parts.screen().execute(() -> {
                    saved.setAll(payloads);
                    drafts.setAll(kept.subList(0, Math.min(kept.size(), 30)));
                });
            } catch (ProblemException e) {
                parts.screen().execute(() -> notice.set(e.problem().whatHappened()));
            }
        });
    }

    /** Is no longer seen. */
    void hidden() {
        store();
    }

    private void drawCandidates() {
        FleetSnapshot snapshot = parts.fleet().get();
        String wanted = filter.get().strip().toLowerCase(Locale.ROOT);
        List<Candidate> all = new ArrayList<>();
        for (Machine machine : snapshot.machines()) {
            String name = parts.name().apply(machine.id());
            if (!wanted.isEmpty()
                    && !name.toLowerCase(Locale.ROOT).contains(wanted)
                    && !machine.id().value().toLowerCase(Locale.ROOT).contains(wanted)
                    && !machine.address().contains(wanted)) {
                continue;
            }
            all.add(new Candidate(
                    machine.id(),
                    name,
                    machine.address(),
                    snapshot.state(
                            machine, parts.staleness().get(), parts.clock().instant()),
                    machine.standing() != MachineState.WAITING,
                    choices.chosenProperty().get().contains(machine.id())));
        }
        all.sort(Comparator.comparing(Candidate::name));
        if (!candidates.equals(all)) {
            candidates.setAll(all);
        }
    }

    /** The fleet told something new. */
    public void told() {
        if (step.get() == Step.MACHINES) {
            drawCandidates();
        }
    }

    // --- steps ---

    /** Where a person is. */
    public ReadOnlyObjectProperty<Step> stepProperty() {
        return step.getReadOnlyProperty();
    }

    /** Goes to the next step, if nothing is missing in this one. */
    public void next() {
        if (!choices.fault(step.get()).isEmpty()) {
            return;
        }
        for (int i = step.get().place() + 1; i <= Step.PLAN.place(); i++) {
            if (choices.applies(Step.values()[i])) {
                go(Step.values()[i]);
                return;
            }
        }
    }

    /** Goes back; nothing is lost. */
    public void back() {
        for (int i = step.get().place() - 1; i >= 0; i--) {
            if (choices.applies(Step.values()[i])) {
                go(Step.values()[i]);
                return;
            }
        }
    }

    /** Whether a step can be gone to: everything before it is in order, and it was not run yet. */
    boolean reachable(Step which) {
        if (run.running()) {
            return which == Step.RUN;
        }
        if (which == Step.RUN) {
            return !run.runs().isEmpty();
        }
        for (int i = 0; i < which.place(); i++) {
            if (!choices.fault(Step.values()[i]).isEmpty()) {
                return false;
            }
        }
        return choices.applies(which);
    }

    /** Goes to a step. */
    public void go(Step to) {
        if (!reachable(to)) {
            return;
        }
        store();
        problem.set(Optional.empty());
        stopLooking();
        step.set(to);
        switch (to) {
            case IDENTITY -> lookAtCa();
            case POLICIES -> askNames();
            case PLAN -> look();
            case MACHINES -> drawCandidates();
            case PAYLOAD, RUN -> {}
        }
    }

    // --- identity ---

    /** Whether there is a CA in the folder; empty: not known. */
    ReadOnlyObjectProperty<Optional<Boolean>> caExistsProperty() {
        return caExists.getReadOnlyProperty();
    }

    /** What {@code ca.conf} says about certificates. */
    CertificateSubject subject() {
        return parts.provisioner().subject();
    }

    /** Looks whether there is a CA. */
    void lookAtCa() {
        Optional<Path> folder = choices.path(Field.CA);
        if (folder.isEmpty()) {
            caExists.set(Optional.empty());
            return;
        }
        String asked = choices.text(Field.CA).get();
        parts.work().execute(() -> {
            boolean there = parts.provisioner().authority(folder.get()).exists();
            parts.screen().execute(() -> {
                if (choices.text(Field.CA).get().equals(asked)) {
                    caExists.set(Optional.of(there));
                }
            });
        });
    }

    /** Takes the CA's password, kept in memory until the run is over. */
    void password(SecretBytes typed) {
        forgetPassword();
        password = Optional.of(typed);
        plan.set(Optional.empty());
    }

    /** Whether there is one. */
    boolean hasPassword() {
        return password.isPresent();
    }

    /** Forgets the password. */
    void forgetPassword() {
        password.ifPresent(SecretBytes::close);
        password = Optional.empty();
    }

    // --- policies ---

    private void askNames() {
        parts.work().execute(() -> {
            for (PolicyKind kind : List.of(PolicyKind.RUNTIME, PolicyKind.MEASURED_BOOT)) {
                try {
                    List<String> names = parts.provisioner().names(kind);
                    parts.screen().execute(() -> names(kind).setAll(names));
                } catch (TenantException e) {
                    // A name can be typed; the plan and the run say what is wrong with it.
                    parts.screen().execute(() -> names(kind).clear());
                }
            }
        });
    }

    // --- what will happen ---

    /** Whether it is being looked at. */
    public ReadOnlyBooleanProperty planningProperty() {
        return planning.getReadOnlyProperty();
    }

    /** What will happen. */
    public ReadOnlyObjectProperty<Optional<ProvisionPlan>> planProperty() {
        return plan.getReadOnlyProperty();
    }

    /** What is wrong, here. */
    public ReadOnlyObjectProperty<Optional<Problem>> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** About the draft, in a few words. */
    ReadOnlyObjectProperty<String> noticeProperty() {
        return notice.getReadOnlyProperty();
    }

    /** Looks at files, servers and machines; changes nothing. */
    void look() {
        stopLooking();
        ProvisionDraft wanted;
        try {
            wanted = choices.draft(parts.provisioner());
        } catch (TpmPolicyException | IllegalArgumentException e) {
            problem.set(Optional.of(said.because("provision.not-readable", String.valueOf(e.getMessage()))));
            return;
        }
        Cancellation own = new Cancellation();
        looking = own;
        planning.set(true);
        problem.set(Optional.empty());
        Optional<SecretBytes> secret = password.map(SecretBytes::copy);
        parts.work().execute(() -> {
            try {
                ProvisionPlan made = parts.provisioner().plan(wanted, secret, own);
                parts.screen().execute(() -> looked(own, Optional.of(made), Optional.empty()));
            } catch (TenantException e) {
                Problem why = said.of(e);
                parts.screen().execute(() -> looked(own, Optional.empty(), Optional.of(why)));
            } finally {
                secret.ifPresent(SecretBytes::close);
            }
        });
    }

    private void looked(Cancellation asked, Optional<ProvisionPlan> made, Optional<Problem> why) {
        if (looking != asked) {
            return;
        }
        looking = null;
        planning.set(false);
        plan.set(made);
        problem.set(why);
    }

    private void stopLooking() {
        Cancellation own = looking;
        looking = null;
        planning.set(false);
        if (own != null) {
            parts.work().execute(own::cancel);
        }
    }

    /** Whether it can be run as it stands: planned, some machine left, and the password there where one is needed. */
    boolean ready() {
        return plan.get().filter(made -> !made.machines().isEmpty()).isPresent() && !passwordMissing();
    }

    /** Whether something has to be issued and the CA's password is not there. */
    boolean passwordMissing() {
        return password.isEmpty()
                && plan.get()
                        .flatMap(ProvisionPlan::ca)
                        .filter(ProvisionPlan.Authority::passwordNeeded)
                        .isPresent();
    }

    // --- dry run ---

    /** Where the payload was unpacked; empty: it is not. */
    ReadOnlyObjectProperty<Optional<Path>> dryRunProperty() {
        return dryRunFolder.getReadOnlyProperty();
    }

    /** Unpacks the payload in a folder of this computer, as a machine would. */
    void dryRun() {
        Optional<ProvisionPlan> made = plan.get();
        if (made.isEmpty() || made.get().machines().isEmpty()) {
            return;
        }
        closeDryRun();
        ProvisionPlan.ForMachine first = made.get().machines().getFirst();
        parts.work().execute(() -> {
            try {
                DryRun unpacked =
                        DryRun.of(first.enrolment().draft(), made.get().maxPayload());
                parts.screen().execute(() -> {
                    if (plan.get().equals(made)) {
                        dryRun = unpacked;
                        dryRunFolder.set(Optional.of(unpacked.folder()));
                    } else {
                        parts.work().execute(unpacked::close);
                    }
                });
            } catch (TenantException e) {
                Problem why = said.of(e);
                parts.screen().execute(() -> problem.set(Optional.of(why)));
            } catch (IOException e) {
                Problem why = said.because("provision.no-room", FileTrouble.sentence(e));
                parts.screen().execute(() -> problem.set(Optional.of(why)));
            }
        });
    }

    /** Removes it. */
    void closeDryRun() {
        DryRun unpacked = dryRun;
        dryRun = null;
        dryRunFolder.set(Optional.empty());
        if (unpacked != null) {
            parts.work().execute(unpacked::close);
        }
    }

    // --- run ---

    /** What people call a machine. */
    String name(AgentId id) {
        return parts.name().apply(id);
    }

    /**
     * What stands before a command line so that it means this fleet and says the same in certificates; ends with a blank, or is empty.
     *
     * @param ours whether the line is one of this product, which takes its fleet from there too
     */
    String surroundings(boolean ours) {
        String fleet = ours ? parts.surroundings() : "";
        Map<String, String> said = choices.certified()
                ? SubjectFields.environment(
                        subject(), field -> choices.text(field).get())
                : Map.of();
        if (said.isEmpty()) {
            return fleet;
        }
        List<CommandWords.Word> words = new ArrayList<>();
        said.forEach((name, value) -> words.add(new CommandWords.Word(name + "=" + value, false)));
        return (fleet.isEmpty() ? "env " : fleet) + new CommandWords(words).text() + " ";
    }

    /** Machine by machine, once it was begun. */
    public ProvisionRun provisionRun() {
        return run;
    }

    /** Does what was said. */
    public void run() {
        if (!ready() || run.running()) {
            return;
        }
        closeDryRun();
        run.begin(plan.get().orElseThrow());
        step.set(Step.RUN);
    }

    /** Again, with those that failed or were stopped. */
    public void retryFailed() {
        List<AgentId> due = run.due();
        if (run.phaseProperty().get() != ProvisionRun.Phase.OVER || due.isEmpty()) {
            return;
        }
        try {
            ProvisionDraft all = choices.draft(parts.provisioner());
            run.again(
                    new ProvisionDraft(due, all.payload(), all.policyChoice(), all.tpmPolicy(), all.password()),
                    plan.get());
        } catch (TpmPolicyException | IllegalArgumentException e) {
            problem.set(Optional.of(said.because("provision.not-readable", String.valueOf(e.getMessage()))));
        }
    }

    private final class Running implements ProvisionRun.Owner {
        @Override
        public Optional<SecretBytes> password() {
            return password.map(SecretBytes::copy);
        }

        @Override
        public Optional<KeyKind> newCa() {
            return KeyKind.named(choices.text(Field.CA_KEY).get());
        }

        @Override
        public void notice(String sentence) {
            notice.set(sentence);
        }

        @Override
        public void problem(Optional<Problem> why) {
            problem.set(why);
        }

        @Override
        public void over(boolean allDone) {
            if (!allDone) {
                return;
            }
            forgetPassword();
            parts.work().execute(() -> {
                try {
                    keeper.remove();
                } catch (ProblemException e) {
                    parts.screen().execute(() -> notice.set(e.problem().whatHappened()));
                }
            });
        }
    }

    @Override
    public void close() {
        store();
        stopLooking();
        run.cancel();
        closeDryRun();
        forgetPassword();
    }
}
