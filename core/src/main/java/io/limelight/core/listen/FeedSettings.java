package io.limelight.core.listen;

import io.limelight.core.api.Endpoint;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.TlsSetupException;
import io.limelight.core.tls.TrustedCas;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Whose events a CA follows, and as whom.
 *
 * @param verifier a Limelight verifier
 * @param identity an observer's or an administrator's certificate with its key
 * @param authorities under whose certificates the verifier has to be
 */
public record FeedSettings(Endpoint verifier, KeyMaterial identity, TrustedCas authorities) {
    private static final String DEFAULT = "default";
    private static final int PORT = 8881;

    /**
     * What the command line said, as far as it did; {@code ca.conf} has the rest.
     *
     * @param url {@code https://host[:port]}
     * @param key private key in PEM
     * @param certificate its certificate
     * @param authorities certificates of the authorities to trust
     */
    public record Given(
            Optional<String> url, Optional<Path> key, Optional<Path> certificate, Optional<Path> authorities) {}

    /**
     * Reads the files.
     *
     * @param folder what relative names in {@code ca.conf} start at
     * @return empty if no verifier is named
     */
    public static Optional<FeedSettings> of(ComponentConfig config, Given given, Path folder)
            throws ConfigException, TlsSetupException {
        Optional<String> url = given.url().or(() -> config.optionalText("events_url"));
        if (url.isEmpty()) {
            return Optional.empty();
        }
        Endpoint verifier = endpoint(url.get())
                .orElseThrow(() -> given.url().isPresent()
                        ? new ConfigException("--events " + url.get() + NO_ADDRESS)
                        : config.refuse("events_url", NO_ADDRESS.strip()));
        Path services = config.workDir().resolve("cv_ca");
        Path key = file(config, "events_key", given.key(), folder, services.resolve("client-private.pem"));
        Path certificate =
                file(config, "events_cert", given.certificate(), folder, services.resolve("client-cert.crt"));
        Path authorities = file(config, "events_ca", given.authorities(), folder, services.resolve("cacert.crt"));
        return Optional.of(new FeedSettings(
                verifier,
                KeyMaterial.read(key, certificate, config.password("events_key_password")),
                TrustedCas.read(List.of(authorities))));
    }

    private static final String NO_ADDRESS =
            " is no address of a verifier: write https://HOST or https://HOST:PORT, the port is " + PORT
                    + " unless it is said";

    private static Path file(ComponentConfig config, String option, Optional<Path> given, Path folder, Path byDefault) {
        return given.orElseGet(() -> config.optionalText(option)
                .filter(text -> !text.equals(DEFAULT))
                .map(folder::resolve)
                .orElse(byDefault));
    }

    private static Optional<Endpoint> endpoint(String url) {
        try {
            URI uri = URI.create(url.strip());
            boolean bare = (uri.getRawPath() == null
                            || uri.getRawPath().isEmpty()
                            || uri.getRawPath().equals("/"))
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && uri.getRawUserInfo() == null;
            if (!"https".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null || !bare) {
                return Optional.empty();
            }
            return Optional.of(Endpoint.verifier(uri.getHost(), uri.getPort() < 0 ? PORT : uri.getPort()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
