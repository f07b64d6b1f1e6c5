package io.limelight.agent.payload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.agent.payload.PayloadStatus.Stage;
import io.limelight.agent.testkit.Memory;
import io.limelight.agent.testkit.SentPayload;
import io.limelight.core.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is opened, what is refused, and what is there afterwards. */
class PayloadDeliveryTest extends PayloadBench {
    private static byte[] zipOfZeros(int size) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("zeros"));
            zip.write(new byte[size]);
        }
        return bytes.toByteArray();
    }

    private static byte[] changed(byte[] zip, String find, int offset) {
        byte[] copy = zip.clone();
        int at = new String(zip, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(find);
        copy[at + offset] ^= 1;
        return copy;
    }

    static Stream<Arguments> hostileArchives() throws Exception {
        byte[] plain = SentPayload.zip(Map.of("autorun.sh", "#!/bin/sh\n", "a.txt", "stored text"));
        return Stream.of(
                Arguments.of("leaves the folder", SentPayload.zip(Map.of("../../etc/passwd", "root::0:0")), "refused"),
                Arguments.of("absolute", SentPayload.zip(Map.of("/etc/passwd", "root::0:0")), "absolute"),
                Arguments.of("the agent's key", SentPayload.zip(Map.of("derived_tci_key", "k")), "agent writes itself"),
                Arguments.of(
                        "the agent's file", SentPayload.zip(Map.of("DECRYPTED_PAYLOAD", "k")), "agent writes itself"),
                Arguments.of("bomb", zipOfZeros(64 << 20), "free"),
                Arguments.of("cut off", Arrays.copyOf(plain, plain.length - 10), "cannot be read"),
                Arguments.of("four bytes", new byte[] {'P', 'K', 3, 4}, "cannot be read"),
                Arguments.of("bit flipped in a file", changed(plain, "autorun.sh", 12), "damaged"),
                Arguments.of(
                        "the script is a folder",
                        SentPayload.zip(Map.of("autorun.sh/", "")),
                        "autorun.sh is a folder"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostileArchives")
    void aHostileArchiveIsRefusedBeforeTheOldPayloadIsTouched(String name, byte[] archive, String expected)
            throws Exception {
        open();
        SentPayload old = sent("the old one".getBytes(UTF_8));
        done(old);
        SentPayload hostile = sent(archive);
        assertThat(problem(hostile)).contains(expected);
        assertThat(text(secure().resolve("decrypted_payload"))).isEqualTo("the old one");
        assertThat(Files.readAllBytes(unzipped("derived_tci_key"))).isEqualTo(old.key());
        assertThat(secure().resolve(Unpacking.NEW)).doesNotExist();
        assertThat(payloads.answer("abc")).as("the key is right all the same").hasValue(hostile.answer("abc"));
        assertThat(payloads.status().scriptStarted()).isNull();
    }

    @Test
    void aPayloadSealedUnderAnotherKeyIsRefused() throws Exception {
        open();
        SentPayload one = sent("one".getBytes(UTF_8));
        SentPayload other = sent("other".getBytes(UTF_8));
        payloads.receiveU(one.u(), one.tag(), other.payload());
        payloads.receiveV(one.v());
        assertThat(await(Stage.FAILED).problem()).contains("does not open");
        assertThat(payloads.answer("abc")).hasValue(one.answer("abc"));
        assertThat(secure().resolve("unzipped")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 31})
    void aContainerThatIsTooShortIsRefused(int length) throws Exception {
        open();
        SentPayload sent = SentPayload.keyOnly(ID.value());
        payloads.receiveU(sent.u(), sent.tag(), Optional.of(new byte[length]));
        payloads.receiveV(sent.v());
        assertThat(await(Stage.FAILED).problem()).contains("at least 32 bytes");
    }

    @Test
    void aPayloadLargerThanTheAreaNamesBothSizesAndLeavesTheOldOne() throws Exception {
        open();
        done(sent("the old one".getBytes(UTF_8)));
        assertThat(problem(sent(new byte[1_100_000])))
                .contains("1105920 bytes")
                .contains("raise secure_size (now 1m)")
                .contains(secure().toRealPath().toString());
        assertThat(text(secure().resolve("decrypted_payload"))).isEqualTo("the old one");
    }

    @Test
    void plaintextAndUnpackedCopyHaveToFitTogether() throws Exception {
        open();
        Map<String, String> files = Map.of("big", "x".repeat(600_000));
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(stored)) {
            zip.setLevel(0);
            zip.putNextEntry(new ZipEntry("big"));
            zip.write(files.get("big").getBytes(UTF_8));
        }
        assertThat(problem(sent(stored.toByteArray()))).contains("free").contains("secure_size");
        assertThat(done(sent(files)).problem()).isNull();
    }

    @Test
    void anAreaThatSomebodyElseHasFilledIsSaidAndRecoversWhenThereIsRoom() throws Exception {
        open();
        Path hog = secure().resolve("hog");
        Files.write(hog, new byte[1_000_000]);
        SentPayload sent = sent("x".repeat(60_000).getBytes(UTF_8));
        assertThat(problem(sent)).contains("raise secure_size");
        assertThat(secure().resolve(Unpacking.NEW)).doesNotExist();
        Files.delete(hog);
        assertThat(done(sent).problem()).isNull();
    }

    @Test
    void anAreaThatBecomesFullInTheMiddleHoldsNoHalfPayload() throws Exception {
        // The bytes are there, the files are not: nobody can count that beforehand.
        Files.createDirectory(secure());
        Memory.mount("tmpfs", "size=1m,mode=0700,nr_inodes=24", secure());
        open();
        done(sent("the old one".getBytes(UTF_8)));
        Map<String, String> many = new LinkedHashMap<>();
        for (int i = 0; i < 30; i++) {
            many.put("file" + i, "x");
        }
        assertThat(problem(sent(many))).contains("became full").contains("nr_inodes");
        assertThat(secure().resolve(Unpacking.NEW)).doesNotExist();
        assertThat(secure().resolve(OldPayload.ASIDE)).doesNotExist();
        assertThat(secure().resolve("unzipped")).doesNotExist();
        assertThat(done(sent("one file".getBytes(UTF_8))).problem()).isNull();
        assertThat(text(secure().resolve("decrypted_payload"))).isEqualTo("one file");
    }

    @Test
    void theOldPayloadGivesItsRoomToTheNewOne() throws Exception {
        open();
        done(sent(new byte[900_000]));
        assertThat(done(sent(new byte[800_000])).problem()).isNull();
        assertThat(Files.size(secure().resolve("decrypted_payload"))).isEqualTo(800_000);
    }

    @Test
    void aPayloadThatIsNoZipIsASingleFile() throws Exception {
        open();
        assertThat(done(sent("just a password".getBytes(UTF_8))).scriptStarted())
                .isNull();
        assertThat(text(secure().resolve("decrypted_payload"))).isEqualTo("just a password");
        try (Stream<Path> files = Files.list(secure().resolve("unzipped"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("derived_tci_key", "decrypted_payload");
        }
        assertThat(mode(unzipped("derived_tci_key"))).isEqualTo("rw-------");
        assertThat(mode(unzipped("decrypted_payload"))).isEqualTo("rw-------");
        assertThat(mode(secure().resolve("unzipped"))).isEqualTo("rwx------");
    }

    @Test
    void anEmptyFileIsAPayloadToo() throws Exception {
        open();
        done(sent(new byte[0]));
        assertThat(secure().resolve("decrypted_payload")).isEmptyFile();
    }

    @Test
    void aZipIsLeftPackedWhereTheConfigurationSaysSo() throws Exception {
        PayloadSettings usual = settings();
        open(new PayloadSettings(
                usual.secureFolder(),
                "1m",
                false,
                "the_key",
                "the_payload",
                false,
                "autorun.sh",
                0,
                true,
                Optional.empty()));
        byte[] zip = SentPayload.zip(Map.of("autorun.sh", "#!/bin/sh\n"));
        SentPayload sent = sent(zip);
        done(sent);
        assertThat(Files.readAllBytes(secure().resolve("the_payload"))).isEqualTo(zip);
        assertThat(Files.readAllBytes(unzipped("the_key"))).isEqualTo(sent.key());
        assertThat(unzipped("autorun.sh")).doesNotExist();
    }

    @Test
    void foldersAndActionsOfAnArchiveAreThere() throws Exception {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("etc/", "");
        files.put("etc/ssh/key", "private");
        files.put("local_action_a.sh", "#!/bin/sh\n");
        files.put("local_action_b", "#!/bin/sh\n");
        files.put("action_list", "local_action_a.sh,local_action_b\n../../bin/sh\nlocal_action_installed");
        open();
        PayloadStatus status = done(sent(files));
        assertThat(status.note()).contains("autorun.sh").contains("nothing was run");
        assertThat(status.problem()).isNull();
        assertThat(text(unzipped("etc/ssh/key"))).isEqualTo("private");
        assertThat(mode(unzipped("etc/ssh"))).isEqualTo("rwx------");
        assertThat(mode(unzipped("etc/ssh/key"))).isEqualTo("rw-------");
        assertThat(mode(unzipped("local_action_a.sh"))).isEqualTo("rwx------");
        assertThat(mode(unzipped("local_action_b"))).isEqualTo("rwx------");
        assertThat(mode(Path.of("/bin/sh"))).isEqualTo("rwxr-xr-x");
    }

    @Test
    void aKeyWithoutAPayloadIsLookedForAmongWhatHasCome() throws Exception {
        open();
        assertThat(payloads.status().stage()).isEqualTo(Stage.WAITING);
        assertThat(payloads.answer("abc")).isEmpty();
        SentPayload sent = SentPayload.keyOnly(ID.value());
        payloads.receiveV(sent.v());
        assertThat(payloads.status().stage()).isEqualTo(Stage.HAVE_V);
        payloads.receiveU(SecretBytes.copyOf(new byte[32]), new byte[48], Optional.empty());
        assertThat(payloads.status().stage()).isEqualTo(Stage.NO_MATCH);
        payloads.receiveU(sent.u(), sent.tag(), Optional.of(new byte[0]));
        assertThat(payloads.status().stage()).isEqualTo(Stage.KEY_ONLY);
        assertThat(payloads.answer("abc")).hasValue(sent.answer("abc"));
    }

    @Test
    void uMayComeFirstAndWait() throws Exception {
        open();
        SentPayload sent = sent("x".getBytes(UTF_8));
        payloads.receiveU(sent.u(), sent.tag(), sent.payload());
        assertThat(payloads.status().stage()).isEqualTo(Stage.HAVE_U);
        assertThat(payloads.answer("abc")).isEmpty();
        payloads.receiveV(sent.v());
        await(Stage.DONE);
    }

    @Test
    void decoysDoNotKeepTheRightPairFromBeingFound() throws Exception {
        open();
        SentPayload sent = sent("x".getBytes(UTF_8));
        payloads.receiveU(sent.u(), sent.tag(), sent.payload());
        for (int i = 0; i < 500; i++) {
            SentPayload decoy = SentPayload.keyOnly(ID.value());
            payloads.receiveU(decoy.u(), decoy.tag(), Optional.empty());
            payloads.receiveV(SecretBytes.copyOf(decoy.key()));
        }
        assertThat(payloads.status().stage()).isEqualTo(Stage.NO_MATCH);
        payloads.receiveV(sent.v());
        await(Stage.DONE);
    }

    @Test
    void withoutTlsAPayloadIsNotOpenedUnlessAllowed() throws Exception {
        open(new PayloadSettings(
                secure(), "1m", false, "derived_tci_key", "decrypted_payload", true, "", 0, false, Optional.empty()));
        SentPayload sent = sent("x".getBytes(UTF_8));
        deliver(sent);
        assertThat(payloads.status().stage()).isEqualTo(Stage.KEY_ONLY);
        assertThat(payloads.status().note()).contains("enable_insecure_payload");
        assertThat(payloads.answer("abc")).hasValue(sent.answer("abc"));
        assertThat(secure().resolve("unzipped")).doesNotExist();
    }

    @Test
    void theNewPayloadTakesThePlaceOfWhateverAScriptHasMadeOfTheOldOne() throws Exception {
        Files.createDirectory(outside("precious"));
        Files.writeString(outside("precious/file"), "precious");
        Files.writeString(outside("other"), "precious");
        open();
        done(script("#!/bin/sh\nset -e\n"
                + "ln -s " + outside("precious") + " folder\n"
                + "ln -s " + outside("other") + " file\n"
                + "ln -s " + outside("precious") + " secret.txt2\n"
                + "mkfifo pipe\n"
                + "d=a; i=0; while [ $i -lt 300 ]; do mkdir $d; cd $d; i=$((i+1)); done\n"
                + "echo deep > deep; mkdir x; chmod 000 x\n"));
        done(sent("the new one".getBytes(UTF_8)));
        assertThat(text(outside("precious/file"))).isEqualTo("precious");
        assertThat(text(outside("other"))).isEqualTo("precious");
        assertThat(unzipped("a")).doesNotExist();
        assertThat(text(secure().resolve("decrypted_payload"))).isEqualTo("the new one");
    }

    @Test
    void theFolderItselfMayHaveBecomeALink() throws Exception {
        Files.createDirectory(outside("precious"));
        Files.writeString(outside("precious/file"), "precious");
        open();
        done(sent("old".getBytes(UTF_8)));
        Memory.run("rm", "-r", secure().resolve("unzipped").toString());
        Files.createSymbolicLink(
                secure().resolve("unzipped"), outside("precious").toRealPath());
        done(sent("new".getBytes(UTF_8)));
        assertThat(text(outside("precious/file"))).isEqualTo("precious");
        assertThat(Files.isDirectory(secure().resolve("unzipped"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
    }

    @Test
    void whatIsMountedInTheOldPayloadIsNotRemoved() throws Exception {
        open();
        done(sent("old".getBytes(UTF_8)));
        Path point = Files.createDirectory(unzipped("mnt"));
        Memory.mount("tmpfs", "size=64k", point);
        Files.writeString(point.resolve("file"), "precious");
        SentPayload next = sent("new".getBytes(UTF_8));
        assertThat(problem(next)).contains("something is mounted on " + point.toRealPath());
        assertThat(text(point.resolve("file"))).isEqualTo("precious");
        Memory.run("umount", point.toString());
        done(next);
        assertThat(text(secure().resolve("decrypted_payload"))).isEqualTo("new");
    }

    @Test
    void aFolderWhereTheDecryptedPayloadHasToBeIsNamed() throws Exception {
        open();
        Files.createDirectory(secure().resolve("decrypted_payload"));
        assertThat(problem(sent("x".getBytes(UTF_8)))).contains("decrypted_payload is a folder");
        assertThat(secure().resolve("unzipped")).doesNotExist();
    }

    @Test
    void theAreaIsMemoryAndStaysMountedWhenTheAgentStops() throws Exception {
        open();
        done(sent("x".getBytes(UTF_8)));
        payloads.close();
        assertThat(memory.mounted()).containsExactly(secure().toRealPath().toString());
        assertThat(text(secure().resolve("decrypted_payload"))).isEqualTo("x");
        assertThat(FileSystems.getDefault().provider().getFileStore(secure()).type())
                .isEqualTo("tmpfs");
    }
}
