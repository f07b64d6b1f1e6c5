package io.limelight.core.uefi;

import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** Boot logs with another history: events changed, added, removed or moved, digests made anew where that is wanted. */
public final class LogEditor {
    /** The real machine's log. */
    public static final String REAL = "real-boot/binary_bios_measurements";

    /** One record that is to be written. */
    private record Line(long pcr, long code, List<EventDigest> digests, Octets contents) {
        Line(long pcr, long code, List<EventDigest> digests, byte[] data) {
            this(pcr, code, digests, Octets.copyOf(data));
        }

        byte[] data() {
            return contents.toByteArray();
        }
    }

    private final byte[] head;
    private final List<HashAlgorithm> banks;
    private final List<Line> lines = new ArrayList<>();

    private LogEditor(BootLog log) {
        head = log.events().getFirst().record().toByteArray();
        banks = log.banks();
        for (BootEvent event : log.events().subList(1, log.events().size())) {
            lines.add(new Line(
                    event.pcr(), event.typeCode(), event.digests(), event.data().toByteArray()));
        }
    }

    public static LogEditor real() {
        return of(log(REAL));
    }

    public static LogEditor of(BootLog log) {
        return new LogEditor(log);
    }

    /** A log of the fixtures. */
    public static BootLog log(String fixture) {
        return parse(bytes(fixture));
    }

    public static byte[] bytes(String fixture) {
        byte[] bytes = Fixtures.bytes(fixture);
        return fixture.endsWith(".b64")
                ? Base64.getMimeDecoder().decode(new String(bytes, StandardCharsets.US_ASCII))
                : bytes;
    }

    public static BootLog parse(byte[] bytes) {
        try {
            return BootLogParser.parse(bytes);
        } catch (BootLogException e) {
            throw new AssertionError(e.sentence(), e);
        }
    }

    /** Number of the first event with this property. */
    public int find(Predicate<BootEvent> wanted) {
        return log().events().stream()
                .filter(wanted)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no such event"))
                .number();
    }

    public int findText(String start) {
        return find(event -> event.text().orElse("").startsWith(start));
    }

    public int findVariable(String name) {
        return find(event -> event.body() instanceof EventBody.Variable variable
                && variable.name().equals(name));
    }

    /** Another digest, in every bank: the hash of {@code measured}. */
    public LogEditor digest(int event, byte[] measured) {
        Line old = lines.get(event - 1);
        lines.set(event - 1, new Line(old.pcr(), old.code(), digests(measured), old.data()));
        return this;
    }

    /** Other data, the digests as they were: what a liar does. */
    public LogEditor data(int event, byte[] data) {
        Line old = lines.get(event - 1);
        lines.set(event - 1, new Line(old.pcr(), old.code(), old.digests(), data));
        return this;
    }

    /** Another text of GRUB, measured as GRUB does: without its label. */
    public LogEditor grub(int event, String text) {
        return data(event, ascii(text + "\0")).digest(event, ascii(text.substring(text.indexOf(": ") + 2)));
    }

    /** Another value of a variable, measured with the whole structure. */
    public LogEditor variable(int event, byte[] value) {
        return data(event, variableData(event, value)).digest(event, variableData(event, value));
    }

    /** The structure of a variable event with another value. */
    public byte[] variableData(int event, byte[] value) {
        byte[] old = lines.get(event - 1).data();
        int nameLength = (old[16] & 0xff) * 2;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(old, 0, 24);
        little(out, value.length, 8);
        out.write(old, 32, nameLength);
        out.writeBytes(value);
        return out.toByteArray();
    }

    public byte[] variableValue(int event) {
        EventBody.Variable variable =
                (EventBody.Variable) log().events().get(event).body();
        return variable.data().toByteArray();
    }

    public LogEditor type(int event, EventType type) {
        Line old = lines.get(event - 1);
        lines.set(event - 1, new Line(old.pcr(), type.code(), old.digests(), old.data()));
        return this;
    }

    /** A new event before {@code event}. */
    public LogEditor insert(int event, long pcr, long code, byte[] data, byte[] measured) {
        lines.add(event - 1, new Line(pcr, code, digests(measured), data));
        return this;
    }

    public LogEditor append(long pcr, EventType type, byte[] data, byte[] measured) {
        return insert(lines.size() + 1, pcr, type.code(), data, measured);
    }

    /** The same event once more, at {@code to}. */
    public LogEditor repeat(int event, int to) {
        lines.add(to - 1, lines.get(event - 1));
        return this;
    }

    public LogEditor remove(int event) {
        lines.remove(event - 1);
        return this;
    }

    public LogEditor swap(int first, int second) {
        Line line = lines.get(first - 1);
        lines.set(first - 1, lines.get(second - 1));
        lines.set(second - 1, line);
        return this;
    }

    private List<EventDigest> digests(byte[] measured) {
        return banks.stream()
                .map(bank -> new EventDigest(bank, Octets.copyOf(bank.digest(measured))))
                .toList();
    }

    public byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(head);
        for (Line line : lines) {
            little(out, line.pcr(), 4);
            little(out, line.code(), 4);
            little(out, line.digests().size(), 4);
            for (EventDigest digest : line.digests()) {
                little(out, digest.algorithm().tpmId(), 2);
                out.writeBytes(digest.value().toByteArray());
            }
            little(out, line.data().length, 4);
            out.writeBytes(line.data());
        }
        return out.toByteArray();
    }

    public BootLog log() {
        return parse(bytes());
    }

    static void little(ByteArrayOutputStream out, long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >>> (8 * i)));
        }
    }

    public static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The file's name as it stands in a test's message. */
    public static String name(String fixture) {
        return fixture.toLowerCase(Locale.ROOT).replace('/', ' ');
    }
}
