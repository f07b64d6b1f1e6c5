package io.limelight.verifier.revocation;

import io.limelight.core.api.RevocationMessage;
import io.limelight.core.api.WebhookClient;
import io.limelight.core.task.Cancellation;
import io.limelight.verifier.attest.RetryRule;
import io.limelight.verifier.state.Delivery;
import io.limelight.verifier.state.Delivery.Channel;
import io.limelight.verifier.state.Delivery.Outcome;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Posts notices to the webhook; told first and then written down, since being told twice is nothing to it. */
final class WebhookDelivery {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookDelivery.class);
    private static final int CALLS = 16;
    private static final int DEFAULT_TRIES = 5;

    private final WebhookClient client;
    private final Outcomes outcomes;
    private final Tasks tasks;
    private final RetryRule retries;
    private final Cancellation cancellation;
    private final InstantSource clock;
    private final Semaphore calls = new Semaphore(CALLS, true);

    /**
     * By this client.
     *
     * @param retries how often and after which waits it is called again
     * @param cancellation ends the client's calls
     */
    WebhookDelivery(
            WebhookClient client,
            Outcomes outcomes,
            Tasks tasks,
            RetryRule retries,
            Cancellation cancellation,
            InstantSource clock) {
        this.client = client;
        this.outcomes = outcomes;
        this.tasks = tasks;
        this.retries = retries;
        this.cancellation = cancellation;
        this.clock = clock;
    }

    /** What calls. */
    WebhookClient client() {
        return client;
    }

    /** Calls once; blocks. */
    void call(long notice, RevocationMessage message, int triesBefore) {
        calls.acquireUninterruptibly();
        Tried tried;
        try {
            if (tasks.closing()) {
                return;
            }
            tried = switch (client.post(message)) {
                case WebhookClient.Result.Accepted _ -> Tried.delivered();
                case WebhookClient.Result.Failed(String why) -> Tried.again(true, why);
            };
        } finally {
            calls.release();
        }
        if (cancellation.cancelled()) {
            return;
        }
        Instant now = clock.instant();
        outcomes.of(Channel.WEBHOOK).saw(tried, now);
        int tries = triesBefore + 1;
        Outcome outcome = tried.outcome();
        Optional<Instant> next = Optional.empty();
        if (outcome == Outcome.WAITING) {
            int most = retries.maxRetries() <= 0 ? DEFAULT_TRIES : retries.maxRetries();
            if (tries > most) {
                outcome = Outcome.DEAD;
                LOG.error(
                        "the webhook did not take a notice after {} tries, and it is not tried again: {}",
                        tries,
                        tried.detail());
            } else {
                next = Optional.of(now.plus(retries.delay(triesBefore)));
                LOG.warn("the webhook did not take a notice: {}; trying again", tried.detail());
            }
        }
        outcomes.store(
                new Delivery(notice, Channel.WEBHOOK, "", outcome, tried.unsure(), tries, next, now, tried.detail()));
    }
}
