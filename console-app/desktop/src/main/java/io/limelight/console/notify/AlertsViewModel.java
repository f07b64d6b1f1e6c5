package io.limelight.console.notify;

import io.limelight.console.activity.ActLog;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.shell.Remembered;
import io.limelight.console.words.Words;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.json.WireJson;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Alerts to a webhook. An occurrence is sent once (the notices that come here hold each once), at most ten alerts in ten minutes go out,
 * and what was left out is counted in the next. Used on the screen's thread; posted off it.
 */
public final class AlertsViewModel {
    static final int MOST = 10;
    static final Duration WITHIN = Duration.ofMinutes(10);

    private static final int NAMED = 50;

    private final Post post;
    private final String profile;
    private final Words words;
    private final InstantSource clock;
    private final ActLog acts;
    private final Executor work;
    private final Executor screen;
    private final StringProperty address = new SimpleStringProperty(this, "address", "");
    private final BooleanProperty enabled = new SimpleBooleanProperty(this, "enabled");
    private final ReadOnlyBooleanWrapper busy = new ReadOnlyBooleanWrapper();
    private final ReadOnlyStringWrapper said = new ReadOnlyStringWrapper("");
    private final ReadOnlyObjectWrapper<Optional<Problem>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final Deque<Instant> sent = new ArrayDeque<>();
    private int leftOut;

    /** Posts; blocks. */
    @FunctionalInterface
    public interface Post {
        /** Posts a JSON document to an https address. */
        void post(String address, byte[] json) throws ProblemException;
    }

    /**
     * As remembered.
     *
     * @param key names what is remembered of this profile
     * @param profile for people
     */
    public AlertsViewModel(
            Post post,
            String key,
            String profile,
            Remembered remembered,
            Words words,
            InstantSource clock,
            ActLog acts,
            Executor work,
            Executor screen) {
        this.post = post;
        this.profile = profile;
        this.words = words;
        this.clock = clock;
        this.acts = acts;
        this.work = work;
        this.screen = screen;
        address.set(remembered.get(key + ".address").orElse(""));
        enabled.set(remembered.get(key + ".enabled").orElse("").equals("true"));
        // A password has no place in what is remembered: an address that holds one is not.
        address.addListener((_, _, now) -> remembered.put(key + ".address", fault().isEmpty() ? now.strip() : ""));
        enabled.addListener((_, _, now) -> remembered.put(key + ".enabled", now.toString()));
    }

    /** Why the address cannot be used: key of words; empty: it can. */
    public String fault() {
        try {
            URI uri = new URI(address.get().strip());
            if (!"https".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
                return "notify.alerts.no-https";
            }
            return uri.getRawUserInfo() == null ? "" : "notify.alerts.password";
        } catch (URISyntaxException e) {
            return "notify.alerts.no-https";
        }
    }

    /** Sends a notice, if alerts are on. */
    public void take(Notice notice) {
        if (!enabled.get() || !fault().isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        while (!sent.isEmpty() && !sent.getFirst().isAfter(now.minus(WITHIN))) {
            sent.removeFirst();
        }
        if (sent.size() >= MOST) {
            leftOut += notice.about().size();
            return;
        }
        sent.addLast(now);
        int before = leftOut;
        leftOut = 0;
        send(notice.kind().key(), notice.text(words), notice.about(), before, false);
    }

    /** Sends a test, whether alerts are on or not. */
    public void test() {
        String fault = fault();
        if (!fault.isEmpty()) {
            said.set(words.of(fault));
        } else if (!busy.get()) {
            send("test", words.of("notify.alerts.test-text"), List.of(), 0, true);
        }
    }

    private void send(String kind, String text, List<Occurrence> about, int before, boolean test) {
        busy.set(true);
        String to = address.get().strip();
        byte[] json = json(kind, text, about, before);
        work.execute(() -> {
            try {
                ScreenThread.refuse("sending an alert");
                post.post(to, json);
                acts.did(new ActLog.Act("console.alert", List.of(kind), ActLog.Outcome.DONE, Map.of("sentence", text)));
                screen.execute(() ->
                        end(words.of(test ? "notify.alerts.test-sent" : "notify.alerts.sent", text), Optional.empty()));
            } catch (ProblemException e) {
                acts.did(new ActLog.Act(
                        "console.alert",
                        List.of(kind),
                        ActLog.Outcome.FAILED,
                        Map.of("sentence", e.problem().whatHappened())));
                screen.execute(() -> end("", Optional.of(e.problem())));
            }
        });
    }

    private void end(String sentence, Optional<Problem> why) {
        busy.set(false);
        said.set(sentence);
        problem.set(why);
    }

    private byte[] json(String kind, String text, List<Occurrence> about, int before) {
        ObjectNode object = WireJson.object();
        object.put("format", "limelight alert 1");
        object.put("kind", kind);
        object.put("text", text);
        object.put("profile", profile);
        object.put("at", clock.instant().toString());
        ArrayNode machines = object.putArray("about");
        about.stream().limit(NAMED).forEach(each -> {
            ObjectNode one = machines.addObject();
            one.put("id", each.id());
            one.put("name", each.name());
        });
        object.put("count", about.size());
        object.put("left_out_before", before);
        return WireJson.compact(object);
    }

    /** Where alerts go. */
    public StringProperty addressProperty() {
        return address;
    }

    /** Whether they do. */
    public BooleanProperty enabledProperty() {
        return enabled;
    }

    /** Whether one is on its way. */
    public ReadOnlyBooleanProperty busyProperty() {
        return busy.getReadOnlyProperty();
    }

    /** What became of the last one. */
    public ReadOnlyStringProperty saidProperty() {
        return said.getReadOnlyProperty();
    }

    /** Why the last one was not taken. */
    public ReadOnlyObjectProperty<Optional<Problem>> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** The problem of an address that does not take it. */
    public static ProblemException notTaken(Words words, String address, Exception why) {
        return Problems.thrown(words, "notify.not-taken", why, address, String.valueOf(why.getMessage()));
    }
}
