package io.limelight.console.revocations;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;

/** Starting and stopping this console's receiver. Used on the screen's thread. */
public final class ReceiverViewModel implements AutoCloseable {
    private static final String WEBHOOK_PORT = "8993";
    private static final String ZEROMQ_PORT = "8992";

    private final Receiving inbox;
    private final Executor work;
    private final Executor screen;
    private final BooleanProperty zeroMq = new SimpleBooleanProperty(this, "zeroMq", false);
    private final StringProperty address = new SimpleStringProperty(this, "address", "0.0.0.0");
    private final StringProperty port = new SimpleStringProperty(this, "port", WEBHOOK_PORT);
    private final ReadOnlyBooleanWrapper busy = new ReadOnlyBooleanWrapper(false);
    private final ReadOnlyObjectWrapper<Optional<NoticeInbox.Running>> running =
            new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<Problem>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());
    private Runnable changed = () -> {};

    /** What is started and stopped; blocks. */
    public interface Receiving {
        /** Opens a webhook. */
        NoticeInbox.Running webhook(String where, int at) throws ProblemException;

        /** Subscribes. */
        NoticeInbox.Running zeroMq(String host, int at) throws ProblemException;

        /** Listens no longer. */
        void close();
    }

    /**
     * Not listening.
     *
     * @param verifier where ZeroMQ would be listened to
     */
    public ReceiverViewModel(Receiving inbox, String verifier, Executor work, Executor screen) {
        this.inbox = inbox;
        this.work = work;
        this.screen = screen;
        zeroMq.subscribe((_, bus) -> {
            address.set(bus ? verifier : "0.0.0.0");
            port.set(bus ? ZEROMQ_PORT : WEBHOOK_PORT);
        });
    }

    /** Called when it started or stopped. */
    public void onChanged(Runnable listener) {
        changed = listener;
    }

    /** Whether ZeroMQ is meant, not the webhook. */
    public BooleanProperty zeroMqProperty() {
        return zeroMq;
    }

    /** Where to listen, or to whom. */
    public StringProperty addressProperty() {
        return address;
    }

    /** The port of that. */
    public StringProperty portProperty() {
        return port;
    }

    /** Whether it is being started or stopped. */
    public ReadOnlyBooleanProperty busyProperty() {
        return busy.getReadOnlyProperty();
    }

    /** What runs. */
    public ReadOnlyObjectProperty<Optional<NoticeInbox.Running>> runningProperty() {
        return running.getReadOnlyProperty();
    }

    /** Why it could not be started. */
    public ReadOnlyObjectProperty<Optional<Problem>> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    private OptionalInt number() {
        String text = port.get().strip();
        if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return OptionalInt.empty();
        }
        int number = Integer.parseInt(text);
        return number >= 1 && number <= 65_535 ? OptionalInt.of(number) : OptionalInt.empty();
    }

    /** Whether what was typed can be tried. */
    public boolean ready() {
        return number().isPresent() && !address.get().isBlank() && !busy.get();
    }

    /** Starts. */
    public void start() {
        if (!ready()) {
            return;
        }
        String where = address.get().strip();
        int at = number().orElseThrow();
        boolean bus = zeroMq.get();
        begin(() -> Optional.of(bus ? inbox.zeroMq(where, at) : inbox.webhook(where, at)));
    }

    /** Stops. */
    public void stop() {
        begin(() -> {
            inbox.close();
            return Optional.empty();
        });
    }

    @FunctionalInterface
    private interface Step {
        Optional<NoticeInbox.Running> run() throws ProblemException;
    }

    private void begin(Step step) {
        if (busy.get()) {
            return;
        }
        busy.set(true);
        problem.set(Optional.empty());
        work.execute(() -> {
            try {
                Optional<NoticeInbox.Running> now = step.run();
                screen.execute(() -> ended(now, Optional.empty()));
            } catch (ProblemException e) {
                Problem why = e.problem();
                screen.execute(() -> ended(Optional.empty(), Optional.of(why)));
            }
        });
    }

    private void ended(Optional<NoticeInbox.Running> now, Optional<Problem> why) {
        busy.set(false);
        running.set(now);
        problem.set(why);
        changed.run();
    }

    @Override
    public void close() {
        changed = () -> {};
    }
}
