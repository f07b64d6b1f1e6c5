package io.limelight.agent.actions;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.RevocationMessage;
import io.limelight.core.config.Component;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.core.json.WireJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A process with an inbox that takes one notice and goes on until it is killed. */
final class AgentToKill {
    private AgentToKill() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        Map<String, String> environment = Map.of(
                "KEYLIME_AGENT_CONFIG",
                folder.resolve("agent.conf").toString(),
                "KEYLIME_DIR",
                folder.resolve("work").toString());
        RevocationInbox inbox = RevocationInbox.open(
                new KeylimeConfig(environment, folder).load(Component.AGENT),
                AgentId.of("d432fbb3-d2f1-4a97-9ef7-75bd81c00000"),
                Map.of("PATH", System.getenv("PATH")),
                InstantSource.fixed(Instant.parse(args[2])));
        inbox.take(RevocationMessage.from(WireJson.parse(Files.readAllBytes(Path.of(args[1])))));
        new CountDownLatch(1).await();
    }
}
