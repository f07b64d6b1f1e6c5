package io.limelight.agent.payload;

import io.limelight.agent.privileges.Account;
import io.limelight.agent.privileges.ActionLaunch;
import io.limelight.agent.privileges.LaunchPlan;
import io.limelight.agent.privileges.ProcessUser;
import io.limelight.agent.privileges.RunAs;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The first half of a start as root with {@code run_as}: what only root can do is done, and the launcher is told the rest, so
 * that the agent proper never has root's privileges.
 */
public final class AgentLaunch {
    private AgentLaunch() {}

    /**
     * Checks the options about payloads and users, as a start does.
     *
     * @throws ConfigException for one that cannot be used
     */
    public static void check(ComponentConfig config) throws ConfigException {
        PayloadSettings.read(config);
        Account.of(config, "payload_run_as");
        ActionLaunch.read(config);
        // As with Keylime the default means something to root only.
        if (ProcessUser.current().root() || !config.value("run_as").isDefault()) {
            Account.of(config, "run_as");
        }
    }

    /**
     * Prepares the work directory and the secure area for {@code run_as}, if this is root and the option is set.
     *
     * @throws ConfigException for an option that cannot be used
     * @throws SecureAreaException if there is no place for secrets
     * @throws IOException if the work directory cannot be given to the user
     */
    public static LaunchPlan prepare(ComponentConfig config) throws ConfigException, SecureAreaException, IOException {
        Optional<Account> user = Account.of(config, "run_as");
        if (!ProcessUser.current().root() || user.isEmpty() || user.get().uid() == 0) {
            if (!ProcessUser.current().root()) {
                RunAs.require(config);
            }
            return LaunchPlan.direct();
        }
        Account agent = user.get();
        PayloadSettings settings = PayloadSettings.read(config);
        Optional<Account> scriptUser =
                Account.of(config, "payload_run_as").filter(account -> account.uid() != agent.uid());
        ActionLaunch asked = ActionLaunch.read(config);
        ActionLaunch actions = new ActionLaunch(
                // With the agent's own groups, as for scripts.
                asked.user().map(account -> account.uid() == agent.uid() ? agent : account),
                asked.folder(),
                asked.python(),
                asked.seconds());
        giveWorkDir(config, agent);
        SecureArea area = settings.area(new SecureArea.Owner(
                agent.uid(),
                agent.gid(),
                scriptUser
                        .filter(account -> account.uid() != 0)
                        .map(account -> OptionalInt.of(account.gid()))
                        .orElseGet(OptionalInt::empty)));
        boolean scriptsAsAgent = Account.of(config, "payload_run_as")
                .filter(account -> account.uid() == agent.uid())
                .isPresent();
        return new LaunchPlan(
                Optional.of(LaunchPlan.sharing(agent, scriptUser)),
                scriptsAsAgent ? user : scriptUser,
                area.folder().toString(),
                settings.script(),
                settings.scriptSeconds(),
                config.path("ima_ml_path", config.root(), "sys/kernel/security/ima/ascii_runtime_measurements")
                        .toString(),
                config.path("measuredboot_ml_path", config.root(), "sys/kernel/security/tpm0/binary_bios_measurements")
                        .toString(),
                actions);
    }

    /** A folder that is new becomes the user's; one that holds files of somebody else is the administrator's to decide. */
    private static void giveWorkDir(ComponentConfig config, Account agent) throws ConfigException, IOException {
        Path folder = config.workDir();
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            own(folder, agent);
            return;
        }
        int owner = (int) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (owner == agent.uid()) {
            return;
        }
        if (owner == 0 && empty(folder)) {
            own(folder, agent);
            return;
        }
        throw config.refuse(
                "run_as",
                "the work directory " + folder + " belongs to user id " + owner + "; give it to that user (chown -R "
                        + config.text("run_as") + " " + folder + ") or set run_as = \"\"");
    }

    private static boolean empty(Path folder) throws IOException {
        try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
            return !content.iterator().hasNext();
        }
    }

    private static void own(Path folder, Account agent) throws IOException {
        Files.setAttribute(folder, "unix:gid", agent.gid());
        Files.setAttribute(folder, "unix:uid", agent.uid());
    }
}
