package io.limelight.console.revocations;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.activity.ActLog;
import io.limelight.core.api.AgentId;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RevocationsViewModelTest {
    private final FakeRevocations fake = new FakeRevocations();
    private final List<ActLog.Act> acts = new ArrayList<>();
    private Instant now = FakeRevocations.NOW;
    private final RevocationsViewModel model =
            new RevocationsViewModel(fake, fake, acts::add, () -> now, Runnable::run, Runnable::run);

    private static Notice notice(long sequence, String machine) {
        return FakeRevocations.notice(sequence, machine, Notice.State.DONE);
    }

    private long boards() {
        return fake.asked.stream().filter("board"::equals).count();
    }

    // --- what goes wrong ---

    @Test
    void aVerifierThatIsDownLeavesTheOldRowsWithTheirTime() {
        fake.notices.add(notice(1, "a"));
        model.shown();
        fake.refusing = FakeRevocations.problem("verifier.unreachable");
        now = now.plusSeconds(60);
        model.refresh();
        assertThat(model.rows()).hasSize(1);
        assertThat(model.boardProperty().get().problem()).isNotNull();
        assertThat(model.boardProperty().get().at()).isEqualTo(FakeRevocations.NOW);
    }

    @Test
    void aNoticeThatCouldNotBeReadIsReadAgainThoughItsRowDoesNotChange() {
        fake.notices.add(notice(1, "a"));
        fake.refusingDetail = FakeRevocations.problem("verifier.slow");
        model.shown();
        assertThat(model.detailProperty().get().problem()).isNotNull();
        fake.refusingDetail = null;
        model.refresh();
        assertThat(model.detailProperty().get().problem()).isNull();
        assertThat(model.detailProperty().get().got()).isPresent();
    }

    @Test
    void aSignatureIsLookedAtAgainOnceItsCertificateIsKnown() {
        fake.notices.add(notice(1, "a"));
        model.shown();
        fake.asked.clear();
        fake.crl =
                Optional.of(new CrlFacts(BigInteger.ONE, now, now.plusSeconds(60), false, List.of(), List.of(), false));
        model.refresh();
        assertThat(fake.asked).contains("detail n1");
    }

    @Test
    void whoMayOnlyReadDoesNothing() {
        fake.mayAct = false;
        model.shown();
        model.release();
        model.discard();
        model.test(Optional.empty());
        assertThat(model.mayActProperty().get()).isFalse();
        assertThat(fake.asked).containsExactly("board");
        assertThat(acts).isEmpty();
    }

    @Test
    void aRefusedActHidesTheOthersAndIsKept() {
        fake.brake = new Brake(true, now, 37, 48, 10, 300);
        model.shown();
        fake.refusing = FakeRevocations.problem("verifier.forbidden");
        model.release();
        assertThat(model.mayActProperty().get()).isFalse();
        assertThat(model.problemProperty().get()).isPresent();
        assertThat(acts).extracting(ActLog.Act::outcome).containsExactly(ActLog.Outcome.FAILED);
    }

    @Test
    void aPageThatLeadsToItselfEnds() {
        fake.notices.add(notice(9, "a"));
        fake.next = OptionalLong.of(9);
        fake.olderNext = OptionalLong.of(9);
        model.shown();
        model.readOlder();
        assertThat(model.more()).isFalse();
    }

    @Test
    void rowsThatThePageDoesNotReachAreNotShownBesideIt() {
        fake.notices.add(notice(1, "a"));
        model.shown();
        fake.notices = new ArrayList<>(List.of(notice(60, "z"), notice(59, "y")));
        fake.next = OptionalLong.of(59);
        model.refresh();
        assertThat(model.rows()).extracting(Notice::sequence).containsExactly(60L, 59L);
        assertThat(model.more()).isTrue();
    }

    // --- what is shown ---

    @Test
    void newsAreAQuestionAtOnceAndABurstOfThemOne() {
        model.shown();
        now = now.plusSeconds(5);
        fake.notices.add(notice(1, "db-03"));
        model.news();
        assertThat(model.rows()).extracting(Notice::machine).containsExactly("db-03");
        long asked = boards();
        for (int i = 0; i < 50; i++) {
            model.news();
        }
        assertThat(boards()).isEqualTo(asked);
        now = now.plus(Duration.ofSeconds(1));
        model.tick();
        assertThat(boards()).isEqualTo(asked + 1);
        model.tick();
        assertThat(boards()).isEqualTo(asked + 1);
    }

    @Test
    void withoutNewsTimeAsks() {
        model.shown();
        now = now.plusSeconds(11);
        model.tick();
        assertThat(boards()).isEqualTo(2);
        model.hidden();
        now = now.plusSeconds(11);
        model.tick();
        assertThat(boards()).isEqualTo(2);
    }

    @Test
    void theNewestComesFirstOlderOnesFollowAndWhatIsLookedAtStays() {
        fake.notices = new ArrayList<>(List.of(notice(9, "c"), notice(8, "b")));
        fake.next = OptionalLong.of(8);
        fake.older = List.of(notice(7, "a"));
        model.shown();
        model.readOlder();
        assertThat(model.rows()).extracting(Notice::sequence).containsExactly(9L, 8L, 7L);
        model.selectedProperty().set(model.rows().get(1));
        fake.notices = new ArrayList<>(List.of(notice(10, "d"), notice(9, "c"), notice(8, "b")));
        model.refresh();
        assertThat(model.rows()).extracting(Notice::sequence).containsExactly(10L, 9L, 8L, 7L);
        assertThat(model.selectedProperty().get()).isEqualTo(notice(8, "b"));
        assertThat(fake.asked).contains("detail n8");
    }

    @Test
    void releasingSaysHowManyAndIsKept() {
        fake.brake = new Brake(true, now, 37, 48, 10, 300);
        model.shown();
        assertThat(model.brake().held()).isEqualTo(37);
        model.release();
        assertThat(model.decidedProperty().get()).contains(new RevocationsViewModel.Decided(true, 37));
        assertThat(model.brake().engaged()).isFalse();
        assertThat(acts)
                .containsExactly(
                        new ActLog.Act("brake.release", List.of(), ActLog.Outcome.DONE, Map.of("notices", "37")));
    }

    @Test
    void aTestSaysWhatCameOfEachWay() {
        model.shown();
        assertThat(model.testable()).containsExactly(Channel.Kind.WEBHOOK);
        model.test(Optional.of(AgentId.of("web-01")));
        assertThat(model.tested()).extracting(Channel.Tested::delivered).containsExactly(false, true);
        assertThat(fake.asked).contains("test webhook", "test agent web-01");
        assertThat(acts).extracting(ActLog.Act::outcome).containsExactly(ActLog.Outcome.PARTLY);
    }

    @Test
    void troubleStandsFirstAmongThoseWhoWereTold() {
        NoticeDetail detail = new NoticeDetail(
                notice(1, "a"),
                "",
                "",
                List.of(
                        delivery("good", Notice.Outcome.DELIVERED),
                        delivery("blind", Notice.Outcome.DELIVERED),
                        delivery("failed", Notice.Outcome.DELIVERED),
                        delivery("dead", Notice.Outcome.EXPIRED),
                        delivery("open", Notice.Outcome.WAITING)),
                List.of(new NoticeDetail.Receipt("failed", NoticeDetail.Result.FAILED, "x", List.of(), 0)),
                false,
                Optional.empty(),
                "");
        assertThat(ToldRow.of(detail, name -> name, fake::hasPackage))
                .extracting(ToldRow::name)
                .containsExactly("open", "dead", "failed", "blind", "good");
    }

    private static NoticeDetail.Delivery delivery(String machine, Notice.Outcome outcome) {
        return new NoticeDetail.Delivery(Channel.Kind.AGENT, machine, outcome, 1, FakeRevocations.NOW, null, "");
    }

    @Test
    void theListGrowsByTheCertificateThatWasRevoked() {
        CrlFacts facts = new CrlFacts(
                BigInteger.valueOf(28),
                now,
                now.plusSeconds(60),
                false,
                List.of(
                        new CrlFacts.Entry(BigInteger.valueOf(9), now, "db-03"),
                        new CrlFacts.Entry(BigInteger.valueOf(3), now.minusSeconds(90), "web-03")),
                List.of(),
                true);
        assertThat(facts.change(BigInteger.valueOf(9))).hasValueSatisfying(change -> {
            assertThat(change.before()).isEqualTo(1);
            assertThat(change.after()).isEqualTo(2);
            assertThat(change.older()).extracting(CrlFacts.Entry::name).containsExactly("web-03");
        });
        assertThat(facts.change(BigInteger.TEN)).isEmpty();
    }

    @Test
    void aWayIsBrokenWhenItsLastTryWasInVain() {
        assertThat(Channel.light(false, 3, now, null)).isEqualTo(Channel.Light.OFF);
        assertThat(Channel.light(true, 3, now, null)).isEqualTo(Channel.Light.OPEN);
        assertThat(Channel.light(true, 0, now, now.plusSeconds(1))).isEqualTo(Channel.Light.BROKEN);
        assertThat(Channel.light(true, 0, now, now.minusSeconds(1))).isEqualTo(Channel.Light.WORKING);
        assertThat(Channel.light(true, 0, null, null)).isEqualTo(Channel.Light.UNUSED);
    }
}
