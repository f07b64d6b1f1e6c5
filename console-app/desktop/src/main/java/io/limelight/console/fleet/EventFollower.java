package io.limelight.console.fleet;

import io.limelight.core.api.ApiException;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.tenant.TenantException;
import io.limelight.core.tenant.TenantServices;
import io.limelight.core.tenant.TenantSettings;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the events of a Limelight verifier for no more than the news that there is news. Nothing depends on it: a stream that breaks or
 * is refused is asked for again, ever more seldom.
 */
final class EventFollower implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(EventFollower.class);
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LAST = Duration.ofMinutes(1);

    private final TenantSettings settings;
    private final FleetConnection.Surroundings around;
    private final LoadMeter meter;
    private final Cancellation closing;
    private final Runnable news;
    private Duration delay = FIRST;

    EventFollower(
            TenantSettings settings,
            FleetConnection.Surroundings around,
            LoadMeter meter,
            Cancellation closing,
            Runnable news) {
        this.settings = settings;
        this.around = around;
        this.meter = meter;
        this.closing = closing;
        this.news = news;
    }

    @Override
    public void run() {
        try {
            while (true) {
                once();
                closing.sleep(delay.plusMillis(around.random().nextInt(500)));
                delay = delay.multipliedBy(2).compareTo(LAST) < 0 ? delay.multipliedBy(2) : LAST;
            }
        } catch (CancelledException e) {
            LOG.debug("the events are no longer followed");
        }
    }

    private void once() {
        meter.count();
        try (TenantServices services = new TenantServices(settings, around.clock(), closing)) {
            services.events().follow(Optional.empty(), _ -> {
                delay = FIRST;
                news.run();
            });
        } catch (ApiException | TenantException e) {
            LOG.debug("the events of the verifier cannot be followed: {}", e.getMessage());
        }
    }
}
