package io.limelight.agent.payload;

import io.limelight.agent.privileges.Account;
import io.limelight.agent.privileges.Inherited;
import io.limelight.agent.privileges.ProcessUser;
import io.limelight.core.api.AgentId;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Who payload scripts or revocation actions run as ({@code payload_run_as}, {@code actions_run_as}), and what they find around
 * them.
 *
 * @param account empty: root where the agent has root's help, else the agent's own user
 */
public record ScriptUser(Optional<Account> account) {
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /**
     * From the configuration.
     *
     * @param option which of the two
     * @throws ConfigException if there is no such user, or the agent has no way to become it
     */
    public static ScriptUser of(ComponentConfig config, String option, Map<String, String> environment)
            throws ConfigException {
        Optional<Account> account = Account.of(config, option);
        ProcessUser self = ProcessUser.current();
        if (account.isEmpty() || account.get().uid() == self.uid()) {
            return new ScriptUser(Optional.empty());
        }
        if (!self.root() && Inherited.from(environment).requests().isEmpty()) {
            throw config.refuse(
                    option,
                    "the agent was not started as root and cannot run scripts as somebody else; start it as root, or"
                            + " leave this empty");
        }
        return new ScriptUser(account);
    }

    /** Who the area belongs to, for an agent that is this user. */
    SecureArea.Owner sharedWith(ProcessUser owner) {
        return new SecureArea.Owner(
                owner.uid(),
                owner.gid(),
                account.map(user -> OptionalInt.of(user.gid())).orElseGet(OptionalInt::empty));
    }

    /** The words in front of the script. */
    public String prefix() {
        return account.map(Account::setpriv).orElse("");
    }

    /**
     * Environment of a script that this process starts. The agent's own may hold passwords ({@code KEYLIME_AGENT_…}): a script
     * gets what every program needs, and its machine's id.
     */
    public Map<String, String> environment(Map<String, String> own, AgentId id) {
        Map<String, String> clean = new HashMap<>();
        own.forEach((name, value) -> {
            if (name.equals("LANG") || name.equals("TZ") || name.startsWith("LC_")) {
                clean.put(name, value);
            }
        });
        clean.put("PATH", PATH);
        clean.put("SHELL", "/bin/sh");
        clean.put("HOME", own.getOrDefault("HOME", System.getProperty("user.home", "/")));
        clean.put("USER", System.getProperty("user.name", ""));
        clean.put("LOGNAME", System.getProperty("user.name", ""));
        account.ifPresent(user -> clean.putAll(user.environment()));
        clean.put("AGENT_UUID", id.value());
        return clean;
    }
}
