package io.limelight.console;

import io.limelight.console.activity.ActLog;
import io.limelight.console.activity.ActivitySamples;
import io.limelight.console.exporting.ExportPane;
import io.limelight.console.exporting.ExportViewModel;
import io.limelight.console.exporting.Report;
import io.limelight.console.mail.MailSecurity;
import io.limelight.console.notify.AlertsViewModel;
import io.limelight.console.notify.MailAlertsPane;
import io.limelight.console.notify.MailAlertsViewModel;
import io.limelight.console.notify.MailPasswords;
import io.limelight.console.notify.NoticeBell;
import io.limelight.console.notify.NotifyViewModel;
import io.limelight.console.notify.Occurrence;
import io.limelight.console.pictures.Picture;
import io.limelight.console.problem.Problems;
import io.limelight.console.shell.Overlay;
import io.limelight.console.shell.Remembered;
import io.limelight.console.shell.Sheet;
import io.limelight.console.words.Words;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.application.Platform;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.layout.StackPane;

/** Pictures of what happened and what was done, and of what leaves the window: exports and notifications. */
final class ActivityAlbum {
    private ActivityAlbum() {}

    static List<Picture> pictures(Words words, InstantSource clock) {
        List<Picture> pictures = new ArrayList<>(new ActivitySamples(words, clock).pictures());
        pictures.add(new Picture("export", () -> export(words, clock)));
        pictures.add(new Picture("notifications", () -> notifications(words, clock)));
        pictures.add(new Picture("alerts-mail", () -> mail(words, clock, false)));
        pictures.add(new Picture("alerts-mail-refused", () -> mail(words, clock, true)));
        return pictures;
    }

    private static Parent export(Words words, InstantSource clock) {
        Sheet sheet = new Sheet("Machines", List.of("Machine"), List.of(List.of("web-07"), List.of("web-12")));
        ExportPane pane = new ExportPane(
                words,
                new ExportViewModel(
                        new Report(sheet, "dc-east", clock.instant()),
                        Optional.empty(),
                        words,
                        ActLog.NONE,
                        Runnable::run,
                        Runnable::run),
                (_, _) -> Optional.empty(),
                () -> {});
        return over(words, "exporting.title", pane, pane.focus());
    }

    private static Parent notifications(Words words, InstantSource clock) {
        NotifyViewModel model = new NotifyViewModel(clock, Runnable::run, _ -> {}, Remembered.inMemory());
        AlertsViewModel alerts = new AlertsViewModel(
                (_, _) -> {},
                "notify.0",
                "dc-east",
                Remembered.inMemory(),
                words,
                clock,
                ActLog.NONE,
                Runnable::run,
                Runnable::run);
        model.take(
                List.of(occurrence(Occurrence.Kind.EXPIRING, "db-02"), occurrence(Occurrence.Kind.EXPIRING, "db-03")));
        model.take(List.of(
                occurrence(Occurrence.Kind.FAILED, "web-07"),
                occurrence(Occurrence.Kind.FAILED, "web-12"),
                occurrence(Occurrence.Kind.FAILED, "web-31"),
                occurrence(Occurrence.Kind.FAILED, "web-32")));
        model.take(List.of(occurrence(Occurrence.Kind.REVOKED, "web-03")));
        model.take(List.of(new Occurrence(
                Occurrence.Kind.BRAKE_DISCARDED, "brake over", words.of("notify.brake.notices", 12), "brake")));
        model.take(List.of(
                new Occurrence(Occurrence.Kind.BRAKE_HELD, "brake", words.of("notify.brake.notices", 37), "brake")));
        NoticeBell bell = new NoticeBell(words, model, alerts, clock, _ -> {}, () -> {});
        Node list = bell.list();
        StackPane root = over(words, "notify.title", list, list);
        root.getChildren().add(bell.toast());
        return root;
    }

    private static Parent mail(Words words, InstantSource clock, boolean refused) {
        MailAlertsViewModel model = new MailAlertsViewModel(new MailAlertsViewModel.Parts(
                (route, _, _) -> {
                    if (refused) {
                        throw Problems.thrown(
                                words,
                                "notify.mail.not-trusted",
                                new IOException("unable to find valid certification path to requested target"),
                                route.host());
                    }
                },
                MailPasswords.NONE,
                "notify.0.mail",
                "dc-east",
                Remembered.inMemory(),
                words,
                clock,
                ActLog.NONE,
                (_, then) -> then.run(),
                task -> Thread.ofVirtual().start(task),
                Platform::runLater));
        model.hostProperty().set("mail.dc-east.example");
        model.fromProperty().set("limelight@dc-east.example");
        model.toProperty().set("ops@dc-east.example, oncall@dc-east.example");
        if (!refused) {
            model.securityProperty().set(MailSecurity.NONE);
        }
        model.test();
        MailAlertsPane pane = new MailAlertsPane(words, model);
        return over(words, "notify.mail", pane, pane.focus());
    }

    private static Occurrence occurrence(Occurrence.Kind kind, String name) {
        return new Occurrence(kind, kind.key() + " " + name, name, name);
    }

    private static StackPane over(Words words, String title, Node content, Node focus) {
        Overlay overlay = new Overlay(words);
        StackPane root = new StackPane(overlay);
        overlay.show(words.of(title), content, focus, null);
        return root;
    }
}
