package io.limelight.cli.config;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.core.config.Component;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.config.ConfigOption;
import io.limelight.core.config.KeylimeConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code limelight config show|check}. */
@Command(
        name = "config",
        description = "Show or check the effective configuration of a program, without starting it.",
        synopsisSubcommandLabel = "(show | check)",
        footer = {
            "",
            "Files are searched as Keylime does: /etc/keylime, /usr/etc/keylime, their <program>.conf.d folders,",
            "KEYLIME_<PROGRAM>_CONFIG, KEYLIME_<PROGRAM>_<OPTION>; the keylime.conf of old lies below them.",
        })
public final class ConfigCommand {
    private static final int COLUMN = 52;

    private final CliContext context;

    /** The command. */
    public ConfigCommand(CliContext context) {
        this.context = context;
    }

    @Command(name = "show", description = "Print every effective value with its source. Secrets are hidden.")
    int show(
            @Parameters(paramLabel = "PROGRAM", description = "verifier, registrar, tenant, agent or ca")
                    String program,
            @Option(names = "--set-only", description = "Leave out what is at its default.") boolean setOnly,
            @Option(names = "--explain", description = "Add what each option means.") boolean explain)
            throws ConfigException, CommandFailure {
        ComponentConfig config = context.configuration().load(component(program));
        String section = "";
        for (ComponentConfig.Shown shown : config.all()) {
            ConfigOption option = shown.option();
            if (setOnly && shown.value().isDefault()) {
                continue;
            }
            if (!option.section().equals(section)) {
                section = option.section();
                context.out().println("[" + section + "]");
            }
            if (explain) {
                context.out().println("# " + option.meaning());
            }
            String line = option.name() + " = " + shown.visibleText().replace("\n", "\n    ");
            context.out()
                    .println(line + " ".repeat(Math.max(2, COLUMN - line.length())) + "# "
                            + shown.value().source());
        }
        context.out().println();
        context.out().println("# work directory: " + config.workDir());
        config.warnings().forEach(warning -> context.err().println("warning: " + warning));
        return 0;
    }

    @Command(
            name = "check",
            description = {
                "Read the configuration of the given programs (default: all) and say what is wrong with it.",
                "Exit status 1 if one of them could not start with it: the check asks the same as the start."
            })
    int check(
            @Parameters(paramLabel = "PROGRAM", arity = "0..*", description = "verifier, registrar, tenant, agent, ca")
                    List<String> programs)
            throws CommandFailure {
        int status = 0;
        for (Component component : components(programs)) {
            try {
                ComponentConfig config = context.configuration().load(component);
                config.warnings()
                        .forEach(warning -> context.out().println(component.fileName() + ": warning: " + warning));
                StartChecks.of(config, context.configuration(), context.environment())
                        .forEach(missing -> context.out().println(component.fileName() + ": warning: " + missing));
                context.out().println(component.fileName() + ": ok");
            } catch (ConfigException e) {
                context.out().println(component.fileName() + ": error: " + e.getMessage());
                status = 1;
            }
        }
        try {
            KeylimeConfig files = context.configuration();
            files.logging().warnings().forEach(warning -> context.out().println("logging: warning: " + warning));
        } catch (ConfigException e) {
            context.out().println("logging: error: " + e.getMessage());
            status = 1;
        }
        return status;
    }

    private static List<Component> components(@Nullable List<String> programs) throws CommandFailure {
        if (programs == null || programs.isEmpty()) {
            return List.of(Component.values());
        }
        List<Component> components = new ArrayList<>();
        for (String program : programs) {
            components.add(component(program));
        }
        return components;
    }

    private static Component component(String program) throws CommandFailure {
        return Component.named(program)
                .orElseThrow(() -> new CommandFailure(
                        2,
                        "\"" + program + "\" has no configuration; write one of "
                                + String.join(
                                        ", ",
                                        Stream.of(Component.values())
                                                .map(Component::fileName)
                                                .toList())));
    }
}
