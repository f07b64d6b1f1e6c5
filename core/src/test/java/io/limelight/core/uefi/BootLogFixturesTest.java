package io.limelight.core.uefi;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.json.JsonTrees;
import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Real logs come out as Keylime's tools read them. */
class BootLogFixturesTest {
    /**
     * In this log the TPM was started from locality 3. Keylime's expected values extend PCR 0 with the announcement's digest
     * of zeros and ignore the locality, which no TPM does: EV_NO_ACTION is never extended and the locality is the start
     * value (PFP 1.06 §10.4.5.3). Where that makes a difference the specification is followed.
     */
    private static final String STARTED_FROM_LOCALITY_3 = "binary_bios_measurements";

    @ParameterizedTest
    @ValueSource(
            strings = {"binary_bios_measurements", "binary_bios_measurements-secureboot", "mb_log.b64", "uefi_log.bin"})
    void aLogIsWhatUpstreamSeesInIt(String name) {
        BootLog log = LogEditor.log("measured-boot/" + name);
        JsonNode expected = Fixtures.json("measured-boot/expected/" + name + ".parsed.json");

        JsonNode got = BootLogJson.of(log, BootReplay.of(log));
        if (name.equals(STARTED_FROM_LOCALITY_3)) {
            for (JsonNode side : List.of(got, expected)) {
                ((ObjectNode) side).remove("boot_aggregates");
                side.get("pcrs").forEach(bank -> ((ObjectNode) bank).remove("0"));
            }
        }

        for (int i = 0; i < expected.get("events").size(); i++) {
            assertThat(flattened(got.get("events").get(i)))
                    .as("event %s", i)
                    .isEqualTo(flattened(expected.get("events").get(i)));
        }
        assertThat(flattened(got)).isEqualTo(flattened(expected));
    }

    /**
     * Upstream's way through YAML turns two characters of some texts into a control character and puts quotes around the lines
     * of others (policies.md §5.4): both sides are compared without backslashes, control characters and quotes.
     */
    private static JsonNode flattened(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode copy = JsonTrees.object();
            object.properties().forEach(entry -> copy.set(entry.getKey(), flattened(entry.getValue())));
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = JsonTrees.object().putArray("list");
            array.forEach(element -> copy.add(flattened(element)));
            return copy;
        }
        if (node.isNumber()) {
            return JsonTrees.object().put("number", node.toString()).get("number");
        }
        if (node.isString()) {
            String text = node.stringValue();
            String plain = text.contains("File(")
                    ? text.replace("\\f", "").replace("\\r", "").replaceAll("[\\\\\f\r]", "")
                    : text.replaceAll("[\"\n]", "");
            return JsonTrees.object().put("text", plain).get("text");
        }
        return node;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"binary_bios_measurements", "binary_bios_measurements-secureboot", "mb_log.b64", "uefi_log.bin"})
    void aLogReplaysToItsPcrs(String name) {
        JsonNode expected = Fixtures.json("measured-boot/expected/summary.json").get(name);
        BootLog log = LogEditor.log("measured-boot/" + name);
        BootReplay replay = BootReplay.of(log);

        assertThat(log.events()).hasSize(expected.get("events").intValue());
        ObjectNode pcrs = JsonTrees.object();
        replay.banks().forEach((bank, values) -> {
            ObjectNode of = pcrs.putObject(bank.wireName());
            values.mask()
                    .pcrs()
                    .forEach(
                            pcr -> of.put(Integer.toString(pcr), values.hex(pcr).orElseThrow()));
        });
        if (name.equals(STARTED_FROM_LOCALITY_3)) {
            assertThat(replay.bank(HashAlgorithm.SHA256).orElseThrow().hex(0))
                    .hasValue("0ee9a7feba8f4172f1a7451594aa5731665a4d353ac61814042ce107a00742f2");
            pcrs.forEach(bank -> ((ObjectNode) bank).remove("0"));
            expected.get("pcrs").forEach(bank -> ((ObjectNode) bank).remove("0"));
        }
        assertThat(pcrs).isEqualTo(expected.get("pcrs"));
        expected.get("boot_aggregates")
                .properties()
                .forEach(entry -> assertThat(replay.bootAggregates()
                                .get(HashAlgorithm.fromWireName(entry.getKey()).orElseThrow()))
                        .hasSize(entry.getValue().size()));
    }

    @Test
    void theRealMachinesLogReplaysToItsPcrsInEveryBank() {
        Map<HashAlgorithm, Map<Integer, String>> read = pcrsOfTheMachine();
        BootReplay replay = BootReplay.of(LogEditor.log(LogEditor.REAL));

        assertThat(replay.banks().keySet())
                .containsExactlyInAnyOrder(HashAlgorithm.SHA1, HashAlgorithm.SHA256, HashAlgorithm.SHA384);
        replay.banks().forEach((bank, values) -> {
            assertThat(values.mask().pcrs()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14);
            values.mask()
                    .pcrs()
                    .forEach(pcr -> assertThat(values.hex(pcr))
                            .as("%s %s", bank, pcr)
                            .hasValue(read.getOrDefault(bank, Map.of()).get(pcr)));
        });
        assertThat(replay.bootAggregates().get(HashAlgorithm.SHA256))
                .last()
                .isEqualTo("5107628853416193d0e45b50f18ee38921149061d971c77f849e38b11427afac");
    }

    private static Map<HashAlgorithm, Map<Integer, String>> pcrsOfTheMachine() {
        Map<HashAlgorithm, Map<Integer, String>> banks = new java.util.EnumMap<>(HashAlgorithm.class);
        HashAlgorithm bank = HashAlgorithm.SHA1;
        for (String line : Fixtures.text("real-boot/pcrs.txt").lines().toList()) {
            String[] parts = line.strip().split("\\s*:\\s*", -1);
            if (parts.length == 2 && parts[1].startsWith("0x")) {
                banks.computeIfAbsent(bank, key -> new java.util.HashMap<>())
                        .put(Integer.parseInt(parts[0]), parts[1].substring(2).toLowerCase(Locale.ROOT));
            } else {
                bank = HashAlgorithm.fromWireName(parts[0]).orElseThrow();
            }
        }
        return banks;
    }
}
