package io.limelight.cli.peer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * The originals on this computer. Keylime's programs are looked for in the folder that {@value #KEYLIME_FOLDER} names and
 * then in {@code PATH}; its agent is the program that {@value #AGENT_PROGRAM} names, or {@code keylime_agent} in
 * {@code PATH}. Tests that need one that is not here are skipped with a message that names it.
 */
final class PeerPrograms {
    static final String KEYLIME_FOLDER = "LIMELIGHT_PEER_KEYLIME_BIN";
    static final String AGENT_PROGRAM = "LIMELIGHT_PEER_AGENT";

    private PeerPrograms() {}

    /** The path of one of Keylime's programs, for example {@code keylime_registrar}. */
    static String keylime(String name) {
        return find(System.getenv(KEYLIME_FOLDER), name)
                .orElseThrow(() -> new IllegalStateException(name + " was not asked for by needKeylime"));
    }

    /** The path of the original agent. */
    static String agent() {
        return findAgent().orElseThrow(() -> new IllegalStateException("the agent was not asked for by needAgent"));
    }

    /** Skips the test unless Keylime's services and tenant are here. */
    static void needKeylime() {
        List<String> missing = new ArrayList<>();
        for (String name : List.of(
                "keylime_registrar", "keylime_verifier", "keylime_tenant", "keylime_ca", "keylime_upgrade_config")) {
            if (find(System.getenv(KEYLIME_FOLDER), name).isEmpty()) {
                missing.add(name);
            }
        }
        Assumptions.assumeTrue(
                missing.isEmpty(),
                () -> "missing peer: Keylime (" + String.join(", ", missing)
                        + "); install it, or name the folder of its programs in " + KEYLIME_FOLDER);
    }

    /** Skips the test unless Keylime's agent is here. */
    static void needAgent() {
        Assumptions.assumeTrue(
                findAgent().isPresent(),
                () ->
                        "missing peer: Keylime's agent (keylime_agent of rust-keylime); install it, or name the program in "
                                + AGENT_PROGRAM);
    }

    private static Optional<String> findAgent() {
        String named = System.getenv(AGENT_PROGRAM);
        if (named != null && !named.isEmpty()) {
            return Optional.of(named).filter(program -> Files.isExecutable(Path.of(program)));
        }
        return find(null, "keylime_agent");
    }

    private static Optional<String> find(String first, String name) {
        List<String> folders = new ArrayList<>();
        if (first != null && !first.isEmpty()) {
            folders.add(first);
        }
        folders.addAll(List.of(System.getenv().getOrDefault("PATH", "").split(":", -1)));
        return folders.stream()
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder).resolve(name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }
}
