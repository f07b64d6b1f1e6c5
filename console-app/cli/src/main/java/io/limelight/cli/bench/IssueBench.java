package io.limelight.cli.bench;

import io.limelight.core.ca.BulkIssue;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.CertificateSubject;
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

/** {@code limelight bench issue}: a CA that issues to many machines. */
@Command(name = "issue", description = "Measure a CA: identities issued to many machines at once.")
public final class IssueBench implements Callable<Integer> {
    private static final SecureRandom RANDOM = new SecureRandom();

    @ParentCommand
    private @Nullable BenchCommand bench;

    @Option(
            names = "--identities",
            description = "RSA-2048 identities to issue (default: ${DEFAULT-VALUE}).",
            defaultValue = "1000")
    private int identities;

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
        ca.init(password, false);
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
    }
}
