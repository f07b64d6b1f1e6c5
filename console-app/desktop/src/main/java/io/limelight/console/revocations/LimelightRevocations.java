package io.limelight.console.revocations;

import io.limelight.console.fleet.Problems;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.words.Words;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.api.AgentId;
import io.limelight.core.revocation.NoticeExamination;
import io.limelight.core.revocation.NoticeException;
import io.limelight.core.revocation.SignedNotice;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tenant.RevocationDesk;
import io.limelight.core.tenant.TenantException;
import io.limelight.core.tenant.TenantServices;
import io.limelight.core.tenant.TenantSettings;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Asks a Limelight verifier, over connections of its own that are kept alive between refreshes. */
public final class LimelightRevocations implements RevocationService, AutoCloseable {
    private static final int PAGE = 50;
    private static final int DETAIL_PAGE = 500;
    private static final int MOST_ROWS = 2_000;

    private final TenantSettings settings;
    private final InstantSource clock;
    private final Words words;
    private final CaKnowledge ca;
    private final Cancellation closing = new Cancellation();
    private @Nullable TenantServices kept;
    private @Nullable Boolean mayAct;

    /** Asks nobody yet. */
    public LimelightRevocations(TenantSettings settings, InstantSource clock, Words words, CaKnowledge ca) {
        this.settings = settings;
        this.clock = clock;
        this.words = words;
        this.ca = ca;
    }

    @FunctionalInterface
    private interface Question<T> {
        T ask(RevocationDesk desk) throws TenantException;
    }

    private <T> T ask(String doing, Cancellation cancellation, Question<T> question) throws ProblemException {
        ScreenThread.refuse(doing);
        try (Cancellation.Registration _ = closing.onCancel(cancellation::cancel);
                TenantServices services = new TenantServices(settings, clock, cancellation)) {
            return question.ask(new RevocationDesk(services));
        } catch (TenantException e) {
            throw new ProblemException(new Problems(words).of(e), e);
        }
    }

    /** One connection for what is asked again and again; one at a time, which its callers are. */
    private synchronized TenantServices steady() {
        TenantServices known = kept;
        if (known == null) {
            known = new TenantServices(settings, clock, closing);
            kept = known;
        }
        return known;
    }

    private synchronized void renew() {
        TenantServices known = kept;
        kept = null;
        if (known != null) {
            known.close();
        }
    }

    @Override
    public Board board(Cancellation cancellation) throws ProblemException {
        ScreenThread.refuse("asking for revocations");
        try {
            RevocationDesk desk = new RevocationDesk(steady());
            JsonNode page = results(desk.page(OptionalLong.empty(), PAGE));
            JsonNode brake = results(desk.brake());
            JsonNode notifiers = results(desk.notifiers());
            Boolean may = mayAct;
            if (may == null) {
                may = desk.mayAct();
                mayAct = may;
            }
            return new Board(
                    NoticeReader.channels(notifiers),
                    NoticeReader.notices(page, PAGE),
                    NoticeReader.next(page),
                    NoticeReader.brake(brake),
                    may,
                    false);
        } catch (TenantException e) {
            // Key files may have been renewed since they were read.
            renew();
            throw new ProblemException(new Problems(words).of(e), e);
        }
    }

    @Override
    public Board.Older older(long before, Cancellation cancellation) throws ProblemException {
        return ask("asking for older revocations", cancellation, desk -> {
            JsonNode page = results(desk.page(OptionalLong.of(before), PAGE));
            return new Board.Older(NoticeReader.notices(page, PAGE), NoticeReader.next(page));
        });
    }

    @Override
    public NoticeDetail detail(Notice notice, Cancellation cancellation) throws ProblemException {
        return ask("reading a revocation", cancellation, desk -> {
            JsonNode told = results(desk.notice(notice.id()));
            String msg = told.path("msg").asString("");
            String signature = told.path("signature").asString("");
            Pages<NoticeDetail.Delivery> deliveries =
                    pages(after -> desk.deliveries(notice.id(), after, DETAIL_PAGE), NoticeReader::deliveries);
            Pages<NoticeDetail.Receipt> receipts =
                    pages(after -> desk.receipts(notice.id(), after, DETAIL_PAGE), NoticeReader::receipts);
            List<X509Certificate> notifiers = ca.crl().map(CrlFacts::notifiers).orElse(List.of());
            Optional<NoticeExamination> examination = Optional.empty();
            String fault = "";
            try {
                examination =
                        Optional.of(NoticeExamination.of(new SignedNotice(msg, signature), notifiers, clock.instant()));
            } catch (NoticeException e) {
                fault = String.valueOf(e.getMessage());
            }
            return new NoticeDetail(
                    notice,
                    msg,
                    signature,
                    deliveries.rows(),
                    receipts.rows(),
                    deliveries.cut() || receipts.cut(),
                    examination,
                    fault);
        });
    }

    private record Pages<T>(List<T> rows, boolean cut) {}

    @FunctionalInterface
    private interface Page {
        ObjectNode get(Optional<String> after) throws TenantException;
    }

    private static <T> Pages<T> pages(Page page, Function<JsonNode, List<T>> reader) throws TenantException {
        List<T> rows = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            JsonNode results = results(page.get(after));
            List<T> read = reader.apply(results);
            rows.addAll(read);
            Optional<String> next = NoticeReader.nextAfter(results);
            // A page without rows, or one that leads to itself, would go on for ever.
            after = read.isEmpty() || next.equals(after) ? Optional.empty() : next;
        } while (after.isPresent() && rows.size() < MOST_ROWS);
        return new Pages<>(rows, after.isPresent());
    }

    @Override
    public long release(Cancellation cancellation) throws ProblemException {
        return ask("releasing notices", cancellation, RevocationDesk::release);
    }

    @Override
    public long discard(Cancellation cancellation) throws ProblemException {
        return ask("discarding notices", cancellation, RevocationDesk::discard);
    }

    @Override
    public Channel.Tested test(Channel.Kind kind, Optional<AgentId> machine, Cancellation cancellation)
            throws ProblemException {
        return ask("testing a notifier", cancellation, desk -> {
            RevocationDesk.Tested tested = machine.isPresent() ? desk.test(machine.get()) : desk.test(kind.key());
            return new Channel.Tested(kind, tested.delivered(), tested.detail(), null);
        });
    }

    private static JsonNode results(ObjectNode envelope) {
        return envelope.path("results");
    }

    /** Breaks off what is being asked. */
    @Override
    public void close() {
        closing.cancel();
        renew();
    }
}
