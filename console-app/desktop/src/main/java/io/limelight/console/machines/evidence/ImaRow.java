package io.limelight.console.machines.evidence;

import io.limelight.core.ima.ImaEntry;
import io.limelight.core.ima.ImaEntry.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A row of the IMA list. Decoded when looked at: a list has a hundred thousand rows and a screen forty.
 *
 * @param entry counted from 1
 * @param line as the kernel wrote it
 */
public record ImaRow(long entry, String line) {
    private static final int MOST_BYTES = 16 << 10;

    /**
     * What the list shows of it.
     *
     * @param path printable
     * @param digest with its algorithm; printable
     * @param template name
     * @param broken why it cannot be read; empty where it can
     */
    public record Brief(String path, String digest, String template, String broken) {}

    /** For the list. */
    public Brief brief() {
        ImaEntry read = new ImaEntry();
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        if (read.read(bytes, 0, bytes.length) == Outcome.BROKEN) {
            return new Brief(Printable.text(line, 300), "", "", read.problem());
        }
        return new Brief(
                Printable.text(read.name(), 1024),
                read.algorithm() + ":" + read.digest(),
                read.template().text(),
                "");
    }

    /** Field by field. */
    public List<Field> fields() {
        ImaEntry read = new ImaEntry();
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        if (read.read(bytes, 0, bytes.length) == Outcome.BROKEN) {
            return List.of(Field.text("Entry", Long.toString(entry)), Field.text("Cannot be read", read.problem()));
        }
        List<Field> fields = new ArrayList<>();
        fields.add(Field.text("Entry", Long.toString(entry)));
        fields.add(Field.text("PCR", read.pcr()));
        fields.add(Field.text("Template", read.template().text()));
        fields.add(Field.mono("Path", read.name()));
        fields.add(Field.text("Algorithm", read.algorithm()));
        fields.add(Field.mono("File digest", Digests.grouped(read.digest())));
        fields.add(Field.mono("Template hash", Digests.grouped(read.templateHash())));
        read.signingKeyId().ifPresent(key -> fields.add(Field.mono("Signing key", key)));
        return fields;
    }

    /** The bytes of the row. */
    public String raw() {
        return HexDump.of(line.getBytes(StandardCharsets.UTF_8), MOST_BYTES);
    }
}
