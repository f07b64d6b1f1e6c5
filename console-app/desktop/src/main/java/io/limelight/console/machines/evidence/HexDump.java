package io.limelight.console.machines.evidence;

import java.util.HexFormat;

/** Bytes as a table of hexadecimal digits and characters, sixteen a line. */
final class HexDump {
    private static final int WIDTH = 16;
    private static final HexFormat HEX = HexFormat.of();

    private HexDump() {}

    /** At most so many bytes; says how many more there are. */
    static String of(byte[] bytes, int most) {
        StringBuilder out = new StringBuilder();
        int shown = Math.min(bytes.length, most);
        for (int line = 0; line < shown; line += WIDTH) {
            out.append(HEX.toHexDigits(line, 6)).append("  ");
            for (int i = line; i < line + WIDTH; i++) {
                out.append(i < shown ? HEX.toHexDigits(bytes[i]) : "  ").append(i == line + 7 ? "  " : " ");
            }
            out.append(' ');
            for (int i = line; i < Math.min(line + WIDTH, shown); i++) {
                out.append(bytes[i] >= 0x20 && bytes[i] < 0x7f ? (char) bytes[i] : '.');
            }
            out.append('\n');
        }
        if (bytes.length > shown) {
            out.append("… ").append(bytes.length - shown).append(" more bytes\n");
        }
        return out.toString();
    }
}
