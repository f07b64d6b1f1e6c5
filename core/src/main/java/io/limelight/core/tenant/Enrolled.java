package io.limelight.core.tenant;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.Answer;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.Endpoint;
import java.util.Optional;

/**
 * A machine that was enrolled.
 *
 * @param id which
 * @param agent where this program reached it
 * @param agentVersion API version it is spoken to in
 * @param verifier who watches it
 * @param status the verifier's first answer about it
 * @param keyProven whether it has proved that it holds the key
 * @param delivered what it was sent; empty where nothing was
 */
public record Enrolled(
        AgentId id,
        Endpoint agent,
        ApiVersion agentVersion,
        Endpoint verifier,
        Answer<AgentStatus> status,
        boolean keyProven,
        Optional<Delivered> delivered) {}
