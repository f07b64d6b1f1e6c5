package io.limelight.core.revocation;

import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A notice as it travels, read from whatever a person has of it: the body that agents and webhooks get, the answer of a Limelight
 * verifier about a notice, or the bare text of one.
 *
 * @param msg the text, exactly as it was signed
 * @param signature base64; empty: nobody signed it
 */
public record SignedNotice(String msg, String signature) {
    /** Longest text that is looked at: a notice of the longest text, with its quotes and backslashes doubled. */
    public static final int LONGEST = 5 << 20;

    /**
     * Reads.
     *
     * @throws NoticeException if it is none of these
     */
    public static SignedNotice read(String text) throws NoticeException {
        if (text.isBlank()) {
            throw new NoticeException("there is no text");
        }
        if (text.length() > LONGEST) {
            throw new NoticeException("the text is longer than " + LONGEST + " characters");
        }
        ObjectNode json;
        try {
            json = WireJson.parseObject(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new NoticeException("the text is no JSON object", e);
        }
        JsonNode results = json.get("results");
        JsonNode of = results != null && results.isObject() ? results : json;
        JsonNode msg = of.get("msg");
        if (msg == null) {
            // Not yet known to be a notice: whoever parses it says so.
            if (json.has("type") && json.has("agent_id")) {
                return new SignedNotice(text.strip(), "");
            }
            throw new NoticeException("the text has no msg");
        }
        if (!msg.isString()) {
            throw new NoticeException("its msg is no text");
        }
        JsonNode signature = of.get("signature");
        if (signature == null || signature.isNull()) {
            return new SignedNotice(msg.stringValue(), "");
        }
        if (!signature.isString()) {
            throw new NoticeException("its signature is no text");
        }
        return new SignedNotice(msg.stringValue(), signature.stringValue());
    }
}
