package io.limelight.agent.testkit;

import io.limelight.core.payload.BootstrapKey;
import io.limelight.core.payload.SealedPayload;
import io.limelight.core.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** What a tenant and a verifier send: a sealed payload, its U with tag, its V; each as often as wanted. */
public final class SentPayload {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] key;
    private final byte[] shareU;
    private final byte[] shareV;
    private final byte[] authTag;
    private final Optional<byte[]> container;

    private SentPayload(String agentId, Optional<byte[]> plaintext) {
        try (BootstrapKey k = BootstrapKey.generate(RANDOM);
                BootstrapKey.Shares shares = k.split(RANDOM)) {
            key = k.bytes().apply(byte[]::clone);
            shareU = shares.u().apply(byte[]::clone);
            shareV = shares.v().apply(byte[]::clone);
            authTag = HexFormat.of().parseHex(k.authTag(agentId));
            container = plaintext.map(
                    clear -> Base64.getDecoder().decode(SealedPayload.seal(k, SecretBytes.copyOf(clear), RANDOM)));
        }
    }

    /** Sealed under a fresh K. */
    public static SentPayload of(String agentId, byte[] plaintext) {
        return new SentPayload(agentId, Optional.of(plaintext));
    }

    /** A fresh K alone. */
    public static SentPayload keyOnly(String agentId) {
        return new SentPayload(agentId, Optional.empty());
    }

    /** A zip archive of text files. */
    public static byte[] zip(Map<String, String> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** K. */
    public byte[] key() {
        return key.clone();
    }

    /** U, for a receiver that takes it over. */
    public SecretBytes u() {
        return SecretBytes.copyOf(shareU);
    }

    /** V, for a receiver that takes it over. */
    public SecretBytes v() {
        return SecretBytes.copyOf(shareV);
    }

    /** HMAC of the agent's id under K. */
    public byte[] tag() {
        return authTag.clone();
    }

    /** The container, if there is a payload. */
    public Optional<byte[]> payload() {
        return container.map(byte[]::clone);
    }

    /** The container as {@code limelight userdata-encrypt} writes it, for a machine that gets it by another way. */
    public String text() {
        return Base64.getEncoder().encodeToString(container.orElseThrow());
    }

    /** What a machine that knows K answers. */
    public String answer(String challenge) {
        try (BootstrapKey k = BootstrapKey.of(SecretBytes.copyOf(key))) {
            return k.answer(challenge);
        } catch (io.limelight.core.payload.PayloadException e) {
            throw new IllegalStateException(e);
        }
    }
}
