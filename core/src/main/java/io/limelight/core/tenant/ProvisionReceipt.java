package io.limelight.core.tenant;

import io.limelight.core.api.AgentId;
import io.limelight.core.json.WireJson;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a machine was given, and what proved it. Holds no secret.
 *
 * @param machine which
 * @param at when it was over
 * @param verifier who watches it
 * @param registrar who vouched for its keys
 * @param agent where it was reached
 * @param replaced whether a former enrolment was deleted
 * @param delivered exactly what was sent; empty: nothing
 * @param policies by which it is judged, in words; empty: none
 * @param keyProven whether it answered {@code keys/verify} with the key
 * @param outcome what became of the payload, by its own word
 * @param steps what was done, in order
 * @param warnings sentences
 */
public record ProvisionReceipt(
        AgentId machine,
        Instant at,
        String verifier,
        String registrar,
        String agent,
        boolean replaced,
        Optional<Delivered> delivered,
        String policies,
        boolean keyProven,
        PayloadOutcome outcome,
        List<Line> steps,
        List<String> warnings) {
    /** Copies the lists. */
    public ProvisionReceipt {
        steps = List.copyOf(steps);
        warnings = List.copyOf(warnings);
    }

    /**
     * A step that was done.
     *
     * @param step its id
     * @param sentence what came of it
     * @param at when it was over
     * @param took since it began
     */
    public record Line(String step, String sentence, Instant at, Duration took) {}

    /** For programs. */
    public ObjectNode json() {
        ObjectNode json = WireJson.object();
        json.put("receipt", "limelight-provision-1");
        json.put("machine", machine.value());
        json.put("at", at.toString());
        json.put("verifier", verifier);
        json.put("registrar", registrar);
        json.put("agent", agent);
        json.put("former_enrolment_deleted", replaced);
        json.put("key_proven", keyProven);
        json.put("policies", policies);
        delivered.ifPresent(sent -> payload(json.putObject("payload"), sent));
        ObjectNode told = json.putObject("told_by_machine");
        told.put("stage", outcome.stage().name().toLowerCase(java.util.Locale.ROOT));
        outcome.runningSince().ifPresent(since -> told.put("script_running_since", since));
        outcome.exit().ifPresent(exit -> told.put("script_exit", exit));
        outcome.said().ifPresent(said -> told.put("said", said));
        ArrayNode done = json.putArray("steps");
        for (Line line : steps) {
            ObjectNode one = done.addObject();
            one.put("step", line.step());
            one.put("said", line.sentence());
            one.put("at", line.at().toString());
            one.put("took_ms", line.took().toMillis());
        }
        ArrayNode warned = json.putArray("warnings");
        warnings.forEach(warned::add);
        return json;
    }

    private static void payload(ObjectNode json, Delivered sent) {
        json.put("bytes", sent.contents().bytes());
        sent.contents().sha256().ifPresent(digest -> json.put("sha256", digest));
        sent.certificate().ifPresent(certificate -> {
            ObjectNode one = json.putObject("certificate");
            one.put("serial", certificate.serial().toString());
            one.put("subject", certificate.subject());
            one.put("authority", certificate.authority());
            one.put("until", certificate.until().toString());
            one.put("issued", certificate.issued());
        });
        ArrayNode files = json.putArray("files");
        for (PackedFile file : sent.contents().files()) {
            ObjectNode one = files.addObject();
            one.put("name", file.name());
            one.put("size", file.size());
            file.sha256().ifPresent(digest -> one.put("sha256", digest));
        }
        ArrayNode notes = json.putArray("notes");
        sent.notes().forEach(notes::add);
    }

    /** For people, a line a fact; in English, as programs of the command line write. */
    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add("Receipt for machine " + machine);
        lines.add("");
        lines.add("At:         " + at);
        lines.add("Verifier:   " + verifier);
        lines.add("Registrar:  " + registrar);
        lines.add("Agent:      " + agent);
        lines.add("Enrolment:  " + (replaced ? "in place of a former one, which was deleted" : "new"));
        lines.add("Policies:   " + (policies.isEmpty() ? "none" : policies));
        lines.add("Key:        " + (keyProven ? "proved by the machine (keys/verify)" : "not asked for"));
        delivered.flatMap(Delivered::certificate).ifPresent(certificate -> {
            lines.add("Certificate: serial " + certificate.serial() + ", " + certificate.subject());
            lines.add("             of " + certificate.authority() + ", valid until " + certificate.until());
        });
        lines.add("Script:     " + script());
        delivered.ifPresent(sent -> {
            lines.add("");
            lines.add("Payload: " + sent.contents().bytes() + " bytes"
                    + sent.contents()
                            .sha256()
                            .map(digest -> ", SHA-256 " + digest)
                            .orElse(""));
            for (PackedFile file : sent.contents().files()) {
                lines.add("  " + file.sha256().orElse("") + "  " + file.size() + "  " + file.name());
            }
        });
        lines.add("");
        lines.add("What was done:");
        steps.forEach(line -> lines.add("  " + line.at() + "  " + line.step() + ": " + line.sentence()));
        if (!warnings.isEmpty()) {
            lines.add("");
            lines.add("Warnings:");
            warnings.forEach(warning -> lines.add("  " + warning));
        }
        return String.join("\n", lines) + "\n";
    }

    private String script() {
        return switch (outcome.stage()) {
            case NOT_REPORTED -> "the agent does not report";
            case OPENING -> "the payload was not opened yet";
            case RUNNING -> "running since " + outcome.runningSince().orElse("an unknown time");
            case DONE ->
                outcome.exit().isPresent()
                        ? "ended with status " + outcome.exit().getAsInt()
                        : "none";
            case FAILED -> "the payload could not be used: " + outcome.said().orElse("no reason was given");
        };
    }
}
