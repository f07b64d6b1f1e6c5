package io.limelight.console.notify;

import io.limelight.console.activity.ActLog;
import io.limelight.console.mail.Mail;
import io.limelight.console.mail.MailException;
import io.limelight.console.mail.MailRoute;
import io.limelight.console.mail.MailSecurity;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.shell.Remembered;
import io.limelight.console.words.Words;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.secret.SecretBytes;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;

/**
 * Alerts by mail. All is remembered but the password, which is in the vault or nowhere. Used on the screen's thread; sent off it, one mail
 * at a time.
 */
public final class MailAlertsViewModel {
    private final Parts parts;
    private final MailText text;
    private final MailGathering gathering = new MailGathering();
    private final StringProperty host = new SimpleStringProperty("");
    private final StringProperty port = new SimpleStringProperty("");
    private final ObjectProperty<MailSecurity> security = new SimpleObjectProperty<>(MailSecurity.STARTTLS);
    private final StringProperty user = new SimpleStringProperty("");
    private final StringProperty from = new SimpleStringProperty("");
    private final StringProperty to = new SimpleStringProperty("");
    private final BooleanProperty enabled = new SimpleBooleanProperty();
    private final ReadOnlyBooleanWrapper busy = new ReadOnlyBooleanWrapper();
    private final ReadOnlyStringWrapper said = new ReadOnlyStringWrapper("");
    private final ReadOnlyObjectWrapper<Optional<Problem>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());

    /** Sends; blocks. */
    @FunctionalInterface
    public interface Post {
        /** Sends a mail. The password stays the caller's. */
        void send(MailRoute route, Optional<SecretBytes> password, Mail mail) throws MailException, ProblemException;
    }

    /**
     * What it works with.
     *
     * @param post sends
     * @param passwords keeps the password
     * @param key names what is remembered of this profile
     * @param profile for people
     * @param later runs something on the screen's thread after a time
     */
    public record Parts(
            Post post,
            MailPasswords passwords,
            String key,
            String profile,
            Remembered remembered,
            Words words,
            InstantSource clock,
            ActLog acts,
            BiConsumer<Duration, Runnable> later,
            Executor work,
            Executor screen) {}

    /** As remembered. */
    public MailAlertsViewModel(Parts parts) {
        this.parts = parts;
        this.text = new MailText(parts.words(), parts.profile());
        remember("host", host);
        security.set(MailSecurity.of(recall("security")));
        security.addListener((_, before, now) -> {
            parts.remembered().put(parts.key() + ".security", now.key());
            if (port.get().isBlank() || port.get().equals(Integer.toString(before.usualPort()))) {
                port.set(Integer.toString(now.usualPort()));
            }
        });
        port.set(Integer.toString(security.get().usualPort()));
        remember("port", port);
        remember("user", user);
        remember("from", from);
        remember("to", to);
        enabled.set(recall("enabled").equals("true"));
        enabled.addListener((_, _, now) -> parts.remembered().put(parts.key() + ".enabled", now.toString()));
    }

    private String recall(String name) {
        return parts.remembered().get(parts.key() + "." + name).orElse("");
    }

    private void remember(String name, StringProperty property) {
        String before = recall(name);
        if (!before.isEmpty()) {
            property.set(before);
        }
        property.addListener((_, _, now) -> parts.remembered().put(parts.key() + "." + name, now.strip()));
    }

    private MailRoute route() {
        return new MailRoute(host.get(), port.get(), security.get(), user.get(), from.get(), to.get());
    }

    /** Why what was typed cannot be used: key of words. */
    public Optional<String> fault() {
        return route().fault();
    }

    /** Has a notice sent, with what else comes soon, if mails are on. */
    public void take(Notice notice) {
        if (!enabled.get() || fault().isPresent()) {
            return;
        }
        // What waits for a decision is not to wait for company as well.
        boolean atOnce = notice.kind().ofBrake();
        if (!gathering.add(notice) || atOnce) {
            parts.later().accept(gathering.wait(parts.clock().instant(), atOnce), this::flush);
        }
    }

    private void flush() {
        if (busy.get()) {
            // The one before is still on its way: what waits goes a little later, together.
            parts.later().accept(MailGathering.TOGETHER, this::flush);
            return;
        }
        List<Notice> all = gathering.take(parts.clock().instant());
        if (!all.isEmpty() && enabled.get() && fault().isEmpty()) {
            Mail mail = text.of(all, parts.clock().instant(), ZoneId.systemDefault());
            send(mail, all.getFirst().kind().key(), false);
        }
    }

    /** Sends a test, whether mails are on or not. */
    public void test() {
        Optional<String> fault = fault();
        if (fault.isPresent()) {
            problem.set(Optional.empty());
            said.set(parts.words().of(fault.get(), MailRoute.MOST));
        } else if (!busy.get()) {
            send(text.test(parts.clock().instant(), ZoneId.systemDefault()), "test", true);
        }
    }

    /** Keeps a password; it is closed here. An empty one makes the kept one be forgotten. */
    public void keep(SecretBytes password) {
        parts.work().execute(() -> {
            try (password) {
                ScreenThread.refuse("keeping a password");
                if (password.length() == 0) {
                    parts.passwords().forget();
                    end("notify.mail.password.forgotten");
                } else if (parts.passwords().possible()) {
                    parts.passwords().keep(password);
                    end("notify.mail.password.kept");
                } else {
                    fail(Problems.of(parts.words(), "notify.mail.no-vault", ""));
                }
            } catch (ProblemException e) {
                fail(e.problem());
            }
        });
    }

    private void end(String key) {
        parts.screen().execute(() -> {
            said.set(parts.words().of(key));
            problem.set(Optional.empty());
        });
    }

    private void fail(Problem why) {
        parts.screen().execute(() -> {
            said.set("");
            problem.set(Optional.of(why));
        });
    }

    private void send(Mail mail, String kind, boolean test) {
        busy.set(true);
        MailRoute route = route();
        parts.work().execute(() -> {
            try {
                ScreenThread.refuse("sending a mail");
                deliver(route, mail);
                done(kind, ActLog.Outcome.DONE, mail.subject());
                end(test ? "notify.mail.test-sent" : "notify.mail.sent");
            } catch (MailException e) {
                Problem why = problem(e, route);
                done(kind, ActLog.Outcome.FAILED, why.whatHappened());
                fail(why);
            } catch (ProblemException e) {
                done(kind, ActLog.Outcome.FAILED, e.problem().whatHappened());
                fail(e.problem());
            } finally {
                parts.screen().execute(() -> busy.set(false));
            }
        });
    }

    private void deliver(MailRoute route, Mail mail) throws MailException, ProblemException {
        if (route.user().isEmpty()) {
            parts.post().send(route, Optional.empty(), mail);
            return;
        }
        Optional<SecretBytes> password = parts.passwords().get();
        if (password.isEmpty()) {
            throw Problems.thrown(parts.words(), "notify.mail.no-password", null);
        }
        try (SecretBytes secret = password.get()) {
            parts.post().send(route, Optional.of(secret), mail);
        }
    }

    private void done(String kind, ActLog.Outcome outcome, String sentence) {
        parts.acts().did(new ActLog.Act("console.alert", List.of(kind), outcome, Map.of("sentence", sentence)));
    }

    private Problem problem(MailException e, MailRoute route) {
        return Problems.of(
                parts.words(),
                "notify.mail." + e.reason().key(),
                String.valueOf(e.getMessage()),
                route.host(),
                route.port(),
                String.join(", ", e.refused()),
                route.from());
    }

    /** The server. */
    public StringProperty hostProperty() {
        return host;
    }

    /** Its port. */
    public StringProperty portProperty() {
        return port;
    }

    /** How the way to it is protected. */
    public ObjectProperty<MailSecurity> securityProperty() {
        return security;
    }

    /** Who logs in; empty: nobody does. */
    public StringProperty userProperty() {
        return user;
    }

    /** Who sends. */
    public StringProperty fromProperty() {
        return from;
    }

    /** Who gets it. */
    public StringProperty toProperty() {
        return to;
    }

    /** Whether mails go. */
    public BooleanProperty enabledProperty() {
        return enabled;
    }

    /** Whether one is on its way. */
    public ReadOnlyBooleanProperty busyProperty() {
        return busy.getReadOnlyProperty();
    }

    /** What became of the last one. */
    public ReadOnlyStringProperty saidProperty() {
        return said.getReadOnlyProperty();
    }

    /** Why the last one was not taken. */
    public ReadOnlyObjectProperty<Optional<Problem>> problemProperty() {
        return problem.getReadOnlyProperty();
    }
}
