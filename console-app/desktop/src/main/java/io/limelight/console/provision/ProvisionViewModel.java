package io.limelight.console.provision;

import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.Staleness;
import io.limelight.console.payloads.PayloadLibrary;
import io.limelight.console.payloads.PayloadMode;
import io.limelight.console.payloads.SavedPayload;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.provision.ProvisionForm.Field;
import io.limelight.console.provision.ProvisionForm.PolicyFrom;
import io.limelight.console.records.DraftStore;
import io.limelight.console.records.ReceiptStore;
import io.limelight.console.words.Words;
import io.limelight.console.work.LatestOnly;
import io.limelight.console.work.TaskHandle;
import io.limelight.console.work.Tasks;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.KeyKind;
import io.limelight.core.json.WireJson;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.TpmPolicyException;
import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.TaskReport;
import io.limelight.core.task.TaskStep;
import io.limelight.core.tenant.BootPolicyChoice;
import io.limelight.core.tenant.DocumentSource;
import io.limelight.core.tenant.PayloadChoice;
import io.limelight.core.tenant.PolicyChoice;
import io.limelight.core.tenant.ProvisionDraft;
import io.limelight.core.tenant.ProvisionPlan;
import io.limelight.core.tenant.ProvisionReceipt;
import io.limelight.core.tenant.Provisioning;
import io.limelight.core.tenant.RuntimePolicyChoice;
import io.limelight.core.tenant.TenantException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;
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
    private final Problems said = new Problems();
    private final Map<Field, StringProperty> fields = new EnumMap<>(Field.class);
    private final ReadOnlyObjectWrapper<Step> step = new ReadOnlyObjectWrapper<>(Step.MACHINES);
    private final ObservableList<Candidate> candidates = FXCollections.observableArrayList();
    private final ReadOnlyObjectWrapper<Set<AgentId>> chosen = new ReadOnlyObjectWrapper<>(Set.of());
    private final StringProperty filter = new SimpleStringProperty("");
    private final ObjectProperty<Optional<PayloadMode>> mode =
            new SimpleObjectProperty<>(Optional.of(PayloadMode.CERTIFICATE_PACKAGE));
    private final ObservableList<SavedPayload> saved = FXCollections.observableArrayList();
    private final ObjectProperty<PolicyFrom> runtime = new SimpleObjectProperty<>(PolicyFrom.NONE);
    private final ObjectProperty<PolicyFrom> boot = new SimpleObjectProperty<>(PolicyFrom.NONE);
    private final ObservableList<String> runtimeNames = FXCollections.observableArrayList();
    private final ObservableList<String> bootNames = FXCollections.observableArrayList();
    private final ReadOnlyObjectWrapper<Optional<Boolean>> caExists = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyBooleanWrapper planning = new ReadOnlyBooleanWrapper();
    private final ReadOnlyObjectWrapper<Optional<ProvisionPlan>> plan = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<Problem>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ObservableList<MachineRun> runs = FXCollections.observableArrayList();
    private final ReadOnlyObjectWrapper<Phase> phase = new ReadOnlyObjectWrapper<>(Phase.PLANNED);
    private final ReadOnlyObjectWrapper<@Nullable AgentId> looked = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<Optional<Path>> dryRunFolder = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<String> notice = new ReadOnlyObjectWrapper<>("");
    private final ObservableList<DraftStore.Draft> drafts = FXCollections.observableArrayList();
    private final LatestOnly<String> saving;
    private final DraftKeeper keeper;
    private final Map<AgentId, Cancellation> each = new HashMap<>();
    private Optional<SecretBytes> password = Optional.empty();
    private @Nullable Cancellation looking;
    private @Nullable TaskHandle<?> task;
    private @Nullable DryRun dryRun;
    private boolean filling;

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

    /** How far a run is. */
    public enum Phase {
        /** Not begun. */
        PLANNED,
        /** Under way. */
        RUNNING,
        /** Over. */
        OVER
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
        for (Field field : Field.values()) {
            StringProperty text = new SimpleStringProperty("");
            fields.put(field, text);
            text.subscribe(_ -> changed());
        }
        saving = new LatestOnly<>(parts.work(), parts.screen(), notice::set);
        keeper = new DraftKeeper(parts.drafts(), DRAFT, parts.profile());
        fill(ProvisionForm.empty(parts.folder().toString()));
        mode.subscribe(_ -> changed());
        runtime.subscribe(_ -> changed());
        boot.subscribe(_ -> changed());
        filter.subscribe(_ -> drawCandidates());
        text(Field.CA).subscribe(_ -> {
            caExists.set(Optional.empty());
            forgetPassword();
        });
    }

    // --- what is chosen ---

    /** A field's text. */
    StringProperty text(Field field) {
        return java.util.Objects.requireNonNull(fields.get(field));
    }

    /** How the payload travels; empty: there is none. */
    ObjectProperty<Optional<PayloadMode>> modeProperty() {
        return mode;
    }

    /** Where the runtime policy comes from. */
    ObjectProperty<PolicyFrom> runtimeProperty() {
        return runtime;
    }

    /** Where the measured boot policy comes from. */
    ObjectProperty<PolicyFrom> bootProperty() {
        return boot;
    }

    /** Machines that there are, those that were filtered out not. */
    public ObservableList<Candidate> candidates() {
        return candidates;
    }

    /** Part of a machine's name, id or address. */
    public StringProperty filterProperty() {
        return filter;
    }

    /** The chosen ones. */
    public ReadOnlyObjectProperty<Set<AgentId>> chosenProperty() {
        return chosen.getReadOnlyProperty();
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

    /** Chooses a machine or not. */
    public void choose(AgentId id, boolean wanted) {
        Set<AgentId> next = new LinkedHashSet<>(chosen.get());
        if (wanted ? next.add(id) : next.remove(id)) {
            chosen.set(java.util.Collections.unmodifiableSet(next));
            drawCandidates();
            changed();
        }
    }

    /** Chooses all that are shown, or none of them. */
    public void chooseShown(boolean wanted) {
        Set<AgentId> next = new LinkedHashSet<>(chosen.get());
        for (Candidate candidate : candidates) {
            if (wanted) {
                next.add(candidate.id());
            } else {
                next.remove(candidate.id());
            }
        }
        chosen.set(java.util.Collections.unmodifiableSet(next));
        drawCandidates();
        changed();
    }

    /** Takes a payload of the library. */
    void take(SavedPayload payload) {
        mode.set(Optional.of(payload.mode()));
        text(Field.PLACE).set(payload.place().toString());
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
        if (phase.get() != Phase.RUNNING) {
            mode.set(Optional.empty());
            runtime.set(PolicyFrom.NAME);
            text(Field.RUNTIME_NAME).set(policy);
        }
    }

    private void begin(List<AgentId> machines, Optional<SavedPayload> payload) {
        if (phase.get() == Phase.RUNNING) {
            // One run at a time; its page is where it is seen.
            return;
        }
        store();
        reset();
        keeper.begin();
        ProvisionForm empty = ProvisionForm.empty(parts.folder().toString());
        fill(new ProvisionForm(machines, empty.mode(), empty.texts(), empty.runtime(), empty.boot()));
        payload.ifPresent(this::take);
        step.set(Step.MACHINES);
    }

    private void reset() {
        closeDryRun();
        forgetPassword();
        stopLooking();
        plan.set(Optional.empty());
        problem.set(Optional.empty());
        runs.clear();
        each.clear();
        phase.set(Phase.PLANNED);
        looked.set(null);
        notice.set("");
    }

    /** Goes on with a draft, or begins with a template. */
    void resume(DraftStore.Draft other) {
        if (phase.get() == Phase.RUNNING) {
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
        filling = true;
        chosen.set(java.util.Collections.unmodifiableSet(new LinkedHashSet<>(form.machines())));
        mode.set(form.mode());
        fields.forEach((field, text) -> text.set(form.text(field)));
        runtime.set(form.runtime());
        boot.set(form.boot());
        filling = false;
        drawCandidates();
    }

    private ProvisionForm form() {
        Map<Field, String> texts = new EnumMap<>(Field.class);
        fields.forEach((field, text) -> texts.put(field, text.get()));
        return new ProvisionForm(List.copyOf(chosen.get()), mode.get(), texts, runtime.get(), boot.get());
    }

    private void changed() {
        if (filling || phase.get() == Phase.RUNNING) {
            return;
        }
        plan.set(Optional.empty());
        store();
    }

    /** Off the screen, and of many changes only the last. */
    private void store() {
        if (chosen.get().isEmpty() && text(Field.PLACE).get().isBlank()) {
            return;
        }
        String json = form().json();
        String name = title();
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
        ProvisionForm now = form();
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

    /** What this is about, for the head. */
    String title() {
        String place = text(Field.PLACE).get().strip();
        int slash = Math.max(place.lastIndexOf('/'), place.lastIndexOf('\\'));
        String payload = place.substring(slash + 1);
        return payload.isEmpty()
                ? parts.words().of("provision.name.none", chosen.get().size())
                : parts.words().of("provision.name", payload, chosen.get().size());
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
                    chosen.get().contains(machine.id())));
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

    /** Whether a step is one of this draft's. */
    boolean applies(Step which) {
        return which != Step.IDENTITY || certified();
    }

    private boolean certified() {
        return mode.get().filter(PayloadMode.CERTIFICATE_PACKAGE::equals).isPresent();
    }

    /** What is missing or wrong in a step, as a sentence; empty: nothing. */
    String fault(Step which) {
        return switch (which) {
            case MACHINES ->
                chosen.get().isEmpty()
                        ? parts.words().of("provision.fault.machines")
                        : chosen.get().size() > ProvisionDraft.MOST
                                ? parts.words().of("provision.fault.many", ProvisionDraft.MOST)
                                : "";
            case PAYLOAD -> payloadFault();
            case IDENTITY ->
                applies(which) && path(Field.CA).isEmpty() ? parts.words().of("provision.fault.ca") : "";
            case POLICIES -> policyFault();
            case PLAN, RUN -> "";
        };
    }

    private String payloadFault() {
        if (mode.get().isEmpty() || (certified() && text(Field.PLACE).get().isBlank())) {
            // A package of an identity alone is one, too.
            return "";
        }
        return path(Field.PLACE).isEmpty() ? parts.words().of("provision.fault.place") : "";
    }

    private String policyFault() {
        if ((runtime.get() == PolicyFrom.FILE && path(Field.RUNTIME_FILE).isEmpty())
                || (boot.get() == PolicyFrom.FILE && path(Field.BOOT_FILE).isEmpty())) {
            return parts.words().of("provision.fault.policy-file");
        }
        if ((runtime.get() == PolicyFrom.NAME && text(Field.RUNTIME_NAME).get().isBlank())
                || (boot.get() == PolicyFrom.NAME && text(Field.BOOT_NAME).get().isBlank())) {
            return parts.words().of("provision.fault.policy-name");
        }
        try {
            tpmPolicy();
            return "";
        } catch (TpmPolicyException e) {
            return parts.words().of("provision.fault.tpm", String.valueOf(e.getMessage()));
        }
    }

    private TpmPolicy tpmPolicy() throws TpmPolicyException {
        String typed = text(Field.TPM).get().strip();
        return typed.isEmpty() ? TpmPolicy.EMPTY : TpmPolicy.fromUser(typed);
    }

    private Optional<Path> path(Field field) {
        String typed = text(field).get().strip();
        try {
            return typed.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Path.of(typed).toAbsolutePath());
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** Goes to the next step, if nothing is missing in this one. */
    public void next() {
        if (!fault(step.get()).isEmpty()) {
            return;
        }
        for (int i = step.get().place() + 1; i <= Step.PLAN.place(); i++) {
            if (applies(Step.values()[i])) {
                go(Step.values()[i]);
                return;
            }
        }
    }

    /** Goes back; nothing is lost. */
    public void back() {
        for (int i = step.get().place() - 1; i >= 0; i--) {
            if (applies(Step.values()[i])) {
                go(Step.values()[i]);
                return;
            }
        }
    }

    /** Whether a step can be gone to: everything before it is in order, and it was not run yet. */
    boolean reachable(Step which) {
        if (phase.get() == Phase.RUNNING) {
            return which == Step.RUN;
        }
        if (which == Step.RUN) {
            return !runs.isEmpty();
        }
        for (int i = 0; i < which.place(); i++) {
            if (!fault(Step.values()[i]).isEmpty()) {
                return false;
            }
        }
        return applies(which);
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

    /** What certificates of a new CA say. */
    String subject() {
        return parts.provisioner().subject();
    }

    /** Looks whether there is a CA. */
    void lookAtCa() {
        Optional<Path> folder = path(Field.CA);
        if (folder.isEmpty()) {
            caExists.set(Optional.empty());
            return;
        }
        String asked = text(Field.CA).get();
        parts.work().execute(() -> {
            boolean there = parts.provisioner().authority(folder.get()).exists();
            parts.screen().execute(() -> {
                if (text(Field.CA).get().equals(asked)) {
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

    private void forgetPassword() {
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

    private ProvisionDraft wanted() throws TpmPolicyException {
        Optional<Path> place = path(Field.PLACE);
        PayloadChoice payload = mode.get().isEmpty()
                ? new PayloadChoice.None()
                : switch (mode.get().get()) {
                    case SINGLE_FILE -> new PayloadChoice.PlainFile(place.orElseThrow());
                    case ZIP ->
                        place.orElseThrow().toString().toLowerCase(Locale.ROOT).endsWith(".zip")
                                ? new PayloadChoice.PlainFile(place.get())
                                : new PayloadChoice.Folder(place.get());
                    case KEY_ONLY -> new PayloadChoice.ExistingKey(place.orElseThrow(), path(Field.SEALED));
                    case CERTIFICATE_PACKAGE -> {
                        CertificateAuthority ca =
                                parts.provisioner().authority(path(Field.CA).orElseThrow());
                        yield new PayloadChoice.WithCertificate(ca, place, _ -> {
                            throw new io.limelight.core.ca.CaException("the password of the CA was not given");
                        });
                    }
                };
        RuntimePolicyChoice runtimeChoice = switch (runtime.get()) {
            case NONE -> new RuntimePolicyChoice.None();
            case FILE ->
                new RuntimePolicyChoice.Given(
                        new DocumentSource.LocalFile(path(Field.RUNTIME_FILE).orElseThrow()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
            case NAME -> new RuntimePolicyChoice.Stored(name(Field.RUNTIME_NAME));
        };
        BootPolicyChoice bootChoice = switch (boot.get()) {
            case NONE -> new BootPolicyChoice.None();
            case FILE -> new BootPolicyChoice.Given(path(Field.BOOT_FILE).orElseThrow(), Optional.empty());
            case NAME -> new BootPolicyChoice.Stored(name(Field.BOOT_NAME));
        };
        return new ProvisionDraft(
                List.copyOf(chosen.get()),
                payload,
                new PolicyChoice(runtimeChoice, bootChoice, List.of()),
                tpmPolicy(),
                Optional.empty());
    }

    private io.limelight.core.api.PolicyName name(Field field) {
        return new io.limelight.core.api.PolicyName(text(field).get().strip());
    }

    /** Looks at files, servers and machines; changes nothing. */
    void look() {
        stopLooking();
        ProvisionDraft wanted;
        try {
            wanted = wanted();
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

    /** What stands before a command line of ours; ends with a blank, or is empty. */
    String surroundings() {
        return parts.surroundings();
    }

    /** Machine by machine. */
    ObservableList<MachineRun> runs() {
        return runs;
    }

    /** How far it is. */
    public ReadOnlyObjectProperty<Phase> phaseProperty() {
        return phase.getReadOnlyProperty();
    }

    /** The machine whose part is shown. */
    ReadOnlyObjectProperty<@Nullable AgentId> lookedProperty() {
        return looked.getReadOnlyProperty();
    }

    /** Shows a machine's part. */
    void lookAt(@Nullable AgentId id) {
        looked.set(id);
    }

    /** How many stand like that. */
    int count(MachineRun.State state) {
        return (int) runs.stream().filter(run -> run.state() == state).count();
    }

    /** Does what was said. */
    public void run() {
        if (!ready() || phase.get() == Phase.RUNNING) {
            return;
        }
        ProvisionPlan made = plan.get().orElseThrow();
        closeDryRun();
        runs.setAll(made.machines().stream()
                .map(machine -> MachineRun.waiting(machine.id(), parts.name().apply(machine.id()), made.checks()))
                .toList());
        looked.set(made.machines().getFirst().id());
        start(made, made.machines().stream().map(ProvisionPlan.ForMachine::id).toList());
        step.set(Step.RUN);
    }

    /** Again, with those that failed or were stopped; how they stand is looked at anew first. */
    public void retryFailed() {
        if (phase.get() != Phase.OVER) {
            return;
        }
        Set<AgentId> due = new LinkedHashSet<>();
        runs.stream()
                .filter(run -> run.state() == MachineRun.State.FAILED || run.state() == MachineRun.State.CANCELLED)
                .forEach(run -> due.add(run.id()));
        if (due.isEmpty()) {
            return;
        }
        ProvisionDraft all;
        try {
            all = wanted();
        } catch (TpmPolicyException | IllegalArgumentException e) {
            problem.set(Optional.of(said.because("provision.not-readable", String.valueOf(e.getMessage()))));
            return;
        }
        ProvisionDraft again = new ProvisionDraft(
                List.copyOf(due), all.payload(), all.policyChoice(), all.tpmPolicy(), all.password());
        Optional<ProvisionPlan> before = plan.get();
        phase.set(Phase.RUNNING);
        Optional<SecretBytes> secret = password.map(SecretBytes::copy);
        parts.work().execute(() -> {
            try {
                ProvisionPlan anew = parts.provisioner().plan(again, secret, new Cancellation());
                Optional<String> changed = before.flatMap(old -> changed(old, anew));
                parts.screen().execute(() -> {
                    phase.set(Phase.OVER);
                    if (changed.isPresent()) {
                        problem.set(Optional.of(said.because("provision.changed", changed.get())));
                        return;
                    }
                    problem.set(Optional.empty());
                    for (ProvisionPlan.ForMachine machine : anew.machines()) {
                        change(machine.id(), run -> MachineRun.waiting(run.id(), run.name(), anew.checks()));
                    }
                    start(
                            anew,
                            anew.machines().stream()
                                    .map(ProvisionPlan.ForMachine::id)
                                    .toList());
                });
            } catch (TenantException e) {
                Problem why = said.of(e);
                parts.screen().execute(() -> {
                    phase.set(Phase.OVER);
                    problem.set(Optional.of(why));
                });
            } finally {
                secret.ifPresent(SecretBytes::close);
            }
        });
    }

    /** Nothing is sent again that a person was not shown. */
    private static Optional<String> changed(ProvisionPlan old, ProvisionPlan anew) {
        List<io.limelight.core.tenant.PackedFile> before = old.payload().contents().files().stream()
                .filter(file -> !file.generated())
                .toList();
        List<io.limelight.core.tenant.PackedFile> now = anew.payload().contents().files().stream()
                .filter(file -> !file.generated())
                .toList();
        return before.equals(now)
                ? Optional.empty()
                : Optional.of(old.draft().payload().toString());
    }

    private void start(ProvisionPlan made, List<AgentId> due) {
        phase.set(Phase.RUNNING);
        each.clear();
        due.forEach(id -> each.put(id, new Cancellation()));
        Optional<SecretBytes> secret = password.map(SecretBytes::copy);
        Optional<KeyKind> newCa = KeyKind.named(text(Field.CA_KEY).get());
        Map<AgentId, Cancellation> cancellations = Map.copyOf(each);
        int total = due.size();
        TaskHandle<?> begun = parts.tasks().submit(parts.words().of("provision.task", total), (progress, all) -> {
            int[] over = new int[1];
            Provisioning.Observer observer = new Provisioning.Observer() {
                private void oneOver() {
                    synchronized (over) {
                        over[0]++;
                        progress.done(over[0], total);
                    }
                }

                @Override
                public TaskReport report(AgentId id) {
                    return reporting(id);
                }

                @Override
                public void done(ProvisionReceipt receipt) {
                    keep(receipt);
                    parts.screen().execute(() -> change(receipt.machine(), run -> run.done(receipt)));
                    oneOver();
                }

                @Override
                public void failed(AgentId id, TenantException failure) {
                    boolean stopped = failure.kind() == TenantException.Kind.CANCELLED;
                    Problem why = stopped ? said.because("provision.stopped", failure.sentences()) : said.of(failure);
                    parts.screen().execute(() -> change(id, run -> run.failed(why, stopped)));
                    oneOver();
                }
            };
            try {
                parts.provisioner().run(made, due, newCa, secret, observer, cancellations, all);
                return total;
            } catch (TenantException e) {
                Problem why = said.of(e);
                parts.screen()
                        .execute(() -> due.forEach(id -> change(
                                id,
                                run -> run.over()
                                        ? run
                                        : run.failed(why, e.kind() == TenantException.Kind.CANCELLED))));
                throw new ProblemException(why, e);
            } finally {
                secret.ifPresent(SecretBytes::close);
            }
        });
        task = begun;
        begun.result()
                .whenComplete((_, _) -> parts.screen().execute(this::over))
                .exceptionally(_ -> null);
    }

    private void over() {
        runs.replaceAll(run -> run.over() ? run : run.failed(said.because("provision.stopped", ""), true));
        phase.set(Phase.OVER);
        parts.refresh().run();
        if (count(MachineRun.State.DONE) == runs.size()) {
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

    private TaskReport reporting(AgentId id) {
        return new TaskReport() {
            private void show(TaskStep one, MachineRun.Mark mark, String sentence) {
                parts.screen().execute(() -> change(id, run -> run.over() ? run : run.step(one.id(), mark, sentence)));
            }

            @Override
            public void begin(TaskStep one) {
                show(one, MachineRun.Mark.RUNNING, "");
            }

            @Override
            public void done(TaskStep one, String sentence, Duration took) {
                show(one, MachineRun.Mark.DONE, sentence);
            }

            @Override
            public void waiting(TaskStep one, String reason, Duration delay, int attempt, int attempts) {
                show(one, MachineRun.Mark.RUNNING, parts.words().of("provision.again", reason, attempt, attempts));
            }

            @Override
            public void warn(String sentence) {
                parts.screen().execute(() -> change(id, run -> run.warned(sentence)));
            }
        };
    }

    private void keep(ProvisionReceipt receipt) {
        try {
            parts.receipts().add(parts.profile(), receipt.machine(), WireJson.compactText(receipt.json()));
        } catch (ProblemException e) {
            parts.screen()
                    .execute(() -> notice.set(parts.words()
                            .of("provision.receipt.not-kept", e.problem().whatHappened())));
        }
    }

    private void change(AgentId id, java.util.function.UnaryOperator<MachineRun> how) {
        for (int i = 0; i < runs.size(); i++) {
            if (runs.get(i).id().equals(id)) {
                MachineRun next = how.apply(runs.get(i));
                if (!next.equals(runs.get(i))) {
                    runs.set(i, next);
                }
                return;
            }
        }
    }

    /** Stops everything that is under way. */
    public void cancel() {
        TaskHandle<?> begun = task;
        if (begun != null && phase.get() == Phase.RUNNING) {
            begun.cancel();
        }
    }

    /** Stops one machine's part. */
    void cancel(AgentId id) {
        Cancellation own = each.get(id);
        if (own != null) {
            parts.work().execute(own::cancel);
        }
    }

    /** Writes a receipt to a file that only its user can read: JSON, or text where the name does not end in {@code .json}. */
    void export(ProvisionReceipt receipt, Path file) {
        parts.work().execute(() -> {
            byte[] bytes = file.toString().endsWith(".json")
                    ? WireJson.indented(receipt.json())
                    : receipt.text().getBytes(StandardCharsets.UTF_8);
            try {
                PrivateFiles.write(file, bytes);
                parts.screen().execute(() -> notice.set(parts.words().of("provision.exported", file.toString())));
            } catch (IOException e) {
                Problem why = said.because("provision.not-exported", FileTrouble.sentence(e));
                parts.screen().execute(() -> problem.set(Optional.of(why)));
            }
        });
    }

    /** What failures are for people. */
    private final class Problems {
        Problem of(TenantException e) {
            return new io.limelight.console.fleet.Problems(parts.words()).of(e);
        }

        Problem because(String code, String detail) {
            return io.limelight.console.problem.Problems.of(parts.words(), code, detail, detail);
        }
    }

    @Override
    public void close() {
        store();
        stopLooking();
        cancel();
        closeDryRun();
        forgetPassword();
    }
}
