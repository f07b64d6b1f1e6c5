package io.limelight.cli.sandbox;

import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The {@code sshd} of one machine of the sandbox, on loopback, and logins to it from another machine. It has a host key, a
 * configuration and users of its own, sees the machine's own {@code /root}, and lives in a mount namespace in which the places
 * that an sshd writes to are empty memory: the computer's own sshd and its records know nothing of it.
 */
final class LoopbackSshd {
    private static final Duration START = Duration.ofSeconds(10);
    private static final int LOGIN_SECONDS = 20;
    private static final int REFUSED = 255;

    /**
     * Arguments: the machine's root, the folder with our files, sshd. Ends at the end of its input, which is our death at the
     * latest. The computer's list of users might have root locked, or no sshd.
     */
    private static final String RUN = """
            mount --bind "$1" /root &&
            mount -t tmpfs -o mode=0755,size=64k tmpfs /run && mkdir /run/sshd &&
            mount -t tmpfs -o mode=0755,size=64k tmpfs /var/log &&
            mount --bind "$2/passwd" /etc/passwd || exit 1
            [ ! -e /etc/shadow ] || mount --bind "$2/shadow" /etc/shadow || exit 1
            exec 4<&0
            "$3" -D -e -f "$2/sshd_config" </dev/null 4<&- &
            sshd=$!
            (while read -r _ <&4; do :; done; kill "$sshd") &
            watch=$!
            exec 4<&-
            trap 'kill "$sshd" "$watch" 2>/dev/null' TERM INT HUP
            wait "$sshd"
            kill "$watch" 2>/dev/null
            """;

    private final Path folder;
    private final int port;
    private final OwnRoot ownRoot;
    private final Path logs;
    private int logins;

    private LoopbackSshd(Path folder, int port, OwnRoot ownRoot, Path logs) {
        this.folder = folder;
        this.port = port;
        this.ownRoot = ownRoot;
        this.logs = logs;
    }

    /** Why there can be none; empty if there can. */
    static Optional<String> obstacle(OwnRoot way) {
        if (way != OwnRoot.MOUNTS) {
            return Optional.of("an sshd of its own takes root");
        }
        for (String tool : List.of("sshd", "ssh", "ssh-keygen")) {
            if (tool(tool).isEmpty()) {
                return Optional.of(tool + " is not installed");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> tool(String name) {
        return InstalledTools.find(name).map(Path::toString);
    }

    /**
     * Starts it.
     *
     * @param machineRoot what the machine sees as {@code /root}
     * @param folder for its files; made
     * @param custody who ends it
     */
    static LoopbackSshd start(
            Path machineRoot, Path folder, int port, OwnRoot ownRoot, Path logs, SoftwareTpms.Custody custody)
            throws SandboxException {
        LoopbackSshd sshd = new LoopbackSshd(folder, port, ownRoot, logs);
        try {
            sshd.write();
        } catch (IOException e) {
            throw new SandboxException("cannot prepare an sshd in " + folder + ": " + e.getMessage(), e);
        }
        Child child = Child.start(
                "sshd",
                List.of(
                        "unshare",
                        "-m",
                        "sh",
                        "-c",
                        RUN,
                        "sshd",
                        machineRoot.toString(),
                        folder.toString(),
                        tool("sshd").orElseThrow()),
                Map.of(),
                logs.resolve("sshd.log"));
        custody.take(child);
        long deadline = System.nanoTime() + START.toNanos();
        while (!Ports.open(port)) {
            child.requireAlive();
            if (System.nanoTime() > deadline) {
                throw new SandboxException("sshd did not open port " + port + "; it said last:\n" + child.tail());
            }
            Pause.millis(20);
        }
        return sshd;
    }

    private void write() throws IOException, SandboxException {
        PrivateFiles.createFolder(folder);
        Path hostKey = folder.resolve("host_key");
        Child keygen = Child.start(
                "ssh-keygen",
                List.of(
                        tool("ssh-keygen").orElseThrow(),
                        "-q",
                        "-t",
                        "ed25519",
                        "-N",
                        "",
                        "-C",
                        "sandbox",
                        "-f",
                        hostKey.toString()),
                Map.of(),
                logs.resolve("ssh-keygen.log"));
        if (!keygen.waitFor(LOGIN_SECONDS, TimeUnit.SECONDS) || keygen.exitValue() != 0) {
            keygen.kill();
            throw new SandboxException("ssh-keygen made no host key:\n" + keygen.tail());
        }
        write("known_hosts", "[127.0.0.1]:" + port + " " + Files.readString(folder.resolve("host_key.pub")));
        write("passwd", "root:x:0:0:root:/root:/bin/sh\nsshd:x:65534:65534:sshd:/run/sshd:/bin/false\n");
        write("shadow", "root:*:19000:0:99999:7:::\nsshd:*:19000:0:99999:7:::\n");
        // Everybody looks up names in it, also after privileges have been given up.
        Files.setPosixFilePermissions(
                folder.resolve("passwd"), java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        write("sshd_config", """
                ListenAddress 127.0.0.1
                Port %d
                HostKey %s
                PidFile none
                AllowUsers root
                PermitRootLogin prohibit-password
                AuthenticationMethods publickey
                AuthorizedKeysFile .ssh/authorized_keys
                UsePAM no
                DisableForwarding yes
                PermitTTY no
                PermitUserRC no
                PrintLastLog no
                LoginGraceTime %d
                """.formatted(port, hostKey, LOGIN_SECONDS));
    }

    private void write(String name, String text) throws IOException {
        PrivateFiles.write(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
    }

    /** How a person would type it. */
    String command() {
        return "ssh -p " + port + " root@127.0.0.1";
    }

    /**
     * Tries to log in.
     *
     * @param machineRoot what the machine from which it is tried sees as {@code /root}
     * @param key the private key's file
     * @return whether it was let in; anything but that and a refusal is an error
     */
    boolean letsIn(Path machineRoot, Path key) throws SandboxException {
        List<String> command = ownRoot.before(machineRoot);
        command.addAll(List.of(tool("ssh").orElseThrow(), "-F", "none", "-n", "-i", key.toString()));
        Map<String, String> options = Map.of(
                "UserKnownHostsFile", folder.resolve("known_hosts").toString(),
                "GlobalKnownHostsFile", "none",
                "StrictHostKeyChecking", "yes",
                "BatchMode", "yes",
                "IdentitiesOnly", "yes",
                "IdentityAgent", "none",
                "PreferredAuthentications", "publickey",
                "ConnectTimeout", Integer.toString(LOGIN_SECONDS / 2));
        List<String> words = new ArrayList<>();
        options.forEach((name, value) -> words.addAll(List.of("-o", name + "=" + value)));
        command.addAll(words);
        command.addAll(List.of("-p", Integer.toString(port), "root@127.0.0.1", "true"));
        Child ssh = Child.start("ssh", command, Map.of(), logs.resolve("ssh-" + logins++ + ".log"));
        if (!ssh.waitFor(LOGIN_SECONDS, TimeUnit.SECONDS)) {
            ssh.close();
            throw new SandboxException("a login took longer than " + LOGIN_SECONDS + " s:\n" + ssh.tail());
        }
        if (ssh.exitValue() == REFUSED && ssh.tail().contains("Permission denied")) {
            return false;
        }
        if (ssh.exitValue() != 0) {
            throw new SandboxException("a login failed with status " + ssh.exitValue() + ":\n" + ssh.tail());
        }
        return true;
    }
}
