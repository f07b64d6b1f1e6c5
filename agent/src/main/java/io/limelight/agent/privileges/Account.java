package io.limelight.agent.privileges;

import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A user of this machine, with the group that was asked for.
 *
 * @param name login name
 * @param uid user id
 * @param gid of the group that was asked for, else of the user's own
 * @param groups all the user's groups
 * @param home home directory
 */
public record Account(String name, int uid, int gid, List<Integer> groups, String home) {
    private static final String NAME = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}[$]?";

    public Account {
        groups = List.copyOf(groups);
    }

    /**
     * The account that an option names as {@code user:group} or {@code user}; empty if the option is.
     *
     * @throws ConfigException if there is no such user or group; says how to make them
     */
    public static Optional<Account> of(ComponentConfig config, String option) throws ConfigException {
        String text = config.text(option);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        int colon = text.indexOf(':');
        String user = colon < 0 ? text : text.substring(0, colon);
        String group = colon < 0 ? "" : text.substring(colon + 1);
        if (!user.matches(NAME) || !(group.isEmpty() || group.matches(NAME))) {
            throw config.refuse(option, "use user:group, such as keylime:tss, or empty");
        }
        try {
            List<String> entry = entry("passwd", user)
                    .orElseThrow(() -> config.refuse(
                            option,
                            "this machine has no user " + user + "; make it (useradd"
                                    + " --system --home-dir " + config.workDir() + " --shell /usr/sbin/nologin " + user
                                    + "), or set " + option + " = \"\""));
            int gid = group.isEmpty()
                    ? Integer.parseInt(entry.get(3))
                    : Integer.parseInt(entry("group", group)
                            .orElseThrow(() -> config.refuse(
                                    option,
                                    "this machine has no group " + group + "; make it (groupadd --system " + group
                                            + "), or name another"))
                            .get(2));
            List<Integer> groups = new ArrayList<>(List.of(gid));
            for (String id : SystemCommand.require("id", "-G", entry.getFirst()).split(" ", -1)) {
                if (!groups.contains(Integer.parseInt(id))) {
                    groups.add(Integer.parseInt(id));
                }
            }
            return Optional.of(
                    new Account(entry.getFirst(), Integer.parseInt(entry.get(2)), gid, groups, entry.get(5)));
        } catch (IOException | NumberFormatException e) {
            throw new ConfigException(option + ": the users of this machine cannot be read: " + e.getMessage(), e);
        }
    }

    /** One line of a database of getent(1), in its fields; by that way users of a directory service count too. */
    private static Optional<List<String>> entry(String database, String key) throws IOException {
        SystemCommand answer = SystemCommand.run("getent", database, key);
        int fields = database.equals("passwd") ? 7 : 4;
        List<String> entry = List.of(answer.output().split(":", -1));
        return answer.status() == 0 && entry.size() >= fields ? Optional.of(entry) : Optional.empty();
    }

    /** The words in front of a command that make root run it as this account, with nothing of what root may do. */
    public String setpriv() {
        return "setpriv --reuid=" + uid + " --regid=" + gid + " --groups="
                + groups.stream().map(String::valueOf).collect(Collectors.joining(",")) + " --inh-caps=-all";
    }

    /** Its environment. */
    public Map<String, String> environment() {
        return Map.of("HOME", home, "USER", name, "LOGNAME", name);
    }
}
