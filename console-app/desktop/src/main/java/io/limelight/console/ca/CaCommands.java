package io.limelight.console.ca;

import io.limelight.console.kit.CommandLine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The same acts as commands to copy; passwords are asked for by the command itself. */
final class CaCommands {
    private CaCommands() {}

    /** Empty where no single command does it. */
    static Optional<CommandLine> of(CaAct act, Path folder) {
        return switch (act) {
            // The command takes names from ca.conf, which need not be those of the form.
            case CaAct.Create _ -> Optional.empty();
            case CaAct.Issue issue -> some(folder, "create", "-n", issue.name());
            case CaAct.Renew renew ->
                renew.names().size() == 1
                        ? some(folder, "renew", "-n", renew.names().getFirst())
                        : Optional.empty();
            case CaAct.Revoke revoke ->
                revoke.serials().size() == 1
                        ? some(
                                folder,
                                "revoke",
                                "-s",
                                revoke.serials().getFirst().toString(),
                                "--reason",
                                revoke.reason().word())
                        : Optional.empty();
            case CaAct.ReissueCrl _ -> some(folder, "crl");
            case CaAct.ChangePassword _ -> some(folder, "passwd");
            case CaAct.RotateNotifier rotate ->
                some(folder, "rotate-notifier", "--reason", rotate.reason().word());
            case CaAct.RemoveKeys _ -> some(folder, "remove-keys");
            case CaAct.Tighten _ -> some(folder, "tighten");
            case CaAct.Backup backup ->
                some(folder, "backup", "--out", backup.file().toString());
            case CaAct.Restore restore ->
                some(folder, "restore", "-f", restore.source().toString());
            case CaAct.Export export ->
                some(
                        folder,
                        "export",
                        "-n",
                        export.name(),
                        "--format",
                        export.form().word(),
                        "--out",
                        export.file().toString());
            case CaAct.Calendar calendar ->
                some(folder, "calendar", "--out", calendar.file().toString());
            case CaAct.Listen _ -> some(folder, "listen");
            case CaAct.Finish _ -> some(folder, "crl");
            case CaAct.Address _ -> Optional.empty();
        };
    }

    private static Optional<CommandLine> some(Path folder, String word, String... more) {
        List<String> arguments = new ArrayList<>(List.of("limelight", "ca", "-c", word, "-d", folder.toString()));
        arguments.addAll(List.of(more));
        return Optional.of(CommandLine.of(arguments.toArray(new String[0])));
    }
}
