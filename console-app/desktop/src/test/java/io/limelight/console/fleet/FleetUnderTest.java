package io.limelight.console.fleet;

import io.limelight.console.words.Words;
import io.limelight.core.config.Component;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.core.tenant.TenantSettings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A connection that asks only when told, and a clock that stands until moved. */
final class FleetUnderTest implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(60);

    private final AtomicReference<Duration> offset = new AtomicReference<>(Duration.ZERO);
    final FleetService fleet;

    FleetUnderTest(Path configuration) throws Exception {
        this(settings(configuration), Registrations.PLAIN, RevokedMachines.NONE);
    }

    FleetUnderTest(TenantSettings settings, Registrations registrations, RevokedMachines revoked) {
        fleet = FleetConnection.open(
                settings,
                new FleetConnection.Surroundings(Words.english(), clock(), new SecureRandom(), registrations, revoked));
        fleet.pace(Duration.ZERO);
    }

    static TenantSettings settings(Path configuration) throws Exception {
        Path folder = java.util.Objects.requireNonNull(configuration.getParent());
        return TenantSettings.of(new KeylimeConfig(
                        Map.of("KEYLIME_DIR", folder.toString(), "KEYLIME_TENANT_CONFIG", configuration.toString()),
                        folder)
                .load(Component.TENANT));
    }

    InstantSource clock() {
        return () -> InstantSource.system().instant().plus(offset.get());
    }

    Instant now() {
        return clock().instant();
    }

    /** Lets time pass. */
    void later(Duration more) {
        offset.updateAndGet(before -> before.plus(more));
    }

    FleetSnapshot await(Predicate<FleetSnapshot> wanted) {
        try {
            return Awaitility.await().atMost(SOON).until(fleet::latest, wanted);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(said(fleet.latest()), e);
        }
    }

    /** Asks again and waits for the verifier's word. */
    FleetSnapshot refresh(Predicate<FleetSnapshot> wanted) {
        return Awaitility.await()
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(200))
                .until(
                        () -> {
                            fleet.refreshSoon();
                            return fleet.latest();
                        },
                        wanted);
    }

    private static String said(FleetSnapshot snapshot) {
        return snapshot.machines().size() + " machines, " + snapshot.kind() + ", verifier " + snapshot.verifier()
                + ", registrar " + snapshot.registrar() + ", " + snapshot.remarks();
    }

    static boolean up(FleetSnapshot snapshot) {
        return snapshot.verifier().on() == FleetSnapshot.Light.Status.UP
                && snapshot.registrar().on() == FleetSnapshot.Light.Status.UP;
    }

    static boolean down(FleetSnapshot snapshot) {
        return snapshot.verifier().on() == FleetSnapshot.Light.Status.DOWN;
    }

    static String code(FleetSnapshot snapshot) {
        return java.util.Objects.requireNonNull(snapshot.verifier().problem()).code();
    }

    @Override
    public void close() {
        fleet.close();
    }
}
