package io.limelight.console.revocations;

import io.limelight.console.machines.evidence.Printable;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.records.ReceivedStore;
import io.limelight.console.records.ReceivedStore.Received;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import io.limelight.core.listen.NoticeReceiver;
import io.limelight.core.revocation.NoticeExamination;
import io.limelight.core.revocation.NoticeException;
import io.limelight.core.revocation.RevocationNotice;
import io.limelight.core.revocation.SignedNotice;
import io.limelight.core.task.Cancellation;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The board of a verifier that keeps no list (Keylime's): what came to this console's receiver, checked where a notifier is known. */
public final class ReceivedRevocations implements RevocationService {
    private static final int PAGE = 50;
    private static final int LONGEST = 300;

    private final ReceivedStore store;
    private final long profile;
    private final NoticeInbox inbox;
    private final CaKnowledge ca;
    private final InstantSource clock;
    private final Words words;

    /** Of a profile. */
    public ReceivedRevocations(
            ReceivedStore store, long profile, NoticeInbox inbox, CaKnowledge ca, InstantSource clock, Words words) {
        this.store = store;
        this.profile = profile;
        this.inbox = inbox;
        this.ca = ca;
        this.clock = clock;
        this.words = words;
    }

    @Override
    public Board board(Cancellation cancellation) throws ProblemException {
        Board.Older page = page(OptionalLong.empty());
        Optional<NoticeInbox.Running> running = inbox.running();
        return new Board(
                List.of(
                        channel(Channel.Kind.WEBHOOK, NoticeReceiver.Way.WEBHOOK, running),
                        channel(Channel.Kind.ZEROMQ, NoticeReceiver.Way.ZEROMQ, running)),
                page.notices(),
                page.next(),
                Brake.FREE,
                true,
                true);
    }

    private Channel channel(Channel.Kind kind, NoticeReceiver.Way way, Optional<NoticeInbox.Running> running) {
        Optional<NoticeInbox.Running> mine = running.filter(now -> now.way() == way);
        return new Channel(
                kind,
                mine.isEmpty()
                        ? Channel.Light.OFF
                        : inbox.lastReceived() == null ? Channel.Light.UNUSED : Channel.Light.WORKING,
                mine.map(now -> now.address() + ":" + now.port()).orElse(""),
                0,
                mine.isEmpty() ? null : inbox.lastReceived(),
                null,
                mine.isEmpty() ? words.of("revocations.receiver.off") : "");
    }

    private Board.Older page(OptionalLong before) throws ProblemException {
        List<Received> rows = store.before(profile, before, PAGE);
        List<X509Certificate> notifiers = notifiers();
        List<Notice> notices = new ArrayList<>();
        rows.forEach(row -> notices.add(notice(row, examine(row, notifiers))));
        return new Board.Older(
                notices,
                rows.size() < PAGE
                        ? OptionalLong.empty()
                        : OptionalLong.of(rows.getLast().number()));
    }

    private List<X509Certificate> notifiers() {
        return ca.crl().map(CrlFacts::notifiers).orElse(List.of());
    }

    private Optional<NoticeExamination> examine(Received row, List<X509Certificate> notifiers) {
        try {
            return Optional.of(
                    NoticeExamination.of(new SignedNotice(row.msg(), row.signature()), notifiers, clock.instant()));
        } catch (NoticeException e) {
            return Optional.empty();
        }
    }

    private static Notice notice(Received row, Optional<NoticeExamination> known) {
        boolean genuine = known.filter(each -> each.signature() == NoticeExamination.Signature.GENUINE)
                .isPresent();
        Optional<RevocationNotice> notice = known.map(NoticeExamination::notice);
        return new Notice(
                row.number(),
                Long.toString(row.number()),
                genuine ? Notice.State.RECEIVED : Notice.State.UNVERIFIED,
                Printable.text(notice.map(RevocationNotice::type).orElse(""), LONGEST),
                Printable.text(notice.map(RevocationNotice::agentId).orElse("?"), LONGEST),
                Printable.text(
                        notice.flatMap(RevocationNotice::event)
                                .map(RevocationNotice.Event::id)
                                .orElse(""),
                        LONGEST),
                Printable.text(
                        notice.flatMap(RevocationNotice::event)
                                .map(RevocationNotice.Event::severityLabel)
                                .orElse(""),
                        LONGEST),
                row.at(),
                !row.signature().isEmpty(),
                false,
                Map.of(),
                Notice.Said.NOTHING);
    }

    @Override
    public Board.Older older(long before, Cancellation cancellation) throws ProblemException {
        return page(OptionalLong.of(before));
    }

    @Override
    public NoticeDetail detail(Notice notice, Cancellation cancellation) throws ProblemException {
        Optional<Received> row = store.find(profile, notice.sequence());
        if (row.isEmpty()) {
            throw Problems.thrown(words, "revocations.forgotten", null);
        }
        String fault = "";
        Optional<NoticeExamination> known = Optional.empty();
        try {
            known = Optional.of(NoticeExamination.of(
                    new SignedNotice(row.get().msg(), row.get().signature()), notifiers(), clock.instant()));
        } catch (NoticeException e) {
            fault = String.valueOf(e.getMessage());
        }
        return new NoticeDetail(
                notice, row.get().msg(), row.get().signature(), List.of(), List.of(), false, known, fault);
    }

    private ProblemException notHere() {
        return Problems.thrown(words, "revocations.not-here", null);
    }

    @Override
    public long release(Cancellation cancellation) throws ProblemException {
        throw notHere();
    }

    @Override
    public long discard(Cancellation cancellation) throws ProblemException {
        throw notHere();
    }

    @Override
    public Channel.Tested test(Channel.Kind kind, Optional<AgentId> machine, Cancellation cancellation)
            throws ProblemException {
        throw notHere();
    }
}
