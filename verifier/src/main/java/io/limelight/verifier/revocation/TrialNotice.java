package io.limelight.verifier.revocation;

import io.limelight.core.api.RevocationMessage;
import io.limelight.core.api.WebhookClient;
import io.limelight.core.revocation.RevocationNotice;
import io.limelight.verifier.state.Delivery.Channel;
import io.limelight.verifier.state.Delivery.Outcome;
import io.limelight.verifier.state.Receiver;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Tries a channel with a notice on which nobody acts, once and without a trace in the outbox. */
final class TrialNotice {
    private static final String SWITCHED_OFF = "this notifier is switched off";

    private final Channels channels;
    private final Outcomes outcomes;
    private final InstantSource clock;

    TrialNotice(Channels channels, Outcomes outcomes, InstantSource clock) {
        this.channels = channels;
        this.outcomes = outcomes;
        this.clock = clock;
    }

    /**
     * Sends; blocks.
     *
     * @param receiver which agent, on that channel
     */
    TrialResult send(Channel channel, RevocationNotice notice, @Nullable Receiver receiver) {
        RevocationMessage message = new RevocationMessage(notice.text(), "");
        Tried tried = switch (channel) {
            case AGENT ->
                receiver == null
                        ? Tried.refused("no agent was named")
                        : channels.agents()
                                .flatMap(agents -> agents.notifier().tell(receiver, message, false))
                                .orElse(Tried.refused(SWITCHED_OFF));
            case WEBHOOK ->
                channels.webhook()
                        .map(webhook -> switch (webhook.client().post(message)) {
                            case WebhookClient.Result.Accepted _ -> Tried.delivered();
                            case WebhookClient.Result.Failed(String why) -> Tried.refused(why);
                        })
                        .orElse(Tried.refused(SWITCHED_OFF));
            case ZEROMQ -> channels.zeroMq().map(bus -> bus.send(message)).orElse(Tried.refused(SWITCHED_OFF));
        };
        outcomes.of(channel).saw(tried, clock.instant());
        return new TrialResult(tried.outcome() == Outcome.DELIVERED, tried.detail());
    }
}
