package io.limelight.console.machines.evidence;

import io.limelight.core.uefi.BootEvent;
import io.limelight.core.uefi.BootLogJson;
import io.limelight.core.uefi.EventBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * An event of the boot log.
 *
 * @param event as parsed
 */
public record BootRow(BootEvent event) {
    private static final int MOST_BYTES = 16 << 10;
    private static final int DEEPEST = 8;
    private static final int MOST_FIELDS = 400;

    /** Said already by the head of the fields. */
    private static final Set<String> HEAD =
            Set.of("EventNum", "PCRIndex", "EventType", "DigestCount", "Digests", "Digest", "EventSize");

    /** What it is about, in a line. */
    public String summary() {
        String text = switch (event.body()) {
            case EventBody.Empty _ -> "";
            case EventBody.Raw raw -> raw.data().length() + " bytes";
            case EventBody.Text said -> said.text();
            case EventBody.Ipl said -> said.text();
            case EventBody.SpecId _ -> "log format";
            case EventBody.StartupLocality locality -> "locality " + locality.locality();
            case EventBody.Blob blob -> blob.length() + " bytes of firmware";
            case EventBody.NamedBlob blob ->
                new String(blob.description().toByteArray(), java.nio.charset.StandardCharsets.ISO_8859_1);
            case EventBody.Image image -> image.devicePath().toString();
            case EventBody.Variable variable -> variable.name();
            case EventBody.Gpt gpt -> gpt.partitions().size() + " partitions";
            case EventBody.Tagged tagged -> tagged.text();
        };
        return Printable.text(text, 300);
    }

    /** Field by field. */
    public List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        fields.add(Field.text("Event", Integer.toString(event.number())));
        fields.add(Field.text("PCR", event.extendsPcr() ? Long.toString(event.pcr()) : event.pcr() + ", not extended"));
        fields.add(Field.text("Type", event.type().policyName()));
        event.digests()
                .forEach(digest -> fields.add(Field.mono(
                        "Digest " + digest.algorithm().wireName(),
                        Digests.grouped(digest.value().hex()))));
        for (Map.Entry<String, JsonNode> member : BootLogJson.of(event).properties()) {
            if (!HEAD.contains(member.getKey())) {
                flatten(member.getKey().equals("Event") ? "" : member.getKey(), member.getValue(), fields, 0);
            }
        }
        return fields;
    }

    private static void flatten(String name, JsonNode node, List<Field> fields, int depth) {
        if (fields.size() >= MOST_FIELDS || depth > DEEPEST) {
            return;
        }
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> member : node.properties()) {
                flatten(
                        name.isEmpty() ? member.getKey() : name + "." + member.getKey(),
                        member.getValue(),
                        fields,
                        depth + 1);
            }
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                flatten(name + "[" + i + "]", node.get(i), fields, depth + 1);
            }
        } else if (!node.isNull()) {
            fields.add(Field.mono(name.isEmpty() ? "Event" : name, node.asString()));
        }
    }

    /** The bytes of the record. */
    public String raw() {
        return HexDump.of(event.record().toByteArray(), MOST_BYTES);
    }
}
