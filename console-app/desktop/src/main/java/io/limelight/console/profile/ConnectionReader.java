package io.limelight.console.profile;

import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.words.Words;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.config.Component;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.core.tenant.TenantSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Reads what a profile means with the tenant's own reader of configuration, so that nothing is understood in two ways. */
public final class ConnectionReader {
    private final Path root;
    private final Words words;

    /** @param root what {@code /} means */
    public ConnectionReader(Path root, Words words) {
        this.root = root;
        this.words = words;
    }

    /** Reads configuration files, no keys; those are read when a connection is made. */
    public Connection read(ProfileSource source) throws ProblemException {
        ScreenThread.refuse("reading configuration");
        try {
            ComponentConfig config = config(source);
            TenantSettings settings = TenantSettings.of(config);
            return new Connection(
                    settings,
                    settings.tls().clientKey(),
                    settings.tls().clientCertificate(),
                    settings.tls().trustedFiles("trusted_server_ca"),
                    config.warnings());
        } catch (ConfigException e) {
            throw Problems.thrown(words, "connect.configuration", e, String.valueOf(e.getMessage()));
        }
    }

    private ComponentConfig config(ProfileSource source) throws ConfigException, ProblemException {
        return switch (source) {
            case ProfileSource.Configuration files -> ofFiles(files);
            case ProfileSource.Typed typed ->
                KeylimeConfig.ofValuesAlone(values(typed), root).load(Component.TENANT);
        };
    }

    private ComponentConfig ofFiles(ProfileSource.Configuration files) throws ConfigException, ProblemException {
        Map<String, String> environment = new HashMap<>();
        if (files.tenantConf().isPresent()) {
            Path file = files.tenantConf().get();
            // The tenant would fall back to the usual places, which are not what this profile means.
            if (!Files.isRegularFile(file)) {
                throw Problems.thrown(words, "connect.no-tenant-conf", null, file.toString());
            }
            environment.put("KEYLIME_TENANT_CONFIG", file.toString());
        }
        files.workDir().ifPresent(folder -> environment.put("KEYLIME_DIR", folder.toString()));
        return new KeylimeConfig(environment, root).load(Component.TENANT);
    }

    private static Map<String, String> values(ProfileSource.Typed typed) {
        Map<String, String> values = new HashMap<>();
        values.put("KEYLIME_TENANT_VERIFIER_IP", typed.verifierHost());
        values.put("KEYLIME_TENANT_VERIFIER_PORT", Integer.toString(typed.verifierPort()));
        values.put("KEYLIME_TENANT_REGISTRAR_IP", typed.registrarHost());
        values.put("KEYLIME_TENANT_REGISTRAR_PORT", Integer.toString(typed.registrarPort()));
        values.put("KEYLIME_TENANT_TLS_DIR", typed.tlsFolder().toAbsolutePath().toString());
        values.put("KEYLIME_TENANT_CLIENT_KEY", or(typed.clientKey(), "client-private.pem"));
        values.put("KEYLIME_TENANT_CLIENT_CERT", or(typed.clientCertificate(), "client-cert.crt"));
        // Quoted as the list it is: a file name may hold anything else.
        values.put(
                "KEYLIME_TENANT_TRUSTED_SERVER_CA",
                "['" + or(typed.trustedCa(), "cacert.crt").replace("\\", "\\\\").replace("'", "\\'") + "']");
        // What is in this computer's /etc stays out of it, but vendors' certificates are this computer's.
        values.put("KEYLIME_DIR", typed.tlsFolder().toAbsolutePath().toString());
        return values;
    }

    private static String or(String text, String usual) {
        return text.isBlank() ? usual : text;
    }
}
