package io.limelight.core.uefi;

import io.limelight.core.tpm.Octets;
import java.util.List;

/** The value of a UEFI variable, decoded by its name. */
public sealed interface VariableValue {
    /**
     * Bytes without a known meaning; may be empty.
     *
     * @param data all of them
     */
    record Raw(Octets data) implements VariableValue {}

    /**
     * A switch (SecureBoot, MokListTrusted).
     *
     * @param on true for any value but empty or one byte 0
     */
    record Switch(boolean on) implements VariableValue {}

    /**
     * Keys and hashes of Secure Boot (PK, KEK, db, dbx); empty for an empty variable.
     *
     * @param lists in order
     */
    record Signatures(List<SignatureList> lists) implements VariableValue {
        /** Copies the list. */
        public Signatures {
            lists = List.copyOf(lists);
        }
    }

    /**
     * What vouched for an image (db, Shim, vendor_db of an authority event).
     *
     * @param entries in order
     */
    record Authority(List<SignatureEntry> entries) implements VariableValue {
        /** Copies the list. */
        public Authority {
            entries = List.copyOf(entries);
        }
    }

    /**
     * A text (SbatLevel).
     *
     * @param text as UTF-8
     */
    record Text(String text) implements VariableValue {}

    /**
     * The order of boot options (BootOrder).
     *
     * @param options numbers of Boot#### variables
     */
    record BootOrder(List<Integer> options) implements VariableValue {
        /** Copies the list. */
        public BootOrder {
            options = List.copyOf(options);
        }
    }

    /**
     * A boot option (EFI_LOAD_OPTION).
     *
     * @param active bit 0 of its attributes
     * @param pathLength length of its device paths as logged
     * @param description for people
     * @param path device paths and whatever follows them
     */
    record BootOption(boolean active, int pathLength, String description, Octets path) implements VariableValue {}
}
