package io.limelight.core.uefi;

import io.limelight.core.tpm.Octets;
import java.util.ArrayList;
import java.util.List;

/** Values of UEFI variables by event type and name. */
final class VariableDecoder {
    private VariableDecoder() {}

    static VariableValue decode(EventType type, String name, Octets data, int base, int number)
            throws BootLogException {
        return switch (type) {
            case EV_EFI_VARIABLE_DRIVER_CONFIG -> driverConfig(name, data, base, number);
            case EV_EFI_VARIABLE_AUTHORITY -> authority(name, data, base, number);
            case EV_EFI_VARIABLE_BOOT, EV_EFI_VARIABLE_BOOT2 -> boot(name, data, base, number);
            default -> new VariableValue.Raw(data);
        };
    }

    private static VariableValue driverConfig(String name, Octets data, int base, int number) throws BootLogException {
        return switch (name) {
            case "PK", "KEK", "db", "dbx" ->
                new VariableValue.Signatures(SignatureList.parseAll(new LogReader(data, base, number)));
            case "SecureBoot" -> onOff(name, data, base, number);
            default -> new VariableValue.Raw(data);
        };
    }

    private static VariableValue authority(String name, Octets data, int base, int number) throws BootLogException {
        return switch (name) {
            case "db", "Shim" -> one(data);
            case "vendor_db" -> vendorDb(data);
            case "MokListTrusted" -> onOff(name, data, base, number);
            case "SbatLevel" -> new VariableValue.Text(EventDecoder.text(data));
            default -> new VariableValue.Raw(data);
        };
    }

    private static VariableValue onOff(String name, Octets data, int base, int number) throws BootLogException {
        if (data.length() > 1) {
            throw new BootLogException(
                    number, base, "holds " + data.length() + " bytes in the variable " + name + ", which has one");
        }
        return new VariableValue.Switch(data.length() == 1 && data.unsignedAt(0) != 0);
    }

    private static VariableValue one(Octets data) {
        return data.length() < 16 ? new VariableValue.Raw(data) : new VariableValue.Authority(List.of(entry(data)));
    }

    private static SignatureEntry entry(Octets data) {
        return new SignatureEntry(Guid.of(data.window(0, 16)), data.window(16, data.length() - 16));
    }

    /**
     * What shim measures as vendor_db is its built-in list, not one entry: owner and certificate again and again, in some
     * versions with heads of signature lists between them. Looked for as owners followed, within 100 bytes, by a
     * certificate (DER SEQUENCE with a two-byte length).
     */
    private static VariableValue vendorDb(Octets data) {
        List<SignatureEntry> entries = new ArrayList<>();
        int at = 0;
        while (data.length() - at >= 16) {
            int start = at + 16;
            int certificate = certificate(data, start);
            if (certificate < 0 || data.length() - certificate < 4) {
                break;
            }
            int end = certificate + 4 + (data.unsignedAt(certificate + 2) << 8 | data.unsignedAt(certificate + 3));
            if (end > data.length()) {
                break;
            }
            entries.add(new SignatureEntry(Guid.of(data.window(at, 16)), data.window(start, end - start)));
            at = end;
        }
        return entries.isEmpty() ? new VariableValue.Raw(data) : new VariableValue.Authority(entries);
    }

    private static int certificate(Octets data, int from) {
        int last = Math.min(from + 100, data.length() - 1);
        for (int at = from; at < last; at++) {
            if (data.unsignedAt(at) == 0x30 && data.unsignedAt(at + 1) == 0x82) {
                return at;
            }
        }
        return -1;
    }

    private static VariableValue boot(String name, Octets data, int base, int number) throws BootLogException {
        if (name.equals("BootOrder")) {
            return bootOrder(data, base, number);
        }
        return name.length() == 8 && name.startsWith("Boot") ? bootOption(data) : new VariableValue.Raw(data);
    }

    private static VariableValue bootOrder(Octets data, int base, int number) throws BootLogException {
        if (data.length() % 2 != 0) {
            throw new BootLogException(
                    number, base, "holds " + data.length() + " bytes in the variable BootOrder, which has pairs");
        }
        List<Integer> options = new ArrayList<>(data.length() / 2);
        for (int i = 0; i < data.length(); i += 2) {
            options.add(data.unsignedAt(i) | data.unsignedAt(i + 1) << 8);
        }
        return new VariableValue.BootOrder(options);
    }

    /** EFI_LOAD_OPTION (UEFI 2.10 §3.1.3); anybody may write boot options, so what is none stays raw. */
    private static VariableValue bootOption(Octets data) {
        if (data.length() < 8) {
            return new VariableValue.Raw(data);
        }
        int end = 6;
        while (end + 1 < data.length() && (data.unsignedAt(end) | data.unsignedAt(end + 1)) != 0) {
            end += 2;
        }
        if (end + 2 > data.length()) {
            return new VariableValue.Raw(data);
        }
        String description = EventDecoder.utf16(data.window(6, end - 6));
        return new VariableValue.BootOption(
                (data.unsignedAt(0) & 1) == 1,
                data.unsignedAt(4) | data.unsignedAt(5) << 8,
                description,
                data.window(end + 2, data.length() - end - 2));
    }
}
