package io.limelight.cli.verify;

import io.limelight.core.appraisal.OneShotAppraiser.Outcome;
import io.limelight.core.appraisal.ima.ImaAppraisal;
import io.limelight.core.failure.Failure;
import io.limelight.core.failure.FailureBundle;
import io.limelight.core.failure.SeverityPolicy;
import io.limelight.core.json.WireJson;
import io.limelight.core.tpm.ClockInfo;
import io.limelight.core.tpm.VerifiedQuote;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What came of an appraisal, for people and for programs. */
final class VerifyReport {
    private static final int WORDS_OF_CONTEXT = 300;

    private final Outcome outcome;
    private final boolean policyJudged;

    /**
     * For an outcome.
     *
     * @param policyJudged whether the rows of the list, if there is one, were judged by a runtime policy
     */
    VerifyReport(Outcome outcome, boolean policyJudged) {
        this.outcome = outcome;
        this.policyJudged = policyJudged;
    }

    /** The verdict and every failure: sentence, severity, where it is seen, what it is about, likely causes, what to do. */
    void words(PrintStream out) {
        outcome.quote().ifPresent(quote -> out.println("quote     authentic: " + quote(quote)));
        outcome.boot()
                .flatMap(boot -> boot.log())
                .ifPresent(log -> out.println("boot log  " + log.events().size() + " events"));
        outcome.ima().ifPresent(ima -> {
            measured(ima, out);
            if (!policyJudged) {
                out.println("          No policy judged what is in it (--runtime-policy): any program would pass.");
            }
        });
        for (Failure failure : outcome.failures()) {
            out.println();
            out.println("FAILED    " + printable(failure.sentence()));
            ObjectNode bundle = bundle(failure);
            out.println("          [" + failure.id() + "] severity "
                    + bundle.path("severity_label").stringValue() + ", "
                    + (failure.recoverable() ? "checking went on" : "nothing after it was checked"));
            for (JsonNode pointer : bundle.path("evidence")) {
                out.println("          seen in: " + place(pointer));
            }
            details(failure, out);
            lines("likely causes", bundle.path("likely_causes"), out);
            lines("what to do", bundle.path("actions"), out);
        }
        if (outcome.unlisted() > 0) {
            out.println();
            out.println("          and " + outcome.unlisted() + " more failures of these kinds");
        }
        if (!outcome.failures().isEmpty()) {
            out.println();
        }
        out.println("verdict   " + (outcome.passed() ? "PASS" : "FAIL"));
    }

    private static void measured(ImaAppraisal ima, PrintStream out) {
        if (ima.proved() == ima.entries()) {
            out.println("IMA list  " + ima.entries() + " entries, all proved by PCR 10");
            return;
        }
        out.println("IMA list  " + ima.entries() + " entries, of which PCR 10 proves "
                + (ima.proved() == 0 ? "NONE" : "the first " + ima.proved()));
        if (ima.proved() > 0) {
            out.println("          The other " + (ima.entries() - ima.proved())
                    + " may have come after the quote, or be made up: nothing proves them.");
        }
    }

    private static String quote(VerifiedQuote quote) {
        ClockInfo clock = quote.clock();
        return "bank " + quote.bank().wireName() + ", PCRs "
                + quote.pcrs().mask().pcrs().mapToObj(Integer::toString).collect(Collectors.joining(",")) + "; boot "
                + clock.resetCount() + ", resumed " + clock.restartCount() + " times, clock "
                + (clock.safe() ? "safe" : "not safe");
    }

    /** No verifier's rules are at hand, so the severity is that of Keylime's shipped ones. */
    private static ObjectNode bundle(Failure failure) {
        return FailureBundle.of(failure, SeverityPolicy.DEFAULT.of(failure));
    }

    private static String place(JsonNode pointer) {
        return switch (pointer.path("in").stringValue()) {
            case "ima_list" -> "IMA list, entry " + pointer.path("entry").longValue();
            case "boot_log" -> "boot log, event " + pointer.path("event").longValue();
            default -> "PCR " + pointer.path("pcr").intValue();
        };
    }

    private static void lines(String heading, JsonNode lines, PrintStream out) {
        if (!lines.isEmpty()) {
            out.println("          " + heading + ":");
            lines.forEach(line -> out.println("          - " + printable(line.stringValue())));
        }
    }

    /** What a failure is about, beyond what its sentence says. */
    private static void details(Failure failure, PrintStream out) {
        for (Map.Entry<String, Object> entry : failure.context().entrySet()) {
            if (entry.getKey().equals("context") || entry.getKey().equals("entry")) {
                continue;
            }
            String value = printable(String.valueOf(entry.getValue()));
            if (!value.equals("[]") && !failure.sentence().contains(value)) {
                out.println("          " + entry.getKey() + ": " + value);
            }
        }
    }

    /** Evidence is somebody else's text: no control character of it reaches a terminal. */
    private static String printable(String text) {
        String cut = text.length() > WORDS_OF_CONTEXT ? text.substring(0, WORDS_OF_CONTEXT) + "…" : text;
        return cut.replaceAll("[\\p{Cntrl}\\p{Cf}]", "?");
    }

    /** {@code {"verdict": "pass"|"fail", "quote": {…}, "boot": {…}, "ima": {…}, "failures": […]}}. */
    void json(PrintStream out) {
        ObjectNode verdict = WireJson.object();
        verdict.put("verdict", outcome.passed() ? "pass" : "fail");
        outcome.quote().ifPresent(quote -> {
            ObjectNode node = verdict.putObject("quote");
            node.put("hash_alg", quote.bank().wireName());
            ObjectNode pcrs = node.putObject("pcrs");
            quote.pcrs()
                    .mask()
                    .pcrs()
                    .forEach(pcr -> pcrs.put(
                            Integer.toString(pcr), quote.pcrs().hex(pcr).orElseThrow()));
            node.put("clock", quote.clock().clock());
            node.put("reset_count", quote.clock().resetCount());
            node.put("restart_count", quote.clock().restartCount());
            node.put("safe", quote.clock().safe());
        });
        outcome.boot()
                .flatMap(boot -> boot.log())
                .ifPresent(log ->
                        verdict.putObject("boot").put("events", log.events().size()));
        outcome.ima()
                .ifPresent(ima -> verdict.putObject("ima")
                        .put("entries", ima.entries())
                        .put("proved_entries", ima.proved())
                        .put("judged_by_policy", policyJudged));
        ArrayNode failures = verdict.putArray("failures");
        for (Failure failure : outcome.failures()) {
            ObjectNode node = failures.addObject().put("event_id", failure.id());
            node.setAll(bundle(failure));
        }
        verdict.put("unlisted_failures", outcome.unlisted());
        out.println(new String(WireJson.indented(verdict), StandardCharsets.UTF_8));
    }
}
