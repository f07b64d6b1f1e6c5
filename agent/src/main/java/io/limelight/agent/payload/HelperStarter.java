package io.limelight.agent.payload;

import io.limelight.agent.privileges.RootHelper;
import java.io.IOException;

/**
 * Has scripts started by the root helper.
 *
 * @param helper which
 * @param agentId for the script's environment
 */
record HelperStarter(RootHelper helper, String agentId) implements ScriptStarter {
    @Override
    public void start(ScriptRun run) throws IOException {
        helper.startScript(agentId);
    }
}
