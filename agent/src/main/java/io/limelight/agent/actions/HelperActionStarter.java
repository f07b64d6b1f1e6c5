package io.limelight.agent.actions;

import io.limelight.agent.privileges.RootHelper;
import java.io.IOException;

/**
 * Has actions started by the root helper.
 *
 * @param helper which
 * @param agentId for the action's environment
 */
record HelperActionStarter(RootHelper helper, String agentId) implements ActionStarter {
    @Override
    public void start(int run, FoundAction action) throws IOException {
        helper.startAction(agentId, run, action.module(), action.fromPayload(), action.fileName());
    }
}
