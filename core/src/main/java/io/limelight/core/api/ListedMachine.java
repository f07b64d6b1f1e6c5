package io.limelight.core.api;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A machine in the list of a Limelight verifier ({@code docs/api.md}). Texts are printable and bounded.
 *
 * @param id its id
 * @param ip where its agent listens; may be empty
 * @param port its port; 0 where none is told
 * @param state the verifier's word: {@code trusted}, {@code failed}…
 * @param operationalState number of {@link OperationalState}; -1 where none is told
 * @param attestationCount how many it passed
 * @param quoteAge seconds since its last quote, by the verifier's clock; -1 for never
 * @param passAge seconds since it last passed, by the verifier's clock; -1 for never
 * @param runtimePolicy name; empty without
 * @param mbPolicy name; empty without
 * @param lastFailure stays after it passes again; null without
 */
public record ListedMachine(
        AgentId id,
        String ip,
        int port,
        String state,
        int operationalState,
        long attestationCount,
        long quoteAge,
        long passAge,
        String runtimePolicy,
        String mbPolicy,
        @Nullable ToldFailure lastFailure) {
    private static final int MAX_ADDRESS = 255;
    /** Ten years and more: nobody's clock is asked, so an age is a number like any other. */
    private static final long OLDEST = 400_000_000L;

    /**
     * Reads one.
     *
     * @throws InvalidAgentIdException if its id is none we use
     */
    static ListedMachine from(JsonNode json) throws WireFormatException {
        ObjectNode object = Members.object(json, "a machine of the list");
        AgentId id = AgentId.of(Members.requiredText(object, "agent_id"));
        Integer port = Members.port(object, "port");
        JsonNode failure = object.path("last_failure");
        return new ListedMachine(
                id,
                text(object, "ip", MAX_ADDRESS),
                port == null ? 0 : port,
                text(object, "state", 40),
                Math.clamp(Members.numberOr(object, "operational_state", -1), -1, 100),
                Math.max(0, Members.numberOr(object, "attestation_count", 0)),
                age(object, "last_received_quote_age"),
                age(object, "last_successful_attestation_age"),
                text(object, "runtime_policy", PolicyName.MAX_LENGTH),
                text(object, "mb_policy", PolicyName.MAX_LENGTH),
                failure.isObject() ? ToldFailure.from(failure) : null);
    }

    private static String text(ObjectNode object, String key, int most) throws WireFormatException {
        String text = Members.text(object, key);
        return text == null ? "" : Texts.printable(text, most);
    }

    /** A negative age would be a pass of tomorrow. */
    private static long age(ObjectNode object, String key) throws WireFormatException {
        Long age = Members.number(object, key);
        return age == null ? -1 : Math.clamp(age, 0, OLDEST);
    }
}
