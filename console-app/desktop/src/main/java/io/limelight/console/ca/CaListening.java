package io.limelight.console.ca;

import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.listen.CaListener;
import io.limelight.core.listen.ListenSettings;
import io.limelight.core.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code limelight ca -c listen} in this process, one at a time; it ends with the console. Starting and stopping block. */
final class CaListening implements AutoCloseable {
    private final ListenSettings settings;
    private final InstantSource clock;
    private @Nullable CaListener listener;
    private volatile Optional<Running> running = Optional.empty();

    CaListening(ListenSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * It runs.
     *
     * @param folder whose CRL is published
     * @param port where
     * @param noticesPort where notices are taken
     */
    record Running(Path folder, Instant since, String ip, int port, int noticesPort) {}

    /** Never blocks. */
    Optional<Running> running() {
        return running;
    }

    synchronized Running start(CertificateAuthority ca, SecretBytes password) throws CaException, IOException {
        close();
        CaListener started = CaListener.start(settings, ca, password, clock);
        listener = started;
        Running now = new Running(ca.path(), clock.instant(), settings.ip(), started.port(), started.webhookPort());
        running = Optional.of(now);
        return now;
    }

    @Override
    public synchronized void close() {
        CaListener before = listener;
        listener = null;
        running = Optional.empty();
        if (before != null) {
            before.close();
        }
    }
}
