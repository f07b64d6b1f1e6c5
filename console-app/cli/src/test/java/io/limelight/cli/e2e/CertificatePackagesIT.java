package io.limelight.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Package mode from the command line to the files on the machine. */
class CertificatePackagesIT extends OneInstallation {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @BeforeAll
    void needsRoot() throws Exception {
        assumeTrue(
                (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0, "not root: no memory can be mounted");
    }

    @Test
    void theSeedsScriptFindsItsOwnCertificate() throws Exception {
        installation.startAll();
        Path root = installation.root();
        Path payload = Files.createDirectories(root.resolve("payload"));
        Files.writeString(payload.resolve("payload_id_rsa"), "a key");
        // The seeds' autorun.sh with its command substitution restored, and a folder of its own instead of /root.
        Files.writeString(payload.resolve("autorun.sh"), """
                #!/bin/bash
                # this will make it easier for us to find our own cert
                ln -s `ls *-cert.crt | grep -v Revocation` mycert.crt
                mkdir -p .ssh/
                cp payload_id_rsa* .ssh/
                chmod 600 .ssh/payload_id_rsa*
                """);
        Path word = Files.writeString(root.resolve("word"), "s3cret\n");
        Path ca = root.resolve("myca");
        installation
                .tenant(
                        "-c",
                        "add",
                        "-u",
                        Installation.ID,
                        "--cert",
                        ca.toString(),
                        "--include",
                        payload.toString(),
                        "--ca-password-file",
                        word.toString(),
                        "--verify")
                .succeeded();
        Path unpacked = installation.unpacked();
        await().atMost(PATIENCE).until(() -> Files.exists(unpacked.resolve(".ssh/payload_id_rsa")));
        installation.awaitStage("done");
        assertThat(unpacked.resolve("mycert.crt")).hasSameTextualContentAs(ca.resolve(Installation.ID + "-cert.crt"));
        assertThat(unpacked.resolve("RevocationNotifier-cert.crt"))
                .hasSameTextualContentAs(ca.resolve("RevocationNotifier-cert.crt"));
        assertThat(unpacked.resolve("RevocationNotifier-private.pem")).doesNotExist();
        Process openssl = new ProcessBuilder(List.of(
                        "openssl",
                        "verify",
                        "-crl_check",
                        "-CAfile",
                        "cacert.crt",
                        "-CRLfile",
                        "cacrl.pem",
                        "mycert.crt"))
                .directory(unpacked.toFile())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("mycert.crt: OK");
    }
}
