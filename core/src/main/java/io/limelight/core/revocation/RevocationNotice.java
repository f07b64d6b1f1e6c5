package io.limelight.core.revocation;

import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a verifier tells everybody when a machine has failed: the JSON text that travels, signed, as {@code msg} (certificate
 * reference §3.2). The first ten members are Keylime's in Keylime's order; the last three are ours and let a receiver know
 * one notice from another and an old one from a new one. Receivers that do not know them ignore them.
 *
 * @param type {@link #REVOCATION}, {@link #COMM_ERROR} or another
 * @param ip contact address of the machine, as the verifier knows it
 * @param agentId its id
 * @param port its port
 * @param tpmPolicy JSON text, as the tenant sent it
 * @param metaData JSON text, as the tenant sent it: {@code {}} outside package mode, else with serial and subject of the
 *     machine's certificate
 * @param eventTime local time of the verifier in C's {@code asctime} form, without a zone
 * @param event what happened; empty where Keylime leaves its three members out
 * @param noticeId ours: unique to this notice; empty from Keylime's verifier
 * @param issuedAt ours: when it was made
 * @param expiresAt ours: after this nobody should act on it any more
 */
public record RevocationNotice(
        String type,
        Optional<String> ip,
        String agentId,
        OptionalInt port,
        String tpmPolicy,
        String metaData,
        String eventTime,
        Optional<Event> event,
        Optional<String> noticeId,
        Optional<Instant> issuedAt,
        Optional<Instant> expiresAt) {
    /** The machine does not satisfy its policy. */
    public static final String REVOCATION = "revocation";
    /** The machine does not answer. */
    public static final String COMM_ERROR = "comm_error";
    /** Somebody tries whether notices arrive; it is not signed, and nobody acts on it. */
    public static final String TEST = "test";

    /** Longest text that is looked at: a policy of a megabyte is the largest thing in one. */
    public static final int MAX_TEXT = 2 * 1024 * 1024;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss yyyy", Locale.ROOT);
    private static final DateTimeFormatter DAY_NAME = DateTimeFormatter.ofPattern("EEE MMM", Locale.ENGLISH);

    /**
     * Why.
     *
     * @param id dotted, for example {@code pcr_validation.invalid_pcr_15}
     * @param severityLabel label of the severity
     * @param context JSON text
     */
    public record Event(String id, String severityLabel, String context) {}

    /**
     * Which certificate the machine was given, out of {@link #metaData}.
     *
     * @param serial its serial number
     * @param subject RFC 4514 text
     */
    public record CertifiedAs(long serial, String subject) {}

    /** {@code Mon Aug  3 07:14:14 2026}: C's asctime, the day padded with a blank. */
    public static String asctime(Instant instant, ZoneId zone) {
        ZonedDateTime time = instant.atZone(zone);
        return DAY_NAME.format(time) + String.format(Locale.ROOT, " %2d ", time.getDayOfMonth()) + TIME.format(time);
    }

    /** The text to be signed and sent, laid out as Python's json does by default: {@code ", "}, {@code ": "}, ASCII only. */
    public String text() {
        StringBuilder out = new StringBuilder(512).append('{');
        member(out, "type", type);
        nullable(out, "ip", ip.orElse(null));
        member(out, "agent_id", agentId);
        name(out, "port").append(port.isPresent() ? Integer.toString(port.getAsInt()) : "null");
        member(out, "tpm_policy", tpmPolicy);
        member(out, "meta_data", metaData);
        member(out, "event_time", eventTime);
        event.ifPresent(e -> {
            member(out, "event_id", e.id());
            member(out, "severity_label", e.severityLabel());
            member(out, "context", e.context());
        });
        noticeId.ifPresent(id -> member(out, "notice_id", id));
        issuedAt.ifPresent(at -> member(out, "issued_at", at.toString()));
        expiresAt.ifPresent(at -> member(out, "expires_at", at.toString()));
        return out.append('}').toString();
    }

    private static StringBuilder name(StringBuilder out, String name) {
        if (out.length() > 1) {
            out.append(", ");
        }
        return out.append('"').append(name).append("\": ");
    }

    private static void member(StringBuilder out, String name, String value) {
        quoted(name(out, name), value);
    }

    private static void nullable(StringBuilder out, String name, @Nullable String value) {
        name(out, name);
        if (value == null) {
            out.append("null");
        } else {
            quoted(out, value);
        }
    }

    /** RFC 8259 §7, everything outside printable ASCII as UTF-16 escapes. */
    private static void quoted(StringBuilder out, String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < 0x20 || c > 0x7e) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    /**
     * Reads a notice, of this or any other verifier. Check its signature first: a notice nobody signed says nothing.
     *
     * @throws NoticeException if it is too long, no JSON object, or a member is of the wrong kind
     */
    public static RevocationNotice parse(String text) throws NoticeException {
        if (text.length() > MAX_TEXT) {
            throw new NoticeException("the notice is longer than " + MAX_TEXT + " characters");
        }
        ObjectNode json;
        try {
            json = WireJson.parseObject(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new NoticeException("the notice is no JSON object", e);
        }
        return new RevocationNotice(
                required(json, "type"),
                optional(json, "ip"),
                required(json, "agent_id"),
                port(json),
                optional(json, "tpm_policy").orElse("{}"),
                optional(json, "meta_data").orElse("{}"),
                optional(json, "event_time").orElse(""),
                event(json),
                optional(json, "notice_id"),
                instant(json, "issued_at"),
                instant(json, "expires_at"));
    }

    private static Optional<Event> event(JsonNode json) throws NoticeException {
        Optional<String> id = optional(json, "event_id");
        if (id.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Event(
                id.get(),
                optional(json, "severity_label").orElse(""),
                optional(json, "context").orElse("{}")));
    }

    private static String required(JsonNode json, String name) throws NoticeException {
        return optional(json, name).orElseThrow(() -> new NoticeException("the notice has no " + name));
    }

    private static Optional<String> optional(JsonNode json, String name) throws NoticeException {
        JsonNode value = json.get(name);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw new NoticeException("the notice's " + name + " is no text");
        }
        return Optional.of(value.stringValue());
    }

    private static OptionalInt port(JsonNode json) throws NoticeException {
        JsonNode value = json.get("port");
        if (value == null || value.isNull()) {
            return OptionalInt.empty();
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new NoticeException("the notice's port is no number");
        }
        return OptionalInt.of(value.intValue());
    }

    private static Optional<Instant> instant(JsonNode json, String name) throws NoticeException {
        Optional<String> text = optional(json, name);
        try {
            return text.map(Instant::parse);
        } catch (DateTimeException e) {
            throw new NoticeException("the notice's " + name + " is no time", e);
        }
    }

    /** Whether the notice says a serial number at all, be it one that no certificate can have. */
    public boolean saysSerial() {
        try {
            return WireJson.parseObject(metaData.getBytes(StandardCharsets.UTF_8))
                    .has("cert_serial");
        } catch (IOException e) {
            return false;
        }
    }

    /** The machine's certificate, if the notice says it. */
    public Optional<CertifiedAs> certifiedAs() {
        try {
            ObjectNode meta = WireJson.parseObject(metaData.getBytes(StandardCharsets.UTF_8));
            JsonNode serial = meta.get("cert_serial");
            if (serial == null || !serial.isIntegralNumber() || !serial.canConvertToLong() || serial.longValue() < 1) {
                return Optional.empty();
            }
            return Optional.of(new CertifiedAs(
                    serial.longValue(), WireJson.text(meta, "subject").orElse("")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** True if this is about a machine that failed, not one that is only silent. */
    public boolean isRevocation() {
        return type.equals(REVOCATION);
    }

    /** True if it says until when it counts, and that has passed. */
    public boolean expired(Instant now) {
        return expiresAt.isPresent() && !now.isBefore(expiresAt.get());
    }
}
