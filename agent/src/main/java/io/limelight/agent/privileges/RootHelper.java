package io.limelight.agent.privileges;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * The other end of the pipe: {@code agent-helper.sh}, which started this process as another user and stayed root. It knows two
 * requests, one line each, and does nothing that a request could choose: the script's name, its folder and what is removed are
 * the helper's own knowledge.
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
