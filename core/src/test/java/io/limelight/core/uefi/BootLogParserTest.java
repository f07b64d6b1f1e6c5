package io.limelight.core.uefi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lies about sizes and banks end in a sentence, and what is read stays reachable as bytes. */
class BootLogParserTest {
    @ParameterizedTest
    @ValueSource(strings = {"binary_bios_measurements-bogus", "binary_bios_measurements-empty"})
    void whatIsNoLogIsRefused(String name) {
        BootLogException e = refusal(Fixtures.bytes("measured-boot/" + name));

        assertThat(e.sentence())
                .matches("Event 0 of the boot log \\(byte \\d+\\) (ends inside pcrIndex|names PCR \\d+).*");
    }

    @Test
    void everyCutIsRefusedOrEndsBetweenTwoEvents() {
        byte[] bytes = LogEditor.bytes(LogEditor.REAL);
        int whole = 0;
        for (int length = 0; length < 3000; length++) {
            try {
                BootLogParser.parse(Arrays.copyOf(bytes, length));
                whole++;
            } catch (BootLogException e) {
                assertThat(e.offset()).isBetween(0, length);
                assertThat(e.event()).isBetween(0, 10);
            }
        }
        assertThat(whole).isBetween(2, 8);
    }

    @Test
    void aSizeThatLiesNamesItsEventAndPlace() {
        byte[] bytes = LogEditor.bytes(LogEditor.REAL);
        // The first event after the head: 12 bytes, three digests with their ids, then its size.
        int sizeAt = headLength(bytes) + 12 + (2 + 20) + (2 + 32) + (2 + 48);
        for (int i = 0; i < 4; i++) {
            bytes[sizeAt + i] = (byte) 0xff;
        }

        BootLogException e = refusal(bytes);

        assertThat(e.sentence())
                .isEqualTo("Event 1 of the boot log (byte " + (sizeAt + 4)
                        + ") ends inside event data: 4294967295 bytes needed, " + (bytes.length - sizeAt - 4)
                        + " left");
    }

    @Test
    void sizesInsideAnEventThatLieAreRefused() {
        for (String name : new String[] {"SecureBoot", "PK", "dbx", "BootOrder", "db"}) {
            LogEditor editor = LogEditor.real();
            int event = editor.findVariable(name);
            byte[] data = editor.variableData(event, editor.variableValue(event));
            for (int lengthAt : new int[] {16, 24}) {
                byte[] lying = data.clone();
                Arrays.fill(lying, lengthAt, lengthAt + 8, (byte) 0xff);
                assertThat(refusal(LogEditor.real().data(event, lying).bytes()).event())
                        .isEqualTo(event);
                lying[lengthAt + 7] = 0x7f;
                assertThat(refusal(LogEditor.real().data(event, lying).bytes()).event())
                        .isEqualTo(event);
            }
        }
    }

    @Test
    void aSignatureListThatDoesNotHoldWholeEntriesIsRefused() {
        LogEditor editor = LogEditor.real();
        int dbx = editor.findVariable("dbx");
        for (int entrySize : new int[] {0, 15, 17, 47, 0x7fffffff}) {
            byte[] value = editor.variableValue(dbx);
            for (int i = 0; i < 4; i++) {
                value[24 + i] = (byte) (entrySize >>> (8 * i));
            }
            assertThat(refusal(LogEditor.real().variable(dbx, value).bytes()).sentence())
                    .contains("signature list");
        }
    }

    @Test
    void aPartitionTableThatLiesAboutItsEntriesIsRefused() {
        int gpt = LogEditor.real().find(event -> event.type() == EventType.EV_EFI_GPT_EVENT);
        byte[] data = LogEditor.real().log().events().get(gpt).data().toByteArray();
        for (byte count : new byte[] {0, 1, 3, -1}) {
            byte[] lying = data.clone();
            lying[92] = count;
            assertThat(refusal(LogEditor.real().data(gpt, lying).bytes()).sentence())
                    .contains("partitions");
        }
    }

    @Test
    void aPathLongerThanItsEventIsRefused() {
        int shim = LogEditor.real().find(event -> event.type().isImage());
        byte[] data = LogEditor.real().log().events().get(shim).data().toByteArray();
        data[24]++;

        assertThat(refusal(LogEditor.real().data(shim, data).bytes()).sentence())
                .contains("DevicePath");
    }

    @Test
    void anEventWithoutADigestOfABankCannotBeSlippedIn() {
        byte[] bytes = LogEditor.bytes(LogEditor.REAL);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(bytes);
        LogEditor.little(out, 8, 4);
        LogEditor.little(out, EventType.EV_IPL.code(), 4);
        LogEditor.little(out, 1, 4);
        LogEditor.little(out, HashAlgorithm.SHA1.tpmId(), 2);
        out.writeBytes(new byte[20]);
        LogEditor.little(out, 0, 4);

        assertThat(refusal(out.toByteArray()).sentence())
                .isEqualTo("Event 90 of the boot log (byte " + (bytes.length + 12)
                        + ") has 1 digests where the head of the log announces 3");
    }

    @Test
    void theSameBankTwiceOrAnotherIsRefused() {
        byte[] bytes = LogEditor.bytes(LogEditor.REAL);
        int second = headLength(bytes) + 12 + 2 + 20;
        byte[] twice = bytes.clone();
        twice[second] = 4;
        assertThat(refusal(twice).sentence()).contains("algorithm 0x4 twice");
        byte[] other = bytes.clone();
        other[second] = 0x0d;
        assertThat(refusal(other).sentence()).contains("algorithm 0xd, which the head of the log does not announce");
    }

    @Test
    void aPcrThatNoTpmHasIsRefused() {
        assertThat(refusal(LogEditor.real()
                                .insert(1, 24, EventType.EV_IPL.code(), new byte[0], new byte[0])
                                .bytes())
                        .sentence())
                .contains("names PCR 24, which no TPM has");
        assertThat(LogEditor.real()
                        .insert(1, 0xffffffffL, EventType.EV_NO_ACTION.code(), new byte[3], new byte[0])
                        .log()
                        .events())
                .hasSize(91);
    }

    @Test
    void moreBytesOrEventsThanAnyLogHasAreNotRead() {
        assertThatThrownBy(() -> BootLogParser.parse(new byte[BootLogParser.MAX_LENGTH + 1]))
                .isInstanceOf(BootLogException.class);
        // 32-byte records of zeros are events of the old form without data.
        assertThat(refusal(new byte[32 * (BootLogParser.MAX_EVENTS + 1)]).sentence())
                .contains("comes after " + BootLogParser.MAX_EVENTS + " others");
    }

    @Test
    void theOldFormIsReadWithItsOneBank() throws BootLogException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] measured = LogEditor.ascii("Calling EFI Application from Boot Option");
        LogEditor.little(out, 4, 4);
        LogEditor.little(out, EventType.EV_EFI_ACTION.code(), 4);
        out.writeBytes(HashAlgorithm.SHA1.digest(measured));
        LogEditor.little(out, measured.length, 4);
        out.writeBytes(measured);

        BootLog log = BootLogParser.parse(out.toByteArray());

        assertThat(log.format()).isEqualTo(BootLog.Format.SHA1);
        assertThat(log.banks()).containsExactly(HashAlgorithm.SHA1);
        assertThat(log.events().getFirst().text()).hasValue("Calling EFI Application from Boot Option");
        assertThat(BootReplay.of(log).bank(HashAlgorithm.SHA1).orElseThrow().hex(4))
                .hasValue(java.util.HexFormat.of()
                        .formatHex(HashAlgorithm.SHA1.digest(new byte[20], HashAlgorithm.SHA1.digest(measured))));
    }

    @Test
    void everyByteOfTheLogIsReachableFromItsEvents() {
        byte[] bytes = LogEditor.bytes(LogEditor.REAL);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LogEditor.log(LogEditor.REAL)
                .events()
                .forEach(event -> out.writeBytes(event.record().toByteArray()));
        assertThat(out.toByteArray()).isEqualTo(bytes);
        assertThat(LogEditor.real().bytes()).isEqualTo(bytes);
    }

    @Test
    void theStubsTaggedEventsAreDecoded() {
        BootEvent event = LogEditor.log(LogEditor.REAL).events().get(87);
        assertThat(event.body()).isInstanceOfSatisfying(EventBody.Tagged.class, tagged -> {
            assertThat(tagged.tag()).isEqualTo(0x8f3b22ecL);
            assertThat(tagged.text()).isEqualTo("Linux initrd");
        });
    }

    @Test
    void theLocalityOfTheStartCountsOnlyBeforePcr0WasExtended() {
        byte[] locality = LogEditor.ascii("StartupLocality\0\3");
        String plain = pcr0(LogEditor.real());
        String atStart = pcr0(LogEditor.real().insert(1, 0, 3, locality, new byte[0]));
        String late = pcr0(LogEditor.real().insert(3, 0, 3, locality, new byte[0]));
        assertThat(atStart).isNotEqualTo(plain);
        assertThat(late).isEqualTo(plain);
    }

    @Test
    void aMeasurementByTheHardwareStartsPcr0AtLocality4() {
        byte[] measured = {1};
        String hcrtm = pcr0(
                LogEditor.real().insert(1, 0, EventType.EV_EFI_HCRTM_EVENT.code(), LogEditor.ascii("HCRTM"), measured));
        String locality4 = pcr0(LogEditor.real()
                .insert(1, 0, EventType.EV_IPL.code(), new byte[0], measured)
                .insert(1, 0, 3, LogEditor.ascii("StartupLocality\0\4"), new byte[0]));
        assertThat(hcrtm).isEqualTo(locality4);
    }

    private static String pcr0(LogEditor editor) {
        return BootReplay.of(editor.log())
                .bank(HashAlgorithm.SHA256)
                .orElseThrow()
                .hex(0)
                .orElseThrow();
    }

    private static int headLength(byte[] bytes) {
        return 32 + bytes[28];
    }

    private static BootLogException refusal(byte[] bytes) {
        BootLogException e = catchThrowableOfType(BootLogException.class, () -> BootLogParser.parse(bytes));
        assertThat(e).as("refusal").isNotNull();
        return e;
    }
}
