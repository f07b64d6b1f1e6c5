package io.limelight.console.mail;

import io.limelight.console.machines.evidence.Printable;
import io.limelight.console.mail.MailException.Reason;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tls.ClientTls;
import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import javax.net.ssl.SSLException;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPProvider;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.eclipse.angus.mail.util.MailConnectException;
import org.jspecify.annotations.Nullable;

/** Sends a mail. Blocks, but never longer than its patience: a server that neither answers nor hangs up is hung up on. */
public final class MailSender {
    private static final int LONGEST_SUBJECT = 150;
    private static final int LONGEST_TEXT = 50_000;
    private static final int LONGEST_DETAIL = 300;

    private final ClientTls trust;
    private final Duration patience;
    private final InstantSource clock;

    /**
     * As patient as this.
     *
     * @param trust decides about servers' certificates; that a certificate names the host is looked at besides
     */
    public MailSender(ClientTls trust, Duration patience, InstantSource clock) {
        this.trust = trust;
        this.patience = patience;
        this.clock = clock;
    }

    /**
     * Sends it once.
     *
     * @param route without a fault
     * @param password for its user; stays the caller's
     */
    public void send(MailRoute route, Optional<SecretBytes> password, Mail mail, Cancellation cancellation)
            throws MailException {
        WatchedSockets sockets = new WatchedSockets();
        Thread watch = Thread.ofVirtual().name("mail-patience").unstarted(() -> {
            try {
                Thread.sleep(patience);
                sockets.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try (Cancellation.Registration _ = cancellation.onCancel(sockets::close)) {
            watch.start();
            send(route, password, mail, sockets);
        } catch (MessagingException e) {
            throw trouble(e, sockets.closed(), cancellation.cancelled());
        } finally {
            watch.interrupt();
        }
    }

    private void send(MailRoute route, Optional<SecretBytes> password, Mail mail, WatchedSockets sockets)
            throws MessagingException, MailException {
        Session session = Session.getInstance(properties(route, sockets));
        session.addProvider(new SMTPProvider());
        MimeMessage message = message(session, route, mail);
        SMTPTransport transport = (SMTPTransport) session.getTransport("smtp");
        try {
            connect(transport, route, password);
            transport.sendMessage(message, message.getAllRecipients());
        } finally {
            try {
                transport.close();
            } catch (MessagingException e) {
                // It has the mail, or what it said instead is known.
                sockets.close();
            }
        }
    }

    private void connect(SMTPTransport transport, MailRoute route, Optional<SecretBytes> password)
            throws MessagingException, MailException {
        int port = route.portNumber().orElseThrow();
        try {
            if (route.user().isEmpty()) {
                transport.connect(route.host(), port, null, null);
                return;
            }
            // The library wants a String; it lives as long as this call.
            String secret = password.map(held -> held.<String>apply(bytes -> new String(bytes, StandardCharsets.UTF_8)))
                    .orElse("");
            transport.connect(route.host(), port, route.user(), secret);
        } catch (MessagingException e) {
            boolean answered = !(e instanceof MailConnectException) && caused(e, Exception.class) == null;
            if (route.security() == MailSecurity.STARTTLS && answered && !transport.supportsExtension("STARTTLS")) {
                throw new MailException(Reason.NO_TLS, detail(e), List.of(), e);
            }
            throw e;
        }
    }

    private Properties properties(MailRoute route, WatchedSockets sockets) {
        Properties properties = new Properties();
        String wait = Long.toString(patience.toMillis());
        properties.put("mail.smtp.connectiontimeout", wait);
        properties.put("mail.smtp.timeout", wait);
        properties.put("mail.smtp.writetimeout", wait);
        properties.put("mail.smtp.sendpartial", "true");
        properties.put("mail.smtp.quitwait", "false");
        // Neither this computer's name nor its user's goes along.
        properties.put("mail.smtp.localhost", "[127.0.0.1]");
        properties.put("mail.from", route.from());
        properties.put("mail.smtp.auth", Boolean.toString(!route.user().isEmpty()));
        properties.put("mail.smtp.auth.mechanisms", "PLAIN LOGIN");
        properties.put("mail.smtp.socketFactory", sockets.plain());
        properties.put("mail.smtp.socketFactory.fallback", "false");
        properties.put(
                "mail.smtp.ssl.socketFactory", sockets.tls(trust.context().getSocketFactory()));
        properties.put("mail.smtp.ssl.socketFactory.fallback", "false");
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        properties.put("mail.smtp.ssl.protocols", "TLSv1.3 TLSv1.2");
        switch (route.security()) {
            case STARTTLS -> {
                properties.put("mail.smtp.starttls.enable", "true");
                properties.put("mail.smtp.starttls.required", "true");
            }
            case TLS -> properties.put("mail.smtp.ssl.enable", "true");
            case NONE -> properties.put("mail.smtp.starttls.enable", "false");
        }
        return properties;
    }

    private MimeMessage message(Session session, MailRoute route, Mail mail) throws MessagingException {
        MimeMessage message = new MimeMessage(session);
        message.setFrom(new InternetAddress(route.from(), true));
        for (String to : route.recipients()) {
            message.addRecipient(Message.RecipientType.TO, new InternetAddress(to, true));
        }
        // Names in it are of machines nobody trusts: no line may end in a header.
        message.setSubject(Printable.text(mail.subject(), LONGEST_SUBJECT), StandardCharsets.UTF_8.name());
        String text = mail.text();
        message.setText(
                text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + "…" : text,
                StandardCharsets.UTF_8.name());
        message.setSentDate(Date.from(Instant.ofEpochSecond(clock.instant().getEpochSecond())));
        message.setHeader("Auto-Submitted", "auto-generated");
        message.saveChanges();
        return message;
    }

    private static MailException trouble(MessagingException e, boolean closed, boolean cancelled) {
        if (cancelled) {
            return new MailException(Reason.CANCELLED, detail(e), List.of(), e);
        }
        if (closed || caused(e, SocketTimeoutException.class) != null) {
            return new MailException(Reason.TIMED_OUT, detail(e), List.of(), e);
        }
        if (e instanceof AuthenticationFailedException) {
            return new MailException(Reason.LOGIN_REFUSED, detail(e), List.of(), e);
        }
        if (caused(e, UnknownHostException.class) != null) {
            return new MailException(Reason.HOST_UNKNOWN, detail(e), List.of(), e);
        }
        if (caused(e, CertificateException.class) != null || identity(e)) {
            return new MailException(Reason.NOT_TRUSTED, detail(e), List.of(), e);
        }
        if (caused(e, SSLException.class) != null) {
            return new MailException(Reason.NO_TLS, detail(e), List.of(), e);
        }
        if (e instanceof MailConnectException) {
            return new MailException(Reason.NOT_REACHABLE, detail(e), List.of(), e);
        }
        if (caused(e, SMTPSenderFailedException.class) != null) {
            return new MailException(Reason.SENDER_REFUSED, detail(e), List.of(), e);
        }
        List<String> refused = refused(e);
        return new MailException(refused.isEmpty() ? Reason.REFUSED : Reason.RECIPIENT_REFUSED, detail(e), refused, e);
    }

    /** What the library throws where a certificate is trusted but names another host has no type of its own. */
    private static boolean identity(MessagingException e) {
        for (Throwable each = e; each != null; each = each.getCause()) {
            if (String.valueOf(each.getMessage()).contains("Can't verify identity of server")) {
                return true;
            }
        }
        return false;
    }

    private static List<String> refused(MessagingException e) {
        List<String> refused = new ArrayList<>();
        for (Exception each = e; each instanceof MessagingException one; each = one.getNextException()) {
            if (one instanceof SMTPAddressFailedException address) {
                refused.add(Printable.text(address.getAddress().getAddress(), LONGEST_DETAIL));
            }
        }
        if (refused.isEmpty() && e instanceof SendFailedException failed && failed.getInvalidAddresses() != null) {
            for (Address address : failed.getInvalidAddresses()) {
                refused.add(Printable.text(address.toString(), LONGEST_DETAIL));
            }
        }
        return refused;
    }

    /** The innermost says most. */
    private static String detail(MessagingException e) {
        Throwable last = e;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        String text = String.valueOf(last.getMessage()).strip();
        return Printable.text(text.replaceAll("\\s+", " "), LONGEST_DETAIL);
    }

    private static <T extends Exception> @Nullable T caused(MessagingException e, Class<T> type) {
        for (Throwable each = e.getCause(); each != null; each = each.getCause()) {
            if (type.isInstance(each)) {
                return type.cast(each);
            }
        }
        return null;
    }
}
