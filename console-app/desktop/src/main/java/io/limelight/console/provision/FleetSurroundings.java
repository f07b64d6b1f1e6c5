package io.limelight.console.provision;

import io.limelight.console.profile.Profile;
import io.limelight.console.profile.ProfileSource;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.config.Component;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.core.tenant.CommandWords;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code ca.conf} of a fleet says, and what a command line of ours needs around it to mean this fleet.
 *
 * @param subject of certificates
 * @param ca folder of the CA by default
 * @param prefix {@code env …} with a blank at its end; may be empty
 */
public record FleetSurroundings(CertificateSubject subject, Path ca, String prefix) {
    /** Reads; where {@code ca.conf} cannot be read, its defaults hold, and the CA room says what is wrong. */
    public static FleetSurroundings of(Profile profile, Path root) {
        ScreenThread.refuse("reading configuration");
        Map<String, String> environment = environment(profile.source());
        ComponentConfig config;
        CertificateSubject subject;
        try {
            config = new KeylimeConfig(environment, root).load(Component.CA);
            subject = CertificateSubject.of(config);
        } catch (ConfigException e) {
            try {
                config = KeylimeConfig.ofValuesAlone(environment, root).load(Component.CA);
                subject = CertificateSubject.of(config);
            } catch (ConfigException defaults) {
                throw new IllegalStateException("the defaults of ca.conf cannot be read", defaults);
            }
        }
        return new FleetSurroundings(subject, config.workDir().resolve("ca"), prefix(environment));
    }

    private static Map<String, String> environment(ProfileSource source) {
        Map<String, String> environment = new TreeMap<>();
        switch (source) {
            case ProfileSource.Configuration files -> {
                files.tenantConf().ifPresent(file -> {
                    environment.put("KEYLIME_TENANT_CONFIG", file.toString());
                    Path ca = file.resolveSibling("ca.conf");
                    if (Files.isRegularFile(ca)) {
                        environment.put("KEYLIME_CA_CONFIG", ca.toString());
                    }
                });
                files.workDir().ifPresent(folder -> environment.put("KEYLIME_DIR", folder.toString()));
            }
            case ProfileSource.Typed typed -> {
                environment.put(
                        "KEYLIME_TENANT_TLS_DIR",
                        typed.tlsFolder().toAbsolutePath().toString());
                put(environment, "KEYLIME_TENANT_CLIENT_KEY", typed.clientKey());
                put(environment, "KEYLIME_TENANT_CLIENT_CERT", typed.clientCertificate());
                put(environment, "KEYLIME_TENANT_TRUSTED_SERVER_CA", typed.trustedCa());
            }
        }
        return environment;
    }

    private static void put(Map<String, String> environment, String name, String value) {
        if (!value.isBlank()) {
            environment.put(name, value);
        }
    }

    private static String prefix(Map<String, String> environment) {
        if (environment.isEmpty()) {
            return "";
        }
        List<CommandWords.Word> words = new ArrayList<>(List.of(new CommandWords.Word("env", false)));
        environment.forEach((name, value) -> words.add(new CommandWords.Word(name + "=" + value, false)));
        return new CommandWords(words).text() + " ";
    }
}
