package io.limelight.console.connect;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.profile.Connection;
import io.limelight.console.profile.KeyKeeping;
import io.limelight.console.profile.Profile;
import io.limelight.console.profile.ProfileSource;
import io.limelight.console.records.Records;
import io.limelight.console.records.Vault;
import io.limelight.console.words.Words;
import io.limelight.core.api.Endpoint;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/**
 * The form and the doctor. Connecting is offered when the doctor saw everything that a connection needs; anyway, when a person says
 * so. What was seen counts for what was typed then: a change makes it old. Used on the screen's thread.
 */
public final class ConnectViewModel implements AutoCloseable {
    private final ConnectForm form;
    private final Doctor doctor;
    private final Connector connector;
    private final Records records;
    private final BiConsumer<Profile, Connection> connected;
    private final Executor work;
    private final Executor screen;

    private final ObservableList<DoctorRow> steps = FXCollections.observableArrayList();
    private final ObservableList<DoctorRow> stepsToSee = FXCollections.unmodifiableObservableList(steps);
    private final ReadOnlyBooleanWrapper examining = new ReadOnlyBooleanWrapper();
    private final ReadOnlyBooleanWrapper connecting = new ReadOnlyBooleanWrapper();
    private final ReadOnlyBooleanWrapper outdated = new ReadOnlyBooleanWrapper();
    private final ReadOnlyBooleanWrapper keyEncrypted = new ReadOnlyBooleanWrapper();
    private final ReadOnlyObjectWrapper<Optional<Diagnosis>> diagnosis = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<Problem>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Offer> offer = new ReadOnlyObjectWrapper<>(Offer.EXAMINE);
    private final BooleanProperty keepPassphrase = new SimpleBooleanProperty(true);

    private @Nullable Profile editing;
    private @Nullable SecretBytes passphrase;
    private @Nullable Cancellation running;

    /** The one act that is offered most. */
    public enum Offer {
        /** Something is still to be typed. */
        FILL_IN,
        /** Have the doctor walk. */
        EXAMINE,
        /** The doctor walks. */
        WAIT,
        /** Everything is as it must be. */
        CONNECT,
        /** Something is not; mend it and have the doctor walk again, or connect anyway. */
        MEND
    }

    /**
     * With an empty form.
     *
     * @param connected takes over a profile that was kept, and its connection
     */
    public ConnectViewModel(
            Doctor doctor,
            Connector connector,
            Records records,
            Words words,
            BiConsumer<Profile, Connection> connected,
            Executor work,
            Executor screen) {
        this.form = new ConnectForm(words);
        this.doctor = doctor;
        this.connector = connector;
        this.records = records;
        this.connected = connected;
        this.work = work;
        this.screen = screen;
        form.onChange(this::changed);
        form.faultsProperty().addListener((_, _, _) -> offer());
        offer();
    }

    /** What is typed. */
    public ConnectForm form() {
        return form;
    }

    /** Fills in what was found, and a name to call it by; what else was typed stays. */
    public void begin(Optional<ProfileSource> known) {
        editing = null;
        known.ifPresent(source -> {
            form.fill(source);
            work.execute(() -> suggestName(source));
        });
    }

    /** The verifier's address is what people call a fleet until they think of something better. */
    private void suggestName(ProfileSource source) {
        try {
            String host = connector
                    .connection(source, Optional::empty)
                    .settings()
                    .verifier()
                    .host();
            Set<String> taken = records.profiles().all().stream()
                    .map(profile -> profile.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.toSet());
            String name = host;
            for (int i = 2; taken.contains(name.toLowerCase(Locale.ROOT)); i++) {
                name = host + " " + i;
            }
            String free = name;
            screen.execute(() -> form.suggestName(free));
        } catch (ProblemException e) {
            // The doctor says so when it is asked.
        }
    }

    /** Changes a profile that is kept. */
    public void edit(Profile profile) {
        editing = profile;
        form.fill(profile);
    }

    /** Takes the passphrase of the key's file; the field may forget it. */
    public void passphrase(@Nullable SecretBytes word) {
        forgetPassphrase();
        passphrase = word;
        changed();
    }

    private void forgetPassphrase() {
        if (passphrase != null) {
            passphrase.close();
            passphrase = null;
        }
    }

    /** Whether the key's file wants a passphrase, as far as the doctor saw. */
    public ReadOnlyBooleanProperty keyEncryptedProperty() {
        return keyEncrypted.getReadOnlyProperty();
    }

    /** Whether the vault keeps the passphrase; otherwise it is asked for at every start. */
    public BooleanProperty keepPassphraseProperty() {
        return keepPassphrase;
    }

    /** Steps of the doctor; empty before the first walk. */
    public ObservableList<DoctorRow> steps() {
        return stepsToSee;
    }

    /** What came of the last walk; empty before, and while one goes on. */
    public ReadOnlyObjectProperty<Optional<Diagnosis>> diagnosisProperty() {
        return diagnosis.getReadOnlyProperty();
    }

    /** Whether something else has been typed since. */
    public ReadOnlyBooleanProperty outdatedProperty() {
        return outdated.getReadOnlyProperty();
    }

    /** Whether the doctor walks. */
    public ReadOnlyBooleanProperty examiningProperty() {
        return examining.getReadOnlyProperty();
    }

    /** Whether the profile is being kept and opened. */
    public ReadOnlyBooleanProperty connectingProperty() {
        return connecting.getReadOnlyProperty();
    }

    /** What went wrong before the doctor could walk, or afterwards. */
    public ReadOnlyObjectProperty<Optional<Problem>> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** What is offered. */
    public ReadOnlyObjectProperty<Offer> offerProperty() {
        return offer.getReadOnlyProperty();
    }

    /** Has the doctor walk. */
    public void examine() {
        if (examining.get() || !form.complete()) {
            return;
        }
        ProfileSource source = form.source();
        Cancellation mine = new Cancellation();
        running = mine;
        problem.set(Optional.empty());
        diagnosis.set(Optional.empty());
        outdated.set(false);
        examining.set(true);
        steps.setAll(java.util.stream.Stream.of(Endpoint.Service.VERIFIER, Endpoint.Service.REGISTRAR)
                .flatMap(server -> Doctor.checks(server).stream()
                        .map(check -> new DoctorRow(server, check, false, Optional.empty())))
                .toList());
        offer();
        Optional<SecretBytes> word = Optional.ofNullable(passphrase).map(SecretBytes::copy);
        work.execute(() -> {
            try {
                Connection connection = connector.connection(source, () -> word.map(SecretBytes::copy));
                boolean encrypted = KeyFiles.encrypted(connection.clientKey());
                Diagnosis seen = doctor.examine(connection, mine, new Telling(mine));
                screen.execute(() -> examined(mine, Optional.of(seen), Optional.empty(), encrypted));
            } catch (ProblemException e) {
                Problem told = e.problem();
                screen.execute(() -> examined(mine, Optional.empty(), Optional.of(told), false));
            } finally {
                word.ifPresent(SecretBytes::close);
            }
        });
    }

    private final class Telling implements DoctorReport {
        private final Cancellation mine;

        Telling(Cancellation mine) {
            this.mine = mine;
        }

        @Override
        public void begin(Endpoint.Service server, Check check) {
            screen.execute(() -> replace(mine, new DoctorRow(server, check, true, Optional.empty())));
        }

        @Override
        public void found(Finding finding) {
            screen.execute(
                    () -> replace(mine, new DoctorRow(finding.server(), finding.check(), false, Optional.of(finding))));
        }
    }

    private void replace(Cancellation mine, DoctorRow row) {
        if (running != mine) {
            return;
        }
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).id().equals(row.id())) {
                steps.set(i, row);
            }
        }
    }

    private void examined(Cancellation mine, Optional<Diagnosis> seen, Optional<Problem> told, boolean encrypted) {
        if (running != mine) {
            return;
        }
        running = null;
        examining.set(false);
        diagnosis.set(seen);
        problem.set(told);
        keyEncrypted.set(encrypted);
        if (told.isPresent()) {
            steps.clear();
        } else {
            steps.replaceAll(row -> new DoctorRow(row.server(), row.check(), false, row.finding()));
        }
        offer();
    }

    /** Stops the doctor; what was seen so far stays. */
    public void cancel() {
        Cancellation before = running;
        if (before != null) {
            work.execute(before::cancel);
        }
    }

    private void changed() {
        problem.set(Optional.empty());
        if (diagnosis.get().isPresent() || examining.get()) {
            outdated.set(true);
        }
        offer();
    }

    private void offer() {
        if (examining.get() || connecting.get()) {
            offer.set(Offer.WAIT);
        } else if (!form.complete()) {
            offer.set(Offer.FILL_IN);
        } else if (diagnosis.get().isEmpty()
                || outdated.get()
                || !diagnosis.get().get().complete()) {
            offer.set(Offer.EXAMINE);
        } else {
            offer.set(diagnosis.get().get().usable() ? Offer.CONNECT : Offer.MEND);
        }
    }

    /** Keeps the profile and connects, where everything is as it must be. */
    public void connect() {
        if (offer.get() == Offer.CONNECT) {
            go();
        }
    }

    /** The same although something is not: the servers may come up later. */
    public void connectAnyway() {
        if (offer.get() == Offer.MEND || offer.get() == Offer.EXAMINE) {
            go();
        }
    }

    private void go() {
        Optional<SecretBytes> word = Optional.ofNullable(passphrase).map(SecretBytes::copy);
        boolean toVault = word.isPresent() && keepPassphrase.get();
        Profile typed = form.profile(toVault ? KeyKeeping.PASSPHRASE_IN_VAULT : KeyKeeping.FILE);
        @Nullable Profile before = editing;
        Profile kept = before == null
                ? typed
                : new Profile(
                        before.id(),
                        typed.name(),
                        typed.environment(),
                        before.environment() == typed.environment() ? before.tint() : typed.tint(),
                        typed.source(),
                        word.isEmpty() ? before.key() : typed.key(),
                        before.revision(),
                        before.opened());
        connecting.set(true);
        problem.set(Optional.empty());
        offer();
        work.execute(() -> {
            try {
                if (toVault && !records.vault().unlocked()) {
                    throw io.limelight.console.problem.Problems.thrown(words(), "records.vault-locked", null);
                }
                Profile saved = records.profiles().save(kept);
                if (toVault) {
                    records.vault().put(saved.id(), Vault.CLIENT_KEY_PASSPHRASE, word.orElseThrow());
                }
                records.profiles().opened(saved);
                Connection connection = word.isPresent() && !toVault
                        ? connector.connection(saved.source(), () -> word.map(SecretBytes::copy))
                        : connector.connection(saved);
                screen.execute(() -> {
                    editing = saved;
                    connecting.set(false);
                    offer();
                    connected.accept(saved, connection);
                });
            } catch (ProblemException e) {
                Problem told = e.problem();
                word.ifPresent(SecretBytes::close);
                screen.execute(() -> {
                    connecting.set(false);
                    problem.set(Optional.of(told));
                    offer();
                });
            }
        });
    }

    private Words words() {
        return form.words();
    }

    /** Stops the doctor and forgets the passphrase. */
    @Override
    public void close() {
        cancel();
        forgetPassphrase();
    }
}
