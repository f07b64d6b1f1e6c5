package io.limelight.verifier.state;

import io.limelight.core.api.AgentId;
import java.time.Instant;

/**
 * A notice for the outbox, to be written with the verdict that it tells of.
 *
 * @param id unique to this notice
 * @param verifierId whose fleet it concerns: that is who is told
 * @param agentId who failed
 * @param type as on the wire
 * @param eventId id of the failure
 * @param severityLabel its severity
 * @param raisesTo level of severity below which, and at which, no further notice is due; -1 if it says nothing about that
 * @param issuedAt when it was made
 * @param expiresAt after this nobody should act on it
 * @param msg the text that travels
 * @param signature base64, or empty where there is no key to sign with
 */
public record NewNotice(
        String id,
        String verifierId,
        AgentId agentId,
        String type,
        String eventId,
        String severityLabel,
        int raisesTo,
        Instant issuedAt,
        Instant expiresAt,
        String msg,
        String signature) {}
