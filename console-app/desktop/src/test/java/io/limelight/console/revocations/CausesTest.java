package io.limelight.console.revocations;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.pictures.Picture;
import io.limelight.console.revocations.Notice.State;
import io.limelight.console.testkit.FxScreen;
import io.limelight.console.words.Words;
import io.limelight.core.revocation.RevocationNotice;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.scene.Parent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** From a certificate to its revocation, and back. */
@ResourceLock("javafx")
class CausesTest {
    private static final Instant REVOKED = Instant.parse("2026-11-29T12:00:00Z");

    private static Notice notice(long sequence, String machine, State state, String type, @Nullable Instant issued) {
        return new Notice(
                sequence,
                "n" + sequence,
                state,
                type,
                machine,
                "ima.x",
                "",
                issued,
                true,
                false,
                Map.of(),
                Notice.Said.NOTHING);
    }

    private static Notice of(long sequence, String machine, State state, long secondsBefore) {
        return notice(sequence, machine, state, RevocationNotice.REVOCATION, REVOKED.minusSeconds(secondsBefore));
    }

    private static Optional<Long> cause(Notice... notices) {
        return Causes.of(List.of(notices), "a", REVOKED).map(Notice::sequence);
    }

    @Test
    void itIsTheLatestOfTheMachineBeforeTheCaRevoked() {
        assertThat(cause(
                        of(4, "a", State.DONE, -3600),
                        of(3, "b", State.DONE, 5),
                        of(2, "a", State.OPEN, 10),
                        of(1, "a", State.DONE, 5000)))
                .contains(2L);
        assertThat(cause(of(1, "a", State.DONE, -60))).as("clocks differ").contains(1L);
    }

    @Test
    void whatReachedNoCaOrIsNoRevocationOrSaysNoTimeIsNoCause() {
        assertThat(cause()).isEmpty();
        assertThat(cause(
                        of(5, "a", State.HELD, 5),
                        of(4, "a", State.DISCARDED, 5),
                        of(3, "a", State.DONE, -3600),
                        notice(2, "a", State.DONE, RevocationNotice.TEST, REVOKED),
                        notice(1, "a", State.DONE, RevocationNotice.REVOCATION, null)))
                .isEmpty();
    }

    @Test
    void theWayToTheCertificateIsThereOnlyWhereTheCaIs() {
        try (FxScreen screen = FxScreen.start()) {
            Parent known = picture(screen, "revocations-crl");
            assertThat(screen.call(() -> known.lookup("#revocation-certificate")))
                    .isNotNull();
            Parent elsewhere = picture(screen, "revocations-crl-elsewhere");
            assertThat(screen.call(() -> elsewhere.lookup("#revocation-certificate")))
                    .isNull();
        }
    }

    private static Parent picture(FxScreen screen, String name) {
        Picture picture = new RevocationsSamples(Words.english(), () -> REVOKED)
                .pictures().stream()
                        .filter(each -> each.name().equals(name))
                        .findFirst()
                        .orElseThrow();
        Parent scene = screen.call(() -> picture.scene().get());
        screen.show(scene, 1440, 900);
        screen.run(() -> {
            scene.applyCss();
            scene.layout();
        });
        return scene;
    }
}
