package io.limelight.console.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.limelight.console.mail.MailException.Reason;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import io.limelight.core.testkit.TestAuthority;
import io.limelight.core.tls.ClientTls;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;

/** Mails over the loopback, to a server that is there, and to some that should not be trusted, waited for, or believed. */
@Timeout(60)
class MailSenderTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Mail MAIL = new Mail("3 machines failed", "web-07\r\nweb-12\r\n");
    private static final TestAuthority AUTHORITY = TestAuthority.named("CN=mail authority");

    private final List<String> received = Collections.synchronizedList(new ArrayList<>());
    private final List<String> recipients = Collections.synchronizedList(new ArrayList<>());
    private final List<String> logins = Collections.synchronizedList(new ArrayList<>());
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Cancellation cancellation = new Cancellation();
    private Set<String> refused = Set.of();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private final class Handler implements MessageHandler {
        @Override
        public void from(String from) throws RejectException {
            if (refused.contains(from)) {
                throw new RejectException(553, "not from you");
            }
        }

        @Override
        public void recipient(String to) throws RejectException {
            if (refused.contains(to)) {
                throw new RejectException(550, "no such user\u0007 here");
            }
            recipients.add(to);
        }

        @Override
        public String data(InputStream data) throws IOException {
            received.add(new String(data.readAllBytes(), StandardCharsets.UTF_8));
            return "taken";
        }

        @Override
        public void done() {}
    }

    private int server(UnaryOperator<SMTPServer.Builder> how) {
        SMTPServer server = how.apply(SMTPServer.port(0)
                        .bindAddress(InetAddress.getLoopbackAddress())
                        .messageHandlerFactory(_ -> new Handler())
                        .authenticationHandlerFactory(new EasyAuthenticationHandlerFactory((user, password, _) -> {
                            logins.add(user + "/" + password);
                            if (!password.equals("right")) {
                                throw new LoginFailedException();
                            }
                        })))
                .build();
        server.start();
        open.add(server::stop);
        return server.getPortAllocated();
    }

    private static SSLContext certified(TestAuthority by, String name) {
        return by.client(by.issue(name));
    }

    private int startTls(SSLContext context) {
        return server(builder -> builder.enableTLS().startTlsSocketFactory(context));
    }

    private static MailRoute route(int port, MailSecurity security, String user) {
        return new MailRoute(
                "localhost",
                Integer.toString(port),
                security,
                user,
                "limelight@example.org",
                "ops@example.org, oncall@example.org");
    }

    private void send(MailRoute route, String password, Mail mail, Duration patience) throws MailException {
        assertThat(route.fault()).isEmpty();
        ClientTls trust = ClientTls.trusting(AUTHORITY.trusted(), Optional.empty());
        try (SecretBytes secret = SecretBytes.adopt(password.getBytes(StandardCharsets.UTF_8))) {
            new MailSender(trust, patience, () -> Instant.parse("2026-11-29T02:00:00Z"))
                    .send(route, password.isEmpty() ? Optional.empty() : Optional.of(secret), mail, cancellation);
        }
    }

    private MailException fails(MailRoute route, String password, Duration patience) {
        MailException thrown = catchThrowableOfType(MailException.class, () -> send(route, password, MAIL, patience));
        assertThat(thrown).isNotNull();
        return thrown;
    }

    @Test
    void aMailArrivesAfterStartTlsAndLogin() throws Exception {
        send(
                route(startTls(certified(AUTHORITY, "CN=localhost")), MailSecurity.STARTTLS, "limelight"),
                "right",
                MAIL,
                SOON);
        assertThat(logins).containsExactly("limelight/right");
        assertThat(recipients).containsExactly("ops@example.org", "oncall@example.org");
        assertThat(received)
                .singleElement()
                .asString()
                .contains(
                        "Subject: 3 machines failed",
                        "From: limelight@example.org",
                        "To: ops@example.org, oncall@example.org",
                        "Date: ",
                        "Auto-Submitted: auto-generated",
                        "web-07\r\nweb-12");
        assertThat(received.getFirst()).doesNotContain(System.getProperty("user.name") + "@");
    }

    @Test
    void aMailArrivesByTlsFromTheFirstByte() throws Exception {
        int port = server(builder -> builder.serverSocketFactory(certified(AUTHORITY, "CN=localhost")));
        send(route(port, MailSecurity.TLS, ""), "", MAIL, SOON);
        assertThat(received).hasSize(1);
    }

    @Test
    void withoutEncryptionOnlyWhereThatWasChosen() throws Exception {
        int port = server(builder -> builder);
        send(route(port, MailSecurity.NONE, ""), "", MAIL, SOON);
        assertThat(received).hasSize(1);
        assertThat(route(port, MailSecurity.NONE, "limelight").fault()).contains("notify.mail.fault.password-in-clear");
    }

    @Test
    void aServerThatTakesTheOfferOfTlsAwayGetsNothing() {
        MailException e = fails(route(server(builder -> builder), MailSecurity.STARTTLS, "limelight"), "right", SOON);
        assertThat(e.reason()).isEqualTo(Reason.NO_TLS);
        assertThat(logins).isEmpty();
        assertThat(received).isEmpty();
    }

    @Test
    void aCertificateOfNobodyWeKnowIsNotTrusted() {
        SSLContext foreign = certified(TestAuthority.named("CN=somebody"), "CN=localhost");
        assertThat(fails(route(startTls(foreign), MailSecurity.STARTTLS, "limelight"), "right", SOON)
                        .reason())
                .isEqualTo(Reason.NOT_TRUSTED);
        int port = server(builder -> builder.serverSocketFactory(foreign));
        assertThat(fails(route(port, MailSecurity.TLS, "limelight"), "right", SOON)
                        .reason())
                .isEqualTo(Reason.NOT_TRUSTED);
        assertThat(logins).isEmpty();
        assertThat(received).isEmpty();
    }

    @Test
    void aCertificateOfAnotherHostIsNotTrusted() {
        SSLContext other = certified(AUTHORITY, "CN=other.example");
        assertThat(fails(route(startTls(other), MailSecurity.STARTTLS, "limelight"), "right", SOON)
                        .reason())
                .isEqualTo(Reason.NOT_TRUSTED);
        assertThat(logins).isEmpty();
    }

    @Test
    void tlsWhereTheServerSpeaksPlainlyIsNoTls() {
        assertThat(fails(route(server(builder -> builder), MailSecurity.TLS, ""), "", SOON)
                        .reason())
                .isEqualTo(Reason.NO_TLS);
    }

    @Test
    void aWrongPasswordIsSaidToBeAndIsInNoMessage() {
        MailException e = fails(
                route(startTls(certified(AUTHORITY, "CN=localhost")), MailSecurity.STARTTLS, "limelight"),
                "wrong-secret",
                SOON);
        assertThat(e.reason()).isEqualTo(Reason.LOGIN_REFUSED);
        assertThat(e.toString()).doesNotContain("wrong-secret");
        assertThat(received).isEmpty();
    }

    @Test
    void aRefusedRecipientIsNamedAndTheOtherHasTheMail() {
        refused = Set.of("oncall@example.org");
        MailException e = fails(route(server(builder -> builder), MailSecurity.NONE, ""), "", SOON);
        assertThat(e.reason()).isEqualTo(Reason.RECIPIENT_REFUSED);
        assertThat(e.refused()).containsExactly("oncall@example.org");
        assertThat(e.getMessage()).contains("no such user").doesNotContain("\u0007");
        assertThat(recipients).containsExactly("ops@example.org");
        assertThat(received).hasSize(1);
    }

    @Test
    void whereAllAreRefusedAllAreNamed() {
        refused = Set.of("ops@example.org", "oncall@example.org");
        MailException e = fails(route(server(builder -> builder), MailSecurity.NONE, ""), "", SOON);
        assertThat(e.reason()).isEqualTo(Reason.RECIPIENT_REFUSED);
        assertThat(e.refused()).containsExactlyInAnyOrder("ops@example.org", "oncall@example.org");
        assertThat(received).isEmpty();
    }

    @Test
    void aRefusedSenderIsSaidToBe() {
        refused = Set.of("limelight@example.org");
        assertThat(fails(route(server(builder -> builder), MailSecurity.NONE, ""), "", SOON)
                        .reason())
                .isEqualTo(Reason.SENDER_REFUSED);
    }

    /** A server that takes connections and does as told with them. */
    private int hostile(java.util.function.Consumer<Socket> does) throws IOException {
        ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        open.add(server);
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket socket = server.accept();
                    open.add(socket);
                    Thread.ofVirtual().start(() -> does.accept(socket));
                }
            } catch (IOException e) {
                // The test is over.
            }
        });
        return server.getLocalPort();
    }

    @Test
    void aServerThatHangsIsHungUpOn() throws Exception {
        int port = hostile(_ -> {});
        for (MailSecurity security : MailSecurity.values()) {
            long began = System.nanoTime();
            assertThat(fails(route(port, security, ""), "", Duration.ofMillis(700))
                            .reason())
                    .isEqualTo(Reason.TIMED_OUT);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void aServerThatAnswersAByteNowAndThenIsHungUpOn() throws Exception {
        int port = hostile(socket -> {
            try {
                while (true) {
                    socket.getOutputStream().write('2');
                    socket.getOutputStream().flush();
                    Thread.sleep(50);
                }
            } catch (IOException | InterruptedException e) {
                // It was hung up on.
            }
        });
        assertThat(fails(route(port, MailSecurity.NONE, ""), "", Duration.ofSeconds(1))
                        .reason())
                .isEqualTo(Reason.TIMED_OUT);
    }

    @Test
    void whatIsClosedMeanwhileIsBrokenOff() throws Exception {
        int port = hostile(_ -> {});
        Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(300);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            cancellation.cancel();
        });
        assertThat(fails(route(port, MailSecurity.NONE, ""), "", SOON).reason()).isEqualTo(Reason.CANCELLED);
    }

    @Test
    void aHostThatIsNotThereIsSaidToBe() throws Exception {
        MailRoute nowhere = new MailRoute("no-such-host.invalid", "25", MailSecurity.NONE, "", "a@b.c", "d@e.f");
        assertThat(fails(nowhere, "", SOON).reason()).isEqualTo(Reason.HOST_UNKNOWN);
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        assertThat(fails(route(port, MailSecurity.NONE, ""), "", SOON).reason()).isEqualTo(Reason.NOT_REACHABLE);
    }

    @Test
    void aNameCannotBecomeAHeader() throws Exception {
        Mail evil = new Mail(
                "web-07\r\nBcc: evil@example.net\r\n\r\nX\u2028Y\u202e " + "long ".repeat(500),
                "x\r\n.\r\nMAIL FROM:<evil@example.net>\r\n");
        send(route(server(builder -> builder), MailSecurity.NONE, ""), "", evil, SOON);
        assertThat(recipients).containsExactly("ops@example.org", "oncall@example.org");
        String head = received.getFirst().substring(0, received.getFirst().indexOf("\r\n\r\n"));
        assertThat(head.lines()).noneMatch(line -> line.startsWith("Bcc"));
        assertThat(head).contains("Content-Type: text/plain");
        assertThat(received).hasSize(1);
    }

    @Test
    void whatIsTypedIsLookedAtBeforeItIsUsed() {
        MailRoute good = route(587, MailSecurity.STARTTLS, "limelight");
        assertThat(good.fault()).isEmpty();
        assertThat(with(good, "", "587", "a@b", "c@d").fault()).contains("notify.mail.fault.host");
        assertThat(with(good, "mail example", "587", "a@b", "c@d").fault()).contains("notify.mail.fault.host");
        for (String port : List.of("", "0", "65536", "9999999999", "-1", "x")) {
            assertThat(with(good, "mail", port, "a@b", "c@d").fault()).contains("notify.mail.fault.port");
        }
        for (String from : List.of("", "a", "@b", "a@", "a@b\r\nBcc: x@y", "A B <a@b>", "a@b, c@d", "ä@b")) {
            assertThat(with(good, "mail", "25", from, "c@d").fault()).contains("notify.mail.fault.from");
        }
        for (String to : List.of("", " , ", "c", "c@d, <e@f>", "c@" + "d".repeat(300))) {
            assertThat(with(good, "mail", "25", "a@b", to).fault()).contains("notify.mail.fault.to");
        }
        String many = "x@y"
                + java.util.stream.IntStream.range(0, MailRoute.MOST)
                        .mapToObj(i -> ", x" + i + "@y")
                        .reduce("", String::concat);
        assertThat(with(good, "mail", "25", "a@b", many).fault()).contains("notify.mail.fault.many");
        assertThat(with(good, "mail", "25", "a@b", "c@d;e@f\n c@d").recipients())
                .containsExactly("c@d", "e@f");
    }

    private static MailRoute with(MailRoute route, String host, String port, String from, String to) {
        return new MailRoute(host, port, route.security(), route.user(), from, to);
    }
}
