package io.limelight.core.tenant.kit;

import io.limelight.core.api.AgentId;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.ca.ServiceCa;
import io.limelight.core.config.Component;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.core.endorsement.TestVendor;
import io.limelight.core.tenant.TenantSettings;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.ServerTls;
import io.limelight.core.tls.TrustedCas;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.soft.SoftAttestationKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Registrar, verifier and machines for one test, each behind its real TLS listener, and a tenant's configuration for them.
 * The CA is made once, since making RSA keys takes longer than the tests.
 */
public final class TenantWorld implements AutoCloseable {
    public static final AgentId ID = AgentId.of("00000000-0000-4000-8000-0000000000aa");

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final SoftAttestationKey AK = SoftAttestationKey.generateRsa(2048, HashAlgorithm.SHA256, RANDOM);

    private final Path folder;
    private final TrustedCas authorities;
    private final Journal journal = new Journal();
    private final TestVendor vendor;
    private final StubRegistrar registrar;
    private final StubVerifier verifier;
    private final List<SoftMachine> machines = new ArrayList<>();

    private TenantWorld(Path folder) throws Exception {
        this.folder = folder;
        Path made = Ca.FOLDER;
        Files.createDirectories(folder.resolve("cv_ca"));
        try (var files = Files.list(made)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve("cv_ca").resolve(file.getFileName()));
            }
        }
        this.authorities = TrustedCas.read(List.of(made.resolve("cacert.crt")));
        this.vendor = TestVendor.named("Vendor of this test").into(folder.resolve("store"));
        ServerTls tls = new ServerTls(
                KeyMaterial.read(made.resolve("server-private.pem"), made.resolve("server-cert.crt"), new char[0]),
                authorities,
                ServerTls.ClientAuth.REQUIRED);
        this.registrar = new StubRegistrar(tls, journal);
        this.verifier = new StubVerifier(tls, journal);
        registrar.start();
        verifier.start();
    }

    /** The folder of the CA that all tests share. */
    private static final class Ca {
        static final Path FOLDER = make();

        private static Path make() {
            try {
                Path base = Files.createTempDirectory("limelight-tenant-world");
                Path ca = base.resolve("cv_ca");
                new ServiceCa(
                                new CertificateSubject(
                                        "US",
                                        "MA",
                                        "Lexington",
                                        "Keylime",
                                        "53",
                                        "Test CA",
                                        3650,
                                        2048,
                                        "http://x/crl"),
                                RANDOM,
                                InstantSource.system())
                        .ensure(ca, List.of(), new char[0], new char[0]);
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(base)));
                return ca;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        private static void delete(Path base) {
            try (var files = Files.walk(base)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    /** A world in an empty folder. */
    public static TenantWorld in(Path folder) throws Exception {
        return new TenantWorld(folder);
    }

    /** A machine that is running and registered. */
    public SoftMachine machine(AgentId id) throws IOException {
        SoftMachine machine = unregistered(id, AK, true);
        registrar.put(machine.record(vendor));
        return machine;
    }

    /** A machine that is running only. */
    public SoftMachine unregistered(AgentId id, SoftAttestationKey ak, boolean withTls) throws IOException {
        SoftMachine machine = SoftMachine.start(id, ak, withTls, authorities, journal);
        machines.add(machine);
        verifier.delivering((to, share) -> machines.stream()
                .filter(candidate -> candidate.id().value().equals(to))
                .forEach(found -> found.receiveV(share)));
        return machine;
    }

    /** Writes {@code tenant.conf}: this world's services, quick retries, then what is given, which wins. */
    public void configure(String... lines) throws IOException {
        List<String> all = new ArrayList<>(List.of("[tenant]"));
        List<String> standard = List.of(
                "verifier_port = " + verifier.port(),
                "registrar_port = " + registrar.port(),
                "tpm_cert_store = " + folder.resolve("store"),
                "retry_interval = 0.05",
                "exponential_backoff = False",
                "max_retries = 3",
                "request_timeout = 20");
        for (String line : standard) {
            String option = line.substring(0, line.indexOf('='));
            if (java.util.Arrays.stream(lines).noneMatch(given -> given.startsWith(option))) {
                all.add(line);
            }
        }
        all.addAll(List.of(lines));
        Files.write(folder.resolve("tenant.conf"), all);
    }

    /** What a tenant's process would be started with. */
    public Map<String, String> environment() {
        return Map.of(
                "KEYLIME_DIR", folder.toString(),
                "KEYLIME_TENANT_CONFIG", folder.resolve("tenant.conf").toString());
    }

    public TenantSettings settings() throws Exception {
        return TenantSettings.of(new KeylimeConfig(environment(), folder).load(Component.TENANT));
    }

    public Path folder() {
        return folder;
    }

    public TrustedCas authorities() {
        return authorities;
    }

    public Journal journal() {
        return journal;
    }

    public TestVendor vendor() {
        return vendor;
    }

    public StubRegistrar registrar() {
        return registrar;
    }

    public StubVerifier verifier() {
        return verifier;
    }

    @Override
    public void close() {
        machines.forEach(SoftMachine::close);
        registrar.close();
        verifier.close();
    }
}
