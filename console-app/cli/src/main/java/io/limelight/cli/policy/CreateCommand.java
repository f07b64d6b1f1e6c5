package io.limelight.cli.policy;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.core.json.WireJson;
import io.limelight.core.policy.boot.ReferenceStateBuilder;
import io.limelight.core.policy.boot.ReferenceStateException;
import io.limelight.core.secret.FileTrouble;
import io.limelight.core.uefi.BootLog;
import io.limelight.core.uefi.BootLogException;
import io.limelight.core.uefi.BootLogParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code limelight policy create …}. */
@Command(
        name = "create",
        description = "Make a policy from what a good machine shows.",
        subcommands = CreateRuntimeCommand.class)
final class CreateCommand {
    private static final String STDOUT = "-";

    @ParentCommand
    private @Nullable PolicyCommand policy;

    CliContext context() {
        return Objects.requireNonNull(policy).context();
    }

    @Command(
            name = "measured-boot",
            description = {
                "Make the reference state of a measured boot policy from the boot log of a machine that is trusted.",
                "It fits the policies uefi-linux and example; Keylime's own tools read it, too."
            })
    int measuredBoot(
            @Option(
                            names = {"-e", "--eventlog-file"},
                            required = true,
                            paramLabel = "FILE",
                            description = "The log: a copy of /sys/kernel/security/tpm0/binary_bios_measurements.")
                    Path log,
            @Option(
                            names = {"-i", "--without-secureboot"},
                            description = "The machine has Secure Boot off, and that is meant.")
                    boolean withoutSecureBoot,
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "FILE",
                            defaultValue = STDOUT,
                            description = "Where to write it; - is the standard output, as is the default.")
                    String output,
            @Option(names = "--keylime-members-only", description = "Leave out what only uefi-linux looks at.")
                    boolean keylimeOnly)
            throws CommandFailure {
        PolicyCommand parent = Objects.requireNonNull(policy);
        try {
            BootLog parsed =
                    BootLogParser.parse(read(parent.context().workingDirectory().resolve(log)));
            ReferenceStateBuilder.Result made = keylimeOnly
                    ? ReferenceStateBuilder.buildForKeylime(parsed, withoutSecureBoot)
                    : ReferenceStateBuilder.build(parsed, withoutSecureBoot);
            made.warnings().forEach(warning -> parent.context().err().println("WARNING: " + warning));
            write(parent, output, WireJson.indented(made.json()));
            return 0;
        } catch (BootLogException e) {
            throw new CommandFailure(1, log + " is no boot log that can be used: " + e.sentence(), e);
        } catch (ReferenceStateException e) {
            throw new CommandFailure(1, e.sentence(), e);
        }
    }

    private static byte[] read(Path file) throws CommandFailure {
        try (InputStream in = Files.newInputStream(file)) {
            // One byte more than it may have shows that it has more.
            return in.readNBytes(BootLogParser.MAX_LENGTH + 1);
        } catch (IOException e) {
            throw new CommandFailure(1, "cannot read " + file + ": " + FileTrouble.sentence(e), e);
        }
    }

    private static void write(PolicyCommand parent, String output, byte[] text) throws CommandFailure {
        if (output.equals(STDOUT) || output.equals("/dev/stdout")) {
            parent.context().out().writeBytes(text);
            parent.context().out().println();
            return;
        }
        Path file = parent.context().workingDirectory().resolve(output);
        try {
            Files.write(file, text);
        } catch (IOException e) {
            throw new CommandFailure(1, "cannot write " + file + ": " + FileTrouble.sentence(e), e);
        }
    }
}
