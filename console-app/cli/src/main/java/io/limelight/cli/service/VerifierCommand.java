package io.limelight.cli.service;

import io.limelight.cli.command.CliContext;
import io.limelight.core.config.Component;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.verifier.VerifierProgram;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code limelight verifier}. */
@Command(
        name = "verifier",
        description = "Run the verifier in the foreground, configured by Keylime's verifier.conf.",
        footer = {"", "limelight config show verifier prints the configuration it would use."})
public final class VerifierCommand extends ServiceCommand {
    private final CliContext context;

    /** The command. */
    public VerifierCommand(CliContext context) {
        super(context, Component.VERIFIER);
        this.context = context;
    }

    @Override
    RunningService start(KeylimeConfig configuration) throws Exception {
        VerifierProgram program =
                VerifierProgram.start(configuration, credentials(), new SecureRandom(), InstantSource.system());
        String ip = configuration.load(Component.VERIFIER).text("ip");
        return new RunningService(
                "tenants at https://" + ServiceAddress.of(ip, program.port())
                        + (program.resumed() == 0 ? "" : ", " + program.resumed() + " agents taken up again"),
                program);
    }

    /** {@code limelight verifier rotate-key}. */
    @Command(
            name = "rotate-key",
            description = {
                "Encrypt the secrets in the database anew with another storage key; stop the verifier first.",
                "Without --new-key a new key takes the place of the old file."
            })
    int rotateKey(
            @Option(
                            names = "--new-key",
                            paramLabel = "FILE",
                            description =
                                    "32 bytes to be the new key, for where systemd passes it as a credential; make it"
                                            + " the credential afterwards.")
                    @Nullable Path newKey)
            throws Exception {
        String id = VerifierProgram.rotateStorageKey(
                context.configuration(),
                credentials(),
                Optional.ofNullable(newKey).map(context.workingDirectory()::resolve),
                new SecureRandom());
        context.out().println("The secrets are encrypted with the storage key " + id + " now.");
        return 0;
    }

    private Optional<Path> credentials() {
        return Optional.ofNullable(context.environment().get("CREDENTIALS_DIRECTORY"))
                .filter(folder -> !folder.isEmpty())
                .map(Path::of);
    }
}
