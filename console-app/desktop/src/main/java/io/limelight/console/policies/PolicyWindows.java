package io.limelight.console.policies;

import io.limelight.console.problem.ProblemException;
import io.limelight.console.records.DraftStore;
import io.limelight.console.records.DraftStore.Draft;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Times in which a policy allows more than it shall in the end: what was good before an update and what is good after it. The console
 * remembers when such a time is over; that a policy becomes narrower again is an act of a person.
 */
public final class PolicyWindows {
    private static final String KIND = "policy-window";

    private final DraftStore store;
    private final long profile;

    /** On a store. */
    public PolicyWindows(DraftStore store, long profile) {
        this.store = store;
        this.profile = profile;
    }

    /**
     * One of them.
     *
     * @param policy which allows more for a while
     * @param until the last day
     * @param after the policy whose contents it shall have then
     */
    public record Window(String policy, LocalDate until, String after) {
        /** Whether it is over. */
        public boolean over(LocalDate today) {
            return today.isAfter(until);
        }
    }

    private String id(String policy) {
        return KIND + "." + profile + "." + policy;
    }

    /** All of them. */
    public List<Window> all() throws ProblemException {
        ScreenThread.refuse("reading update windows");
        List<Window> all = new ArrayList<>();
        for (Draft draft : store.all(KIND, profile)) {
            read(draft).ifPresent(all::add);
        }
        return all;
    }

    /** That of a policy. */
    public Optional<Window> find(String policy) throws ProblemException {
        ScreenThread.refuse("reading an update window");
        return store.find(id(policy)).flatMap(PolicyWindows::read);
    }

    private static Optional<Window> read(Draft draft) {
        try {
            ObjectNode json = WireJson.parseObject(draft.text().getBytes(StandardCharsets.UTF_8));
            return Optional.of(new Window(
                    draft.name(),
                    LocalDate.parse(json.path("until").asString("")),
                    json.path("after").asString("")));
        } catch (IOException | DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** Remembers one, in the place of the one the policy has. */
    public void keep(Window window) throws ProblemException {
        ScreenThread.refuse("storing an update window");
        long revision = store.find(id(window.policy())).map(Draft::revision).orElse(0L);
        String text = WireJson.compactText(
                WireJson.object().put("until", window.until().toString()).put("after", window.after()));
        store.put(new Draft(id(window.policy()), KIND, profile, window.policy(), text, revision, Instant.EPOCH));
    }

    /** Forgets that of a policy. */
    public void forget(String policy) throws ProblemException {
        ScreenThread.refuse("forgetting an update window");
        store.remove(id(policy));
    }
}
