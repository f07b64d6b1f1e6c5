package io.limelight.agent.payload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.agent.payload.PayloadStatus.Stage;
import io.limelight.agent.testkit.Memory;
import io.limelight.agent.testkit.SentPayload;
import io.limelight.core.payload.PayloadException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The key comes alone: what it opens lies on the machine, or is nobody's business but the machine's. */
class KeyAloneTest extends PayloadBench {
    private static final SentPayload SENT = sent("by cloud-init".getBytes(UTF_8));

    /** As {@code tenant -k} without {@code -p}. */
    private void deliverKeyOf(SentPayload sent) {
        payloads.receiveU(sent.u(), sent.tag(), Optional.empty());
        payloads.receiveV(sent.v());
    }

    private void place(SentPayload sent) throws Exception {
        Files.writeString(placed(), sent.text());
    }

    @FunctionalInterface
    interface Placing {
        void at(Path file) throws Exception;
    }

    private static Arguments hostile(String name, Placing placing, String expected) {
        return Arguments.of(name, placing, expected);
    }

    static Stream<Arguments> hostileFiles() {
        String text = SENT.text();
        return Stream.of(
                hostile(
                        "of another key",
                        file -> Files.writeString(
                                file, sent("other".getBytes(UTF_8)).text()),
                        "does not open"),
                hostile("empty", file -> Files.writeString(file, ""), "at least 32 bytes"),
                hostile("cut off", file -> Files.writeString(file, text.substring(0, text.length() - 7)), "cut off"),
                hostile(
                        "cut off where base64 does not notice",
                        file -> Files.writeString(file, text.substring(0, text.length() - 8)),
                        "does not open"),
                hostile("no base64", file -> Files.write(file, new byte[] {0, 1, (byte) 0xff}), "userdata-encrypt"),
                hostile("a folder", file -> Files.createDirectory(file), "no plain file"),
                hostile("a pipe", file -> Memory.run("mkfifo", file.toString()), "no plain file"),
                hostile("a device", file -> Memory.run("mknod", file.toString(), "c", "1", "5"), "no plain file"),
                hostile(
                        "a link",
                        file -> {
                            Files.writeString(file.resolveSibling("elsewhere"), text);
                            Files.createSymbolicLink(file, Path.of("elsewhere"));
                        },
                        "is a link"),
                hostile("a link to nothing", file -> Files.createSymbolicLink(file, Path.of("nowhere")), "is a link"),
                hostile("endless", file -> sparse(file, 1L << 40), "longer than"));
    }

    private static void sparse(Path file, long length) throws Exception {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(length);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostileFiles")
    void whatCannotBeOpenedIsAFailureThatNamesTheFileAndLeavesTheOldPayload(
            String name, Placing placing, String expected) throws Exception {
        open();
        done(sent("the old one".getBytes(UTF_8)));
        placing.at(placed());
        deliverKeyOf(SENT);
        PayloadStatus status = await(Stage.FAILED);
        assertThat(status.problem())
                .startsWith(placed() + " (encrypted_payload)")
                .contains(expected);
        assertThat(text(secure().resolve("decrypted_payload"))).isEqualTo("the old one");
        assertThat(payloads.answer("abc")).as("the key is right all the same").hasValue(SENT.answer("abc"));
        restart();
        assertThat(await(Stage.FAILED).problem()).contains(expected);
        assertThat(payloads.answer("abc")).as("and was in memory only").isEmpty();
    }

    @Test
    void aFileThatMayNotBeReadNamesItsReader() throws Exception {
        // What even root may not read: memory of a process, at address 0.
        Path memory = Path.of("/proc/self/mem");
        assertThatThrownBy(() -> new PlacedPayload(Optional.of(memory)).read())
                .isInstanceOf(PayloadException.class)
                .hasMessageStartingWith(memory + " (encrypted_payload) cannot be read");
    }

    @Test
    void aPayloadThatLiesHereIsOpenedAsIfItHadCome() throws Exception {
        open();
        SentPayload sent = script("#!/bin/sh\necho run >> " + outside("runs") + "\n");
        Files.writeString(placed(), sent.text().replaceAll("(.{64})", "$1\n") + "\n");
        deliverKeyOf(sent);
        assertThat(await(Stage.DONE).exit()).hasValue(0);
        assertThat(text(outside("runs"))).isEqualTo("run\n");
        assertThat(text(unzipped("secret.txt"))).isEqualTo("s3cret\n");
        assertThat(Files.readAllBytes(unzipped("derived_tci_key"))).isEqualTo(sent.key());
        assertThat(placed()).as("it is not the agent's to remove").exists();

        deliverKeyOf(sent);
        restart();
        deliverKeyOf(sent);
        deliverKeyOf(sent);
        assertThat(await(Stage.DONE).exit()).hasValue(0);
        // The worker takes one after the other: this one comes after those.
        SentPayload last = script("#!/bin/sh\necho last >> " + outside("runs") + "\n");
        done(last);
        assertThat(text(outside("runs")))
                .as("opened once, also across a restart")
                .isEqualTo("run\nlast\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anotherKeyForWhatWasOpenedIsSaid(boolean liesHere) throws Exception {
        open();
        SentPayload sent = script("#!/bin/sh\necho run >> " + outside("runs") + "\n");
        if (liesHere) {
            place(sent);
            deliverKeyOf(sent);
        } else {
            deliver(sent);
        }
        assertThat(await(Stage.DONE).exit()).hasValue(0);
        assertThat(payloads.status().note()).isNull();

        SentPayload other = SentPayload.keyOnly(ID.value());
        payloads.receiveU(other.u(), other.tag(), liesHere ? Optional.empty() : sent.payload());
        payloads.receiveV(other.v());
        Awaitility.await()
                .untilAsserted(() -> assertThat(payloads.status().note()).contains("another key came", "stays in use"));
        assertThat(payloads.status().stage()).isEqualTo(Stage.DONE);
        assertThat(Files.readAllBytes(unzipped("derived_tci_key"))).isEqualTo(sent.key());

        // Its own key again: nothing to say, and nothing to run.
        if (liesHere) {
            deliverKeyOf(sent);
        } else {
            deliver(sent);
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(payloads.status().note()).isNull());
        assertThat(text(outside("runs"))).isEqualTo("run\n");
    }

    @Test
    void aFailureIsForgottenWithTheFileThatFailed() throws Exception {
        open();
        done(sent("the old one".getBytes(UTF_8)));
        Files.write(placed(), new byte[] {0, 1, (byte) 0xff});
        deliverKeyOf(SENT);
        await(Stage.FAILED);
        Files.delete(placed());
        deliverKeyOf(SentPayload.keyOnly(ID.value()));
        PayloadStatus status = await(Stage.DONE);
        assertThat(status.problem()).isNull();
        assertThat(status.note()).contains("where an earlier payload lies");
        restart();
        assertThat(await(Stage.DONE).note()).contains("where an earlier payload lies");
    }

    @Test
    void oneWhoseScriptFailedIsTriedAgainWithTheKey() throws Exception {
        open();
        SentPayload sent = script("#!/bin/sh\necho run >> " + outside("runs") + "\nexit 3\n");
        place(sent);
        deliverKeyOf(sent);
        assertThat(await(Stage.DONE).exit()).hasValue(3);
        deliverKeyOf(sent);
        Awaitility.await().untilAsserted(() -> assertThat(text(outside("runs"))).isEqualTo("run\nrun\n"));
        assertThat(await(Stage.DONE).exit()).hasValue(3);
    }

    @Test
    void aPayloadThatComesWithTheKeyGoesBeforeTheOneThatLiesHere() throws Exception {
        open();
        place(SENT);
        done(sent("by the tenant".getBytes(UTF_8)));
        assertThat(text(secure().resolve("decrypted_payload"))).isEqualTo("by the tenant");
    }

    @Test
    void anAgentThatIsStoppedInTheMiddleSaysSoAndOpensNothingByItself() throws Exception {
        open();
        place(SENT);
        payloads.close();
        // As killed while it opened what lies here.
        PayloadState.unpacking("").write(secure().resolve(".limelight/state.json"));
        open();
        assertThat(await(Stage.FAILED).problem()).contains("deliver it again");
        assertThat(secure().resolve("unzipped")).doesNotExist();
        deliverKeyOf(SENT);
        await(Stage.DONE);
        assertThat(text(secure().resolve("decrypted_payload"))).isEqualTo("by cloud-init");
    }

    @Test
    void withoutTlsNothingIsOpenedAndNoKeyIsLeft() throws Exception {
        PayloadSettings usual = settings();
        open(new PayloadSettings(
                usual.secureFolder(),
                "1m",
                false,
                usual.keyName(),
                usual.payloadName(),
                true,
                "",
                0,
                false,
                usual.placed()));
        deliverKeyOf(SENT);
        assertThat(payloads.status().stage()).isEqualTo(Stage.KEY_ONLY);
        place(SENT);
        deliverKeyOf(SENT);
        assertThat(payloads.status().note()).contains("enable_insecure_payload");
        assertThat(secure().resolve("unzipped")).doesNotExist();
    }

    // --- nothing lies here: the key is for others ---

    private void awaitKey(SentPayload sent) {
        Awaitility.await("the key in its file")
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(Files.readAllBytes(unzipped("derived_tci_key")))
                        .isEqualTo(sent.key()));
    }

    @Test
    void aKeyAloneIsLeftForOthersAndSurvivesTheAgent() throws Exception {
        open();
        SentPayload first = SentPayload.keyOnly(ID.value());
        deliverKeyOf(first);
        assertThat(payloads.status().stage()).isEqualTo(Stage.KEY_ONLY);
        awaitKey(first);
        assertThat(mode(unzipped("derived_tci_key"))).isEqualTo("rw-------");
        assertThat(mode(secure().resolve("unzipped"))).isEqualTo("rwx------");
        restart();
        assertThat(payloads.status().stage()).isEqualTo(Stage.KEY_ONLY);
        assertThat(payloads.answer("abc")).hasValue(first.answer("abc"));

        SentPayload second = SentPayload.keyOnly(ID.value());
        deliverKeyOf(second);
        awaitKey(second);
        assertThat(payloads.status().problem()).isNull();
    }

    @Test
    void aKeyAloneNeverTakesThePlaceOfAPayload() throws Exception {
        open();
        SentPayload old = sent(Map.of("certificate", "c"));
        done(old);
        FileTime before = Files.getLastModifiedTime(secure().resolve("unzipped"));
        SentPayload alone = SentPayload.keyOnly(ID.value());
        deliverKeyOf(alone);
        Awaitility.await()
                .untilAsserted(() -> assertThat(payloads.status().note())
                        .contains("where an earlier payload lies")
                        .contains("action_list stay in use"));
        assertThat(payloads.status().stage()).isEqualTo(Stage.DONE);
        assertThat(payloads.answer("abc")).hasValue(alone.answer("abc"));
        assertThat(Files.readAllBytes(unzipped("derived_tci_key"))).isEqualTo(old.key());
        assertThat(text(unzipped("certificate"))).isEqualTo("c");
        assertThat(Files.getLastModifiedTime(secure().resolve("unzipped"))).isEqualTo(before);
    }

    @Test
    void aKeyAloneDoesNotDisplaceAPayloadThatWaits() throws Exception {
        open();
        deliver(script("#!/bin/sh\nwhile [ ! -e " + outside("go") + " ]; do sleep 0.05; done\n"));
        await(Stage.RUNNING);
        deliver(sent("the next".getBytes(UTF_8)));
        deliverKeyOf(SentPayload.keyOnly(ID.value()));
        Files.writeString(outside("go"), "");
        Awaitility.await()
                .ignoreExceptions()
                .untilAsserted(() ->
                        assertThat(text(secure().resolve("decrypted_payload"))).isEqualTo("the next"));
    }

    @Test
    void anAreaWithoutRoomForAKeyIsSaidAndTheKeyKnownAllTheSame() throws Exception {
        Files.createDirectory(secure());
        Memory.mount("tmpfs", "size=64k,mode=0700", secure());
        open();
        fill(secure().resolve("hog"));
        SentPayload alone = SentPayload.keyOnly(ID.value());
        deliverKeyOf(alone);
        Awaitility.await()
                .untilAsserted(() -> assertThat(payloads.status().note()).contains("cannot be left in"));
        assertThat(payloads.answer("abc")).hasValue(alone.answer("abc"));
        assertThat(payloads.status().stage()).isEqualTo(Stage.KEY_ONLY);
    }

    /** Until nothing more fits, whatever the agent writes meanwhile. */
    private static void fill(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(0);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }
}
