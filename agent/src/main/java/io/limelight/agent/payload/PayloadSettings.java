package io.limelight.agent.payload;

import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.payload.PayloadNames;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The options of {@code agent.conf} about payloads, checked.
 *
 * @param secureFolder {@code <work dir>/secure}
 * @param secureSize a size as mount(8) takes it
 * @param development whether a plain folder is to be used
 * @param keyName {@code enc_keyname}
 * @param payloadName {@code dec_payload_file}
 * @param extractZip {@code extract_payload_zip}
 * @param script {@code payload_script}; empty = none
 * @param scriptSeconds most time it may take; 0 = no limit
 * @param allowed whether payloads are opened: with TLS, or where the administrator accepts them without
 * @param placed where a payload may lie that came by another way ({@code encrypted_payload}); empty if none is looked for
 */
record PayloadSettings(
        Path secureFolder,
        String secureSize,
        boolean development,
        String keyName,
        String payloadName,
        boolean extractZip,
        String script,
        int scriptSeconds,
        boolean allowed,
        Optional<Path> placed) {
    private static final int LONGEST_SCRIPT = 365 * 24 * 3600;

    static PayloadSettings read(ComponentConfig config) throws ConfigException {
        String size = config.text("secure_size");
        if (!size.matches("[1-9][0-9]{0,11}([kKmMgG]|%)?")) {
            throw config.refuse("secure_size", "use a number of bytes, or one with k, m or g, such as 1m");
        }
        String mount = config.word("secure_mount", List.of("tmpfs", "development"));
        String keyName = fileName(config, "enc_keyname");
        String payloadName = fileName(config, "dec_payload_file");
        if (keyName.equalsIgnoreCase(payloadName)) {
            throw config.refuse("dec_payload_file", "the key has the same name (enc_keyname)");
        }
        Set<String> reserved = PayloadNames.reserved(payloadName, keyName);
        String script = config.text("payload_script");
        String problem = script.isEmpty() ? "" : PayloadNames.problem(script, reserved);
        if (!problem.isEmpty() || script.endsWith("/")) {
            throw config.refuse(
                    "payload_script", "use the name of a file in the payload (" + problem + "), or empty for none");
        }
        return new PayloadSettings(
                config.workDir().resolve("secure"),
                size,
                mount.equals("development"),
                keyName,
                payloadName,
                config.bool("extract_payload_zip"),
                script,
                config.integer("payload_script_timeout", 0, LONGEST_SCRIPT),
                config.bool("enable_agent_mtls") || config.bool("enable_insecure_payload"),
                placed(config));
    }

    private static Optional<Path> placed(ComponentConfig config) throws ConfigException {
        String text = config.text("encrypted_payload");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (text.chars().anyMatch(c -> c < ' ')) {
            throw config.refuse("encrypted_payload", "use the path of a file, or empty for none");
        }
        Path file = config.path("encrypted_payload", config.workDir(), "encrypted_payload");
        if (file.normalize().startsWith(config.workDir().resolve("secure"))) {
            throw config.refuse(
                    "encrypted_payload",
                    "the secure area is memory and is empty after a boot; use a file outside of it");
        }
        return Optional.of(file);
    }

    private static String fileName(ComponentConfig config, String option) throws ConfigException {
        String name = config.text(option);
        String problem = PayloadNames.problem(name, Set.of("unzipped"));
        if (!problem.isEmpty() || name.contains("/") || name.startsWith(".")) {
            throw config.refuse(
                    option, "use a plain file name; the file is made in the folder into which payloads are unpacked");
        }
        return name;
    }

    /**
     * The area, mounted or found.
     *
     * @throws SecureAreaException if there is none to be had
     */
    SecureArea area(SecureArea.Owner owner) throws SecureAreaException {
        return development
                ? SecureArea.development(secureFolder, owner)
                : SecureArea.mounted(secureFolder, secureSize, owner);
    }

    /** Names that no entry of an archive may have. */
    Set<String> reserved() {
        return PayloadNames.reserved(payloadName, keyName);
    }
}
