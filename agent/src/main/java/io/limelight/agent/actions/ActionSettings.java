package io.limelight.agent.actions;

import io.limelight.agent.privileges.ActionLaunch;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The options of {@code agent.conf} about revocations, checked.
 *
 * @param places where things are
 * @param certificate {@code revocation_cert}
 * @param installed {@code revocation_actions}
 * @param payloadAllowed {@code allow_payload_revocation_actions}
 * @param launch how actions are started
 * @param reportOutput whether receipts tell what actions said
 * @param publisher where notices are published by ZeroMQ; empty if nobody said so
 */
record ActionSettings(
        ActionPlaces places,
        Path certificate,
        List<String> installed,
        boolean payloadAllowed,
        ActionLaunch launch,
        boolean reportOutput,
        Optional<Publisher> publisher) {
    ActionSettings {
        installed = List.copyOf(installed);
    }

    /**
     * A publisher of notices.
     *
     * @param host name or address
     * @param port of TCP
     */
    record Publisher(String host, int port) {}

    static ActionSettings read(ComponentConfig config) throws ConfigException {
        ActionLaunch launch = ActionLaunch.read(config);
        return new ActionSettings(
                new ActionPlaces(config.workDir(), Path.of(launch.folder())),
                certificate(config),
                config.list("revocation_actions"),
                config.bool("allow_payload_revocation_actions"),
                launch,
                config.bool("report_action_output"),
                publisher(config));
    }

    private static Path certificate(ComponentConfig config) {
        String text = config.text("revocation_cert");
        return config.workDir()
                .resolve(
                        text.isEmpty() || text.equals("default")
                                ? "secure/unzipped/RevocationNotifier-cert.crt"
                                : text);
    }

    /** Listening is on by default; somebody has to have said where, or that, for there to be anything to listen to. */
    private static Optional<Publisher> publisher(ComponentConfig config) throws ConfigException {
        int port = config.integer("revocation_notification_port", 1, 65535);
        String host = config.text("revocation_notification_ip");
        boolean said = !config.value("revocation_notification_ip").isDefault()
                || !config.value("enable_revocation_notifications").isDefault();
        if (!config.bool("enable_revocation_notifications") || !said) {
            return Optional.empty();
        }
        if (!host.matches("[A-Za-z0-9_.:%-]+")) {
            throw config.refuse(
                    "revocation_notification_ip",
                    "use the address of the verifier's ZeroMQ publisher, or switch"
                            + " enable_revocation_notifications off");
        }
        return Optional.of(new Publisher(host, port));
    }
}
