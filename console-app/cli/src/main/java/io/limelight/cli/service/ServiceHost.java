package io.limelight.cli.service;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.logging.ConsoleLog;
import io.limelight.core.config.Component;
import io.limelight.core.config.KeylimeConfig;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Runs one service in the foreground.
 *
 * <p>Order of events: logging, start, one line on standard output, waiting. SIGTERM and SIGINT run the
 * JVM's shutdown hooks; ours stops the service and then halts with status 0, because an orderly stop is a success
 * (systemd and Keylime's programs agree) and the JVM itself would report 143 or 130. A stop that arrives while the
 * service is still starting interrupts the start, waits for it to end either way, and stops what has come of it.
 */
public final class ServiceHost {
    /** More than a service's own drain time-outs; after it the process ends as it is. */
    private static final long STOP_SECONDS = 30;

    /** Starts the service. */
    public interface Start {
        /** Starts it; the message of an exception is what the user reads. */
        RunningService start(KeylimeConfig configuration) throws Exception;
    }

    private final CliContext context;
    private final Component component;
    private final CountDownLatch startEnded = new CountDownLatch(1);
    private final CountDownLatch stopWanted = new CountDownLatch(1);
    private volatile @Nullable RunningService running;
    private volatile boolean stopping;
    private boolean stopped;

    /**
     * For one program.
     *
     * @param component whose log it writes and what it is called in the ready line
     */
    public ServiceHost(CliContext context, Component component) {
        this.context = context;
        this.component = component;
    }

    /** Runs until told to stop; returns the exit status. */
    public int run(Start start, boolean stopOnEof) throws Exception {
        startLogging();
        Thread starter = Thread.currentThread();
        Thread hook = new Thread(() -> stopAndHalt(starter), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        if (stopOnEof) {
            watchStandardInput();
        }
        RunningService service;
        try {
            service = start.start(context.configuration());
            running = service;
        } catch (Exception e) {
            if (stopping) {
                // The stop interrupted the start; that is no failure to report.
                return 0;
            }
            throw e;
        } finally {
            startEnded.countDown();
        }
        context.out().println("limelight " + component.fileName() + ": ready, " + service.ready());
        context.out().flush();
        stopWanted.await();
        stop();
        return 0;
    }

    private void startLogging() throws Exception {
        if (component == Component.AGENT) {
            ConsoleLog.startLikeTheAgent(
                    context.environment().getOrDefault("RUST_LOG", ""), context.err(), context.debug());
        } else {
            ConsoleLog.startLikeKeylime(
                    context.configuration().logging(), context.out(), context.err(), false, context.debug());
        }
    }

    /** For a supervisor: when it dies, however it dies, the pipe to us ends. */
    private void watchStandardInput() {
        Thread.ofPlatform().name("parent").daemon().start(() -> {
            try {
                while (context.in().read() >= 0) {
                    // Nothing is said on this pipe; only its end means something.
                }
            } catch (IOException e) {
                // A broken pipe is an ended pipe.
            }
            // Through the hook, so that a start that is still under way is stopped too.
            System.exit(0);
        });
    }

    private void stopAndHalt(Thread starter) {
        stopping = true;
        try {
            if (startEnded.getCount() > 0) {
                starter.interrupt();
            }
            if (startEnded.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                RunningService service = running;
                if (service == null) {
                    return;
                }
                stop();
                context.out().flush();
                Runtime.getRuntime().halt(0);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void stop() {
        RunningService service = running;
        if (stopped || service == null) {
            return;
        }
        stopped = true;
        try {
            service.stop().close();
        } catch (Exception e) {
            LoggerFactory.getLogger(ServiceHost.class).error("Stopping was not clean", e);
        }
    }
}
