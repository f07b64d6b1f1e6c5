package io.limelight.core.tenant;

import io.limelight.core.api.DocumentClient;
import io.limelight.core.api.HttpTimeouts;
import io.limelight.core.config.ConfigException;
import io.limelight.core.secret.FileTrouble;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tenant.TenantException.Kind;
import io.limelight.core.tls.ClientTls;
import io.limelight.core.tls.TlsSetupException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import okhttp3.HttpUrl;

/** Reads files and addresses that a command line names, up to a length and not a byte further. */
final class Documents {
    private final TenantSettings settings;
    private final Cancellation cancellation;

    Documents(TenantSettings settings, Cancellation cancellation) {
        this.settings = settings;
        this.cancellation = cancellation;
    }

    /**
     * Reads.
     *
     * @param what it is, for messages, such as {@code runtime policy}
     * @param proven whether its content will be proved otherwise, so that anybody may have had it in hands on its way
     * @param max longest
     */
    byte[] read(String what, DocumentSource source, boolean proven, int max) throws TenantException {
        return switch (source) {
            case DocumentSource.LocalFile file -> read(what, file.path(), max);
            case DocumentSource.Remote remote -> fetch(what, remote.url(), proven, max);
        };
    }

    /** Reads a file. */
    byte[] read(String what, Path file, int max) throws TenantException {
        try {
            if (Files.isDirectory(file)) {
                throw refused(what, file.toString(), "is a folder; name the file in it");
            }
            if (Files.isRegularFile(file) && Files.size(file) > max) {
                throw tooLong(what, file.toString(), max);
            }
            // Pipes are read, too, and devices never end.
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(max + 1);
                if (bytes.length > max) {
                    throw tooLong(what, file.toString(), max);
                }
                return bytes;
            }
        } catch (NoSuchFileException e) {
            throw refused(what, file.toString(), "does not exist; check the name", e);
        } catch (AccessDeniedException e) {
            throw refused(what, file.toString(), "may not be read by this user; change its permissions", e);
        } catch (IOException e) {
            throw refused(what, file.toString(), "cannot be read: " + FileTrouble.sentence(e), e);
        }
    }

    private byte[] fetch(String what, String address, boolean proven, int max) throws TenantException {
        Optional<HttpUrl> found = DocumentClient.address(address);
        if (found.isEmpty()) {
            throw new TenantException(
                    Kind.POLICY, "The address of the " + what + " is none: it must begin with https:// or http://.");
        }
        HttpUrl url = found.get();
        String shown = DocumentClient.shown(url);
        if (!proven && !url.isHttps()) {
            throw refused(
                    what,
                    shown,
                    "is not fetched: by http anybody on the way can exchange it, and neither checksum nor signature would"
                            + " show it; use https");
        }
        try {
            return new DocumentClient(HttpTimeouts.of(settings.requestTimeout()), cancellation)
                    .fetch(url, this::trust, max);
        } catch (UncheckedIOException e) {
            throw refused(what, shown, "cannot be fetched: " + e.getMessage(), e);
        } catch (IOException e) {
            if (cancellation.cancelled()) {
                throw new TenantException(Kind.CANCELLED, "Cancelled.", e);
            }
            throw refused(what, shown, "cannot be fetched: " + reason(e), e);
        }
    }

    private static String reason(IOException e) {
        return e instanceof java.net.UnknownHostException
                ? "the name of its host is not known"
                : String.valueOf(e.getMessage());
    }

    private ClientTls trust() {
        try {
            return ClientTls.trustingPublicly(
                    settings.tls().trusted("trusted_server_ca"), settings.root(), Optional.empty());
        } catch (TlsSetupException | ConfigException e) {
            throw new UncheckedIOException(String.valueOf(e.getMessage()), new IOException(e));
        }
    }

    private static TenantException tooLong(String what, String where, int max) {
        return refused(what, where, "is longer than " + max + " bytes and is not read; is it the right file");
    }

    /** Says what is wrong with a document; nothing has been sent. */
    static TenantException refused(String what, String where, String clause) {
        return refused(what, where, clause, null);
    }

    static TenantException refused(
            String what, String where, String clause, @org.jspecify.annotations.Nullable Throwable cause) {
        return new TenantException(
                Kind.POLICY, "The " + what + " " + where + " " + clause + ". Nothing was sent.", cause);
    }

    /** How a source is named in messages. */
    static String shown(DocumentSource source) {
        return switch (source) {
            case DocumentSource.LocalFile file -> file.path().toString();
            case DocumentSource.Remote remote ->
                DocumentClient.address(remote.url()).map(DocumentClient::shown).orElse("(no address)");
        };
    }
}
