package io.limelight.agent.registration;

import io.limelight.core.api.AgentId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * From the option {@code uuid} to the machine's id (wire reference §1.8): a UUID in any of its spellings becomes lower case
 * with hyphens, a word asks for an id from somewhere, anything else that may be an id is one. What may not be one stops the
 * start; the Rust agent takes a random id then, under which nobody would look for the machine.
 */
public final class AgentIdChoice {
    private static final Pattern UUID_TEXT =
            Pattern.compile("(?i)(urn:uuid:)?\\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}}?");
    private static final Pattern UUID_DIGITS = Pattern.compile("(?i)[0-9a-f]{32}");

    private final Map<String, String> environment;
    private final Path root;
    private final SecureRandom random;

    /**
     * @param environment for {@code environment}
     * @param root what {@code /sys} is below, for {@code dmidecode}
     */
    public AgentIdChoice(Map<String, String> environment, Path root, SecureRandom random) {
        this.environment = Map.copyOf(environment);
        this.root = root;
        this.random = random;
    }

    /**
     * Decides.
     *
     * @param option the value of {@code uuid}
     * @param endorsementHash what {@code hash_ek} means on this machine
     * @throws AgentDataException if there is no id to be had; a sentence
     */
    public AgentId choose(String option, String endorsementHash) throws AgentDataException {
        String text = switch (option) {
            case "hash_ek" -> endorsementHash;
            case "generate" -> generated();
            case "hostname" -> hostName();
            case "dmidecode" -> systemUuid();
            case "environment" -> variable();
            default -> option;
        };
        String id = normalised(text.strip());
        String problem = AgentId.problem(id).orElse("");
        if (!problem.isEmpty()) {
            throw new AgentDataException("uuid = " + option + ": " + problem);
        }
        return AgentId.of(id);
    }

    /**
     * Fails if {@link #choose} would, as far as that can be known without the TPM.
     *
     * @param option the value of {@code uuid}
     * @throws AgentDataException if there is no id to be had; a sentence
     */
    public void check(String option) throws AgentDataException {
        if (!option.equals("hash_ek")) {
            choose(option, "");
        }
    }

    private static String normalised(String text) {
        if (UUID_TEXT.matcher(text).matches()) {
            return text.toLowerCase(Locale.ROOT)
                    .replace("urn:uuid:", "")
                    .replace("{", "")
                    .replace("}", "");
        }
        if (UUID_DIGITS.matcher(text).matches()) {
            String digits = text.toLowerCase(Locale.ROOT);
            return String.join(
                    "-",
                    digits.substring(0, 8),
                    digits.substring(8, 12),
                    digits.substring(12, 16),
                    digits.substring(16, 20),
                    digits.substring(20));
        }
        return text;
    }

    private String generated() {
        // A version 4 UUID (RFC 9562 §5.4) from our own source of randomness.
        long most = (random.nextLong() & 0xffffffffffff0fffL) | 0x4000L;
        long least = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        return new UUID(most, least).toString();
    }

    private static String hostName() throws AgentDataException {
        try {
            return InetAddress.getLocalHost().getCanonicalHostName();
        } catch (UnknownHostException e) {
            throw new AgentDataException("uuid = hostname: this machine's name cannot be resolved", e);
        }
    }

    private String systemUuid() throws AgentDataException {
        Path file = root.resolve("sys/class/dmi/id/product_uuid");
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AgentDataException(
                    "uuid = dmidecode: " + file + " cannot be read (only root can, and not every machine has it)", e);
        }
    }

    private String variable() throws AgentDataException {
        String value = environment.getOrDefault("KEYLIME_AGENT_UUID", "");
        if (value.isEmpty() || value.equals("environment")) {
            throw new AgentDataException("uuid = environment: the variable KEYLIME_AGENT_UUID holds no id");
        }
        return value;
    }
}
