package io.limelight.cli.tenant;

import io.limelight.cli.ca.KeystorePassword;
import io.limelight.cli.ca.PasswordPrompt;
import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.core.api.AgentId;
import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.ca.Identities;
import io.limelight.core.ca.PasswordSource;
import io.limelight.core.config.Component;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tenant.PayloadChoice;
import io.limelight.core.tenant.TenantException;
import io.limelight.core.tenant.TenantException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code --cert}, {@code --include} and the password of the CA's keystore, which a person is asked for once. */
final class PackageOptions implements AutoCloseable {
    private final CertificateAuthority ca;
    private final Optional<Path> include;
    private final Optional<Path> passwordFile;
    private final KeystorePassword source;
    private @Nullable SecretBytes password;

    private PackageOptions(
            CertificateAuthority ca, Optional<Path> include, Optional<Path> passwordFile, KeystorePassword source) {
        this.ca = ca;
        this.include = include;
        this.passwordFile = passwordFile;
        this.source = source;
    }

    /** Of these options; empty without {@code --cert}. */
    static Optional<PackageOptions> of(CliContext context, TenantOptions options, InstantSource clock)
            throws ConfigException {
        String cert = options.cert;
        if (cert == null) {
            return Optional.empty();
        }
        ComponentConfig config = context.configuration().load(Component.CA);
        // The word, as Keylime has it; another value is a folder, although the seeds say otherwise.
        Path folder = cert.equals("default")
                ? context.workingDirectory().resolve(config.workDir()).resolve("ca")
                : context.workingDirectory().resolve(cert);
        CertificateAuthority ca =
                new CertificateAuthority(folder, CertificateSubject.of(config), new SecureRandom(), clock);
        return Optional.of(new PackageOptions(
                ca,
                Optional.ofNullable(options.include).map(context.workingDirectory()::resolve),
                Optional.ofNullable(options.caPasswordFile).map(context.workingDirectory()::resolve),
                new KeystorePassword(config, PasswordPrompt.terminal())));
    }

    /** What an enrolment gets of it. */
    PayloadChoice.WithCertificate choice() {
        return new PayloadChoice.WithCertificate(ca, include, this::password);
    }

    /** Whose certificates are meant. */
    CertificateAuthority authority() {
        return ca;
    }

    /** The password of its keystore, asked for once; the caller closes the copy. */
    PasswordSource password() {
        return this::password;
    }

    /** Asks for the password now, if it will be needed, so that a person is not asked in the middle of the run. */
    void prepare(AgentId id) throws TenantException {
        if (Files.exists(ca.path()) && !Files.isDirectory(ca.path())) {
            throw new TenantException(
                    Kind.PAYLOAD,
                    ca.path() + " (--cert) is a file, and a CA is a folder: name the folder of one, or a fresh one.");
        }
        try {
            if (!new Identities(ca).complete(CaName.fresh(id.value()))) {
                password(!ca.exists()).close();
            }
        } catch (CaException e) {
            throw new TenantException(Kind.PAYLOAD, "The package cannot be made: " + e.getMessage() + ".");
        }
    }

    private SecretBytes password(boolean fresh) throws CaException {
        SecretBytes known = password;
        if (known == null) {
            try {
                known = source.get(passwordFile, fresh);
            } catch (CommandFailure e) {
                throw new CaException(String.valueOf(e.getMessage()), e);
            }
            password = known;
        }
        return known.copy();
    }

    @Override
    public void close() {
        SecretBytes known = password;
        if (known != null) {
            known.close();
        }
    }

    /** The folder, never the password. */
    @Override
    public String toString() {
        return "PackageOptions[" + ca.path() + "]";
    }
}
