package io.limelight.core.policy.boot;

import io.limelight.core.json.JsonTrees;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.uefi.BootEvent;
import io.limelight.core.uefi.BootLog;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One boot as it must always be: those events that do not differ between two boots of the same machine with the same
 * software, in order, with their digests in every bank.
 *
 * <p>In JSON, beside Keylime's members:
 *
 * <pre>{"limelight": {"version": 1, "boots": [{"events": [
 *   {"pcr": 4, "type": "EV_EFI_BOOT_SERVICES_APPLICATION", "what": "…", "digests": {"sha256": "0x…"}}]}]}}</pre>
 *
 * <p>Several boots are alternatives: each kernel that may be started has its own.
 *
 * @param events in the log's order
 */
record BootProfile(List<Fixed> events) {
    /**
     * One event that must be there.
     *
     * @param pcr its PCR
     * @param type name of its type
     * @param what what it measured, for people; also tells the roles of GRUB's files apart
     * @param digests in every bank
     */
    record Fixed(int pcr, String type, String what, ReferenceDigests digests) {}

    private static final int VERSION = 1;

    BootProfile {
        events = List.copyOf(events);
    }

    /** The profile of a log. */
    static BootProfile of(BootLog log) {
        List<Fixed> events = new ArrayList<>();
        for (BootEvent event : log.events()) {
            if (EventRole.of(event) == EventRole.FIXED) {
                java.util.Map<String, String> digests = new java.util.LinkedHashMap<>();
                event.digests()
                        .forEach(digest -> digests.put(
                                digest.algorithm().wireName(), digest.value().hex()));
                events.add(new Fixed(
                        (int) event.pcr(),
                        EventRole.typeName(event),
                        EventRole.describe(event),
                        new ReferenceDigests(digests)));
            }
        }
        return new BootProfile(events);
    }

    static List<BootProfile> readAll(JsonNode reference) throws ReferenceStateException {
        JsonNode ours = reference.get("limelight");
        if (ours == null) {
            return List.of();
        }
        JsonNode version = ours.get("version");
        if (version == null || !version.isInt() || version.intValue() != VERSION) {
            throw new ReferenceStateException("limelight.version is not " + VERSION + "; a newer program made it");
        }
        List<BootProfile> profiles = new ArrayList<>();
        for (JsonNode boot : ReferenceState.list(ours, "boots")) {
            List<Fixed> events = new ArrayList<>();
            for (JsonNode event : ReferenceState.list(boot, "events")) {
                JsonNode pcr = ReferenceState.member(event, "pcr");
                if (!pcr.isInt()) {
                    throw new ReferenceStateException("limelight: pcr is no number");
                }
                events.add(new Fixed(
                        pcr.intValue(),
                        ReferenceState.text(event, "type"),
                        ReferenceState.text(event, "what"),
                        ReferenceState.digests(ReferenceState.member(event, "digests"))));
            }
            profiles.add(new BootProfile(events));
        }
        if (profiles.isEmpty()) {
            throw new ReferenceStateException("limelight.boots names no boot");
        }
        return profiles;
    }

    ObjectNode json() {
        ObjectNode node = JsonTrees.object();
        ArrayNode list = node.putArray("events");
        for (Fixed event : events) {
            ObjectNode digests = list.addObject()
                    .put("pcr", event.pcr())
                    .put("type", event.type())
                    .put("what", event.what())
                    .putObject("digests");
            for (HashAlgorithm bank : HashAlgorithm.values()) {
                event.digests().in(bank).ifPresent(hex -> digests.put(bank.wireName(), "0x" + hex));
            }
        }
        return node;
    }

    /** Our member of a reference state. */
    static ObjectNode member(List<BootProfile> profiles) {
        ObjectNode node = JsonTrees.object().put("version", VERSION);
        ArrayNode boots = node.putArray("boots");
        profiles.forEach(profile -> boots.add(profile.json()));
        return node;
    }

    boolean covers(HashAlgorithm bank) {
        return events.stream().allMatch(event -> event.digests().in(bank).isPresent());
    }

    List<Fixed> of(int pcr) {
        return events.stream().filter(event -> event.pcr() == pcr).toList();
    }
}
