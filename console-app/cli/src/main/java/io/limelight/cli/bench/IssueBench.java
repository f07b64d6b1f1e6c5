package io.limelight.cli.bench;

import io.limelight.cli.command.CommandFailure;
import io.limelight.core.ca.BulkIssue;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.ca.KeyKind;
import io.limelight.core.config.Component;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.secret.SecretBytes;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code limelight bench issue}: a CA that issues to many machines, and whose folder is opened then. */
@Command(name = "issue", description = "Measure a CA: identities issued to many machines at once, and its folder read.")
public final class IssueBench implements Callable<Integer> {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int READ = 5;

    @ParentCommand
    private @Nullable BenchCommand bench;

    @Option(
            names = "--identities",
            description = "Identities to issue (default: ${DEFAULT-VALUE}).",
            defaultValue = "1000")
    private int identities;

    @Option(
            names = "--key",
            description =
                    "Kind of key of the CA and of its machines: " + KeyKind.WORDS + " (default: ${DEFAULT-VALUE}).",
            defaultValue = "rsa2048")
    private String key = "rsa2048";

    @Override
    public Integer call() throws Exception {
        BenchCommand parent = Objects.requireNonNull(bench);
        ComponentConfig config = parent.context().configuration().load(Component.CA);
        CertificateSubject subject = CertificateSubject.of(config);
        Path folder = Files.createTempDirectory("limelight-bench-issue-");
        try (SecretBytes password = SecretBytes.copyOf("bench".getBytes(StandardCharsets.US_ASCII))) {
            issue(
                    parent.context().out(),
                    new CertificateAuthority(folder.resolve("issuing"), subject, RANDOM, InstantSource.system()),
                    password);
        } finally {
            BenchFolder.delete(folder);
        }
        return 0;
    }

    private void issue(PrintStream out, CertificateAuthority ca, SecretBytes password) throws Exception {
        KeyKind kind = KeyKind.named(key)
                .orElseThrow(() -> new CommandFailure(2, "no kind of key; write one of " + KeyKind.WORDS));
        ca.init(password, false, kind);
        List<CaName> names = new ArrayList<>();
        for (int i = 0; i < identities; i++) {
            names.add(CaName.fresh("machine-" + i));
        }
        int cores = Runtime.getRuntime().availableProcessors();
        double cpu = ProcessFigures.of(ProcessHandle.current().pid()).cpuSeconds();
        long before = System.nanoTime();
        int issued = new BulkIssue(ca, cores).run(names, password, _ -> {});
        double seconds = (System.nanoTime() - before) / 1e9;
        double used = ProcessFigures.of(ProcessHandle.current().pid()).cpuSeconds() - cpu;
        out.printf(
                Locale.ROOT,
                "identities issued           %d in %.1f s, %.1f /s; %.1f s of CPU, %.2f of %d cores busy%n",
                issued,
                seconds,
                issued / seconds,
                used,
                used / seconds,
                cores);
        for (int i = 0; i < READ; i++) {
            read(out, ca, i == 0 ? "folder read, first          " : "folder read again           ");
        }
    }

    private static void read(PrintStream out, CertificateAuthority ca, String title) throws Exception {
        double cpu = ProcessFigures.of(ProcessHandle.current().pid()).cpuSeconds();
        long before = System.nanoTime();
        int certificates = ca.listing().issued().size();
        out.printf(
                Locale.ROOT,
                "%s%d certificates in %.2f s, %.2f s of CPU%n",
                title,
                certificates,
                (System.nanoTime() - before) / 1e9,
                ProcessFigures.of(ProcessHandle.current().pid()).cpuSeconds() - cpu);
    }
}
