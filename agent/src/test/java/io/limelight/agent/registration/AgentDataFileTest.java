package io.limelight.agent.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.agent.tpm.AttestationKeyBlob;
import io.limelight.core.json.WireJson;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.SigningAlgorithm;
import io.limelight.core.tpm.TpmPublic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/** {@code agent_data.json}: the Rust agent's file (wire reference §2.9), read and written. */
class AgentDataFileTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String EK_HASH = "0123456789abcdef".repeat(4);
    private static final TpmPublic AK = attestationKey();

    @TempDir
    Path folder;

    private static TpmPublic attestationKey() {
        try {
            return TpmPublic.attestationKey(
                    KeyPairs.rsa(2048, RANDOM).getPublic(), SigningAlgorithm.RSASSA, HashAlgorithm.SHA256);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private AgentDataFile file() {
        return new AgentDataFile(folder.resolve("agent_data.json"));
    }

    private static String numbers(byte[] bytes) {
        return IntStream.range(0, bytes.length)
                .mapToObj(i -> Integer.toString(bytes[i] & 0xff))
                .collect(Collectors.joining(",", "[", "]"));
    }

    /** Exactly as the Rust agent's serialiser writes it. */
    private static String rustText() {
        return "{\"ak_hash_alg\":\"Sha256\",\"ak_sign_alg\":\"RsaSsa\",\"ak_public\":" + numbers(AK.tpmt())
                + ",\"ak_private\":" + numbers(new byte[] {0, 1, (byte) 0x80, (byte) 0xff}) + ",\"ek_hash\":"
                + numbers(EK_HASH.getBytes(StandardCharsets.US_ASCII)) + "}";
    }

    private static AgentData data() {
        return new AgentData(
                HashAlgorithm.SHA256,
                SigningAlgorithm.RSASSA,
                new AttestationKeyBlob(AK, Octets.copyOf(new byte[] {0, 1, (byte) 0x80, (byte) 0xff})),
                EK_HASH);
    }

    static java.util.List<String> damaged() {
        String rust = rustText();
        return java.util.List.of(
                "",
                "{",
                "[]",
                "{}",
                "null",
                rust.substring(0, rust.length() - 1),
                rust.replace("Sha256", "Sha257"),
                rust.replace("RsaSsa", "rsassa"),
                rust.replace("[0,1,128,255]", "[0,1,256]"),
                rust.replace("[0,1,128,255]", "[0,1,-1]"),
                rust.replace("[0,1,128,255]", "[0,1.5]"),
                rust.replace("[0,1,128,255]", "[\"a\"]"),
                rust.replace("[0,1,128,255]", "\"AAGA/w==\""),
                rust.replace("\"ak_public\":[0,1,", "\"ak_public\":[0,9,"),
                rust.replace("\"ak_public\":[", "\"ak_public\":[1,"),
                rust.replace("[0,1,128,255]", numbers(new byte[5000])));
    }

    @ParameterizedTest
    @MethodSource("damaged")
    void aDamagedFileStopsTheStartAndIsLeftAsItIs(String content) throws Exception {
        Files.writeString(file().path(), content);
        assertThatThrownBy(() -> file().read())
                .isInstanceOf(AgentDataException.class)
                .hasMessageContaining(file().path().toString())
                .hasMessageContaining("move it away");
        assertThat(file().path()).hasContent(content);
    }

    @Test
    void aHugeFileIsNotRead() throws Exception {
        Files.write(file().path(), new byte[300 * 1024]);
        assertThatThrownBy(() -> file().read()).hasMessageContaining("larger than");
    }

    @Test
    void theRustAgentsFileIsRead() throws Exception {
        Files.writeString(file().path(), rustText());
        assertThat(file().read()).hasValue(data());
    }

    @Test
    void whatIsWrittenIsByteForByteWhatTheRustAgentWrites() throws Exception {
        file().write(data());
        assertThat(Files.readString(file().path())).isEqualTo(rustText());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file().path())))
                .isEqualTo("rw-------");
    }

    @Test
    void aReplacedFileIsKeptBesideTheNewOne() throws Exception {
        Files.writeString(file().path(), "the old one");
        file().write(data());
        Path previous = folder.resolve("agent_data.json.previous");
        assertThat(previous).hasContent("the old one");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(previous)))
                .isEqualTo("rw-------");
        assertThat(file().read()).hasValue(data());
    }

    private static AgentData other(int number) {
        return new AgentData(
                HashAlgorithm.SHA256,
                SigningAlgorithm.RSASSA,
                new AttestationKeyBlob(AK, Octets.copyOf(new byte[] {1, (byte) number})),
                EK_HASH);
    }

    @Test
    void noFormerFileIsReplacedByALaterOne() throws Exception {
        for (int i = 0; i <= 3; i++) {
            file().write(other(i));
        }
        assertThat(file().read()).hasValue(other(3));
        assertThat(file().kept())
                .extracting(
                        kept -> kept.path().getFileName() + " " + kept.data().equals(other(2)))
                .containsExactly(
                        "agent_data.json.previous.3 true",
                        "agent_data.json.previous.2 false",
                        "agent_data.json.previous false");
        assertThat(file().kept()).extracting(AgentDataFile.Kept::data).containsExactly(other(2), other(1), other(0));
    }

    @Test
    void aFormerFileTakenBackChangesPlacesWithTheCurrentOne() throws Exception {
        file().write(other(0));
        file().write(other(1));
        for (int expected : new int[] {0, 1, 0, 1}) {
            file().takeBack(file().kept().getFirst());
            assertThat(file().read()).hasValue(other(expected));
            assertThat(file().kept())
                    .singleElement()
                    .satisfies(kept -> assertThat(kept.data()).isEqualTo(other(1 - expected)));
        }
    }

    @Test
    void formerFilesAreBoundedAndTheOldestGivesWay() throws Exception {
        for (int i = 0; i <= AgentDataFile.MAX_KEPT; i++) {
            file().write(other(i));
        }
        Files.setLastModifiedTime(
                folder.resolve("agent_data.json.previous.3"), FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        file().write(data());
        assertThat(file().read()).hasValue(data());
        assertThat(file().kept())
                .hasSize(AgentDataFile.MAX_KEPT)
                .extracting(AgentDataFile.Kept::data)
                .contains(other(0), other(1), other(AgentDataFile.MAX_KEPT))
                .doesNotContain(other(2));
    }

    @Test
    void takingTheOldestBackLosesNoneOfTheOthers() throws Exception {
        for (int i = 0; i <= AgentDataFile.MAX_KEPT; i++) {
            file().write(other(i));
        }
        Path oldest = folder.resolve("agent_data.json.previous.3");
        Files.setLastModifiedTime(oldest, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        file().takeBack(new AgentDataFile.Kept(oldest, other(2)));
        assertThat(file().read()).hasValue(other(2));
        assertThat(file().kept())
                .extracting(AgentDataFile.Kept::data)
                .hasSize(AgentDataFile.MAX_KEPT)
                .contains(other(0), other(AgentDataFile.MAX_KEPT))
                .doesNotContain(other(2));
    }

    @Test
    void aDamagedFormerFileIsPassedOver() throws Exception {
        file().write(other(0));
        file().write(other(1));
        Path damaged = Files.writeString(folder.resolve("agent_data.json.previous.2"), "{");
        assertThat(file().kept()).extracting(AgentDataFile.Kept::data).containsExactly(other(0));
        file().write(other(2));
        assertThat(damaged).hasContent("{");
    }

    @Test
    void aMissingFileIsNoData() throws Exception {
        assertThat(file().read()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(HashAlgorithm.class)
    void everyHashHasARustName(HashAlgorithm hash) throws Exception {
        AgentData written = new AgentData(hash, SigningAlgorithm.ECDSA, data().key(), EK_HASH);
        file().write(written);
        assertThat(file().read()).hasValue(written);
        ObjectNode json = WireJson.parseObject(Files.readAllBytes(file().path()));
        assertThat(json.get("ak_hash_alg").stringValue()).startsWith("S");
        assertThat(json.get("ak_sign_alg").stringValue()).isEqualTo("EcDsa");
    }

    @Test
    void aKeyFitsItsOwnTpmAndConfigurationOnly() {
        assertThat(data().fits(HashAlgorithm.SHA256, SigningAlgorithm.RSASSA, EK_HASH))
                .isTrue();
        assertThat(data().fits(HashAlgorithm.SHA384, SigningAlgorithm.RSASSA, EK_HASH))
                .isFalse();
        assertThat(data().fits(HashAlgorithm.SHA256, SigningAlgorithm.ECDSA, EK_HASH))
                .isFalse();
        assertThat(data().fits(HashAlgorithm.SHA256, SigningAlgorithm.RSASSA, "f" + EK_HASH.substring(1)))
                .isFalse();
    }
}
