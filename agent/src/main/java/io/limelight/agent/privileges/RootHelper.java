package io.limelight.agent.privileges;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * The other end of the pipe: {@code agent-helper.sh}, which started this process as another user and stayed root. It knows three
 * requests, one line each. The script's name, its folder and what is removed are the helper's own knowledge; an action is chosen
 * by its file name alone, out of the two folders that the helper knows.
 */
public final class RootHelper {
    private final OpenFile requests;

    private RootHelper(OpenFile requests) {
        this.requests = requests;
    }

    /** The helper of this process, if it was started by one. */
    public static Optional<RootHelper> of(Map<String, String> environment) {
        var requests = Inherited.from(environment).requests();
        return requests.isPresent() ? Optional.of(new RootHelper(new OpenFile(requests.getAsInt()))) : Optional.empty();
    }

    /**
     * Has the payload script started.
     *
     * @param agentId for the script's environment
     * @throws IOException if the helper is gone
     */
    public void startScript(String agentId) throws IOException {
        send("start " + agentId);
    }

    /**
     * Has a revocation action started.
     *
     * @param agentId for the action's environment
     * @param run number of the folder in {@code secure/.limelight/actions} that tells its course
     * @param module whether it is a Python module, otherwise a program
     * @param fromPayload whether it is in {@code secure/unzipped}, otherwise in the folder of installed actions
     * @param name its file name
     * @throws IOException if the helper is gone
     */
    public void startAction(String agentId, int run, boolean module, boolean fromPayload, String name)
            throws IOException {
        send("action " + agentId + " " + run + " " + (module ? "module" : "program") + " "
                + (fromPayload ? "payload" : "installed") + " " + name);
    }

    /**
     * Has {@code secure/.unzipped.old} removed, with what a script has left in it as root.
     *
     * @throws IOException if the helper is gone
     */
    public void wipe() throws IOException {
        send("wipe");
    }

    private synchronized void send(String request) throws IOException {
        try {
            requests.write((request + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new IOException(
                    "the root helper of the agent does not answer (" + e.getMessage() + "); start the agent again", e);
        }
    }
}
