package io.limelight.core.ca;

import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.ServerTls;
import io.limelight.core.tls.TlsSetupException;
import io.limelight.core.tls.TrustedCas;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which files a service's TLS options name (wire reference §9.1): {@code tls_dir} is {@code generate}, {@code default} or a
 * folder; single files are {@code default} or names relative to it; trusted CAs default to {@code cv_ca/cacert.crt}
 * whatever {@code tls_dir} says.
 */
public final class TlsFiles {
    private final ComponentConfig config;
    private final Path folder;
    private final @Nullable OwnIdentity own;

    private TlsFiles(ComponentConfig config, Path folder, @Nullable OwnIdentity own) {
        this.config = config;
        this.folder = folder;
        this.own = own;
    }

    /** What a client proves itself with, where that is no file, or one whose password is kept elsewhere. */
    @FunctionalInterface
    public interface OwnIdentity {
        /** Reads it anew. */
        KeyMaterial read() throws TlsSetupException;
    }

    /** The same with another client's side. */
    public TlsFiles withClient(OwnIdentity identity) {
        return new TlsFiles(config, folder, identity);
    }

    /**
     * Finds the folder.
     *
     * @param generated folder that {@code tls_dir = generate} makes, {@code cv_ca} or {@code reg_ca}
     */
    public static TlsFiles of(ComponentConfig config, String generated) {
        return new TlsFiles(
                config,
                switch (config.text("tls_dir")) {
                    case "generate" -> config.workDir().resolve(generated);
                    case "", "default" -> config.workDir().resolve("cv_ca");
                    case String other -> config.workDir().resolve(other);
                },
                null);
    }

    /** The folder the names are relative to. */
    public Path folder() {
        return folder;
    }

    /** Whether the configuration asks for the folder to be made. */
    public boolean generated() {
        return config.text("tls_dir").equals("generate");
    }

    /** Whether the CA folder that all programs share by default is still to be made, which is the verifier's to do. */
    public boolean awaitsVerifier() {
        return !generated() && folder.equals(sharedFolder()) && !Files.exists(folder);
    }

    /** What to do then; a sentence. */
    public String advice() {
        return "there is no CA folder " + folder + " yet; the verifier makes it at its first start. Start the verifier"
                + " first, or copy its cv_ca folder here, or name another folder in tls_dir";
    }

    private Path sharedFolder() {
        return config.workDir().resolve("cv_ca");
    }

    private void requireFolder() throws TlsSetupException, ConfigException {
        if (awaitsVerifier()) {
            throw new TlsSetupException(advice());
        }
    }

    /**
     * Reads everything the options name, as a start does, and keeps nothing. Files that the program or the verifier will make
     * are not missed.
     *
     * @param server whether the program has a certificate of its own as a server
     * @param client whether the program has a certificate of its own as a client
     * @param trusted the option that names trusted CAs
     */
    public void check(boolean server, boolean client, String trusted) throws TlsSetupException, ConfigException {
        if (awaitsVerifier() || (generated() && !Files.exists(folder))) {
            return;
        }
        try {
            if (server) {
                server(ServerTls.ClientAuth.REQUESTED);
            }
            if (client) {
                client();
            }
            trusted(trusted);
        } catch (TlsSetupException e) {
            throw located(e);
        }
    }

    /** The fault itself, unless it is that {@code tls_dir} names no folder: that is told with file and line of the option. */
    private TlsSetupException located(TlsSetupException fault) throws ConfigException {
        if (config.value("tls_dir").isDefault() || Files.isDirectory(folder)) {
            return fault;
        }
        ConfigException refused = config.refuse("tls_dir", "there is no such folder: " + fault.getMessage());
        refused.initCause(fault);
        throw refused;
    }

    /** The server's side, asking clients for a certificate. */
    public ServerTls server(ServerTls.ClientAuth clientAuth) throws TlsSetupException, ConfigException {
        requireFolder();
        try {
            KeyMaterial identity = KeyMaterial.read(
                    config.path("server_key", folder, "server-private.pem"),
                    config.path("server_cert", folder, "server-cert.crt"),
                    config.password("server_key_password"));
            return new ServerTls(identity, trusted("trusted_client_ca"), clientAuth);
        } catch (TlsSetupException e) {
            throw located(e);
        }
    }

    /** What the component proves itself with as a client. */
    public KeyMaterial client() throws TlsSetupException {
        if (own != null) {
            return own.read();
        }
        return KeyMaterial.read(clientKey(), clientCertificate(), config.password("client_key_password"));
    }

    /** The file of the client's key. */
    public Path clientKey() {
        return config.path("client_key", folder, "client-private.pem");
    }

    /** The file of the client's certificate. */
    public Path clientCertificate() {
        return config.path("client_cert", folder, "client-cert.crt");
    }

    /**
     * The CAs an option names. {@code all} is refused: it would accept everybody, which is not what its users mean (with
     * Keylime it makes every connection fail instead).
     */
    public TrustedCas trusted(String option) throws TlsSetupException, ConfigException {
        return TrustedCas.read(trustedFiles(option));
    }

    /** The files {@link #trusted} reads. */
    public List<Path> trustedFiles(String option) throws ConfigException {
        List<Path> files = new ArrayList<>();
        for (String name : config.list(option)) {
            if (name.equals("all")) {
                throw config.refuse(option, "verification cannot be switched off; name the CA files to trust");
            }
            files.add(
                    name.isEmpty() || name.equals("default")
                            ? config.workDir().resolve("cv_ca").resolve("cacert.crt")
                            : folder.resolve(name));
        }
        return files;
    }
}
