package io.limelight.console.provision;

import io.limelight.console.payloads.PayloadMode;
import io.limelight.console.payloads.SavedPayload;
import io.limelight.console.provision.ProvisionForm.Field;
import io.limelight.console.provision.ProvisionForm.PolicyFrom;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.TpmPolicyException;
import io.limelight.core.tenant.BootPolicyChoice;
import io.limelight.core.tenant.DocumentSource;
import io.limelight.core.tenant.PayloadChoice;
import io.limelight.core.tenant.PolicyChoice;
import io.limelight.core.tenant.ProvisionDraft;
import io.limelight.core.tenant.RuntimePolicyChoice;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;

/** What is chosen in the wizard, and what is missing or wrong in it. No secret is in it. Used on the screen's thread. */
public final class ProvisionChoices {
    private final Words words;
    private final Runnable changed;
    private final Map<Field, StringProperty> fields = new EnumMap<>(Field.class);
    private final ReadOnlyObjectWrapper<Set<AgentId>> chosen = new ReadOnlyObjectWrapper<>(Set.of());
    private final ObjectProperty<Optional<PayloadMode>> mode =
            new SimpleObjectProperty<>(Optional.of(PayloadMode.CERTIFICATE_PACKAGE));
    private final ObjectProperty<PolicyFrom> runtime = new SimpleObjectProperty<>(PolicyFrom.NONE);
    private final ObjectProperty<PolicyFrom> boot = new SimpleObjectProperty<>(PolicyFrom.NONE);
    private boolean filling;

    /**
     * Nothing chosen.
     *
     * @param changed told after each change by a person
     */
    ProvisionChoices(Words words, Runnable changed) {
        this.words = words;
        this.changed = changed;
        for (Field field : Field.values()) {
            StringProperty text = new SimpleStringProperty("");
            fields.put(field, text);
            text.addListener((_, _, _) -> told());
        }
        mode.addListener((_, _, _) -> told());
        runtime.addListener((_, _, _) -> told());
        boot.addListener((_, _, _) -> told());
    }

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

    /** The chosen ones. */
    public ReadOnlyObjectProperty<Set<AgentId>> chosenProperty() {
        return chosen.getReadOnlyProperty();
    }

    /** Chooses machines or not. */
    public void choose(Collection<AgentId> ids, boolean wanted) {
        Set<AgentId> next = new LinkedHashSet<>(chosen.get());
        if (wanted ? next.addAll(ids) : next.removeAll(Set.copyOf(ids))) {
            chosen.set(Collections.unmodifiableSet(next));
            told();
        }
    }

    /** Takes a payload of the library. */
    void take(SavedPayload payload) {
        mode.set(Optional.of(payload.mode()));
        text(Field.PLACE).set(payload.place().toString());
    }

    /** Takes all of it over; what is told of it is told once, by its owner. */
    void fill(ProvisionForm form) {
        filling = true;
        chosen.set(Collections.unmodifiableSet(new LinkedHashSet<>(form.machines())));
        mode.set(form.mode());
        fields.forEach((field, text) -> text.set(form.text(field)));
        runtime.set(form.runtime());
        boot.set(form.boot());
        filling = false;
    }

    /** All of it. */
    ProvisionForm form() {
        Map<Field, String> texts = new EnumMap<>(Field.class);
        fields.forEach((field, text) -> texts.put(field, text.get()));
        return new ProvisionForm(List.copyOf(chosen.get()), mode.get(), texts, runtime.get(), boot.get());
    }

    private void told() {
        if (!filling) {
            changed.run();
        }
    }

    /** What this is about, for the head. */
    String title() {
        String place = text(Field.PLACE).get().strip();
        int slash = Math.max(place.lastIndexOf('/'), place.lastIndexOf('\\'));
        String payload = place.substring(slash + 1);
        return payload.isEmpty()
                ? words.of("provision.name.none", chosen.get().size())
                : words.of("provision.name", payload, chosen.get().size());
    }

    /** Whether a step is one of this draft's. */
    boolean applies(ProvisionViewModel.Step which) {
        return which != ProvisionViewModel.Step.IDENTITY || certified();
    }

    /** Whether a package is made, with an identity in it. */
    boolean certified() {
        return mode.get().filter(PayloadMode.CERTIFICATE_PACKAGE::equals).isPresent();
    }

    /** What is missing or wrong in a step, as a sentence; empty: nothing. */
    String fault(ProvisionViewModel.Step which) {
        return switch (which) {
            case MACHINES ->
                chosen.get().isEmpty()
                        ? words.of("provision.fault.machines")
                        : chosen.get().size() > ProvisionDraft.MOST
                                ? words.of("provision.fault.many", ProvisionDraft.MOST)
                                : "";
            case PAYLOAD -> payloadFault();
            case IDENTITY -> applies(which) ? identityFault() : "";
            case POLICIES -> policyFault();
            case PLAN, RUN -> "";
        };
    }

    private String identityFault() {
        if (path(Field.CA).isEmpty()) {
            return words.of("provision.fault.ca");
        }
        return Stream.concat(SubjectFields.OF_EACH.stream(), SubjectFields.OF_A_NEW_CA.stream())
                .filter(field -> !SubjectFields.good(field, text(field).get()))
                .findFirst()
                .map(field -> words.of("provision.fault." + field.key()))
                .orElse("");
    }

    private String payloadFault() {
        if (mode.get().isEmpty() || (certified() && text(Field.PLACE).get().isBlank())) {
            // A package of an identity alone is one, too.
            return "";
        }
        return path(Field.PLACE).isEmpty() ? words.of("provision.fault.place") : "";
    }

    private String policyFault() {
        if ((runtime.get() == PolicyFrom.FILE && path(Field.RUNTIME_FILE).isEmpty())
                || (boot.get() == PolicyFrom.FILE && path(Field.BOOT_FILE).isEmpty())) {
            return words.of("provision.fault.policy-file");
        }
        if ((runtime.get() == PolicyFrom.NAME && text(Field.RUNTIME_NAME).get().isBlank())
                || (boot.get() == PolicyFrom.NAME && text(Field.BOOT_NAME).get().isBlank())) {
            return words.of("provision.fault.policy-name");
        }
        try {
            tpmPolicy();
            return "";
        } catch (TpmPolicyException e) {
            return words.of("provision.fault.tpm", String.valueOf(e.getMessage()));
        }
    }

    private TpmPolicy tpmPolicy() throws TpmPolicyException {
        String typed = text(Field.TPM).get().strip();
        return typed.isEmpty() ? TpmPolicy.EMPTY : TpmPolicy.fromUser(typed);
    }

    /** A field's path; empty: none, or no path of this computer. */
    Optional<Path> path(Field field) {
        String typed = text(field).get().strip();
        try {
            return typed.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Path.of(typed).toAbsolutePath());
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /**
     * What was chosen, as what is planned and run.
     *
     * @throws TpmPolicyException the TPM policy cannot be read
     * @throws IllegalArgumentException a name is none
     */
    ProvisionDraft draft(Provisioner provisioner) throws TpmPolicyException {
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
                        CertificateAuthority ca = provisioner
                                .authority(path(Field.CA).orElseThrow())
                                .with(SubjectFields.subject(
                                        provisioner.subject(),
                                        field -> text(field).get()));
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
}
