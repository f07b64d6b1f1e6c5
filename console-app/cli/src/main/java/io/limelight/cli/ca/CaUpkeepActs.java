package io.limelight.cli.ca;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.core.ca.CaBackup;
import io.limelight.core.ca.CaExamination;
import io.limelight.core.ca.CaExamination.Finding;
import io.limelight.core.ca.CaExamination.Weight;
import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CaUpkeep;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.ExpiryCalendar;
import io.limelight.core.ca.NotifierRotation;
import io.limelight.core.ca.RevocationReason;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.secret.SecretBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** The acts of {@code limelight ca} that keep a folder in order. */
final class CaUpkeepActs {
    private final CliContext context;
    private final CertificateAuthority ca;

    CaUpkeepActs(CliContext context, CertificateAuthority ca) {
        this.context = context;
        this.ca = ca;
    }

    /** Says what is weak; 1 if something serious is. */
    int check() {
        List<Finding> findings = new CaExamination(ca).findings();
        for (Finding finding : findings) {
            context.out().println(word(finding.kind().weight()) + CaFindings.sentence(finding));
        }
        if (findings.isEmpty()) {
            context.out().println("Nothing weak was found in " + ca.path() + ".");
        }
        return findings.stream().anyMatch(finding -> finding.kind().weight() == Weight.SERIOUS) ? 1 : 0;
    }

    private static String word(Weight weight) {
        return switch (weight) {
            case SERIOUS -> "SERIOUS  ";
            case WARNING -> "warning  ";
            case NOTE -> "note     ";
        };
    }

    void changePassword(CaIdentityActs.Password former, CaIdentityActs.Password next)
            throws CommandFailure, CaException {
        ca.requireExisting();
        try (SecretBytes before = former.ask();
                SecretBytes after = next.ask()) {
            new CaUpkeep(ca).changePassword(before, after);
        }
        context.out()
                .println("The keystore of " + ca.path()
                        + " has another password. Backups open with the former one still;"
                        + " a limelight ca -c listen that runs has to be started again.");
    }

    void rotateNotifier(RevocationReason reason, CaIdentityActs.Password password) throws CommandFailure, CaException {
        ca.requireExisting();
        try (SecretBytes given = password.ask()) {
            NotifierRotation.Rotated rotated = new NotifierRotation(ca).run(reason, given);
            context.out()
                    .println("The RevocationNotifier has another key (certificate "
                            + rotated.made().getSerialNumber() + ")"
                            + rotated.former()
                                    .map(serial -> "; the former one (" + serial + ") is revoked")
                                    .orElse("")
                            + ". " + rotated.machines()
                            + (rotated.machines() == 1 ? " machine knows" : " machines know")
                            + " the former one only; each needs another package: "
                            + CaIdentityActs.UPDATE);
        }
    }

    void removeClearKeys(CaIdentityActs.Password password) throws CommandFailure, CaException {
        ca.requireExisting();
        try (SecretBytes given = password.ask()) {
            context.out()
                    .println(new CaUpkeep(ca).removeClearKeys(given)
                            + " private keys in clear text were deleted; the keystore has them.");
        }
    }

    void tighten() throws CaException {
        ca.requireExisting();
        context.out().println(new CaUpkeep(ca).tighten() + " files or folders are now readable by their owner alone.");
    }

    void backup(Path file, boolean force) throws CaException {
        CaBackup.Written written = new CaBackup(ca).write(file, force);
        context.out()
                .println("Backup of " + written.files() + " files (" + written.bytes() + " bytes) in " + file
                        + "; keep it as secret as the folder");
    }

    void restore(Path source, boolean force, CaIdentityActs.Password password) throws CommandFailure, CaException {
        ca.requireRoom(force);
        try (SecretBytes given = password.ask()) {
            CaBackup backup = new CaBackup(ca);
            CaBackup.Restored restored = Files.isDirectory(source)
                    ? backup.copy(source, given, force)
                    : backup.restore(source, given, force);
            context.out()
                    .println("CA " + CaOutput.subject(restored.authority()) + " with " + restored.files()
                            + " files is in "
                            + ca.path() + "; the next certificate is " + restored.nextSerial()
                            + (restored.revokedSince().isEmpty()
                                    ? ""
                                    : "; revoked since the backup, and revoked still: " + restored.revokedSince())
                            + ". Serial numbers count on from the backup: if the CA it was made of issued certificates since,"
                            + " or is still used, the same numbers come twice and revoking one revokes the other. Use"
                            + " one of the two alone, and revoke here what the other issued since");
        }
    }

    void calendar(Path file, boolean force, InstantSource clock) throws CommandFailure, CaException {
        if (Files.exists(file) && !force) {
            throw new CommandFailure(1, file + " is there already; --force replaces it, --out names another file");
        }
        Instant now = clock.instant();
        try {
            PrivateFiles.write(file, ExpiryCalendar.of(ca.listing(), now).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new CommandFailure(1, "cannot write " + file + ": " + e, e);
        }
        context.out().println("What ends when is in " + file + ", for a calendar");
    }
}
