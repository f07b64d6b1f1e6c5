package io.limelight.cli.sandbox;

import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A software TPM manufactured once for a whole test run and copied for every machine that needs one: making its keys and
 * certificates takes seconds, copying them nothing. For tests with one machine; two copies are the same TPM.
 */
public final class PreparedTpm {
    private static PreparedTpm prepared;

    private final SoftwareTpms factory;
    private final Path state;

    private PreparedTpm(Path folder) throws SandboxException {
        factory = new SoftwareTpms(folder.resolve("tpms"));
        state = folder.resolve("state");
        factory.prepare();
        factory.manufacture(state);
    }

    private static synchronized PreparedTpm get() throws SandboxException, IOException {
        if (prepared == null) {
            Path folder = Files.createTempDirectory("limelight-tpm-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder), "end of the prepared TPM"));
            prepared = new PreparedTpm(folder);
        }
        return prepared;
    }

    /** The folder with the CAs that vouch for it. */
    public static Path vendorCertificates() throws SandboxException, IOException {
        return get().factory.vendorCertificates();
    }

    /** Makes the state folder of a TPM that has never run. */
    public static void copyTo(Path state) throws SandboxException, IOException {
        PreparedTpm from = get();
        PrivateFiles.createFolder(state);
        try (Stream<Path> files = Files.list(from.state)) {
            for (Path file : files.toList()) {
                Files.copy(
                        file,
                        state.resolve(file.getFileName()),
                        StandardCopyOption.COPY_ATTRIBUTES,
                        LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
