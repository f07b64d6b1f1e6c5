package io.limelight.cli.sandbox;

import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Makes software TPMs with EK certificates from a certificate authority of the sandbox's own, so that nothing outside its
 * folder is written and nothing outside it trusts them.
 */
public final class SoftwareTpms {
    private static final long SETUP_SECONDS = 60;

    private final Path folder;
    private final Custody custody;

    /** Who ends a tool that is still at work when everything ends. */
    @FunctionalInterface
    interface Custody {
        void take(AutoCloseable part) throws SandboxException;
    }

    /** @param folder everything goes in here; made by {@link #prepare} */
    public SoftwareTpms(Path folder) {
        this(folder, _ -> {});
    }

    SoftwareTpms(Path folder, Custody custody) {
        this.folder = folder;
        this.custody = custody;
    }

    /** The folder whose {@code *.pem} are the vendor CAs of these TPMs, once one has been made. */
    public Path vendorCertificates() {
        return folder.resolve("vendor");
    }

    /** Writes the tool's configuration; call once. */
    public void prepare() throws SandboxException {
        try {
            PrivateFiles.createFolder(folder);
            PrivateFiles.createFolder(folder.resolve("ca"));
            PrivateFiles.createFolder(vendorCertificates());
            Path localca = Path.of(findTool("swtpm_localca"));
            Path options = folder.resolve("swtpm-localca.options");
            Path authority = folder.resolve("swtpm-localca.conf");
            write(options, "--platform-manufacturer Limelight\n--platform-version 1\n--platform-model Sandbox\n");
            write(authority, """
                    statedir = %1$s/ca
                    signingkey = %1$s/ca/signkey.pem
                    issuercert = %1$s/ca/issuercert.pem
                    certserial = %1$s/ca/certserial
                    """.formatted(folder));
            write(setup(), """
                    create_certs_tool = %s
                    create_certs_tool_config = %s
                    create_certs_tool_options = %s
                    active_pcr_banks = sha1,sha256,sha384
                    """.formatted(localca, authority, options));
        } catch (IOException e) {
            throw new SandboxException("cannot prepare software TPMs in " + folder + ": " + e.getMessage(), e);
        }
    }

    private Path setup() {
        return folder.resolve("swtpm_setup.conf");
    }

    private static void write(Path file, String text) throws IOException {
        PrivateFiles.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Manufactures a TPM: seeds, RSA and ECC EK with certificates, a platform certificate.
     *
     * @param state folder for its state, created here
     */
    public void manufacture(Path state) throws SandboxException {
        try {
            PrivateFiles.createFolder(state);
            Path log = state.resolve("setup.log");
            Child tool = Child.start(
                    "swtpm_setup",
                    List.of(
                            findTool("swtpm_setup"),
                            "--tpm2",
                            "--tpmstate",
                            state.toString(),
                            "--config",
                            setup().toString(),
                            "--create-ek-cert",
                            "--create-platform-cert",
                            "--pcr-banks",
                            "sha1,sha256,sha384",
                            "--overwrite"),
                    Map.of(),
                    log);
            // It takes a second or two, and ended halfway it would leave a TPM of its own running, or what it was about
            // to
            // start: that waits for its parent for ever. So nobody who is interrupted ends it.
            custody.take(() -> {
                if (!tool.awaitEnd(SETUP_SECONDS, TimeUnit.SECONDS)) {
                    tool.close();
                }
            });
            if (!tool.awaitEnd(SETUP_SECONDS, TimeUnit.SECONDS)) {
                tool.close();
                throw new SandboxException("making a software TPM took longer than " + SETUP_SECONDS + " s");
            }
            if (tool.exitValue() != 0) {
                throw new SandboxException("swtpm_setup could not make a software TPM:\n" + tool.tail());
            }
            collectVendorCertificates();
        } catch (IOException e) {
            throw new SandboxException("cannot make a software TPM in " + state + ": " + e.getMessage(), e);
        }
    }

    /** The tool makes its CA at its first run; its two certificates are what a vendor would publish. */
    private synchronized void collectVendorCertificates() throws IOException {
        for (String name : List.of("issuercert.pem", "swtpm-localca-rootca-cert.pem")) {
            Path certificate = folder.resolve("ca").resolve(name);
            Path published = vendorCertificates().resolve(name);
            if (Files.isRegularFile(certificate) && !Files.exists(published)) {
                PrivateFiles.write(published, Files.readAllBytes(certificate));
            }
        }
    }

    /** The tool's path, or an error naming the package. */
    static String findTool(String name) throws SandboxException {
        return InstalledTools.find(name)
                .map(Path::toString)
                .orElseThrow(() -> new SandboxException(
                        name + " is not installed; on Debian and Ubuntu: apt-get install swtpm swtpm-tools"));
    }
}
