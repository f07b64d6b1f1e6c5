package io.limelight.agent.privileges;

import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import java.util.Optional;

/**
 * The option {@code run_as}. Keylime's agent starts as root and becomes that user; a JVM cannot, so it is started as that user
 * by the launcher and finds itself to be who it should. Set by nobody, the option means something to root only, as with Keylime.
 */
public final class RunAs {
    private RunAs() {}

    /**
     * Checks that this process is who the option says.
     *
     * @throws ConfigException if it is not; says what to do
     */
    public static void require(ComponentConfig config) throws ConfigException {
        ProcessUser self = ProcessUser.current();
        if (!self.root() && config.value("run_as").isDefault()) {
            return;
        }
        Optional<Account> wanted = Account.of(config, "run_as");
        if (wanted.isEmpty() || wanted.get().uid() == self.uid()) {
            return;
        }
        throw config.refuse(
                "run_as",
                self.root()
                        ? "root cannot become that user in a running JVM; the launcher (limelight agent) starts the agent as"
                                + " that user. To stay root set run_as = \"\""
                        : "the agent was started by " + System.getProperty("user.name") + ", who cannot become "
                                + wanted.get().name() + "; start it as root, or set run_as = \"\"");
    }
}
