package io.limelight.agent.privileges;

import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How revocation actions are started, as the configuration has it: what whoever starts them has to know by himself.
 *
 * @param user who they are to be; empty = root where the agent has root's help, else the agent's own user
 * @param folder where installed actions are
 * @param python the interpreter: a path, or a name that is looked for
 * @param seconds most time one of them may take
 */
public record ActionLaunch(Optional<Account> user, String folder, String python, int seconds) {
    private static final int LONGEST = 24 * 3600;

    /** Of an agent that starts none by somebody else's hand. */
    public static ActionLaunch none() {
        return new ActionLaunch(Optional.empty(), "", "", 0);
    }

    /**
     * From the options.
     *
     * @throws ConfigException for one that cannot be used
     */
    public static ActionLaunch read(ComponentConfig config) throws ConfigException {
        String python = config.text("python_interpreter");
        if (!python.matches("/[^\\p{Cntrl}]*|[A-Za-z0-9_][A-Za-z0-9_.+-]*")) {
            throw config.refuse("python_interpreter", "use a name such as python3, or a full path");
        }
        return new ActionLaunch(
                Account.of(config, "actions_run_as"),
                folder(config).toString(),
                python,
                config.integer("action_timeout", 1, LONGEST));
    }

    private static Path folder(ComponentConfig config) throws ConfigException {
        if (config.value("revocation_actions_dir").isDefault()) {
            return config.root().resolve("usr/libexec/keylime");
        }
        String text = config.text("revocation_actions_dir");
        if (text.isEmpty() || text.chars().anyMatch(c -> c < ' ')) {
            throw config.refuse("revocation_actions_dir", "use the path of the folder with installed actions");
        }
        return config.workDir().resolve(text);
    }
}
