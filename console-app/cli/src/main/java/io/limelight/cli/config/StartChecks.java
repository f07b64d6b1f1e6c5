package io.limelight.cli.config;

import io.limelight.agent.AgentProgram;
import io.limelight.agent.registration.AgentDataException;
import io.limelight.agent.tpm.TpmException;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.config.Component;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.core.endorsement.EndorsementException;
import io.limelight.core.tenant.TenantSettings;
import io.limelight.core.tls.TlsSetupException;
import io.limelight.registrar.RegistrarProgram;
import io.limelight.verifier.VerifierProgram;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;

/** What the start of each program finds wrong with its configuration, asked without starting it. */
final class StartChecks {
    private StartChecks() {}

    /**
     * Asks.
     *
     * @return what will have to be there before the start; sentences
     * @throws ConfigException with what would stop the start
     */
    static List<String> of(ComponentConfig config, KeylimeConfig loader, Map<String, String> environment)
            throws ConfigException {
        Component component = config.component();
        try {
            return switch (component) {
                case AGENT -> AgentProgram.check(config, environment, new SecureRandom());
                case VERIFIER -> VerifierProgram.check(loader);
                case REGISTRAR -> RegistrarProgram.check(loader);
                case TENANT -> TenantSettings.of(config).checkFiles();
                case CA -> {
                    CertificateSubject.of(config);
                    yield List.of();
                }
            };
        } catch (EndorsementException e) {
            boolean script = e.reason() == EndorsementException.Reason.SCRIPT_FAILED;
            ConfigException refused =
                    config.refuse(script ? "ek_check_script" : "tpm_cert_store", String.valueOf(e.getMessage()));
            refused.initCause(e);
            throw refused;
        } catch (TlsSetupException | TpmException | AgentDataException e) {
            throw new ConfigException(String.valueOf(e.getMessage()), e);
        }
    }
}
