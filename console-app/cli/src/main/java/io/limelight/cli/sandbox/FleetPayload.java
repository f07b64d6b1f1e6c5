package io.limelight.cli.sandbox;

import io.limelight.core.json.WireJson;
import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * What goes into the certificate package of a sandbox machine: a secret with a script that shows it has been unlocked, and the
 * project's ready-made action {@code flag_file}, so that a revocation has something to do that a person can look at.
 */
final class FleetPayload {
    private static final String ACTION = "local_action_flag_file";

    private FleetPayload() {}

    /**
     * Writes the files to include.
     *
     * @param folder where
     * @param flags where the action leaves what it is told, as the machine sees it
     */
    static Path write(Path folder, Path flags, SecureRandom random) throws SandboxException {
        byte[] password = new byte[24];
        random.nextBytes(password);
        try {
            PrivateFiles.createFolder(folder);
            write(folder, "autorun.sh", DemoPayload.SCRIPT);
            write(folder, "database-password.txt", HexFormat.of().formatHex(password) + "\n");
            write(folder, "action_list", ACTION + ".py\n");
            write(folder, ACTION + ".json", WireJson.object().put("folder", flags.toString()) + "\n");
            PrivateFiles.write(folder.resolve(ACTION + ".py"), action());
            return folder;
        } catch (IOException e) {
            throw new SandboxException("cannot make the payload in " + folder + ": " + e.getMessage(), e);
        }
    }

    private static void write(Path folder, String name, String text) throws IOException {
        PrivateFiles.write(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] action() throws IOException {
        String resource = "/io/limelight/core/payload/ready/flag_file.py";
        try (InputStream in = FleetPayload.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("the program lacks its file " + resource);
            }
            return in.readAllBytes();
        }
    }
}
