package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import io.limelight.core.task.Cancellation;
import java.util.OptionalLong;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks a Limelight verifier for its machines, what happened to them and what they proved, and acts on one ({@code docs/api.md}).
 * Keylime's verifier has none of these routes: it refuses the list with 404, which tells the two apart. Calls block; instances are
 * safe for several threads.
 */
public final class MachinesClient {
    /** Machines of a page. */
    public static final int LARGEST_PAGE = 1_000;
    /** Happenings of a page. */
    public static final int LARGEST_TIMELINE = 200;
    /** Rows of a page of evidence. */
    public static final int LARGEST_EVIDENCE = 5_000;

    private static final String LIST = "list the machines of the verifier";

    private final ApiCaller caller;

    /** Calls end when cancelled. */
    public MachinesClient(Endpoint verifier, OkHttpClient http, @Nullable Cancellation cancellation) {
        this.caller = new ApiCaller(verifier, http, cancellation);
    }

    /** Who is asked. */
    public Endpoint endpoint() {
        return caller.endpoint();
    }

    private HttpUrl.Builder url(String... segments) {
        HttpUrl.Builder url =
                caller.url().addPathSegment("limelight").addPathSegment("v1").addPathSegment("agents");
        for (String segment : segments) {
            url.addPathSegment(segment);
        }
        return url;
    }

    /**
     * A page of the list.
     *
     * @param after cursor of the page before; empty begins
     * @param limit at most so many
     */
    public MachinePage machines(String after, int limit) throws ApiException {
        HttpUrl.Builder url = url().addQueryParameter("limit", Integer.toString(limit));
        if (!after.isEmpty()) {
            url.addQueryParameter("after", after);
        }
        return caller.get(url.build(), LIST, ApiCaller.LIST, results -> MachinePage.from(results, limit));
    }

    /** One machine; refused with 404 if it is not there. */
    public Answer<ListedMachine> machine(AgentId id) throws ApiException {
        String doing = "read machine " + id;
        ObjectNode envelope = caller.get(url(id.value()).build(), doing, ApiCaller.RECORD);
        return new Answer<>(caller.read(envelope, doing, results -> only(id, results)), envelope);
    }

    private static ListedMachine only(AgentId id, JsonNode results) throws WireFormatException {
        try {
            ListedMachine machine = ListedMachine.from(results);
            if (machine.id().equals(id)) {
                return machine;
            }
        } catch (InvalidAgentIdException e) {
            throw new WireFormatException("the member agent_id is no id", e);
        }
        throw new WireFormatException("it is about another machine");
    }

    /** Not asked until resumed; 409 where that means nothing. */
    public void pause(AgentId id) throws ApiException {
        act(id, "pause");
    }

    /** Asked again; 409 where that means nothing. */
    public void resume(AgentId id) throws ApiException {
        act(id, "resume");
    }

    /** Asked now and not at the end of its interval; 409 where that means nothing. */
    public void attest(AgentId id) throws ApiException {
        act(id, "attest");
    }

    /**
     * Judged by other policies, and everything else it was added with stays; 409 where it is not judged by what was expected.
     */
    public void assign(AgentId id, PolicyAssignment assignment) throws ApiException {
        caller.post(
                url(id.value(), "policies").build(),
                assignment.toJson(),
                "change what machine " + id + " is judged by");
    }

    private void act(AgentId id, String verb) throws ApiException {
        caller.post(url(id.value(), verb).build(), WireJson.object(), verb + " machine " + id);
    }

    /**
     * What happened to a machine, the newest first.
     *
     * @param before only what has a lower number
     * @param limit at most so many
     */
    public MachineTimeline timeline(AgentId id, OptionalLong before, int limit) throws ApiException {
        HttpUrl.Builder url = url(id.value(), "timeline").addQueryParameter("limit", Integer.toString(limit));
        before.ifPresent(number -> url.addQueryParameter("before", Long.toString(number)));
        return caller.get(
                url.build(),
                "read what happened to machine " + id,
                ApiCaller.LIST,
                results -> MachineTimeline.from(results, limit));
    }

    /**
     * What a machine proved; refused with 404 while nothing is kept.
     *
     * @param from first row of the measurement list, counted from 0
     * @param limit at most so many rows
     */
    public ProvedEvidence evidence(AgentId id, long from, int limit) throws ApiException {
        HttpUrl url = url(id.value(), "evidence")
                .addQueryParameter("ima_from", Long.toString(from))
                .addQueryParameter("limit", Integer.toString(limit))
                .build();
        return caller.get(
                url,
                "read the evidence of machine " + id,
                ApiCaller.LIST,
                results -> ProvedEvidence.from(results, limit));
    }
}
