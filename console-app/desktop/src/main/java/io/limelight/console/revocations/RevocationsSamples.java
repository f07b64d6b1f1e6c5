package io.limelight.console.revocations;

import io.limelight.console.activity.ActLog;
import io.limelight.console.advice.Door;
import io.limelight.console.fleet.FailureSummary;
import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.FleetSnapshot.Light;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.StaleReason;
import io.limelight.console.machines.DialogHost;
import io.limelight.console.pictures.Picture;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.revocations.Notice.Outcome;
import io.limelight.console.shell.Overlay;
import io.limelight.console.words.Words;
import io.limelight.console.work.Tasks;
import io.limelight.core.api.AgentId;
import io.limelight.core.listen.NoticeReceiver;
import io.limelight.core.revocation.NoticeExamination;
import io.limelight.core.revocation.NoticeException;
import io.limelight.core.revocation.RevocationNotice;
import io.limelight.core.revocation.SignedNotice;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.TaskReport;
import io.limelight.core.tenant.Reenrolment;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.layout.StackPane;

/** Pictures of the revocation board, of a made-up fleet. */
public final class RevocationsSamples {
    private static final String DB_03 = "2d5f6bee-4a64-5be9-b837-1f0817218603";
    private static final List<String> NAMES = List.of(
            "web-31",
            "web-32",
            "web-12",
            "db-01",
            "db-02",
            "db-04",
            "web-01",
            "web-02",
            "web-04",
            "web-05",
            "build-04",
            "cache-02",
            "edge-07");

    private final Words words;
    private final InstantSource clock;

    /** All pictures of one album are of one moment. */
    public RevocationsSamples(Words words, InstantSource clock) {
        Instant now = clock.instant();
        this.words = words;
        this.clock = () -> now;
    }

    /** All of them. */
    public List<Picture> pictures() {
        List<Picture> pictures = new ArrayList<>();
        pictures.add(page("revocations", new Fleet(Mood.USUAL), _ -> {}));
        pictures.add(page("revocations-crl", new Fleet(Mood.USUAL), page -> {
            page.certificates(new CertificateDoor() {
                @Override
                public boolean has(BigInteger serial) {
                    return true;
                }

                @Override
                public void open(BigInteger serial) {}
            });
            page.tab("crl");
        }));
        pictures.add(page("revocations-crl-elsewhere", new Fleet(Mood.USUAL), page -> page.tab("crl")));
        pictures.add(page("revocations-advice", new Fleet(Mood.USUAL), page -> {
            page.advice((_, _) -> Arrays.stream(Door.values()).collect(Collectors.toMap(door -> door, _ -> () -> {})));
            page.tab("advice");
        }));
        pictures.add(page("revocations-happened", new Fleet(Mood.USUAL), page -> page.tab("happened")));
        pictures.add(page("revocations-notice", new Fleet(Mood.USUAL), page -> page.tab("notice")));
        pictures.add(page("revocations-brake", new Fleet(Mood.HELD), _ -> {}));
        pictures.add(page(
                "revocations-release",
                new Fleet(Mood.HELD),
                page -> page.dialogs().decide(true, page.content())));
        pictures.add(page("revocations-empty", new Fleet(Mood.EMPTY), _ -> {}));
        pictures.add(page("revocations-down", new Fleet(Mood.DOWN), _ -> {}));
        pictures.add(page(
                "revocations-verify",
                new Fleet(Mood.USUAL),
                page -> page.dialogs().verify(page.content(), clock)));
        pictures.add(page("revocations-keylime", new Fleet(Mood.KEYLIME), _ -> {}));
        pictures.add(reenrol("revocations-reenrol"));
        pictures.add(page(
                "revocations-test",
                new Fleet(Mood.USUAL),
                page -> page.dialogs().test(page.content())));
        return pictures;
    }

    private Picture page(String name, Fleet fleet, Consumer<RevocationsPage> arrange) {
        AtomicReference<RevocationsViewModel> model = new AtomicReference<>();
        return new Picture(
                name,
                () -> {
                    RevocationsViewModel made =
                            new RevocationsViewModel(fleet, fleet, ActLog.NONE, clock, Runnable::run, Runnable::run);
                    model.set(made);
                    Overlay overlay = new Overlay(words);
                    DialogHost host = new DialogHost() {
                        @Override
                        public void show(String title, Node content, Node focus, Node opener) {
                            overlay.show(title, content, focus, opener);
                        }

                        @Override
                        public void hide() {
                            overlay.hide();
                        }
                    };
                    RevocationsPage page = new RevocationsPage(
                            words,
                            made,
                            this::verifying,
                            () -> List.of(AgentId.of(id(0)), AgentId.of(id(1))),
                            new NoticeWords(words, this::snapshot, RevocationsSamples::name),
                            clock,
                            host);
                    page.ways(_ -> {}, _ -> {});
                    ReceiverViewModel receiver =
                            new ReceiverViewModel(new Pretended(), "10.20.0.5", Runnable::run, Runnable::run);
                    receiver.start();
                    page.receiver(new ReceiverView(receiver, words).node());
                    page.shown();
                    if (fleet.mood == Mood.DOWN) {
                        fleet.down = true;
                        made.refresh();
                    }
                    arrange.accept(page);
                    return (Parent) new StackPane(page.content(), overlay);
                },
                () -> true,
                () -> model.get().close());
    }

    /** One that starts at once and listens to nobody. */
    private static final class Pretended implements ReceiverViewModel.Receiving {
        @Override
        public NoticeInbox.Running webhook(String where, int at) {
            return new NoticeInbox.Running(
                    NoticeReceiver.Way.WEBHOOK,
                    where,
                    at,
                    Optional.of(Path.of("/home/admin/.config/limelight/receiver-1-cert.crt")));
        }

        @Override
        public NoticeInbox.Running zeroMq(String host, int at) {
            return new NoticeInbox.Running(NoticeReceiver.Way.ZEROMQ, host, at, Optional.empty());
        }

        @Override
        public void close() {}
    }

    private Picture reenrol(String name) {
        AgentId machine = AgentId.of(DB_03);
        AtomicReference<ReenrolViewModel> model = new AtomicReference<>();
        return new Picture(
                name,
                () -> {
                    ReenrolViewModel made = new ReenrolViewModel(
                            machine,
                            new Sides(),
                            new Tasks(clock, Runnable::run, words),
                            ActLog.NONE,
                            words,
                            clock,
                            Runnable::run,
                            Runnable::run);
                    made.certificateProperty().set(Reenroller.Certificate.RENEW);
                    model.set(made);
                    Overlay overlay = new Overlay(words);
                    ReenrolDialog dialog = new ReenrolDialog(made, name(machine), words, _ -> {});
                    overlay.show(words.of("revocations.reenrol.title", name(machine)), dialog, dialog.focus(), null);
                    return (Parent) new StackPane(overlay);
                },
                () -> true,
                () -> model.get().close());
    }

    /** A machine that failed, with a certificate that is still valid. */
    private static final class Sides implements Reenroller {
        @Override
        public boolean hasCa() {
            return true;
        }

        @Override
        public boolean passwordKept() {
            return false;
        }

        @Override
        public Reenrolment.Plan plan(AgentId machine, Choice choice, Cancellation cancellation) {
            List<Reenrolment.Act> due = new ArrayList<>(List.of(Reenrolment.Act.REVOKE, Reenrolment.Act.UNWATCH));
            if (choice.forget()) {
                due.add(Reenrolment.Act.UNREGISTER);
            }
            if (choice.certificate() == Certificate.RENEW) {
                due.add(Reenrolment.Act.ISSUE);
            }
            return new Reenrolment.Plan(
                    new Reenrolment.Draft(machine, choice.forget(), Optional.empty()),
                    Optional.empty(),
                    true,
                    Optional.empty(),
                    due);
        }

        @Override
        public Reenrolment.Done run(
                Reenrolment.Plan plan, Optional<SecretBytes> password, TaskReport report, Cancellation cancellation) {
            return new Reenrolment.Done(plan.due(), Optional.empty(), Optional.empty());
        }
    }

    private VerifyViewModel verifying() {
        VerifyViewModel checking = new VerifyViewModel(
                Path.of(""),
                ActLog.NONE,
                words,
                clock,
                // Not on this thread, which is the screen's.
                task -> {
                    Thread thread = Thread.ofVirtual().start(task);
                    try {
                        thread.join();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                Runnable::run);
        checking.textProperty().set(msg(true));
        return checking;
    }

    private static String id(int number) {
        return "2d5f6bee-4a64-5be9-b837-1f08172187%02d".formatted(number);
    }

    private static String name(AgentId id) {
        if (id.value().equals(DB_03)) {
            return "db-03";
        }
        for (int i = 0; i < NAMES.size(); i++) {
            if (id.value().equals(id(i))) {
                return NAMES.get(i);
            }
        }
        return id.value();
    }

    private FleetSnapshot snapshot() {
        Instant now = clock.instant();
        Machine failed = new Machine(
                AgentId.of(DB_03),
                "10.20.0.13",
                9002,
                MachineState.FAILED,
                StaleReason.NONE,
                9,
                812,
                now,
                now,
                "db-2026.11",
                "",
                new FailureSummary(
                        "ima.validation.ima-ng.not_in_allowlist",
                        "emergency",
                        "/opt/backup/agent.new ran, and the policy db-2026.11 has no entry for it.",
                        List.of(),
                        List.of(),
                        List.of(),
                        Map.of()));
        Map<AgentId, Machine> byId = new LinkedHashMap<>();
        byId.put(failed.id(), failed);
        return new FleetSnapshot(
                1,
                List.of(failed),
                byId,
                Optional.of(now),
                new Light(Light.Status.UP, now, null),
                new Light(Light.Status.UP, now, null),
                FleetSnapshot.ServerKind.LIMELIGHT,
                new FleetSnapshot.Load(0.4, Duration.ofSeconds(5), Duration.ofMillis(9)));
    }

    private String msg(boolean fresh) {
        Instant now = clock.instant();
        Instant issued = fresh ? now.minus(Duration.ofMinutes(26)) : now.minus(Duration.ofDays(6));
        return new RevocationNotice(
                        RevocationNotice.REVOCATION,
                        Optional.of("10.20.0.13"),
                        DB_03,
                        OptionalInt.of(9002),
                        "{}",
                        "{\"cert_serial\": 994, \"subject\": \"CN=" + DB_03 + "\"}",
                        RevocationNotice.asctime(issued, ZoneOffset.UTC),
                        Optional.of(new RevocationNotice.Event(
                                "ima.validation.ima-ng.not_in_allowlist",
                                "emergency",
                                "{\"path\": \"/opt/backup/agent.new\"}")),
                        Optional.of("9a0c41d2e87b4f5a"),
                        Optional.of(issued),
                        Optional.of(issued.plus(Duration.ofHours(1))))
                .text();
    }

    private enum Mood {
        USUAL,
        HELD,
        EMPTY,
        DOWN,
        KEYLIME
    }

    /** What a verifier and a CA folder would tell. */
    private final class Fleet implements RevocationService, CaKnowledge {
        private final Mood mood;
        private boolean down;

        Fleet(Mood mood) {
            this.mood = mood;
        }

        private Instant ago(Duration duration) {
            return clock.instant().minus(duration);
        }

        private Notice notice(
                long sequence, String machine, String event, Duration age, Notice.State state, long told, long failed) {
            Map<Outcome, Long> agent = new LinkedHashMap<>();
            agent.put(Outcome.DELIVERED, told);
            if (told < NAMES.size()) {
                agent.put(Outcome.WAITING, NAMES.size() - told);
            }
            return new Notice(
                    sequence,
                    "n" + sequence,
                    state,
                    event.isEmpty() ? RevocationNotice.COMM_ERROR : RevocationNotice.REVOCATION,
                    machine,
                    event,
                    "emergency",
                    ago(age),
                    true,
                    false,
                    state == Notice.State.HELD
                            ? Map.of()
                            : Map.of(Channel.Kind.AGENT, agent, Channel.Kind.WEBHOOK, Map.of(Outcome.DELIVERED, 1L)),
                    state == Notice.State.HELD
                            ? Notice.Said.NOTHING
                            : new Notice.Said(told - failed - 2, failed, 0, 2));
        }

        private Notice received(long sequence, String machine, Duration age, Notice.State state) {
            return new Notice(
                    sequence,
                    "n" + sequence,
                    state,
                    RevocationNotice.REVOCATION,
                    machine,
                    "ima.validation.ima-ng.not_in_allowlist",
                    "emergency",
                    ago(age),
                    true,
                    false,
                    Map.of(),
                    Notice.Said.NOTHING);
        }

        @Override
        public Board board(Cancellation cancellation) throws ProblemException {
            if (down) {
                throw new ProblemException(
                        new Problem(
                                "verifier.unreachable",
                                "The verifier at 10.20.0.5:8881 does not answer.",
                                List.of(),
                                List.of(),
                                ""),
                        null);
            }
            if (mood == Mood.KEYLIME) {
                return new Board(
                        List.of(
                                new Channel(
                                        Channel.Kind.WEBHOOK,
                                        Channel.Light.WORKING,
                                        "0.0.0.0:8993",
                                        0,
                                        ago(Duration.ofMinutes(26)),
                                        null,
                                        ""),
                                new Channel(
                                        Channel.Kind.ZEROMQ,
                                        Channel.Light.OFF,
                                        "",
                                        0,
                                        null,
                                        null,
                                        words.of("revocations.receiver.off"))),
                        List.of(
                                received(9, DB_03, Duration.ofMinutes(26), Notice.State.RECEIVED),
                                received(8, id(2), Duration.ofHours(3), Notice.State.UNVERIFIED)),
                        OptionalLong.empty(),
                        Brake.FREE,
                        true,
                        true);
            }
            boolean held = mood == Mood.HELD;
            boolean empty = mood == Mood.EMPTY;
            List<Notice> notices = new ArrayList<>();
            if (held) {
                for (int i = 0; i < 4; i++) {
                    notices.add(notice(
                            20 - i,
                            id(3 + i),
                            "ima.validation.ima-ng.not_in_allowlist",
                            Duration.ofMinutes(3 + i),
                            Notice.State.HELD,
                            0,
                            0));
                }
            }
            if (!empty) {
                notices.add(notice(
                        9,
                        DB_03,
                        "ima.validation.ima-ng.not_in_allowlist",
                        Duration.ofMinutes(26),
                        Notice.State.OPEN,
                        NAMES.size() - 2,
                        1));
                notices.add(notice(
                        8,
                        id(2),
                        "measured_boot.evaluation.failure",
                        Duration.ofDays(6),
                        Notice.State.DONE,
                        NAMES.size(),
                        0));
                notices.add(notice(
                        7,
                        id(12),
                        "revocation.administrator",
                        Duration.ofDays(16),
                        Notice.State.DONE,
                        NAMES.size(),
                        0));
                notices.add(notice(
                        6,
                        id(10),
                        "qoute_validation.ak_not_registered",
                        Duration.ofDays(28),
                        Notice.State.DONE,
                        NAMES.size(),
                        0));
            }
            return new Board(
                    List.of(
                            new Channel(
                                    Channel.Kind.AGENT,
                                    empty ? Channel.Light.UNUSED : Channel.Light.OPEN,
                                    "",
                                    empty ? 0 : 2,
                                    empty ? null : ago(Duration.ofMinutes(26)),
                                    empty ? null : ago(Duration.ofSeconds(38)),
                                    ""),
                            new Channel(
                                    Channel.Kind.WEBHOOK,
                                    Channel.Light.WORKING,
                                    "https://siem.dc-east.example/keylime",
                                    0,
                                    ago(Duration.ofMinutes(26)),
                                    null,
                                    ""),
                            new Channel(Channel.Kind.ZEROMQ, Channel.Light.OFF, "", 0, null, null, "")),
                    notices,
                    empty ? OptionalLong.empty() : OptionalLong.of(6),
                    held ? new Brake(true, ago(Duration.ofMinutes(6)), 37, 48, 10, 300) : Brake.FREE,
                    true,
                    false);
        }

        @Override
        public Board.Older older(long before, Cancellation cancellation) {
            return new Board.Older(List.of(), OptionalLong.empty());
        }

        @Override
        public NoticeDetail detail(Notice notice, Cancellation cancellation) {
            Instant issued = notice.issued() == null ? clock.instant() : notice.issued();
            List<NoticeDetail.Delivery> deliveries = new ArrayList<>();
            List<NoticeDetail.Receipt> receipts = new ArrayList<>();
            if (mood != Mood.KEYLIME && notice.state() != Notice.State.HELD) {
                for (int i = 0; i < NAMES.size(); i++) {
                    boolean open = i < 2 && notice.state() == Notice.State.OPEN;
                    deliveries.add(new NoticeDetail.Delivery(
                            Channel.Kind.AGENT,
                            id(i),
                            open ? Outcome.WAITING : Outcome.DELIVERED,
                            open ? 6 : 1,
                            issued.plusMillis(20 + 3L * i),
                            open ? clock.instant().plusSeconds(38) : null,
                            open ? "connection timed out" : ""));
                    if (!open && i < 11) {
                        boolean failed = i == 2 && notice.said().failed() > 0;
                        receipts.add(new NoticeDetail.Receipt(
                                id(i),
                                failed ? NoticeDetail.Result.FAILED : NoticeDetail.Result.ACTED,
                                failed ? "local_action_fetch_crl: failed, exit status 1" : "",
                                List.of(
                                        new NoticeDetail.Action("local_action_rm_ssh", "succeeded", true, 0L, 31),
                                        new NoticeDetail.Action(
                                                "local_action_fetch_crl",
                                                failed ? "failed" : "succeeded",
                                                !failed,
                                                failed ? 1L : 0L,
                                                210)),
                                0));
                    }
                }
                deliveries.add(new NoticeDetail.Delivery(
                        Channel.Kind.WEBHOOK,
                        "https://siem.dc-east.example/keylime",
                        Outcome.DELIVERED,
                        1,
                        issued.plusMillis(31),
                        null,
                        ""));
            }
            String text = msg(notice.sequence() == 9);
            Optional<NoticeExamination> examination;
            try {
                examination = Optional.of(
                        NoticeExamination.of(new SignedNotice(text, "c2lnbmVk"), List.of(), clock.instant()));
            } catch (NoticeException e) {
                examination = Optional.empty();
            }
            return new NoticeDetail(notice, text, "c2lnbmVk", deliveries, receipts, false, examination, "");
        }

        @Override
        public long release(Cancellation cancellation) {
            return 37;
        }

        @Override
        public long discard(Cancellation cancellation) {
            return 37;
        }

        @Override
        public Channel.Tested test(Channel.Kind kind, Optional<AgentId> machine, Cancellation cancellation) {
            return new Channel.Tested(kind, true, "", null);
        }

        @Override
        public Optional<CrlFacts> crl() {
            List<CrlFacts.Entry> entries = new ArrayList<>();
            String[] names = {"old-01", "old-02", "old-03", "build-11", "edge-07", "web-03"};
            for (int i = 0; i < names.length; i++) {
                entries.add(new CrlFacts.Entry(
                        BigInteger.valueOf(700 + 41L * i), ago(Duration.ofDays(40 - 6L * i)), names[i]));
            }
            if (mood != Mood.EMPTY) {
                entries.add(new CrlFacts.Entry(
                        BigInteger.valueOf(994), ago(Duration.ofMinutes(26)).plusSeconds(1), "db-03"));
            }
            return Optional.of(new CrlFacts(
                    BigInteger.valueOf(28),
                    ago(Duration.ofMinutes(26)),
                    clock.instant().plus(Duration.ofDays(30)),
                    false,
                    entries,
                    List.of(),
                    true));
        }

        @Override
        public Holding hasPackage(String machine) {
            return machine.equals(id(12)) ? Holding.NO : Holding.YES;
        }
    }
}
