package io.limelight.cli.bench;

import io.limelight.cli.command.CommandFailure;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code limelight bench fleet}: a large fleet for the console to show, and how much it is asked. */
@Command(
        name = "fleet",
        description =
                "Serve a fleet of machines that do not exist, for the console to be pointed at, until interrupted.")
public final class FleetBench implements Callable<Integer> {
    private static final int MOST = 300_000;
    private static final int REPORT_SECONDS = 10;
    private static final int CLEAR_SECONDS = 10;

    @ParentCommand
    private @Nullable BenchCommand bench;

    @Option(
            names = "--machines",
            description = "Machines watched (default: ${DEFAULT-VALUE}).",
            defaultValue = "100000")
    private int machines;

    @Option(names = "--keylime", description = "Speak as Keylime's verifier does: v2 and nothing else.")
    private boolean keylime;

    @Option(
            names = "--folder",
            description = "Where tenant.conf and cv_ca go (default: a new temporary folder, deleted at the end).")
    private @Nullable Path folder;

    @Option(
            names = "--port",
            description = "Port of the verifier; the registrar takes the next (default: free ones).",
            defaultValue = "0")
    private int port;

    @Option(
            names = "--seconds",
            description = "End by itself after so many seconds; 0: when interrupted (default: ${DEFAULT-VALUE}).",
            defaultValue = "0")
    private int seconds;

    @Override
    public Integer call() throws Exception {
        if (machines < 1 || machines > MOST) {
            throw new CommandFailure(2, "--machines is a number from 1 to " + MOST);
        }
        if (port < 0 || port > 65_534 || seconds < 0) {
            throw new CommandFailure(2, "--port is a port number below 65535, --seconds at least 0");
        }
        PrintStream out = Objects.requireNonNull(bench).context().out();
        Path chosen = folder;
        Path used = chosen == null ? ServiceUnderTest.newFolder() : Files.createDirectories(chosen);
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch cleared = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> interrupted(ended, cleared)));
        try (SyntheticFleet fleet = SyntheticFleet.start(
                used,
                machines,
                keylime ? SyntheticFleet.Make.KEYLIME : SyntheticFleet.Make.LIMELIGHT,
                InstantSource.system(),
                port == 0 ? SyntheticFleet.Ports.FREE : new SyntheticFleet.Ports(port, port + 1))) {
            out.printf(
                    "%d machines, as %s verifier tells them%n"
                            + "verifier    127.0.0.1:%d%n"
                            + "registrar   127.0.0.1:%d%n"
                            + "connect by  %s and %s: import both in the console, or%n"
                            + "            KEYLIME_TENANT_CONFIG=%s limelight tenant -c cvlist%n",
                    machines,
                    keylime ? "Keylime's" : "Limelight's",
                    fleet.verifierPort(),
                    fleet.registrarPort(),
                    fleet.configuration().toAbsolutePath(),
                    used.resolve("cv_ca").toAbsolutePath(),
                    fleet.configuration().toAbsolutePath());
            out.flush();
            serve(fleet, out, ended);
        } finally {
            if (chosen == null) {
                BenchFolder.delete(used);
            }
            cleared.countDown();
        }
        return 0;
    }

    /** Lets the command clear up after itself before the process ends. */
    private static void interrupted(CountDownLatch ended, CountDownLatch cleared) {
        ended.countDown();
        try {
            if (!cleared.await(CLEAR_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(SyntheticFleet fleet, PrintStream out, CountDownLatch ended) throws InterruptedException {
        long before = 0;
        for (int passed = 0; seconds == 0 || passed < seconds; ) {
            int step = seconds == 0 ? REPORT_SECONDS : Math.min(REPORT_SECONDS, seconds - passed);
            if (ended.await(step, TimeUnit.SECONDS)) {
                return;
            }
            passed += step;
            long now = fleet.requests();
            if (now != before) {
                out.printf(java.util.Locale.ROOT, "%.1f requests/s%n", (now - before) / (double) step);
                out.flush();
            }
            before = now;
        }
    }
}
