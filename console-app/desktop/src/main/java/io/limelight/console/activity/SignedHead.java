package io.limelight.console.activity;

import io.limelight.console.records.ActivityStore;
import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import tools.jackson.databind.node.ObjectNode;

/**
 * The end of a record, signed. It vouches for every row up to it: each row's hash is in the hash of the next.
 *
 * @param profile whose record
 * @param sequence of the last row
 * @param hash its hash, hex
 * @param at when it was signed
 * @param publicKey Ed25519, hex
 * @param signature hex
 */
public record SignedHead(long profile, long sequence, String hash, String at, String publicKey, String signature) {
    private static final String FORMAT = "limelight activity head 1";
    private static final Pattern HEX = Pattern.compile("[0-9a-f]+");

    static byte[] message(long profile, long sequence, String hash, String at) {
        return (FORMAT + "\n" + profile + "\n" + sequence + "\n" + hash + "\n" + at + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** As the store has it. */
    static SignedHead of(long profile, ActivityStore.Head head) {
        return new SignedHead(profile, head.sequence(), head.hash(), head.at(), head.publicKey(), head.signature());
    }

    /** As the store keeps it. */
    ActivityStore.Head kept() {
        return new ActivityStore.Head(sequence, hash, at, publicKey, signature);
    }

    /** Whether it was signed by the key it names. Whose key that is, it does not say. */
    public boolean genuine() {
        if (!hex(publicKey, 32) || !hex(signature, 64) || !hex(hash, 32)) {
            return false;
        }
        Ed25519Signer verifier = new Ed25519Signer();
        try {
            verifier.init(false, new Ed25519PublicKeyParameters(HexFormat.of().parseHex(publicKey), 0));
        } catch (IllegalArgumentException e) {
            // Not every 32 bytes are a point of the curve.
            return false;
        }
        byte[] message = message(profile, sequence, hash, at);
        verifier.update(message, 0, message.length);
        return verifier.verifySignature(HexFormat.of().parseHex(signature));
    }

    private static boolean hex(String text, int bytes) {
        return text.length() == 2 * bytes && HEX.matcher(text).matches();
    }

    /** For a file. */
    public byte[] file() {
        ObjectNode object = WireJson.object();
        object.put("format", FORMAT);
        object.put("profile", profile);
        object.put("sequence", sequence);
        object.put("hash", hash);
        object.put("signed_at", at);
        object.put("public_key", publicKey);
        object.put("signature", signature);
        return WireJson.indented(object);
    }

    /** Of a file; empty where it is none. */
    public static Optional<SignedHead> parse(byte[] file) {
        try {
            ObjectNode object = WireJson.parseObject(file);
            if (!WireJson.text(object, "format").orElse("").equals(FORMAT)) {
                return Optional.empty();
            }
            return Optional.of(new SignedHead(
                    WireJson.number(object, "profile").orElse(-1L),
                    WireJson.number(object, "sequence").orElse(-1L),
                    WireJson.text(object, "hash").orElse(""),
                    WireJson.text(object, "signed_at").orElse(""),
                    WireJson.text(object, "public_key").orElse(""),
                    WireJson.text(object, "signature").orElse("")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
