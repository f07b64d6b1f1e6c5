package io.limelight.cli.service;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.core.config.Component;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.registrar.RegistrationImport;
import io.limelight.store.ImportLine;
import io.limelight.verifier.KeylimeImport;
import io.limelight.verifier.VerifierProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
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
                        + (program.resumed() == 0
                                ? ""
                                : ", " + program.resumed() + (program.resumed() == 1 ? " agent" : " agents")
                                        + " taken up again"),
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

    /** {@code limelight verifier import-keylime}. */
    @Command(
            name = "import-keylime",
            description = {
                "Take over the agents, policies and registrations in the SQLite files of a Keylime verifier and"
                        + " registrar. Keylime's files are only read; stop Keylime and this verifier first.",
                "Without --apply it is a trial: it says what would become of each and stores nothing. To do it twice"
                        + " changes nothing. Exit status 1 if anything is left behind."
            })
    int importKeylime(
            @Option(
                            names = "--verifier-db",
                            paramLabel = "FILE",
                            description = "Keylime's cv_data.sqlite; by default the one in the work directory.")
                    @Nullable Path verifierFile,
            @Option(
                            names = "--registrar-db",
                            paramLabel = "FILE",
                            description = "Keylime's reg_data.sqlite; by default the one in the work directory.")
                    @Nullable Path registrarFile,
            @Option(names = "--apply", description = "Store it.") boolean apply)
            throws Exception {
        KeylimeConfig configuration = context.configuration();
        Optional<Path> registrar = source(configuration, Component.REGISTRAR, registrarFile, "reg_data.sqlite");
        Optional<Path> verifier = source(configuration, Component.VERIFIER, verifierFile, "cv_data.sqlite");
        if (registrar.isEmpty() && verifier.isEmpty()) {
            throw new CommandFailure(
                    2,
                    "there is neither cv_data.sqlite nor reg_data.sqlite in the work directory; name them with"
                            + " --verifier-db and --registrar-db");
        }
        List<ImportLine> lines = new ArrayList<>();
        if (registrar.isPresent()) {
            lines.addAll(RegistrationImport.run(configuration, registrar.get(), apply, InstantSource.system()));
        }
        if (verifier.isPresent()) {
            lines.addAll(KeylimeImport.run(
                    configuration, credentials(), verifier.get(), apply, new SecureRandom(), InstantSource.system()));
        }
        int left = 0;
        for (ImportLine line : lines) {
            left += line.verdict() == ImportLine.Verdict.LEFT ? 1 : 0;
            context.out().println(word(line.verdict(), apply) + "  " + line.what() + ": " + line.why());
        }
        context.out()
                .println((lines.size() - left) + " of " + lines.size() + (apply ? " are here now" : " can be taken")
                        + (apply ? "." : "; nothing was stored, --apply does it."));
        return left == 0 ? 0 : 1;
    }

    private Optional<Path> source(KeylimeConfig configuration, Component component, @Nullable Path named, String usual)
            throws Exception {
        if (named != null) {
            return Optional.of(context.workingDirectory().resolve(named));
        }
        return Optional.of(configuration.load(component).workDir().resolve(usual))
                .filter(Files::isRegularFile);
    }

    private static String word(ImportLine.Verdict verdict, boolean apply) {
        return switch (verdict) {
            case TAKEN -> apply ? "taken     " : "would take";
            case KNOWN -> "known     ";
            case LEFT -> "left      ";
        };
    }

    private Optional<Path> credentials() {
        return Optional.ofNullable(context.environment().get("CREDENTIALS_DIRECTORY"))
                .filter(folder -> !folder.isEmpty())
                .map(Path::of);
    }
}
