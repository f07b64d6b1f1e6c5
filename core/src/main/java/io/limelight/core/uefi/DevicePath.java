package io.limelight.core.uefi;

import io.limelight.core.tpm.Octets;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where an image came from (UEFI 2.10 §10.3): nodes, each of a type, a subtype and data.
 *
 * <p>Nothing in it is trusted to be well formed: firmware writes odd ones, and only the text for people and the test
 * "from a firmware volume" are made from it.
 *
 * @param data all nodes with the end node
 */
public record DevicePath(Octets data) {
    private static final int HARDWARE = 1;
    private static final int ACPI = 2;
    private static final int MESSAGING = 3;
    private static final int MEDIA = 4;
    private static final int END = 0x7f;

    /** More nodes than any real path has. */
    private static final int MAX_NODES = 64;

    private static final long PCI_ROOT = 0x0a0341d0L;
    private static final long PCIE_ROOT = 0x0a0841d0L;

    private record Node(int type, int subtype, Octets data) {}

    /** True if there is no path at all: the image was handed over in memory. */
    public boolean isEmpty() {
        return data.length() == 0;
    }

    /**
     * The usual text, for example
     * {@code PciRoot(0x0)/Pci(0x2,0x3)/HD(1,GPT,3e3df7cb-b19f-40e0-a583-5dbc9cc0ac6e,0x800,0x12c000)/File(\EFI\…)}; hex if
     * the bytes are no path.
     */
    public String text() {
        return nodes().map(nodes ->
                        String.join("/", nodes.stream().map(DevicePath::text).toList()))
                .orElseGet(data::hex);
    }

    /** True if it names a file in a firmware volume: part of the firmware itself. */
    public boolean fromFirmwareVolume() {
        List<Node> nodes = nodes().orElse(List.of());
        return nodes.size() >= 2
                && nodes.get(0).type == MEDIA
                && nodes.get(0).subtype == 7
                && nodes.get(1).type == MEDIA
                && nodes.get(1).subtype == 6;
    }

    /** The last file name in it, empty if there is none. */
    public Optional<String> file() {
        Optional<String> found = Optional.empty();
        for (Node node : nodes().orElse(List.of())) {
            if (node.type == MEDIA && node.subtype == 4) {
                found = Optional.of(utf16(node.data));
            }
        }
        return found;
    }

    private Optional<List<Node>> nodes() {
        List<Node> nodes = new ArrayList<>();
        int at = 0;
        while (at < data.length()) {
            if (data.length() - at < 4 || nodes.size() == MAX_NODES) {
                return Optional.empty();
            }
            int length = data.unsignedAt(at + 2) | data.unsignedAt(at + 3) << 8;
            if (length < 4 || length > data.length() - at) {
                return Optional.empty();
            }
            int type = data.unsignedAt(at);
            if (type == END) {
                return Optional.of(nodes);
            }
            nodes.add(new Node(type, data.unsignedAt(at + 1), data.window(at + 4, length - 4)));
            at += length;
        }
        return Optional.of(nodes);
    }

    private static String text(Node node) {
        try {
            return known(node);
        } catch (IndexOutOfBoundsException e) {
            // Shorter than its kind: shown as it is.
            return unknown(node);
        }
    }

    private static String known(Node node) {
        return switch (node.type) {
            case HARDWARE -> hardware(node);
            case ACPI -> acpi(node);
            case MESSAGING -> messaging(node);
            case MEDIA -> media(node);
            default -> unknown(node);
        };
    }

    private static String hardware(Node node) {
        Octets data = node.data;
        return switch (node.subtype) {
            case 1 -> "Pci(" + hex(data.unsignedAt(1)) + "," + hex(data.unsignedAt(0)) + ")";
            case 4 -> "VenHw(" + vendor(data) + ")";
            default -> unknown(node);
        };
    }

    private static String acpi(Node node) {
        if (node.subtype != 1) {
            return unknown(node);
        }
        long id = number(node.data, 0, 4);
        String unit = hex(number(node.data, 4, 4));
        if (id == PCI_ROOT) {
            return "PciRoot(" + unit + ")";
        }
        return id == PCIE_ROOT ? "PcieRoot(" + unit + ")" : "Acpi(" + hex(id) + "," + unit + ")";
    }

    private static String messaging(Node node) {
        Octets data = node.data;
        return switch (node.subtype) {
            case 2 -> "Scsi(" + number(data, 0, 2) + "," + number(data, 2, 2) + ")";
            case 5 -> "USB(" + data.unsignedAt(0) + "," + data.unsignedAt(1) + ")";
            case 10 -> "VenMsg(" + vendor(data) + ")";
            case 11 -> "MAC(" + data.window(0, 6).hex() + "," + hex(data.unsignedAt(32)) + ")";
            case 18 -> "Sata(" + number(data, 0, 2) + "," + number(data, 2, 2) + "," + number(data, 4, 2) + ")";
            case 23 -> "NVMe(" + hex(number(data, 0, 4)) + "," + extendedUnique(data.window(4, 8)) + ")";
            case 24 -> "Uri(" + printable(new String(data.toByteArray(), StandardCharsets.UTF_8)) + ")";
            default -> unknown(node);
        };
    }

    /** An EUI-64, printed from its last byte to its first as the firmware stores it. */
    private static String extendedUnique(Octets bytes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < bytes.length(); i++) {
            text.append(i == 0 ? "" : "-").append(bytes.window(i, 1).hex().toUpperCase(Locale.ROOT));
        }
        return text.toString();
    }

    private static String media(Node node) {
        Octets data = node.data;
        return switch (node.subtype) {
            case 1 -> hardDrive(data);
            case 3 -> "VenMedia(" + vendor(data) + ")";
            case 4 -> "File(" + utf16(data) + ")";
            case 6 -> "FvFile(" + Guid.of(data.window(0, 16)) + ")";
            case 7 -> "FvVol(" + Guid.of(data.window(0, 16)) + ")";
            case 8 -> "Offset(" + hex(number(data, 4, 8)) + "," + hex(number(data, 12, 8)) + ")";
            default -> unknown(node);
        };
    }

    private static String hardDrive(Octets data) {
        String signature = switch (data.unsignedAt(37)) {
            case 1 -> "MBR," + hex(number(data, 20, 4));
            case 2 -> "GPT," + Guid.of(data.window(20, 16));
            default -> "0," + data.window(20, 16).hex();
        };
        return "HD(" + number(data, 0, 4) + "," + signature + "," + hex(number(data, 4, 8)) + ","
                + hex(number(data, 12, 8)) + ")";
    }

    private static String vendor(Octets data) {
        Octets rest = data.window(16, data.length() - 16);
        return Guid.of(data.window(0, 16)) + (rest.length() == 0 ? "" : "," + rest.hex());
    }

    private static String unknown(Node node) {
        return "Path(" + node.type + "," + node.subtype + (node.data.length() == 0 ? "" : "," + node.data.hex()) + ")";
    }

    private static long number(Octets data, int from, int bytes) {
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = value << 8 | data.unsignedAt(from + i);
        }
        return value;
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    private static String utf16(Octets data) {
        String text = new String(data.toByteArray(), StandardCharsets.UTF_16LE);
        int end = text.indexOf('\0');
        return printable(end < 0 ? text : text.substring(0, end));
    }

    private static String printable(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
