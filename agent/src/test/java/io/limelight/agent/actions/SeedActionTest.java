package io.limelight.agent.actions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.limelight.agent.testkit.RootOnly;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The actions of Keylime's documents, unchanged. They delete files of {@code /root/.ssh} by name; so Python runs in a mount
 * namespace of its own, in which another folder lies over {@code /root}.
 */
class SeedActionTest extends ActionBench {
    private List<String> before;

    @BeforeEach
    void prepare() throws Exception {
        RootOnly.assume();
        Process possible = new ProcessBuilder("unshare", "-m", "true").start();
        assumeTrue(possible.waitFor() == 0, "no mount namespace can be had (unshare -m)");
        before = realRoot();
        Files.createDirectories(outside("root/.ssh"));
        for (String name : List.of("payload_id_rsa", "payload_id_rsa.pub", "id_other")) {
            Files.writeString(key(name), name);
        }
        Path python = outside("python-elsewhere");
        Files.writeString(python, """
                #!/bin/sh
                exec unshare -m --propagation private sh -c 'mount --bind %s /root && exec python3 "$@"' sh "$@"
                """.formatted(outside("root")));
        Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwx------"));
        list("local_action_rm_ssh");
        open(conf().with("python_interpreter", python.toString()).with("report_action_output", "true"));
    }

    @AfterEach
    void theRealFolderIsUnchanged() throws Exception {
        if (before != null) {
            assertThat(realRoot()).isEqualTo(before);
        }
    }

    private static List<String> realRoot() throws Exception {
        Path ssh = Path.of("/root/.ssh");
        if (!Files.isDirectory(ssh)) {
            return List.of("none");
        }
        try (Stream<Path> files = Files.list(ssh)) {
            return files.map(file -> file + " " + file.toFile().lastModified() + " "
                            + file.toFile().length())
                    .sorted()
                    .toList();
        }
    }

    private Path key(String name) {
        return outside("root/.ssh").resolve(name);
    }

    private static String seed(String name) throws Exception {
        try (InputStream in = SeedActionTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private ActionReceipt revoked(BigInteger serial) throws Exception {
        inbox.take(signed(notice(
                "revocation",
                "{\"cert_serial\": " + serial + ", \"subject\": \"" + SUBJECT + "\"}",
                Optional.of("seed-" + serial),
                Optional.of(NOW),
                Optional.empty())));
        ActionReceipt receipt = receipt(1).actions().getFirst();
        assertThat(receipt.outcome()).as(receipt.toString()).isEqualTo(ActionReceipt.Outcome.SUCCEEDED);
        return receipt;
    }

    private BigInteger ownCertificate() throws Exception {
        X509Certificate own = certificate(KeyPairs.rsa(2048, RANDOM), NOW.minusSeconds(60), Duration.ofDays(1));
        Files.writeString(unzipped().resolve(ID + "-cert.crt"), PemFiles.certificate(own));
        Files.createSymbolicLink(unzipped().resolve("mycert.crt"), Path.of(ID + "-cert.crt"));
        return own.getSerialNumber();
    }

    @Test
    void theShortOneDeletesTheKeys() throws Exception {
        payload("local_action_rm_ssh.py", seed("/seeds/local_action_rm_ssh_short.py"));
        revoked(BigInteger.TWO);
        assertThat(key("payload_id_rsa")).doesNotExist();
        assertThat(key("payload_id_rsa.pub")).doesNotExist();
        assertThat(key("id_other")).exists();
    }

    @Test
    void theLongerOneLeavesTheKeysOfAMachineThatWasNotRevoked() throws Exception {
        payload("local_action_rm_ssh.py", seed("/io/limelight/core/payload/seeds/local_action_rm_ssh.py"));
        revoked(ownCertificate().add(BigInteger.ONE));
        assertThat(key("payload_id_rsa")).exists();
    }

    @Test
    void theLongerOneDeletesTheKeysOfTheMachineThatWas() throws Exception {
        payload("local_action_rm_ssh.py", seed("/io/limelight/core/payload/seeds/local_action_rm_ssh.py"));
        revoked(ownCertificate());
        assertThat(key("payload_id_rsa")).doesNotExist();
        assertThat(key("payload_id_rsa.pub")).doesNotExist();
        assertThat(key("id_other")).exists();
    }
}
