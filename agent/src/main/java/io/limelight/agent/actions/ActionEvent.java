package io.limelight.agent.actions;

import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an action is given: the notice as it came, and beside {@code meta_data}, which is JSON text, the object {@code metadata}
 * that Keylime's documents promise, with {@code cert_serial}, {@code subject} and {@code common_name} as far as they are known.
 */
final class ActionEvent {
    private ActionEvent() {}

    /**
     * JSON for the action.
     *
     * @throws IOException if the notice is no JSON object
     */
    static byte[] of(String notice) throws IOException {
        ObjectNode event = WireJson.parseObject(notice.getBytes(StandardCharsets.UTF_8));
        if (!event.has("metadata")) {
            event.set("metadata", metadata(WireJson.text(event, "meta_data").orElse("{}")));
        }
        return WireJson.compact(event);
    }

    private static ObjectNode metadata(String text) {
        ObjectNode metadata;
        try {
            metadata = WireJson.parseObject(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // A tenant may send any text; an action finds nothing in it then.
            return WireJson.object();
        }
        JsonNode subject = metadata.get("subject");
        if (!metadata.has("common_name") && subject != null && subject.isString()) {
            commonName(subject.stringValue()).ifPresent(name -> metadata.put("common_name", name));
        }
        return metadata;
    }

    /** Out of the form of RFC 4514, or the one with slashes of before Keylime 6.2.1. */
    private static Optional<String> commonName(String subject) {
        if (subject.startsWith("/")) {
            for (String part : subject.split("/", -1)) {
                if (part.startsWith("CN=")) {
                    return Optional.of(part.substring(3));
                }
            }
            return Optional.empty();
        }
        try {
            RDN[] names = new X500Name(subject).getRDNs(BCStyle.CN);
            return names.length == 0
                    ? Optional.empty()
                    : Optional.of(IETFUtils.valueToString(names[0].getFirst().getValue()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
