package io.limelight.cli;

import io.limelight.cli.bench.BenchCommand;
import io.limelight.cli.ca.CaCommand;
import io.limelight.cli.command.CliContext;
import io.limelight.cli.config.ConfigCommand;
import io.limelight.cli.policy.PolicyCommand;
import io.limelight.cli.sandbox.DemoCommand;
import io.limelight.cli.service.AgentCommand;
import io.limelight.cli.service.RegistrarCommand;
import io.limelight.cli.service.VerifierCommand;
import io.limelight.cli.tenant.TenantCommand;
import io.limelight.cli.tenant.UserdataEncryptCommand;
import io.limelight.cli.verify.VerifyCommand;
import java.util.Locale;
import java.util.Optional;

/**
 * The programs of {@code limelight}. A new one is a constant here and a line in {@link #command}; its classes are not
 * loaded unless it is the one asked for, which is what keeps every start fast.
 */
enum Program {
    DEMO("Three machines with software TPMs, attested on this computer; nothing to prepare."),
    REGISTRAR("The registrar service: knows every machine's TPM."),
    VERIFIER("The verifier service: asks machines for proof, again and again."),
    AGENT("The agent service: runs on the machine that is attested."),
    TENANT("Add, remove and inspect machines (the options of keylime_tenant)."),
    CA("Issue and revoke the machines' certificates (the options of keylime_ca)."),
    POLICY("Make the policies that machines are judged by (the options of keylime-policy)."),
    VERIFY("Judge a quote, a measurement list or a boot log that lie in files."),
    CONFIG("Show or check the effective configuration of a program."),
    BENCH("Measure verifier and registrar under load."),
    USERDATA_ENCRYPT("Encrypt a file for delivery by another way (keylime_userdata_encrypt)."),
    COMPLETION("Print a completion script for bash or zsh."),
    VERSION("Print the version.");

    private final String summary;

    Program(String summary) {
        this.summary = summary;
    }

    /** As typed: {@code userdata-encrypt}. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** One line of {@code limelight help}. */
    String summary() {
        return summary;
    }

    /** The program of that name. */
    static Optional<Program> named(String word) {
        for (Program program : values()) {
            if (program.word().equals(word)) {
                return Optional.of(program);
            }
        }
        return Optional.empty();
    }

    /**
     * Makes the picocli command, a {@code Callable<Integer>}; empty while the program is not part of this build.
     *
     * <p>A switch and not a table of suppliers: lambdas cost start-up time, and a class named in a branch that is not
     * taken is never loaded.
     */
    Optional<Object> command(CliContext context) {
        return Optional.ofNullable(
                switch (this) {
                    case REGISTRAR -> new RegistrarCommand(context);
                    case VERIFIER -> new VerifierCommand(context);
                    case AGENT -> new AgentCommand(context);
                    case CA -> new CaCommand(context);
                    case POLICY -> new PolicyCommand(context);
                    case VERIFY -> new VerifyCommand(context);
                    case CONFIG -> new ConfigCommand(context);
                    case COMPLETION -> new CompletionCommand(context);
                    case VERSION -> new VersionCommand(context);
                    case DEMO -> new DemoCommand(context);
                    case BENCH -> new BenchCommand(context);
                    case TENANT -> new TenantCommand(context);
                    case USERDATA_ENCRYPT -> new UserdataEncryptCommand(context);
                });
    }
}
