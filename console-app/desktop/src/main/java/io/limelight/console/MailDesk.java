package io.limelight.console;

import io.limelight.console.activity.ActLog;
import io.limelight.console.mail.Mail;
import io.limelight.console.mail.MailException;
import io.limelight.console.mail.MailRoute;
import io.limelight.console.mail.MailSender;
import io.limelight.console.notify.MailAlertsPane;
import io.limelight.console.notify.MailAlertsViewModel;
import io.limelight.console.notify.MailPasswords;
import io.limelight.console.notify.Notice;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.records.Vault;
import io.limelight.console.shell.Overlay;
import io.limelight.console.shell.Shell;
import io.limelight.core.config.ConfigException;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.tenant.TenantSettings;
import io.limelight.core.tls.ClientTls;
import io.limelight.core.tls.TlsSetupException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import javafx.scene.Node;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Alerts by mail of an open fleet. */
final class MailDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MailDesk.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String PASSWORD = "mail-password";

    private final Shell.Parts parts;
    private final TenantSettings settings;
    private final MailAlertsViewModel model;
    private final Cancellation closing = new Cancellation();

    /**
     * Of a fleet.
     *
     * @param profile its number; 0: it is not kept, and no password is
     * @param name of the profile, for people
     */
    MailDesk(Shell.Parts parts, TenantSettings settings, Vault vault, long profile, String name, ActLog acts) {
        this.parts = parts;
        this.settings = settings;
        model = new MailAlertsViewModel(new MailAlertsViewModel.Parts(
                this::send,
                passwords(vault, profile),
                "notify." + profile + ".mail",
                name,
                parts.remembered(),
                parts.words(),
                parts.clock(),
                acts,
                this::later,
                parts.work(),
                parts.screen()));
    }

    private static MailPasswords passwords(Vault vault, long profile) {
        return new MailPasswords() {
            @Override
            public boolean possible() {
                return profile != 0 && vault.unlocked();
            }

            @Override
            public Optional<SecretBytes> get() throws ProblemException {
                return possible() ? vault.get(profile, PASSWORD) : Optional.empty();
            }

            @Override
            public void keep(SecretBytes password) throws ProblemException {
                vault.put(profile, PASSWORD, password);
            }

            @Override
            public void forget() throws ProblemException {
                vault.remove(profile, PASSWORD);
            }
        };
    }

    /** Something to be told. */
    void take(Notice notice) {
        model.take(notice);
    }

    /** Opens where it is set up. */
    void open(Overlay overlay, Node opener) {
        MailAlertsPane pane = new MailAlertsPane(parts.words(), model);
        overlay.show(parts.words().of("notify.mail"), pane, pane.focus(), opener);
    }

    private void send(MailRoute route, Optional<SecretBytes> password, Mail mail)
            throws MailException, ProblemException {
        try {
            ClientTls trust = ClientTls.trustingPublicly(
                    settings.tls().trusted("trusted_server_ca"), settings.root(), Optional.empty());
            new MailSender(trust, PATIENCE, parts.clock()).send(route, password, mail, closing);
        } catch (ConfigException | TlsSetupException e) {
            throw Problems.thrown(parts.words(), "notify.mail.no-trust", e, String.valueOf(e.getMessage()));
        }
    }

    private void later(Duration wait, Runnable then) {
        try {
            parts.work().execute(() -> {
                try {
                    closing.sleep(wait);
                    parts.screen().execute(then);
                } catch (CancelledException e) {
                    LOG.debug("nobody is there to be told");
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("the console is being closed");
        }
    }

    @Override
    public void close() {
        closing.cancel();
    }
}
