package io.limelight.cli.sandbox;

import io.limelight.cli.Main;
import io.limelight.cli.command.CliContext;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.registrar.RegistrarProgram;
import io.limelight.verifier.VerifierProgram;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * What every program does when it starts, done once at the end of a build while the JVM keeps the classes it has loaded
 * (application class-data sharing, JEP 350). Programs then start in about two thirds of the time; one archive serves all.
 *
 * <p>Registrar and verifier run in this one process, in a folder of its own and on free ports of loopback, and the command
 * line talks to them. The agent, which wants a TPM, is only looked at. {@link Rehearsal} is the long form.
 */
final class FirstSteps {
    private FirstSteps() {}

    /** Does them, and ends. */
    public static void main(String[] args) throws Exception {
        loadOwnClasses();
        SandboxFolder folder = SandboxFolder.create();
        Ports ports = new Ports();
        try {
            run(folder, ports.next(), ports.next(), ports.next());
        } finally {
            folder.remove();
        }
    }

    private static void run(SandboxFolder folder, int verifierPort, int registrarPort, int registrarTlsPort)
            throws Exception {
        Path etc = folder.root().resolve("etc");
        folder.write(etc.resolve("verifier.conf"), "[verifier]\nip = 127.0.0.1\nport = " + verifierPort + "\n");
        folder.write(
                etc.resolve("registrar.conf"),
                "[registrar]\nip = 127.0.0.1\nport = " + registrarPort + "\ntls_port = " + registrarTlsPort + "\n");
        folder.write(
                etc.resolve("tenant.conf"),
                "[tenant]\nverifier_ip = 127.0.0.1\nverifier_port = " + verifierPort
                        + "\nregistrar_ip = 127.0.0.1\nregistrar_port = " + registrarTlsPort + "\n");
        CliContext context = new CliContext(
                Map.of(
                        "KEYLIME_DIR", folder.services().toString(),
                        "KEYLIME_VERIFIER_CONFIG", etc.resolve("verifier.conf").toString(),
                        "KEYLIME_REGISTRAR_CONFIG",
                                etc.resolve("registrar.conf").toString(),
                        "KEYLIME_TENANT_CONFIG", etc.resolve("tenant.conf").toString()),
                Path.of("/"),
                folder.root(),
                new ByteArrayInputStream(new byte[0]),
                silence(),
                silence(),
                false);
        for (String component : new String[] {"verifier", "registrar", "tenant", "agent"}) {
            Main.run(context, "config", "show", component);
            Main.run(context, component, "--help");
        }
        certificates(context, folder);
        KeylimeConfig configuration = context.configuration();
        InstantSource clock = InstantSource.system();
        try (VerifierProgram _ = VerifierProgram.start(configuration, Optional.empty(), new SecureRandom(), clock);
                RegistrarProgram _ = RegistrarProgram.start(configuration, new SecureRandom(), clock)) {
            for (String word : new String[] {"cvlist", "reglist", "bulkinfo"}) {
                require(Main.run(context, "tenant", "-c", word), "tenant -c " + word);
            }
            // Nobody has registered: it gets as far as being told so.
            Main.run(context, "tenant", "-c", "add", "-u", "d432fbb3-d2f1-4a97-9ef7-75bd81c00000", "--verify");
        }
    }

    /** A certificate package: what {@code tenant add --cert} does besides talking. */
    private static void certificates(CliContext context, SandboxFolder folder) throws Exception {
        Path word = folder.root().resolve("word");
        PrivateFiles.write(word, "first steps\n".getBytes(StandardCharsets.US_ASCII));
        String authority = folder.root().resolve("authority").toString();
        for (List<String> words : List.of(
                List.of("init"), List.of("create", "-n", "first"), List.of("pkg", "-n", "first"), List.of("list"))) {
            List<String> arguments =
                    new ArrayList<>(List.of("ca", "-d", authority, "--password-file", word.toString()));
            arguments.add("-c");
            arguments.addAll(words);
            require(Main.run(context, arguments.toArray(String[]::new)), String.join(" ", arguments));
        }
    }

    private static void require(int status, String word) throws SandboxException {
        if (status != 0) {
            throw new SandboxException("limelight " + word + " ended with status " + status);
        }
    }

    private static PrintStream silence() {
        return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    }

    /** Loads them without running anything of theirs. */
    private static void loadOwnClasses() throws IOException {
        ClassLoader loader = FirstSteps.class.getClassLoader();
        Path programs = Path.of(System.getProperty("java.class.path")).toAbsolutePath();
        File[] libraries = programs.resolveSibling("lib").toFile().listFiles();
        if (libraries == null) {
            throw new IOException("there is no folder lib beside " + programs);
        }
        loadClasses(programs.toFile(), loader);
        for (File library : libraries) {
            if (library.getName().startsWith("limelight-")) {
                loadClasses(library, loader);
            }
        }
    }

    private static void loadClasses(File jar, ClassLoader loader) throws IOException {
        try (JarFile file = new JarFile(jar)) {
            for (JarEntry entry : (Iterable<JarEntry>) file.stream()::iterator) {
                String name = entry.getName();
                if (name.startsWith("io/limelight/") && name.endsWith(".class") && !name.endsWith("-info.class")) {
                    load(name.substring(0, name.length() - 6).replace('/', '.'), loader);
                }
            }
        }
    }

    @SuppressWarnings("EmptyCatch") // of an optional library that is not there; then nothing will miss it
    private static void load(String className, ClassLoader loader) {
        try {
            Class.forName(className, false, loader);
        } catch (ClassNotFoundException | LinkageError _) {
        }
    }
}
