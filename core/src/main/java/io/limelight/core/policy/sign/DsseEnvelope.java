package io.limelight.core.policy.sign;

import io.limelight.core.json.WireJson;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A policy with signatures (DSSE v1, Dead Simple Signing Envelope). What is signed is not the payload but its pre-authentication
 * encoding, so type and payload cannot be exchanged for each other.
 *
 * @param payload the policy's bytes
 * @param payloadType what they are; not checked by Keylime, but signed
 * @param signatures at most {@link #MAX_SIGNATURES}
 */
public record DsseEnvelope(Octets payload, String payloadType, List<Signature> signatures) {
    /** The type of Keylime's policies. */
    public static final String KEYLIME_TYPE = "application/vnd.keylime+json";

    /** More are refused: each costs a verification. */
    public static final int MAX_SIGNATURES = 100;

    private static final int MAX_SIGNATURE_BYTES = 1024;

    /**
     * One signature.
     *
     * @param keyId which key made it, as its signer says; may be empty and proves nothing
     * @param signature for policies: ECDSA, DER
     */
    public record Signature(String keyId, Octets signature) {}

    /** Copies the list. */
    public DsseEnvelope {
        signatures = List.copyOf(signatures);
    }

    /** Whether this JSON is an envelope, as Keylime tells: it has a payload that is not empty. */
    public static boolean isEnvelope(JsonNode json) {
        JsonNode payload = json.get("payload");
        return payload != null && payload.isString() && !payload.stringValue().isEmpty();
    }

    /** The envelope in this text; empty if it is anything else, such as a bare policy. */
    public static Optional<DsseEnvelope> find(byte[] utf8) throws PolicySignatureException {
        // Policies are large and seldom signed: look before reading.
        if (!contains(utf8, "\"payload\"")) {
            return Optional.empty();
        }
        JsonNode json;
        try {
            json = WireJson.parse(utf8);
        } catch (IOException e) {
            return Optional.empty();
        }
        return isEnvelope(json) ? Optional.of(of(json)) : Optional.empty();
    }

    private static boolean contains(byte[] utf8, String ascii) {
        return new String(utf8, StandardCharsets.ISO_8859_1).contains(ascii);
    }

    /**
     * Reads an envelope.
     *
     * @throws PolicySignatureException saying what is missing
     */
    public static DsseEnvelope of(JsonNode json) throws PolicySignatureException {
        if (!isEnvelope(json)) {
            throw new PolicySignatureException("it is no signed policy: it has no \"payload\"");
        }
        JsonNode list = json.path("signatures");
        if (!list.isArray() || list.isEmpty() || list.size() > MAX_SIGNATURES) {
            throw new PolicySignatureException("it needs a list \"signatures\" of 1 to " + MAX_SIGNATURES);
        }
        List<Signature> signatures = new ArrayList<>();
        for (JsonNode node : list) {
            byte[] signature = decoded("signature", node.path("sig").asString(""));
            if (signature.length == 0 || signature.length > MAX_SIGNATURE_BYTES) {
                throw new PolicySignatureException("one of its signatures has " + signature.length + " bytes");
            }
            signatures.add(new Signature(node.path("keyid").asString(""), Octets.copyOf(signature)));
        }
        return new DsseEnvelope(
                Octets.copyOf(decoded("payload", json.get("payload").stringValue())),
                json.path("payloadType").asString(""),
                signatures);
    }

    /** As Keylime's library does: hexadecimal if it can be that, then base64, then base64 with the other alphabet. */
    private static byte[] decoded(String what, String text) throws PolicySignatureException {
        try {
            return HexFormat.of().parseHex(text);
        } catch (IllegalArgumentException e) {
            // no hex
        }
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            // not that alphabet
        }
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new PolicySignatureException("its " + what + " is no base64", e);
        }
    }

    /** The bytes that are signed: {@code DSSEv1 <length> <type> <length> <payload>}, lengths in bytes, decimal. */
    public byte[] signedBytes() {
        return signedBytes(payloadType, payload.toByteArray());
    }

    /** SHA-256 of what is signed: what several keys are tried on, of a long policy, is made once. */
    public byte[] digest() {
        return HashAlgorithm.SHA256.digest(signedBytes());
    }

    static byte[] signedBytes(String type, byte[] payload) {
        byte[] typeBytes = type.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + 64 + typeBytes.length);
        out.writeBytes(("DSSEv1 " + typeBytes.length + " ").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(typeBytes);
        out.writeBytes((" " + payload.length + " ").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(payload);
        return out.toByteArray();
    }

    /** The envelope as Keylime spaces it. Everything in it that is not ours is base64 or hex, so nothing needs escaping. */
    public String json() {
        StringBuilder out = new StringBuilder("{\"payload\": \"")
                .append(payload.base64())
                .append("\", \"payloadType\": ")
                .append(quoted(payloadType))
                .append(", \"signatures\": [");
        String before = "";
        for (Signature signature : signatures) {
            out.append(before).append('{');
            if (!signature.keyId().isEmpty()) {
                out.append("\"keyid\": ").append(quoted(signature.keyId())).append(", ");
            }
            out.append("\"sig\": \"").append(signature.signature().base64()).append("\"}");
            before = ", ";
        }
        return out.append("]}").toString();
    }

    private static String quoted(String text) {
        return WireJson.compactText(WireJson.object().put("x", text))
                .replaceFirst("^\\{\"x\":", "")
                .replaceFirst("}$", "");
    }
}
