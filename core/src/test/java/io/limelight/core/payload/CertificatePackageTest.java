package io.limelight.core.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.limelight.core.ca.CaKit;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.Provisioned;
import io.limelight.core.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The zip of package mode, judged by the reader that unpacks it on a machine. */
class CertificatePackageTest {
    private static final String ID = "d432fbb3-d2f1-4a97-9ef7-75bd81c00000";
    private static final long ENOUGH = 1 << 20;

    @TempDir
    Path root;

    private CaKit kit;
    private Path include;
    private CaName name;

    @BeforeEach
    void begin() throws Exception {
        kit = CaKit.prepared(root.resolve("ca"), ID);
        include = Files.createDirectories(root.resolve("payload"));
        name = CaName.fresh(ID);
    }

    @AfterEach
    void forget() {
        kit.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ID + "-cert.crt",
                ID + "-private.pem",
                "CACERT.crt",
                "cacrl.der",
                "RevocationNotifier-cert.crt",
                "RevocationNotifier-private.pem",
                "decrypted_payload",
                "Derived_Tci_Key",
                "encrypted_payload",
                "agent_data.json",
                "tpmdata.yml",
            })
    void aNameThatSomebodyElseWritesIsRefused(String taken) throws Exception {
        Files.writeString(include.resolve(taken), "x");
        assertThatThrownBy(() -> CertificatePackage.check(include, name))
                .isInstanceOf(PayloadException.class)
                .hasMessageContaining(taken)
                .hasMessageContaining("rename it");
    }

    @Test
    void foldersAreAllNamed() throws Exception {
        Files.createDirectories(include.resolve("keys/deep"));
        Files.createDirectories(include.resolve(".git"));
        Files.writeString(include.resolve("autorun.sh"), "#!/bin/sh\n");
        assertThatThrownBy(() -> CertificatePackage.check(include, name))
                .hasMessageContaining(".git, keys")
                .hasMessageContaining("flat");
    }

    @Test
    void linksAreNotFollowed() throws Exception {
        Files.createSymbolicLink(include.resolve("shadow"), Path.of("/etc/shadow"));
        assertThatThrownBy(() -> CertificatePackage.check(include, name))
                .hasMessageContaining("shadow")
                .hasMessageContaining("link");
        assertThatThrownBy(() -> CertificatePackage.check(root.resolve("absent"), name))
                .hasMessageContaining("does not exist");
    }

    @Test
    void whatIsTooLargeIsNotRead() throws Exception {
        Files.write(include.resolve("large"), new byte[5000]);
        try (Provisioned made = kit.provision(ID)) {
            assertThatThrownBy(() -> CertificatePackage.of(made, Optional.of(include), 4999))
                    .hasMessageContaining("max_payload_size");
        }
    }

    @Test
    void theBoundHoldsAndIsNear() throws Exception {
        Files.writeString(include.resolve("größe.txt"), "x".repeat(5_000));
        long crl = Files.size(kit.folder().resolve("cacrl.der"));
        for (long known : new long[] {0, crl}) {
            CertificatePackage.Size most = CertificatePackage.atMost(name, Optional.of(include), known);
            try (Provisioned made = kit.provision(ID);
                    CertificatePackage packed = CertificatePackage.of(made, Optional.of(include), ENOUGH)) {
                assertThat(packed.size().zip()).isBetween(most.zip() - (16 << 10), most.zip());
                assertThat(packed.size().space()).isBetween(most.space() - (16 << 10), most.space());
            }
        }
    }

    @Test
    void theMachinesReaderFindsKeylimesEntriesInKeylimesOrder() throws Exception {
        Files.writeString(include.resolve("autorun.sh"), "#!/bin/sh\n");
        Files.writeString(include.resolve("action_list"), "local_action_rm_ssh");
        Files.writeString(include.resolve("local_action_rm_ssh.py"), "async def execute(event): pass\n");
        try (Provisioned made = kit.provision(ID);
                CertificatePackage packed = CertificatePackage.of(made, Optional.of(include), ENOUGH)) {
            byte[] zip = packed.zip().apply(byte[]::clone);
            PayloadArchive archive =
                    PayloadArchive.read(zip, PayloadNames.AGENT_DEFAULTS, new PayloadArchive.Bounds(100, ENOUGH));
            assertThat(archive.entries())
                    .extracting(PayloadArchive.Entry::name)
                    .containsExactly(
                            ID + "-public.pem",
                            ID + "-cert.crt",
                            ID + "-private.pem",
                            "cacert.crt",
                            "cacrl.der",
                            "cacrl.pem",
                            "RevocationNotifier-cert.crt",
                            "action_list",
                            "autorun.sh",
                            "local_action_rm_ssh.py");
            assertThat(archive.entries()).noneMatch(PayloadArchive.Entry::executable);
            for (String file : List.of(ID + "-cert.crt", ID + "-private.pem", "cacrl.pem", "cacrl.der", "cacert.crt")) {
                assertThat(contents(archive, file))
                        .isEqualTo(Files.readAllBytes(kit.folder().resolve(file)));
            }
            assertThat(new String(zip, StandardCharsets.ISO_8859_1)).doesNotContain("RevocationNotifier-private");
            long unpacked = archive.unpackedSpace(4096);
            assertThat(packed.space()).isEqualTo((zip.length + 4095) / 4096 * 4096L + 4096 + unpacked);
        }
    }

    private static byte[] contents(PayloadArchive archive, String name) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        archive.unpack(
                archive.entries().stream()
                        .filter(entry -> entry.name().equals(name))
                        .findFirst()
                        .orElseThrow(),
                out::write);
        return out.toByteArray();
    }

    @Test
    void pythonSeesStoredFilesOfTheirOwnerOnly() throws Exception {
        assumeTrue(new ProcessBuilder("python3", "-c", "").start().waitFor() == 0, "python3");
        try (Provisioned made = kit.provision(ID);
                SecretBytes bare = CertificatePackage.bare(made.machine())) {
            Path zip = kit.ca().keepPackage(name, bare);
            assertThat(zip).hasFileName(ID + "-pkg.zip");
            Process python = new ProcessBuilder(
                            "python3",
                            "-c",
                            "import sys,zipfile\n"
                                    + "z=zipfile.ZipFile(sys.argv[1])\n"
                                    + "print(z.testzip(), [(i.filename, i.compress_type, oct(i.external_attr>>16),"
                                    + " i.create_system) for i in z.infolist()])",
                            zip.toString())
                    .redirectErrorStream(true)
                    .start();
            assertThat(new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("None ["
                            + String.join(
                                    ", ",
                                    List.of(
                                                    ID + "-public.pem",
                                                    ID + "-cert.crt",
                                                    ID + "-private.pem",
                                                    "cacert.crt",
                                                    "cacrl.der",
                                                    "cacrl.pem")
                                            .stream()
                                            .map(file -> "('" + file + "', 0, '0o100600', 3)")
                                            .toList())
                            + "]\n");
        }
    }
}
