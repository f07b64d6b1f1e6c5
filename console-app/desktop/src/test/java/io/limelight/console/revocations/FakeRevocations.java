package io.limelight.console.revocations;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.core.api.AgentId;
import io.limelight.core.revocation.RevocationNotice;
import io.limelight.core.task.Cancellation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A verifier and a CA that a test tells what to say. */
final class FakeRevocations implements RevocationService, CaKnowledge {
    static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    final List<String> asked = new ArrayList<>();
    List<Notice> notices = new ArrayList<>();
    OptionalLong next = OptionalLong.empty();
    List<Notice> older = new ArrayList<>();
    OptionalLong olderNext = OptionalLong.empty();
    Brake brake = Brake.FREE;
    boolean mayAct = true;
    boolean keylime;
    List<Channel> channels = List.of(
            new Channel(Channel.Kind.AGENT, Channel.Light.UNUSED, "", 0, null, null, ""),
            new Channel(Channel.Kind.WEBHOOK, Channel.Light.WORKING, "https://siem", 0, NOW, null, ""),
            new Channel(Channel.Kind.ZEROMQ, Channel.Light.OFF, "", 0, null, null, ""));

    @Nullable Problem refusing;

    @Nullable Problem refusingDetail;

    Optional<CrlFacts> crl = Optional.empty();

    static Notice notice(long sequence, String machine, Notice.State state) {
        return new Notice(
                sequence,
                "n" + sequence,
                state,
                RevocationNotice.REVOCATION,
                machine,
                "ima.validation.ima-ng.not_in_allowlist",
                "emergency",
                NOW.minusSeconds(1000 - sequence),
                true,
                false,
                Map.of(Channel.Kind.AGENT, Map.of(Notice.Outcome.DELIVERED, 2L)),
                Notice.Said.NOTHING);
    }

    static Problem problem(String code) {
        return new Problem(code, "It did not go.", List.of(), List.of(), "");
    }

    private void ask(String what) throws ProblemException {
        asked.add(what);
        if (refusing != null) {
            throw new ProblemException(refusing, null);
        }
    }

    @Override
    public Board board(Cancellation cancellation) throws ProblemException {
        ask("board");
        return new Board(channels, notices, next, brake, mayAct, keylime);
    }

    @Override
    public Board.Older older(long before, Cancellation cancellation) throws ProblemException {
        ask("older " + before);
        return new Board.Older(older, olderNext);
    }

    @Override
    public NoticeDetail detail(Notice notice, Cancellation cancellation) throws ProblemException {
        ask("detail " + notice.id());
        if (refusingDetail != null) {
            throw new ProblemException(refusingDetail, null);
        }
        return new NoticeDetail(notice, "", "", List.of(), List.of(), false, Optional.empty(), "");
    }

    @Override
    public long release(Cancellation cancellation) throws ProblemException {
        ask("release");
        brake = Brake.FREE;
        return 37;
    }

    @Override
    public long discard(Cancellation cancellation) throws ProblemException {
        ask("discard");
        return 37;
    }

    @Override
    public Channel.Tested test(Channel.Kind kind, Optional<AgentId> machine, Cancellation cancellation)
            throws ProblemException {
        ask("test " + kind.key() + machine.map(id -> " " + id).orElse(""));
        boolean good = kind == Channel.Kind.AGENT;
        return new Channel.Tested(kind, good, good ? "" : "it answers with the status 500", null);
    }

    @Override
    public Optional<CrlFacts> crl() {
        return crl;
    }

    @Override
    public Holding hasPackage(String machine) {
        return machine.equals("blind") ? Holding.NO : Holding.YES;
    }
}
