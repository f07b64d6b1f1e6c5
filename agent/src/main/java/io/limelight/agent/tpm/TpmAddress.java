package io.limelight.agent.tpm;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Where the TPM is, in the words of tpm2-tss (its "TCTI" strings), which the environment variable {@code TCTI} carries. */
public sealed interface TpmAddress {
    /** A character device; {@code /dev/tpmrm0} goes through the kernel's resource manager, {@code /dev/tpm0} does not. */
    record Device(Path path) implements TpmAddress {
        @Override
        public String toString() {
            return "device:" + path;
        }
    }

    /** A software TPM's command port. */
    record Tcp(String host, int port) implements TpmAddress {
        @Override
        public String toString() {
            return "swtpm:host=" + host + ",port=" + port;
        }
    }

    /** A software TPM's command socket, a unix domain socket. */
    record Unix(Path path) implements TpmAddress {
        @Override
        public String toString() {
            return "swtpm:path=" + path;
        }
    }

    /**
     * Reads {@code device:PATH}, {@code swtpm:host=HOST,port=PORT} or {@code swtpm:path=SOCKET}.
     *
     * @throws TpmException {@link TpmProblem#ABSENT} if it is anything else; the message shows the three forms
     */
    static TpmAddress parse(String text) throws TpmException {
        int colon = text.indexOf(':');
        String kind = colon < 0 ? text : text.substring(0, colon);
        String rest = colon < 0 ? "" : text.substring(colon + 1);
        switch (kind) {
            case "device" -> {
                return new Device(Path.of(rest.isEmpty() ? "/dev/tpmrm0" : rest));
            }
            case "swtpm" -> {
                Map<String, String> settings = settings(text, rest);
                String path = settings.get("path");
                if (path != null && settings.size() == 1 && !path.isEmpty()) {
                    return new Unix(Path.of(path));
                }
                if (path == null) {
                    return new Tcp(settings.getOrDefault("host", "localhost"), port(text, settings));
                }
            }
            default -> {}
        }
        throw unreadable(text);
    }

    /** What is taken when nothing is said: the resource manager's device, else the bare one. */
    static TpmAddress ofThisMachine(Path root) {
        Path managed = root.resolve("dev/tpmrm0");
        Path bare = root.resolve("dev/tpm0");
        // Where there is neither, the one that is wanted is named.
        return new Device(!Files.exists(managed) && Files.exists(bare) ? bare : managed);
    }

    private static Map<String, String> settings(String whole, String text) throws TpmException {
        Map<String, String> settings = new HashMap<>();
        if (text.isEmpty()) {
            return settings;
        }
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            if (equals < 0 || !(name.equals("host") || name.equals("port") || name.equals("path"))) {
                throw unreadable(whole);
            }
            settings.put(name, part.substring(equals + 1));
        }
        return settings;
    }

    private static int port(String whole, Map<String, String> settings) throws TpmException {
        String text = settings.getOrDefault("port", "2321");
        if (text.matches("[0-9]{1,5}")) {
            int port = Integer.parseInt(text);
            if (port > 0 && port < 65536) {
                return port;
            }
        }
        throw unreadable(whole);
    }

    private static TpmException unreadable(String text) {
        return new TpmException(
                TpmProblem.ABSENT,
                "TCTI = " + text + " is not understood; use device:/dev/tpmrm0, swtpm:host=127.0.0.1,port=2321 or"
                        + " swtpm:path=/run/swtpm.sock");
    }
}
