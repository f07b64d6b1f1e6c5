package io.limelight.cli.service;

import io.limelight.cli.command.CliContext;
import io.limelight.core.config.Component;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.registrar.RegistrarProgram;
import java.security.SecureRandom;
import java.time.InstantSource;
import picocli.CommandLine.Command;

/** {@code limelight registrar}. */
@Command(
        name = "registrar",
        description = "Run the registrar in the foreground, configured by Keylime's registrar.conf.",
        footer = {"", "limelight config show registrar prints the configuration it would use."})
public final class RegistrarCommand extends ServiceCommand {
    /** The command. */
    public RegistrarCommand(CliContext context) {
        super(context, Component.REGISTRAR);
    }

    @Override
    RunningService start(KeylimeConfig configuration) throws Exception {
        RegistrarProgram program = RegistrarProgram.start(configuration, new SecureRandom(), InstantSource.system());
        String ip = configuration.load(Component.REGISTRAR).text("ip");
        return new RunningService(
                "agents at http://" + ServiceAddress.of(ip, program.port()) + ", tenant and verifier at https://"
                        + ServiceAddress.of(ip, program.tlsPort()),
                program);
    }
}
