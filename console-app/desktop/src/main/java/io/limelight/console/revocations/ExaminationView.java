package io.limelight.console.revocations;

import static io.limelight.console.revocations.Bits.checked;

import io.limelight.console.kit.Ages;
import io.limelight.console.kit.Shapes;
import io.limelight.console.machines.evidence.Printable;
import io.limelight.console.words.Words;
import io.limelight.core.revocation.NoticeExamination;
import io.limelight.core.revocation.RevocationNotice;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import javafx.scene.Node;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;

/** What is to be thought of a notice, in sentences. */
final class ExaminationView {
    private static final int LONGEST = 300;

    private final Words words;
    private final NoticeWords said;

    ExaminationView(Words words, NoticeWords said) {
        this.words = words;
        this.said = said;
    }

    /** Whether it is signed, in a word or two. */
    HBox brief(NoticeExamination known) {
        Look look = look(known);
        HBox row = new HBox(
                look.shape().boxed("small", look.styleClass()),
                Bits.whole(words.of("revocations.signature.brief." + key(known.signature())), "caption"));
        row.getStyleClass().add("told-cell");
        return row;
    }

    private record Look(Shapes shape, String styleClass) {}

    private static Look look(NoticeExamination known) {
        return switch (known.signature()) {
            case GENUINE -> new Look(Shapes.DISC_TICK, "success");
            case FOREIGN -> new Look(Shapes.OCTAGON_CROSS, "danger");
            case UNSIGNED, UNCHECKED -> new Look(Shapes.TRIANGLE, "warning");
        };
    }

    private static String key(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** All of it. */
    Node node(NoticeExamination known, Instant now) {
        RevocationNotice notice = known.notice();
        Look look = look(known);
        String signer = known.signer()
                .map(certificate -> words.of(
                        "revocations.signer",
                        Printable.text(certificate.getSubjectX500Principal().getName(), LONGEST),
                        certificate.getSerialNumber().toString()))
                .orElse("");
        VBox checks = new VBox(
                checked(
                        look.shape(),
                        look.styleClass(),
                        words.of("revocations.signature." + key(known.signature()), signer)),
                age(known, now),
                effect(known));
        checks.getStyleClass().add("checks");
        GridPane grid = Bits.grid();
        grid.getStyleClass().add("well");
        fact(grid, "machine", Printable.text(said.name(Printable.text(notice.agentId(), LONGEST)), LONGEST));
        fact(grid, "type", Printable.text(notice.type(), LONGEST));
        notice.event().ifPresent(event -> fact(grid, "event", Printable.text(event.id(), LONGEST)));
        notice.event().ifPresent(event -> fact(grid, "severity", Printable.text(event.severityLabel(), LONGEST)));
        notice.certifiedAs().ifPresent(certificate -> fact(grid, "serial", Long.toString(certificate.serial())));
        notice.issuedAt().ifPresent(at -> fact(grid, "issued", Ages.exact(words, at, ZoneId.systemDefault())));
        notice.expiresAt().ifPresent(at -> fact(grid, "expires", Ages.exact(words, at, ZoneId.systemDefault())));
        notice.noticeId().ifPresent(id -> fact(grid, "id", Printable.text(id, LONGEST)));
        VBox box = new VBox(Bits.wrapped(said.reason(notice), "data", "medium"), checks, grid);
        box.getStyleClass().add("examination");
        return box;
    }

    private void fact(GridPane grid, String key, String value) {
        Bits.row(grid, words.of("revocations.fact." + key), Bits.wrapped(value, "data"));
    }

    private Node age(NoticeExamination known, Instant now) {
        String ago = known.notice()
                .expiresAt()
                .map(end -> Ages.ago(words, Duration.between(end, now)))
                .orElse("");
        return switch (known.age()) {
            case FRESH -> checked(Shapes.DISC_TICK, "success", words.of("revocations.freshness.fresh", ago));
            case TIMELESS -> checked(Shapes.TRIANGLE, "warning", words.of("revocations.freshness.timeless"));
            case EXPIRED -> checked(Shapes.TRIANGLE, "warning", words.of("revocations.freshness.expired", ago));
            case AHEAD -> checked(Shapes.OCTAGON_CROSS, "danger", words.of("revocations.freshness.ahead"));
            case TOO_LONG -> checked(Shapes.OCTAGON_CROSS, "danger", words.of("revocations.freshness.too-long"));
        };
    }

    private Node effect(NoticeExamination known) {
        String sentence = words.of("revocations.effect." + key(known.effect()));
        return switch (known.effect()) {
            case RUNS -> checked(Shapes.DISC_I, "info", sentence);
            case RECORDED, TRIAL, REFUSED, UNKNOWN -> checked(Shapes.DASH, "muted-shape", sentence);
        };
    }
}
