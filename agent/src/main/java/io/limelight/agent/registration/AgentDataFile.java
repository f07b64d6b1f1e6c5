package io.limelight.agent.registration;

import io.limelight.agent.tpm.AttestationKeyBlob;
import io.limelight.core.json.WireJson;
import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.SigningAlgorithm;
import io.limelight.core.tpm.TpmFormatException;
import io.limelight.core.tpm.TpmPublic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code agent_data.json} in the Rust agent's format, so that either agent can take the other's place on a machine and the
 * registrar sees the same identity: byte strings as arrays of numbers, TPMT_PUBLIC without and the private part without
 * their sizes, and the EK's hash as the ASCII codes of its hex digits (wire reference §2.9).
 */
public final class AgentDataFile {
    private static final Logger LOG = LoggerFactory.getLogger(AgentDataFile.class);
    private static final int MAX_SIZE = 256 * 1024;

    /** Most former files that are kept; each holds the only copy of an identity. */
    static final int MAX_KEPT = 16;

    private final Path file;

    public AgentDataFile(Path file) {
        this.file = file;
    }

    /**
     * A former file, kept because its key may be needed again.
     *
     * @param path where it is
     * @param data what it holds
     */
    public record Kept(Path path, AgentData data) {}

    /** Where it is. */
    public Path path() {
        return file;
    }

    /**
     * Reads it; empty if there is none.
     *
     * @throws AgentDataException if it is there and cannot be understood: it is never replaced blindly, because with the key
     *     in it the machine would lose its identity
     */
    public Optional<AgentData> read() throws AgentDataException {
        return read(file);
    }

    /** The former files, newest name first; one that cannot be understood is named in the log and left as it is. */
    public List<Kept> kept() {
        List<Kept> found = new ArrayList<>();
        for (int number = MAX_KEPT; number >= 1; number--) {
            Path path = keptPath(number);
            try {
                read(path).ifPresent(data -> found.add(new Kept(path, data)));
            } catch (AgentDataException e) {
                LOG.warn("{}", e.getMessage());
            }
        }
        return found;
    }

    /** {@code …previous}, {@code …previous.2} and so on. */
    private Path keptPath(int number) {
        return file.resolveSibling(file.getFileName() + ".previous" + (number == 1 ? "" : "." + number));
    }

    private static Optional<AgentData> read(Path file) throws AgentDataException {
        byte[] content;
        try {
            if (Files.size(file) > MAX_SIZE) {
                throw new AgentDataException(
                        file + " is damaged: it is larger than " + MAX_SIZE + " bytes; restore it or move it away");
            }
            content = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new AgentDataException(file + " cannot be read: " + FileTrouble.sentence(e), e);
        }
        try {
            ObjectNode json = WireJson.parseObject(content);
            return Optional.of(new AgentData(
                    hash(text(json, "ak_hash_alg")),
                    signing(text(json, "ak_sign_alg")),
                    new AttestationKeyBlob(
                            TpmPublic.fromTpmt(bytes(json, "ak_public", 1024)),
                            Octets.copyOf(bytes(json, "ak_private", AttestationKeyBlob.MAX_PRIVATE))),
                    new String(bytes(json, "ek_hash", 256), StandardCharsets.US_ASCII)));
        } catch (IOException | TpmFormatException e) {
            throw new AgentDataException(
                    file + " is damaged (" + e.getMessage()
                            + "); restore it, or move it away: then a new attestation key is"
                            + " made, and an administrator has to delete this agent's registration first",
                    e);
        }
    }

    /**
     * Replaces it atomically, mode 0600. What was there before is kept beside it as {@code …previous}, or under a further name
     * where that one is taken: the key in it may be another TPM's, whose agent comes back tomorrow.
     *
     * @throws AgentDataException if that cannot be done, or too many former files are kept already
     */
    public void write(AgentData data) throws AgentDataException {
        ObjectNode json = WireJson.object();
        json.put("ak_hash_alg", name(data.hash()));
        json.put("ak_sign_alg", name(data.signing()));
        put(json, "ak_public", data.key().publicArea().tpmt());
        put(json, "ak_private", data.key().privatePart().toByteArray());
        put(json, "ek_hash", data.endorsementHash().getBytes(StandardCharsets.US_ASCII));
        try {
            if (Files.exists(file)) {
                keep(Files.readAllBytes(file));
            }
            PrivateFiles.write(file, WireJson.compact(json));
        } catch (IOException e) {
            throw new AgentDataException(file + " cannot be written: " + FileTrouble.sentence(e), e);
        }
    }

    /**
     * Makes a former file the current one again; the current one is kept in its turn.
     *
     * @throws AgentDataException if that cannot be done
     */
    public void takeBack(Kept former) throws AgentDataException {
        write(former.data());
        try {
            // Last, so that whatever happens in between there is at least one copy; and not where the one before has
            // taken its
            // place, as the oldest of many.
            if (read(former.path()).filter(former.data()::equals).isPresent()) {
                Files.deleteIfExists(former.path());
            }
        } catch (IOException e) {
            LOG.warn("{} is not needed any more and could not be deleted: {}", former.path(), FileTrouble.sentence(e));
        }
    }

    private void keep(byte[] content) throws AgentDataException, IOException {
        for (int number = 1; number <= MAX_KEPT; number++) {
            Path place = keptPath(number);
            if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
                PrivateFiles.write(place, content);
                LOG.info("the former {} is kept as {}", file, place.getFileName());
                return;
            }
            if (holds(place, content)) {
                return;
            }
        }
        // A machine whose TPM is a new one at every boot would otherwise stop one day for keys that nothing can load.
        Path oldest = oldestKept();
        LOG.warn(
                "beside {} the keys of {} other TPMs or settings are kept; the oldest, {}, gives way to the newest",
                file,
                MAX_KEPT,
                oldest.getFileName());
        PrivateFiles.write(oldest, content);
    }

    private Path oldestKept() throws IOException {
        Path oldest = keptPath(1);
        for (int number = 2; number <= MAX_KEPT; number++) {
            Path place = keptPath(number);
            if (Files.getLastModifiedTime(place, LinkOption.NOFOLLOW_LINKS)
                            .compareTo(Files.getLastModifiedTime(oldest, LinkOption.NOFOLLOW_LINKS))
                    < 0) {
                oldest = place;
            }
        }
        return oldest;
    }

    private static boolean holds(Path place, byte[] content) throws IOException {
        return Files.isRegularFile(place)
                && Files.size(place) == content.length
                && Arrays.equals(Files.readAllBytes(place), content);
    }

    private static String text(JsonNode json, String key) throws IOException {
        return WireJson.text(json, key)
                .orElseThrow(() -> new IOException("the member " + key + " is missing or no text"));
    }

    private static byte[] bytes(JsonNode json, String key, int most) throws IOException {
        if (!(json.get(key) instanceof ArrayNode array) || array.size() > most) {
            throw new IOException("the member " + key + " is no list of at most " + most + " bytes");
        }
        byte[] bytes = new byte[array.size()];
        for (int i = 0; i < bytes.length; i++) {
            JsonNode element = array.get(i);
            if (!element.isIntegralNumber() || !element.canConvertToInt() || element.intValue() >>> 8 != 0) {
                throw new IOException("the list " + key + " holds something that is no byte");
            }
            bytes[i] = (byte) element.intValue();
        }
        return bytes;
    }

    private static void put(ObjectNode json, String key, byte[] bytes) {
        ArrayNode array = json.putArray(key);
        for (byte value : bytes) {
            array.add(value & 0xff);
        }
    }

    private static String name(HashAlgorithm hash) {
        return switch (hash) {
            case SHA1 -> "Sha1";
            case SHA256 -> "Sha256";
            case SHA384 -> "Sha384";
            case SHA512 -> "Sha512";
            case SM3_256 -> "Sm3_256";
        };
    }

    private static HashAlgorithm hash(String name) throws IOException {
        for (HashAlgorithm hash : HashAlgorithm.values()) {
            if (name(hash).equals(name)) {
                return hash;
            }
        }
        throw new IOException("the hash algorithm " + name + " is unknown");
    }

    private static String name(SigningAlgorithm signing) {
        return switch (signing) {
            case RSASSA -> "RsaSsa";
            case RSAPSS -> "RsaPss";
            case ECDSA -> "EcDsa";
            case ECDAA -> "EcDaa";
            case ECSCHNORR -> "EcSchnorr";
        };
    }

    private static SigningAlgorithm signing(String name) throws IOException {
        for (SigningAlgorithm signing : SigningAlgorithm.values()) {
            if (name(signing).equals(name)) {
                return signing;
            }
        }
        throw new IOException("the signature scheme " + name + " is unknown");
    }
}
