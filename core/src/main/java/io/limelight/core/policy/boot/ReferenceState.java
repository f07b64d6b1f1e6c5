package io.limelight.core.policy.boot;

import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A measured boot reference state in the shape of Keylime's {@code create_mb_refstate}, read and checked.
 *
 * <p>Ours has one member more, {@code limelight}: {@link BootProfile}. Keylime ignores members it does not know, so both read
 * the same file.
 *
 * @param secureBoot {@code has_secureboot}
 * @param firmware {@code scrtm_and_bios}: firmware that may have started the machine
 * @param pk {@code pk}
 * @param kek {@code kek}
 * @param db {@code db}
 * @param dbx {@code dbx}
 * @param vendorDb {@code vendor_db}
 * @param mokLists {@code mokdig}
 * @param mokListsX {@code mokxdig}
 * @param kernels {@code kernels}
 * @param profiles {@code limelight.boots}; empty in what Keylime's tools made
 */
record ReferenceState(
        boolean secureBoot,
        List<Firmware> firmware,
        Set<ReferenceKey> pk,
        Set<ReferenceKey> kek,
        Set<ReferenceKey> db,
        Set<ReferenceKey> dbx,
        Set<ReferenceKey> vendorDb,
        List<ReferenceDigests> mokLists,
        List<ReferenceDigests> mokListsX,
        List<ReferenceKernel> kernels,
        List<BootProfile> profiles) {
    /**
     * One firmware.
     *
     * @param scrtm digest of the EV_S_CRTM_VERSION event
     * @param blobs digests of the parts of the firmware, in order
     */
    record Firmware(ReferenceDigests scrtm, List<ReferenceDigests> blobs) {
        Firmware {
            blobs = List.copyOf(blobs);
        }
    }

    private static final Pattern HEX = Pattern.compile("0x[0-9a-f]+");

    ReferenceState {
        firmware = List.copyOf(firmware);
        pk = Set.copyOf(pk);
        kek = Set.copyOf(kek);
        db = Set.copyOf(db);
        dbx = Set.copyOf(dbx);
        vendorDb = Set.copyOf(vendorDb);
        mokLists = List.copyOf(mokLists);
        mokListsX = List.copyOf(mokListsX);
        kernels = List.copyOf(kernels);
        profiles = List.copyOf(profiles);
    }

    /** Reads a reference state; unknown members are ignored. */
    static ReferenceState read(JsonNode node) throws ReferenceStateException {
        if (!node.isObject()) {
            throw new ReferenceStateException("the reference state is no JSON object");
        }
        JsonNode secureBoot = node.get("has_secureboot");
        if (secureBoot != null && !secureBoot.isBoolean()) {
            throw new ReferenceStateException("has_secureboot is neither true nor false");
        }
        boolean on = secureBoot == null || secureBoot.booleanValue();
        return new ReferenceState(
                on,
                firmware(node),
                keys(node, "pk"),
                keys(node, "kek"),
                keys(node, "db"),
                keys(node, "dbx"),
                node.has("vendor_db") ? keys(node, "vendor_db") : Set.of(),
                digestList(node, "mokdig"),
                digestList(node, "mokxdig"),
                kernels(node, on),
                BootProfile.readAll(node));
    }

    private static List<Firmware> firmware(JsonNode node) throws ReferenceStateException {
        List<Firmware> all = new ArrayList<>();
        for (JsonNode entry : list(node, "scrtm_and_bios")) {
            all.add(new Firmware(digests(member(entry, "scrtm")), digestList(entry, "platform_firmware")));
        }
        return all;
    }

    private static List<ReferenceKernel> kernels(JsonNode node, boolean secureBoot) throws ReferenceStateException {
        List<ReferenceKernel> all = new ArrayList<>();
        for (JsonNode entry : list(node, "kernels")) {
            String image = secureBoot ? "kernel_authcode_sha256" : "vmlinuz_plain_sha256";
            Optional<String> digest = Optional.of(hex(entry, image));
            all.add(new ReferenceKernel(
                    hex(entry, "shim_authcode_sha256"),
                    hex(entry, "grub_authcode_sha256"),
                    secureBoot ? digest : Optional.empty(),
                    secureBoot ? Optional.empty() : digest,
                    hex(entry, "initrd_plain_sha256"),
                    CommandLinePattern.of(text(entry, "kernel_cmdline"))));
        }
        return all;
    }

    private static Set<ReferenceKey> keys(JsonNode node, String name) throws ReferenceStateException {
        Set<ReferenceKey> keys = new HashSet<>();
        for (JsonNode entry : list(node, name)) {
            String data = hex(entry, "SignatureData");
            if (data.length() % 2 != 0) {
                throw new ReferenceStateException(name + ": a key has " + data.length() + " hex digits, which is odd");
            }
            keys.add(new ReferenceKey(text(entry, "SignatureOwner"), Octets.ofHex(data)));
        }
        return keys;
    }

    private static List<ReferenceDigests> digestList(JsonNode node, String name) throws ReferenceStateException {
        List<ReferenceDigests> all = new ArrayList<>();
        for (JsonNode entry : list(node, name)) {
            all.add(digests(entry));
        }
        return all;
    }

    static ReferenceDigests digests(JsonNode node) throws ReferenceStateException {
        if (!node.isObject()) {
            throw new ReferenceStateException("a digest is no object of algorithms to 0x and hex digits");
        }
        Map<String, String> byBank = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            byBank.put(entry.getKey(), hex(node, entry.getKey()));
        }
        return new ReferenceDigests(byBank);
    }

    static JsonNode member(JsonNode node, String name) throws ReferenceStateException {
        JsonNode member = node.get(name);
        if (member == null) {
            throw new ReferenceStateException("the reference state lacks " + name);
        }
        return member;
    }

    static JsonNode list(JsonNode node, String name) throws ReferenceStateException {
        JsonNode list = member(node, name);
        if (!list.isArray()) {
            throw new ReferenceStateException(name + " is no list");
        }
        return list;
    }

    static String text(JsonNode node, String name) throws ReferenceStateException {
        JsonNode text = member(node, name);
        if (!text.isString()) {
            throw new ReferenceStateException(name + " is no text");
        }
        return text.stringValue();
    }

    /** Without its {@code 0x}. */
    static String hex(JsonNode node, String name) throws ReferenceStateException {
        String text = text(node, name);
        if (!HEX.matcher(text).matches()) {
            String start = text.substring(0, Math.min(text.length(), 70)).replaceAll("[^\\x20-\\x7e]", "?");
            throw new ReferenceStateException(
                    name + ": '" + start + "' is not 0x followed by some lower-case hex digits");
        }
        return text.substring(2);
    }

    /** Whether digests of this bank can be compared at all. */
    boolean covers(HashAlgorithm bank) {
        return profiles.isEmpty()
                ? bank == HashAlgorithm.SHA256
                : profiles.stream().allMatch(profile -> profile.covers(bank));
    }
}
