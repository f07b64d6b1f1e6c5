package io.limelight.console.notify;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.activity.ActLog;
import io.limelight.console.mail.Mail;
import io.limelight.console.mail.MailRoute;
import io.limelight.console.mail.MailSecurity;
import io.limelight.console.notify.Occurrence.Kind;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.shell.Remembered;
import io.limelight.console.words.Words;
import io.limelight.core.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MailAlertsTest {
    private static final Words WORDS = Words.english();

    private record Due(Instant at, Runnable what) {}

    private Instant now = Instant.parse("2026-11-29T02:00:00Z");
    private final List<Due> later = new ArrayList<>();
    private final List<Mail> mails = new ArrayList<>();
    private final List<String> secrets = new ArrayList<>();
    private final List<Runnable> work = new ArrayList<>();
    private final Remembered remembered = Remembered.inMemory();
    private final FakePasswords passwords = new FakePasswords();
    private boolean refuses;
    private boolean slow;
    private final MailAlertsViewModel model = model();

    private static final class FakePasswords implements MailPasswords {
        private boolean open = true;
        private String kept = "";

        @Override
        public boolean possible() {
            return open;
        }

        @Override
        public Optional<SecretBytes> get() {
            return open && !kept.isEmpty()
                    ? Optional.of(SecretBytes.adopt(kept.getBytes(StandardCharsets.UTF_8)))
                    : Optional.empty();
        }

        @Override
        public void keep(SecretBytes password) {
            kept = password.apply(bytes -> new String(bytes, StandardCharsets.UTF_8));
        }

        @Override
        public void forget() {
            kept = "";
        }
    }

    private MailAlertsViewModel model() {
        return new MailAlertsViewModel(new MailAlertsViewModel.Parts(
                this::post,
                passwords,
                "notify.1.mail",
                "dc-east",
                remembered,
                WORDS,
                () -> now,
                ActLog.NONE,
                (wait, what) -> later.add(new Due(now.plus(wait), what)),
                task -> {
                    if (slow) {
                        work.add(task);
                    } else {
                        task.run();
                    }
                },
                Runnable::run));
    }

    private void post(MailRoute route, Optional<SecretBytes> password, Mail mail) throws ProblemException {
        if (refuses) {
            throw Problems.thrown(WORDS, "notify.mail.refused", null, route.host());
        }
        password.ifPresent(secret -> secrets.add(secret.apply(bytes -> new String(bytes, StandardCharsets.UTF_8))));
        mails.add(mail);
    }

    private void set() {
        model.hostProperty().set("mail.example");
        model.fromProperty().set("limelight@example.org");
        model.toProperty().set("ops@example.org");
        model.enabledProperty().set(true);
    }

    private static Notice failed(Instant at, int from, int to) {
        return new Notice(
                at,
                IntStream.range(from, to)
                        .mapToObj(i -> new Occurrence(Kind.FAILED, "failed " + i, "web-" + i, "id-" + i))
                        .toList());
    }

    private void pass(Duration time) {
        Instant until = now.plus(time);
        while (true) {
            Optional<Due> next =
                    later.stream().filter(due -> !due.at().isAfter(until)).min(java.util.Comparator.comparing(Due::at));
            if (next.isEmpty()) {
                break;
            }
            later.remove(next.get());
            now = next.get().at().isAfter(now) ? next.get().at() : now;
            next.get().what().run();
        }
        now = until;
    }

    @Test
    void aMassFailureIsOneMailWithTheFirstNamesAndTheNumber() {
        set();
        for (int i = 0; i < 1000; i += 100) {
            model.take(failed(now, i, i + 100));
            pass(Duration.ofSeconds(1));
        }
        model.take(new Notice(now, List.of(new Occurrence(Kind.CRL_OVERDUE, "crl", "ca", "ca"))));
        pass(Duration.ofMinutes(10));
        assertThat(mails).hasSize(1);
        assertThat(mails.getFirst().subject())
                .isEqualTo("[Limelight] dc-east: 1,000 machines failed their policies, and 1 more");
        assertThat(mails.getFirst().text())
                .contains("web-0  id-0", "and 950 more", "The CRL of ca is overdue")
                .doesNotContain("web-50 ");
    }

    @Test
    void mailsAreAMinuteApartAndTenInAnHourAndNothingIsLost() {
        set();
        for (int i = 0; i < 120; i++) {
            model.take(failed(now, i, i + 1));
            pass(Duration.ofSeconds(30));
        }
        assertThat(mails).hasSize(MailGathering.MOST);
        pass(Duration.ofHours(2));
        assertThat(mails).hasSize(MailGathering.MOST + 1);
        String all = mails.stream().map(Mail::text).reduce("", String::concat);
        assertThat(all).contains("web-0 ", "web-19").contains("and ").contains(" more");
        assertThat(mails.getLast().subject()).contains("machines failed");
    }

    @Test
    void whatTheBrakeHoldsIsSaidAtOnceWithWhatWaits() {
        set();
        model.take(failed(now, 0, 12));
        model.take(new Notice(now, List.of(new Occurrence(Kind.BRAKE_HELD, "brake", "12 notices", "brake"))));
        pass(Duration.ZERO);
        assertThat(mails).singleElement().satisfies(mail -> {
            assertThat(mail.subject()).contains("The brake holds 12 notices", "and 1 more");
            assertThat(mail.text()).contains("nobody is told until you decide", "12 machines failed");
        });
        pass(Duration.ofMinutes(10));
        assertThat(mails).hasSize(1);
    }

    @Test
    void aMailThatIsSlowHoldsTheNextAndNeitherTheWindow() {
        set();
        slow = true;
        model.take(failed(now, 0, 1));
        pass(Duration.ofMinutes(1));
        assertThat(model.busyProperty().get()).isTrue();
        model.take(failed(now, 1, 2));
        pass(Duration.ofMinutes(5));
        assertThat(work).hasSize(1);
        slow = false;
        work.getFirst().run();
        pass(Duration.ofMinutes(1));
        assertThat(mails).hasSize(2);
    }

    @Test
    void nothingIsSentThatIsOffOrWrong() {
        model.take(failed(now, 0, 1));
        set();
        model.enabledProperty().set(false);
        model.take(failed(now, 0, 1));
        model.enabledProperty().set(true);
        model.toProperty().set("ops");
        model.take(failed(now, 0, 1));
        pass(Duration.ofHours(2));
        assertThat(mails).isEmpty();
        model.test();
        assertThat(model.saidProperty().get()).isEqualTo(WORDS.of("notify.mail.fault.to"));
    }

    @Test
    void aPasswordIsInTheVaultAndNowhereElse() {
        set();
        model.userProperty().set("limelight");
        model.test();
        assertThat(model.problemProperty().get().orElseThrow().code()).isEqualTo("notify.mail.no-password");
        model.keep(SecretBytes.adopt("s3cret-ü".getBytes(StandardCharsets.UTF_8)));
        model.test();
        assertThat(secrets).containsExactly("s3cret-ü");
        for (String name : List.of("host", "port", "user", "from", "to", "security", "enabled", "password")) {
            assertThat(remembered.get("notify.1.mail." + name).orElse("")).doesNotContain("s3cret");
        }
        MailAlertsViewModel again = model();
        assertThat(again.hostProperty().get()).isEqualTo("mail.example");
        assertThat(again.userProperty().get()).isEqualTo("limelight");
        assertThat(again.enabledProperty().get()).isTrue();
        model.keep(SecretBytes.adopt(new byte[0]));
        assertThat(passwords.kept).isEmpty();
        passwords.open = false;
        model.keep(SecretBytes.adopt(new byte[] {1}));
        assertThat(model.problemProperty().get().orElseThrow().code()).isEqualTo("notify.mail.no-vault");
    }

    @Test
    void encryptionIsChosenAwayOnlyByAPersonAndBringsItsUsualPort() {
        assertThat(model.securityProperty().get()).isEqualTo(MailSecurity.STARTTLS);
        assertThat(model.portProperty().get()).isEqualTo("587");
        model.securityProperty().set(MailSecurity.TLS);
        assertThat(model.portProperty().get()).isEqualTo("465");
        model.portProperty().set("2525");
        model.securityProperty().set(MailSecurity.NONE);
        assertThat(model.portProperty().get()).isEqualTo("2525");
        remembered.put("notify.1.mail.security", "anything");
        assertThat(model().securityProperty().get()).isEqualTo(MailSecurity.STARTTLS);
    }

    @Test
    void aMailThatIsNotTakenIsAProblem() {
        set();
        refuses = true;
        model.test();
        assertThat(model.problemProperty().get().orElseThrow().code()).isEqualTo("notify.mail.refused");
        assertThat(model.busyProperty().get()).isFalse();
    }

    @Test
    void namesOfMachinesAreHarmless() {
        set();
        model.take(new Notice(
                now, List.of(new Occurrence(Kind.FAILED, "x", "web\r\nBcc: evil@example.net\u202e", "id\n2"))));
        pass(Duration.ofMinutes(1));
        assertThat(mails.getFirst().subject()).doesNotContain("\r", "\n", "\u202e");
        assertThat(mails.getFirst().text().lines()).noneMatch(line -> line.startsWith("Bcc"));
    }
}
