package io.limelight.core.appraisal.ima;

import io.limelight.core.ima.ImaKeyrings;
import io.limelight.core.json.JsonTrees;
import io.limelight.core.json.WireJson;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import java.io.IOException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is remembered of a machine's list between two appraisals: nothing before the first, and nothing after a failure.
 *
 * <p>The list grows for as long as a machine runs, so it is asked for from the first entry that no quote has covered yet. PCR 10
 * as it was after the entries before is where the replay goes on; it belongs to one bank, so another bank means starting over.
 *
 * @param nextEntry index of the first entry not yet covered
 * @param pcr10 PCR 10 after the entries before that; empty means all zero
 * @param learned keys of the machine's kernel that its list recorded and the policy allowed
 * @param progress how far the last quote reached
 * @param devices device mapper devices as the entries before left them
 */
public record ImaState(
        long nextEntry,
        Optional<Octets> pcr10,
        ImaKeyrings learned,
        Optional<ImaProgress> progress,
        DmDevices devices) {
    /** Nothing is known. */
    public static final ImaState NEW =
            new ImaState(0, Optional.empty(), ImaKeyrings.EMPTY, Optional.empty(), DmDevices.NONE);

    /** Whether a quote of this bank can go on from here; if not, the list is needed from its first entry. */
    public boolean fits(HashAlgorithm bank) {
        return nextEntry == 0
                ? pcr10.isEmpty()
                : pcr10.isPresent() && pcr10.get().length() == bank.digestSize();
    }

    /** JSON to be stored; the empty text for {@link #NEW}. */
    public String json() {
        if (equals(NEW)) {
            return "";
        }
        ObjectNode object = JsonTrees.object();
        object.put("next_ima_ml_entry", nextEntry);
        pcr10.ifPresent(value -> object.put("pcr10", value.hex()));
        object.put("learned_ima_keyrings", learned.json());
        progress.ifPresent(p -> {
            object.put("matched", p.matched());
            object.put("entries", p.entries());
        });
        object.set("devices", devices.json());
        return WireJson.compactText(object);
    }

    /**
     * Reads {@link #json}.
     *
     * @throws IOException if it is something else
     */
    public static ImaState parse(String json) throws IOException {
        if (json.isEmpty()) {
            return NEW;
        }
        JsonNode node = WireJson.parse(json);
        long next = WireJson.number(node, "next_ima_ml_entry").orElse(-1L);
        if (next < 0) {
            throw new IOException("stored IMA state has no next entry");
        }
        Optional<Octets> pcr10;
        try {
            pcr10 = WireJson.text(node, "pcr10").map(Octets::ofHex);
        } catch (IllegalArgumentException e) {
            throw new IOException("stored IMA state has a PCR 10 that is not hexadecimal", e);
        }
        Optional<Long> entries = WireJson.number(node, "entries");
        return new ImaState(
                next,
                pcr10,
                ImaKeyrings.parse(WireJson.text(node, "learned_ima_keyrings").orElse("{}")),
                WireJson.number(node, "matched")
                        .flatMap(matched -> entries.map(count -> new ImaProgress(matched, count))),
                DmDevices.parse(node.path("devices")));
    }
}
