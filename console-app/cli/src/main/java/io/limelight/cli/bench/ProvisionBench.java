package io.limelight.cli.bench;

import io.limelight.cli.command.CommandFailure;
import io.limelight.cli.sandbox.Child;
import io.limelight.cli.sandbox.Machine;
import io.limelight.cli.sandbox.Sandbox;
import io.limelight.cli.sandbox.SandboxException;
import io.limelight.core.api.AgentId;
import io.limelight.core.payload.PayloadArchive;
import io.limelight.core.payload.PayloadException;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.secret.SecretBytes;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/**
 * {@code limelight bench provision}: from the moment an administrator presses return behind {@code limelight tenant -c add}
 * to the first line of {@code autorun.sh} on the machine, everything real: the launcher, a cold JVM, registrar, verifier and
 * agent in processes of their own, a software TPM.
 */
@Command(
        name = "provision",
        description = "Measure the time from starting the tenant to the first line of autorun.sh on a machine.")
public final class ProvisionBench implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final AgentId ID = AgentId.of("00000000-0000-4000-8000-000000000001");
    private static final String STARTED = "started";

    @ParentCommand
    private @Nullable BenchCommand bench;

    @Option(names = "--runs", description = "Runs measured (default: ${DEFAULT-VALUE}).", defaultValue = "20")
    private int runs;

    @Option(
            names = "--key",
            description = "Attestation key: rsa or p256 (default: ${DEFAULT-VALUE}).",
            defaultValue = "rsa")
    private String key = "rsa";

    @Option(
            names = "--package",
            description = "Deliver a certificate package (--cert, --include); CA and certificate exist.")
    private boolean certified;

    @Override
    public Integer call() throws Exception {
        if (!key.equals("rsa") && !key.equals("p256")) {
            throw new CommandFailure(2, "--key is rsa or p256");
        }
        BenchCommand parent = Objects.requireNonNull(bench);
        String home = parent.context().environment().get("LIMELIGHT_HOME");
        if (home == null) {
            throw new CommandFailure(1, "start it by the launcher, whose start is part of what is measured");
        }
        Percentiles untilScript = new Percentiles();
        Percentiles untilTenantEnded = new Percentiles();
        try (Sandbox sandbox = Sandbox.create()) {
            sandbox.manufactureTpm("machine-1");
            sandbox.startVerifier();
            sandbox.startRegistrar();
            Machine machine = sandbox.startMachine("machine-1", ID, key.equals("rsa") ? "rsassa" : "ecdsa");
            sandbox.awaitRegistered(machine);
            List<String> payload = certified ? certified(sandbox.path()) : plain(sandbox.path());
            // The first run warms services and agent, which in the field have been up for long; the tenant is always
            // cold.
            provision(sandbox, Path.of(home, "limelight"), payload, new Percentiles(), new Percentiles());
            for (int run = 0; run < runs; run++) {
                provision(sandbox, Path.of(home, "limelight"), payload, untilScript, untilTenantEnded);
            }
        }
        PrintStream out = parent.context().out();
        out.printf(
                Locale.ROOT,
                "runs                        %d, %s attestation key%s%n",
                runs,
                key,
                certified ? ", certificate package" : "");
        out.printf(Locale.ROOT, "tenant to autorun.sh        %s%n", untilScript.show());
        out.printf(Locale.ROOT, "tenant to its own end       %s%n", untilTenantEnded.show());
        return 0;
    }

    private static void provision(
            Sandbox sandbox, Path launcher, List<String> payload, Percentiles untilScript, Percentiles untilTenantEnded)
            throws SandboxException, IOException {
        Path started = sandbox.unpacked("machine-1").resolve(STARTED);
        Files.deleteIfExists(started);
        Path log = sandbox.path().resolve("bench.log");
        Instant before = Instant.now();
        Child tenant = Child.start(
                "tenant",
                Stream.concat(Stream.of(launcher.toString(), "tenant", "-c", "add", "-u", ID.value()), payload.stream())
                        .toList(),
                sandbox.serviceEnvironment(),
                log);
        if (!tenant.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || tenant.exitValue() != 0) {
            tenant.kill();
            throw new SandboxException("the tenant did not add the machine:\n" + tenant.tail());
        }
        untilTenantEnded.add(Duration.between(before, Instant.now()).toNanos());
        untilScript.add(Duration.between(before, scriptStart(started)).toNanos());
        if (sandbox.tenant("-c", "delete", "-u", ID.value()).status() != 0) {
            throw new SandboxException("the tenant could not delete the machine");
        }
    }

    /** When the script ran its first line, by the clock of the machine, which is this one. */
    private static Instant scriptStart(Path started) throws SandboxException, IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(started)) {
            if (System.nanoTime() > deadline) {
                throw new SandboxException("autorun.sh did not run");
            }
            LockSupport.parkNanos(1_000_000);
        }
        String[] parts = Files.readString(started).strip().split("\\.", -1);
        return Instant.ofEpochSecond(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
    }

    private static byte[] script() {
        return ("#!/bin/sh\ndate +%s.%N > now && mv now " + STARTED + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static List<String> plain(Path folder) throws SandboxException {
        Path file = folder.resolve("bench.zip");
        try (SecretBytes content = SecretBytes.copyOf(script());
                SecretBytes zip =
                        PayloadArchive.pack(List.of(new PayloadArchive.Source("autorun.sh", content)), Set.of())) {
            PrivateFiles.write(file, zip.apply(byte[]::clone));
            return List.of("-f", file.toString());
        } catch (PayloadException | IOException e) {
            throw new SandboxException("cannot make the payload: " + e.getMessage(), e);
        }
    }

    private static List<String> certified(Path folder) throws SandboxException {
        Path include = folder.resolve("payload");
        Path word = folder.resolve("word");
        try {
            PrivateFiles.createFolder(include);
            PrivateFiles.write(include.resolve("autorun.sh"), script());
            PrivateFiles.write(word, "bench\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new SandboxException("cannot make the payload: " + e.getMessage(), e);
        }
        return List.of(
                "--cert",
                folder.resolve("myca").toString(),
                "--include",
                include.toString(),
                "--ca-password-file",
                word.toString());
    }
}
