package io.limelight.core.failure;

import io.limelight.core.json.JsonTrouble;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The administrator's rules for severity: labels from mildest to worst, and rules that match event ids.
 *
 * <p>The first rule whose expression matches the whole id decides. No matching rule, or a label that is not in the
 * list, means the worst label; an irrecoverable failure has the worst label whatever the rules say.
 */
public final class SeverityPolicy {
    /** Keylime's shipped labels. */
    public static final List<String> DEFAULT_LABELS =
            List.of("info", "notice", "warning", "error", "critical", "alert", "emergency");

    /** Keylime's shipped policy: everything is an emergency. */
    public static final SeverityPolicy DEFAULT = new SeverityPolicy(DEFAULT_LABELS, List.of());

    private static final JsonMapper LITERALS = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(4)
                            .maxDocumentLength(256 * 1024L)
                            .build())
                    .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
                    .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                    .build())
            .build();

    private record Rule(Pattern id, Severity severity) {}

    private final List<String> labels;
    private final List<Rule> rules;

    private SeverityPolicy(List<String> labels, List<Rule> rules) {
        this.labels = List.copyOf(labels);
        this.rules = List.copyOf(rules);
    }

    /**
     * Reads the two options of {@code verifier.conf}, each a list literal of JSON or Python.
     *
     * @param labels for example {@code ["info", "emergency"]}
     * @param policy for example {@code [{"event_id": "ima\\..*", "severity_label": "info"}]}
     * @throws SeverityPolicyException naming the option and entry that cannot be used
     */
    public static SeverityPolicy parse(String labels, String policy) throws SeverityPolicyException {
        List<String> names = new ArrayList<>();
        for (JsonNode entry : list("severity_labels", labels)) {
            if (!entry.isString() || entry.stringValue().isEmpty()) {
                throw new SeverityPolicyException("severity_labels: every label must be a text.", null);
            }
            names.add(entry.stringValue());
        }
        List<Rule> rules = new ArrayList<>();
        for (JsonNode entry : list("severity_policy", policy)) {
            JsonNode id = entry.path("event_id");
            JsonNode label = entry.path("severity_label");
            if (!id.isString() || !label.isString()) {
                throw new SeverityPolicyException(
                        "severity_policy: entry " + (rules.size() + 1)
                                + " needs the texts \"event_id\" and \"severity_label\".",
                        null);
            }
            rules.add(new Rule(pattern(id.stringValue(), rules.size() + 1), severity(names, label.stringValue())));
        }
        return new SeverityPolicy(names, rules);
    }

    private static JsonNode list(String option, String text) throws SeverityPolicyException {
        try {
            JsonNode node = LITERALS.readTree(text);
            if (node.isArray() && !node.isEmpty()) {
                return node;
            }
        } catch (JacksonException e) {
            throw new SeverityPolicyException(option + " is not a list: " + JsonTrouble.of(e), e);
        }
        throw new SeverityPolicyException(option + " must be a list with at least one entry.", null);
    }

    /** Python's named groups and absolute end are spelled differently in Java; the rest of usual patterns is the same. */
    private static Pattern pattern(String regex, int entry) throws SeverityPolicyException {
        String translated = regex.replace("(?P<", "(?<")
                .replaceAll("\\(\\?P=(\\w+)\\)", "\\\\k<$1>")
                .replace("\\Z", "\\z");
        try {
            return Pattern.compile(translated, Pattern.UNIX_LINES | Pattern.UNICODE_CHARACTER_CLASS);
        } catch (PatternSyntaxException e) {
            throw new SeverityPolicyException(
                    "severity_policy: entry " + entry + " has no valid expression \"" + regex + "\": "
                            + e.getDescription() + ".",
                    e);
        }
    }

    private static Severity severity(List<String> labels, String label) {
        int index = labels.indexOf(label);
        int level = index < 0 ? labels.size() - 1 : index;
        return new Severity(level, labels.get(level));
    }

    /** Labels from mildest to worst. */
    public List<String> labels() {
        return labels;
    }

    /** The worst severity there is. */
    public Severity worst() {
        return new Severity(labels.size() - 1, labels.getLast());
    }

    /** How severe one failure is. */
    public Severity of(Failure failure) {
        if (!failure.recoverable()) {
            return worst();
        }
        for (Rule rule : rules) {
            if (rule.id().matcher(failure.id()).matches()) {
                return rule.severity();
            }
        }
        return worst();
    }

    /** What a list of failures amounts to; empty for an empty list. */
    public Optional<Judgement> judge(List<Failure> failures) {
        Optional<Judgement> worstSoFar = Optional.empty();
        boolean irrecoverable = false;
        for (Failure failure : failures) {
            Severity severity = of(failure);
            irrecoverable |= !failure.recoverable();
            if (worstSoFar.isEmpty()
                    || severity.level() > worstSoFar.get().severity().level()) {
                worstSoFar = Optional.of(new Judgement(failure, severity, false));
            }
        }
        boolean cutShort = irrecoverable;
        return worstSoFar.map(found -> new Judgement(
                found.representative(),
                found.severity(),
                cutShort || found.severity().level() == worst().level()));
    }
}
