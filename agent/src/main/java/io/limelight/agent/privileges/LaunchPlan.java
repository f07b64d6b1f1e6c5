package io.limelight.agent.privileges;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the launcher has to know to start the agent as {@code run_as}: the answer of a first, short run as root that has read the
 * configuration and mounted the secure area. Lines of a word and its value, none of them quoted; values that could not stand in
 * a line of their own are refused where the plan is made.
 *
 * @param user who the agent is to be; empty if it stays who it is
 * @param scriptUser who payload scripts are to be; empty = root
 * @param secureFolder the mounted area
 * @param script name of the payload script; empty = none
 * @param scriptSeconds most time it may take; 0 = no limit
 * @param imaList to be opened for the agent
 * @param bootLog to be opened for the agent
 * @param actions how revocation actions are started
 */
public record LaunchPlan(
        Optional<Account> user,
        Optional<Account> scriptUser,
        String secureFolder,
        String script,
        int scriptSeconds,
        String imaList,
        String bootLog,
        ActionLaunch actions) {
    /** The plan of an agent that stays who it is. */
    public static LaunchPlan direct() {
        return new LaunchPlan(Optional.empty(), Optional.empty(), "", "", 0, "", "", ActionLaunch.none());
    }

    /** For the launcher. */
    public String text() {
        if (user.isEmpty()) {
            return "direct\n";
        }
        StringBuilder text = new StringBuilder("helper\n");
        account(text, "user", user.get());
        scriptUser.ifPresent(account -> account(text, "script_user", account));
        line(text, "secure", secureFolder);
        line(text, "script", script);
        line(text, "seconds", Integer.toString(scriptSeconds));
        line(text, "ima", imaList);
        line(text, "boot", bootLog);
        actions.user().ifPresent(account -> account(text, "action_user", account));
        line(text, "actions", actions.folder());
        line(text, "python", actions.python());
        line(text, "action_seconds", Integer.toString(actions.seconds()));
        return text.toString();
    }

    private static void account(StringBuilder text, String word, Account account) {
        line(text, word, account.name());
        line(text, word + "_id", account.uid() + ":" + account.gid());
        line(text, word + "_home", account.home());
        line(text, word + "_setpriv", account.setpriv());
    }

    private static void line(StringBuilder text, String word, String value) {
        if (value.chars().anyMatch(c -> c < ' ')) {
            throw new IllegalArgumentException(
                    word + " holds a control character: it cannot be handed to the launcher");
        }
        text.append(word).append(' ').append(value).append('\n');
    }

    /** Groups of both, for the agent to share files with its scripts. */
    public static Account sharing(Account user, Optional<Account> scriptUser) {
        if (scriptUser.isEmpty() || user.groups().contains(scriptUser.get().gid())) {
            return user;
        }
        List<Integer> groups = new ArrayList<>(user.groups());
        groups.add(scriptUser.get().gid());
        return new Account(user.name(), user.uid(), user.gid(), groups, user.home());
    }
}
