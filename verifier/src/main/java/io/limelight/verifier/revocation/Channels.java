package io.limelight.verifier.revocation;

import io.limelight.verifier.state.Delivery.Channel;
import java.util.Optional;

/** How notices travel: what is switched on. */
record Channels(Optional<AgentDelivery> agents, Optional<WebhookDelivery> webhook, Optional<ZeroMqDelivery> zeroMq) {
    boolean uses(Channel channel) {
        return switch (channel) {
            case AGENT -> agents.isPresent();
            case WEBHOOK -> webhook.isPresent();
            case ZEROMQ -> zeroMq.isPresent();
        };
    }
}
