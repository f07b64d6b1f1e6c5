package io.limelight.console.policies;

import io.limelight.console.activity.ActLog;
import io.limelight.console.fleet.FleetService;
import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.FleetSnapshot.Light;
import io.limelight.console.fleet.FleetSnapshot.Load;
import io.limelight.console.fleet.FleetSnapshot.ServerKind;
import io.limelight.console.fleet.History;
import io.limelight.console.fleet.Identity;
import io.limelight.console.fleet.KeptEvidence;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineAct;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.PayloadReport;
import io.limelight.console.fleet.RawAnswers;
import io.limelight.console.fleet.StaleReason;
import io.limelight.console.fleet.TimelinePage;
import io.limelight.console.machines.DialogHost;
import io.limelight.console.pictures.Picture;
import io.limelight.console.policies.EditorViewModel.Show;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.records.Records;
import io.limelight.console.shell.Overlay;
import io.limelight.console.words.Words;
import io.limelight.console.work.Tasks;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.PolicyAssignment;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.policy.create.PolicyDifference;
import io.limelight.core.policy.create.PolicyDifference.Member;
import io.limelight.core.policy.sign.PolicySigner;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrBlob;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.tpm.QuoteText;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.layout.StackPane;

/** Pictures of policies, of a fleet and a verifier that are written here. */
public final class PolicySamples {
    private static final List<String> FILES = List.of(
            "/usr/sbin/nginx",
            "/usr/lib64/libssl.so.3.2.2",
            "/usr/lib64/libcrypto.so.3.2.2",
            "/usr/bin/bash",
            "/usr/bin/curl",
            "/usr/bin/rsync",
            "/usr/sbin/sshd",
            "/usr/lib/systemd/systemd",
            "/usr/lib/systemd/systemd-journald",
            "/usr/lib/modules/6.12.0/nf_tables.ko",
            "/usr/libexec/openssh/sftp-server",
            "/usr/bin/python3.12");

    private final Words words;
    private final Instant now;

    /** Nothing is made before a picture is. */
    public PolicySamples(Words words, InstantSource clock) {
        this.words = words;
        this.now = clock.instant();
    }

    private record Shown(
            PoliciesPage page,
            PoliciesViewModel list,
            EditorViewModel editor,
            DryRunViewModel dryRun,
            AssignViewModel.Parts assigning,
            Runnable settle) {}

    /** All of them. */
    public List<Picture> pictures() {
        return List.of(
                page("policies", _ -> {}),
                page("policies-dry-run", shown -> {
                    open(shown, "web-2026.11");
                    change(shown);
                    shown.editor().compareWith(List.of(id("web-01"), id("web-07")));
                    shown.page().tryNow();
                    shown.page().editorView().look("/usr/bin/rsync");
                }),
                page("policies-excludes", shown -> {
                    open(shown, "web-2026.11");
                    shown.editor().compareWith(List.of(id("web-01"), id("web-07")));
                    shown.editor().step(List.of(PolicyDifference.toAdd(Member.EXCLUDES, "", "(?=/)/(a|a)*b")));
                    shown.page().editorView().showTab("excludes");
                }),
                page("policies-changes", shown -> {
                    open(shown, "web-2026.11");
                    change(shown);
                    shown.page().editorView().showTab("changes");
                }),
                page("policies-conflict", shown -> {
                    open(shown, "db-2026.11");
                    change(shown);
                    shown.editor().save(null, () -> {});
                }),
                page("policies-accepts-all", shown -> {
                    open(shown, "lab-permissive");
                    shown.editor().showProperty().set(Show.ALL);
                }),
                page("policies-window", shown -> open(shown, "edge-2026.10")),
                page("policies-boot", shown -> shown.list().look(PolicyRow.Kind.BOOT, "any-boot")),
                page("policies-template", shown -> shown.list().look(PolicyRow.Kind.TPM, "r760-firmware-2.4")),
                page("policies-json", shown -> {
                    open(shown, "web-2026.11");
                    shown.page().editorView().showTab("json");
                }),
                page(
                        "policies-boot-log",
                        shown -> shown.page().read().open(shown.page().content())),
                page(
                        "policies-pcrs",
                        shown -> shown.page()
                                .pcrs()
                                .open(Optional.of(id("web-07")), shown.page().content())),
                page("policies-assign", shown -> assign(shown, false)),
                page("policies-assigned", shown -> assign(shown, true)),
                page("policies-signature", shown -> {
                    open(shown, "build-2026.11");
                    shown.page().editorView().showTab("signature");
                }),
                page(
                        "policies-unnamed",
                        shown -> shown.list().rows().stream()
                                .filter(PolicyRow::unnamed)
                                .findFirst()
                                .ifPresent(shown.list().selectedProperty()::set)),
                page("policies-send", shown -> {
                    open(shown, "web-2026.11");
                    change(shown);
                    PolicyRow row = shown.list().selectedProperty().get();
                    if (row != null) {
                        shown.page().dialogs().send(row, shown.page().content());
                    }
                }),
                page(
                        "policies-create",
                        shown -> shown.page().dialogs().create(shown.page().content())));
    }

    private static void assign(Shown shown, boolean done) {
        AssignViewModel model = new AssignViewModel(
                shown.assigning(),
                List.of(id("web-03"), id("web-04"), id("web-05"), id("web-21"), id("edge-01"), id("db-01")),
                AgentId::value);
        shown.settle().run();
        model.runtimeProperty().set("web-2026.11");
        model.templateProperty().set("r760-firmware-2.4");
        shown.page().assigning().show(model, shown.page().content());
        if (done) {
            model.run();
        } else {
            model.tryIt();
        }
    }

    private static void open(Shown shown, String name) {
        shown.list().look(PolicyRow.Kind.RUNTIME, name);
    }

    private static void change(Shown shown) {
        shown.editor()
                .step(List.of(
                        PolicyDifference.toAdd(Member.DIGESTS, "/usr/sbin/nginx", digest("/usr/sbin/nginx of today"))));
        shown.editor().step(List.of(PolicyDifference.toAdd(Member.DIGESTS, "/usr/bin/zstd", digest("/usr/bin/zstd"))));
        shown.editor().removePath("/usr/bin/rsync");
    }

    /** Does at once what a program does behind its window: a picture waits for nothing. */
    private static final class Inline {
        private final ConcurrentLinkedQueue<Runnable> due = new ConcurrentLinkedQueue<>();

        void work(Runnable task) {
            Thread thread = Thread.ofVirtual().start(task);
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            drain();
        }

        void drain() {
            for (Runnable next = due.poll(); next != null; next = due.poll()) {
                next.run();
            }
        }

        void screen(Runnable task) {
            due.add(task);
        }
    }

    private Picture page(String name, Consumer<Shown> arrange) {
        return new Picture(name, () -> scene(arrange));
    }

    private Parent scene(Consumer<Shown> arrange) {
        Inline inline = new Inline();
        Executor work = inline::work;
        Executor screen = inline::screen;
        InstantSource clock = () -> now;
        Records records = Records.inMemory(words, new SecureRandom(), clock);
        Fleet fleet = new Fleet(now);
        Server server = new Server();
        PolicyDrafts drafts = new PolicyDrafts(records.drafts(), Optional.empty(), 1);
        PolicyWindows windows = new PolicyWindows(records.drafts(), 1);
        keep(windows);
        EvidenceShelf shelf = new EvidenceShelf(fleet);
        Tasks tasks = new Tasks(clock, work, words);
        TpmTemplates kept = new TpmTemplates(records.drafts(), 1);
        keep(kept);
        TemplatesViewModel templates = new TemplatesViewModel(kept, server, ActLog.NONE, words, clock, work, screen);
        AssignViewModel.Parts assigning =
                new AssignViewModel.Parts(server, fleet, kept, ActLog.NONE, clock, work, screen);
        PcrReading pcrs = new PcrReading(server, fleet, words, clock, work, screen);
        PoliciesViewModel list = new PoliciesViewModel(server, fleet, drafts, windows, templates, clock, work, screen);
        SignaturesViewModel signatures = new SignaturesViewModel(
                server, new TrustedSigners(records.drafts(), 1, words), ActLog.NONE, clock, work, screen);
        HeardPolicies heard = new HeardPolicies(
                server, (name, text) -> signatures.heard(name, SignaturesViewModel.Source.VERIFIER, text));
        EditorViewModel editor = new EditorViewModel(
                new EditorViewModel.Parts(heard, drafts, windows, shelf, ActLog.NONE, words, clock, work, screen));
        DryRunViewModel dryRun = new DryRunViewModel(server, fleet, shelf, ActLog.NONE, tasks, words, clock, screen);
        CreateViewModel create = new CreateViewModel(shelf, tasks, words, screen, (_, _) -> {});
        ReadViewModel read = new ReadViewModel(server, fleet, ActLog.NONE, words, clock, work, screen);
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
        PoliciesPage page = new PoliciesPage(
                words,
                new PoliciesPage.Models(list, editor, dryRun, create, read, templates, pcrs, assigning, signatures),
                host,
                AgentId::value,
                new PoliciesPage.Acts(_ -> {}, _ -> {}, _ -> {}),
                new SimpleDoubleProperty(1),
                work,
                screen);
        page.shown();
        arrange.accept(new Shown(page, list, editor, dryRun, assigning, inline::drain));
        inline.drain();
        return new StackPane(page.content(), overlay);
    }

    private void keep(PolicyWindows windows) {
        blocking(() -> {
            try {
                windows.keep(new PolicyWindows.Window(
                        "edge-2026.10", LocalDate.ofInstant(now, ZoneOffset.UTC).plusYears(10), "web-2026.11"));
            } catch (ProblemException e) {
                throw new IllegalStateException("memory keeps everything", e);
            }
        });
    }

    private static void keep(TpmTemplates templates) {
        blocking(() -> {
            try {
                templates.replace(
                        Optional.empty(), Optional.of(new TpmTemplates.Template("r760-firmware-2.4", pcrs("r760"))));
                templates.replace(
                        Optional.empty(), Optional.of(new TpmTemplates.Template("dl325-firmware-1.62", pcrs("dl325"))));
            } catch (ProblemException e) {
                throw new IllegalStateException("memory keeps everything", e);
            }
        });
    }

    private static void blocking(Runnable act) {
        Thread thread = Thread.ofVirtual().start(act);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String pcrs(String of) {
        return "{\"0\": [\"" + digest(of + 0) + "\"], \"2\": [\"" + digest(of + 2) + "\", \"" + digest(of + 20)
                + "\"], \"7\": [\"" + digest(of + 7) + "\"], \"mask\": \"0x85\"}";
    }

    private static AgentId id(String name) {
        return AgentId.of(name);
    }

    private static String digest(String of) {
        return HexFormat.of().formatHex(HashAlgorithm.SHA256.digest(of.getBytes(StandardCharsets.UTF_8)));
    }

    // --- the verifier ---

    private static final class Server implements PolicyServer {
        private int reads;

        @Override
        public List<String> names(PolicyKind kind, Cancellation cancellation) {
            return kind == PolicyKind.RUNTIME
                    ? List.of("web-2026.11", "db-2026.11", "edge-2026.10", "build-2026.11", "lab-permissive")
                    : List.of("dell-r760-2.4", "hpe-dl325-1.62", "any-boot");
        }

        @Override
        public Stored read(PolicyKind kind, String name, Cancellation cancellation) {
            if (kind == PolicyKind.MEASURED_BOOT) {
                return new Stored(
                        name.equals("any-boot")
                                ? "{}"
                                : "{\"scrtm_and_bios\": [{\"scrtm\": {\"sha256\": \"0x" + digest(name) + "\"}}]}",
                        "",
                        Optional.empty());
            }
            Map<String, String> files = new LinkedHashMap<>();
            FILES.forEach(file -> files.put(file, digest(file)));
            files.put("boot_aggregate", digest("boot"));
            for (int i = 0; i < 40; i++) {
                files.put("/usr/lib/modules/6.12.0/kernel/module-" + i + ".ko", digest("module " + i));
            }
            // The second time somebody looks, another administrator was there.
            if (name.equals("db-2026.11") && reads++ > 1) {
                files.put("/usr/bin/pg_dump", digest("pg_dump"));
                files.remove("/usr/bin/python3.12");
            }
            StringBuilder text =
                    new StringBuilder("{\"meta\": {\"version\": 1, \"generator\": 3}, \"release\": 0, \"digests\": {");
            files.forEach((file, value) -> text.append(text.charAt(text.length() - 1) == '{' ? "" : ", ")
                    .append('"')
                    .append(file)
                    .append("\": [\"")
                    .append(value)
                    .append("\"]"));
            String excludes =
                    name.equals("lab-permissive") ? "\".*\"" : "\"/tmp/.*\", \"/var/cache/dnf/.*\", \"/opt/.*\"";
            text.append("}, \"excludes\": [")
                    .append(excludes)
                    .append("], \"keyrings\": {}, \"ima\": {\"ignored_keyrings\": [\".builtin_trusted_keys\"],"
                            + " \"log_hash_alg\": \"sha1\", \"dm_policy\": null}, \"ima-buf\": {},"
                            + " \"verification-keys\": \"\"}");
            String policy = name.equals("build-2026.11")
                    ? PolicySigner.generate(new SecureRandom())
                            .sign(text.toString().getBytes(StandardCharsets.UTF_8))
                            .json()
                    : text.toString();
            return new Stored(policy, "", Optional.empty());
        }

        @Override
        public Map<AgentId, String> tpmPolicies(Cancellation cancellation) {
            Map<AgentId, String> policies = new LinkedHashMap<>();
            for (int i = 1; i <= 30; i++) {
                policies.put(AgentId.of("web-%02d".formatted(i)), pcrs(i % 3 == 0 ? "dl325" : "r760"));
            }
            for (int i = 1; i <= 4; i++) {
                policies.put(AgentId.of("edge-%02d".formatted(i)), pcrs("edge"));
            }
            for (int i = 1; i <= 12; i++) {
                policies.put(AgentId.of("db-%02d".formatted(i)), "{\"mask\": \"0x400\"}");
            }
            return policies;
        }

        @Override
        public String freshQuote(AgentId machine, Cancellation cancellation) {
            return "";
        }

        @Override
        public void store(PolicyKind kind, String name, Stored policy, boolean fresh, Cancellation cancellation) {}

        @Override
        public void assign(AgentId machine, PolicyAssignment assignment, Cancellation cancellation)
                throws ProblemException {
            if (machine.value().equals("web-21")) {
                throw new ProblemException(
                        new Problem(
                                "policies.assign-refused",
                                "web-21 is not judged any more by what the plan says.",
                                List.of(),
                                List.of(),
                                ""),
                        null);
            }
        }

        @Override
        public String address() {
            return "verifier.example.com:8881";
        }

        @Override
        public void delete(PolicyKind kind, String name, Cancellation cancellation) {}

        @Override
        public void dryRun(
                PolicyKind kind,
                String text,
                List<AgentId> machines,
                IntConsumer begun,
                Consumer<Judged> judged,
                Cancellation cancellation) {
            begun.accept(machines.size());
            for (AgentId machine : machines) {
                boolean fails = List.of("web-21", "web-22", "web-29").contains(machine.value());
                long entry =
                        988 + 152L * (machine.value().charAt(machine.value().length() - 1) - '0');
                judged.accept(new Judged(
                        machine,
                        fails ? Judged.Verdict.FAIL : Judged.Verdict.PASS,
                        fails ? 1 : 0,
                        fails
                                ? List.of(new Judged.Row(
                                        "/usr/bin/rsync",
                                        entry,
                                        Fleet.row("/usr/bin/rsync"),
                                        "/usr/bin/rsync is not allowed by the policy"))
                                : List.of(),
                        ""));
            }
        }
    }

    // --- the fleet ---

    private static final class Fleet implements FleetService {
        private final FleetSnapshot snapshot;
        private final Instant now;

        Fleet(Instant now) {
            this.now = now;
            List<Machine> machines = new ArrayList<>();
            for (int i = 1; i <= 30; i++) {
                boolean failed = i == 7 || i == 12;
                machines.add(machine("web-%02d".formatted(i), "web-2026.11", failed, i));
            }
            for (int i = 1; i <= 12; i++) {
                machines.add(machine("db-%02d".formatted(i), "db-2026.11", false, i));
            }
            for (int i = 1; i <= 18; i++) {
                machines.add(machine("edge-%02d".formatted(i), "edge-2026.10", false, i));
            }
            machines.add(machine("lab-01", "lab-permissive", false, 1));
            Map<AgentId, Machine> byId = new LinkedHashMap<>();
            machines.forEach(machine -> byId.put(machine.id(), machine));
            Light up = new Light(Light.Status.UP, now, null);
            snapshot = new FleetSnapshot(
                    1,
                    List.copyOf(machines),
                    Map.copyOf(byId),
                    Optional.of(now),
                    up,
                    up,
                    ServerKind.LIMELIGHT,
                    new Load(0.4, Duration.ofSeconds(5), Duration.ofMillis(9)));
        }

        private Machine machine(String id, String policy, boolean failed, int number) {
            return new Machine(
                    AgentId.of(id),
                    "10.0.0." + number,
                    9002,
                    failed ? MachineState.FAILED : MachineState.TRUSTED,
                    StaleReason.NONE,
                    failed ? 9 : 3,
                    1000,
                    now,
                    now,
                    policy,
                    number % 3 == 0 ? "hpe-dl325-1.62" : "dell-r760-2.4",
                    null);
        }

        static String row(String path) {
            return "10 " + "4".repeat(40) + " ima-ng sha256:" + digest(path) + " " + path;
        }

        @Override
        public FleetSnapshot latest() {
            return snapshot;
        }

        @Override
        public Subscription subscribe(Consumer<FleetSnapshot> listener) {
            listener.accept(snapshot);
            return () -> {};
        }

        @Override
        public void refreshSoon() {}

        @Override
        public void pace(Duration every) {}

        @Override
        public void visible(Collection<AgentId> ids) {}

        @Override
        public TimelinePage timeline(AgentId id, OptionalLong before, Cancellation cancellation) {
            return new TimelinePage(List.of(), OptionalLong.empty(), true);
        }

        @Override
        public KeptEvidence evidence(AgentId id, Cancellation cancellation) {
            List<String> rows = new ArrayList<>();
            FILES.forEach(file -> rows.add(row(file)));
            for (int i = 0; i < 9; i++) {
                rows.add(row("/opt/agent/plugin-" + i + ".so"));
            }
            rows.add(row("/var/cache/dnf/metadata.solv"));
            rows.add(row("/" + "a".repeat(60)));
            return new KeptEvidence(
                    now,
                    KeptEvidence.Source.VERIFIER,
                    "passed",
                    quote(),
                    Optional.empty(),
                    rows,
                    rows.size(),
                    false,
                    "",
                    List.of());
        }

        private static String quote() {
            Map<Integer, Octets> values = new LinkedHashMap<>();
            for (int pcr : List.of(0, 1, 2, 4, 7, 10, 14, 16)) {
                values.put(pcr, Octets.ofHex(digest("pcr " + pcr)));
            }
            byte[] pcrs = new PcrBlob(PcrValues.of(HashAlgorithm.SHA256, values)).encode();
            return new QuoteText(Octets.EMPTY, Octets.EMPTY, Octets.copyOf(pcrs)).format();
        }

        @Override
        public Identity identity(AgentId id, Cancellation cancellation) {
            throw new UnsupportedOperationException("not in pictures of policies");
        }

        @Override
        public Optional<PayloadReport> payload(AgentId id, Cancellation cancellation) {
            return Optional.empty();
        }

        @Override
        public RawAnswers raw(AgentId id, Cancellation cancellation) {
            throw new UnsupportedOperationException("not in pictures of policies");
        }

        @Override
        public void act(MachineAct act, AgentId id, Cancellation cancellation) {}

        @Override
        public Optional<History> history(Duration back, int steps, Cancellation cancellation) {
            return Optional.empty();
        }

        @Override
        public void close() {}
    }
}
