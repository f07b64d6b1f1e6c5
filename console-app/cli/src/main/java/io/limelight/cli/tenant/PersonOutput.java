package io.limelight.cli.tenant;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.task.TaskStep;
import io.limelight.core.tenant.Enrolled;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Plain sentences for a person at a terminal: progress on standard error, results on standard output. */
final class PersonOutput implements TenantOutput {
    private static final Set<String> TIMES = Set.of("last_received_quote", "last_successful_attestation");
    private static final String CLEAR_LINE = "\r\u001b[K";
    private static final int SHOWN = 160;

    private final PrintStream out;
    private final PrintStream err;
    private boolean lineOpen;

    PersonOutput(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public void begin(TaskStep step) {
        err.print("  ... " + step.title());
        err.flush();
        lineOpen = true;
    }

    @Override
    public void done(TaskStep step, String sentence, Duration took) {
        line("  ok  " + sentence + " (" + seconds(took) + ")");
    }

    @Override
    public void waiting(TaskStep step, String reason, Duration delay, int attempt, int attempts) {
        line("      " + reason + " Try " + attempt + " of " + attempts + "; the next in " + seconds(delay) + ".");
        begin(step);
    }

    @Override
    public void warn(String sentence) {
        line("  !   " + sentence);
    }

    @Override
    public void info(String sentence) {
        closeLine();
        out.println(printable(sentence));
    }

    @Override
    public void error(String sentences) {
        line("limelight tenant: " + sentences);
    }

    @Override
    public void enrolled(Enrolled result) {
        info("Machine " + result.id() + " is enrolled: the " + result.verifier() + " watches it"
                + (result.keyProven() ? ", and it has its key." : "."));
    }

    @Override
    public void verifierStatus(AgentId id, Endpoint verifier, ObjectNode envelope) {
        machine(
                id.value(),
                "at the " + verifier,
                StatusView.ofVerifier(id.value(), envelope).path(id.value()));
    }

    @Override
    public void registrarStatus(AgentId id, Endpoint registrar, ObjectNode envelope) {
        machine(
                id.value(),
                "at the " + registrar,
                StatusView.ofRegistrar(id.value(), envelope).path(id.value()));
    }

    @Override
    public void verifierList(Endpoint verifier, ObjectNode envelope) {
        list("The " + verifier + " watches", envelope);
    }

    @Override
    public void registrarList(Endpoint registrar, ObjectNode envelope) {
        list("The " + registrar + " knows", envelope);
    }

    @Override
    public void bulk(ObjectNode envelope) {
        ObjectNode all = StatusView.ofAll(envelope);
        for (Map.Entry<String, JsonNode> machine : all.properties()) {
            machine(machine.getKey(), "", machine.getValue());
        }
        if (all.isEmpty()) {
            info("No machine is being watched.");
        }
    }

    @Override
    public void answered(ObjectNode envelope) {
        // The sentence that follows says it.
    }

    @Override
    public void policy(PolicyKind kind, Endpoint verifier, ObjectNode envelope) {
        PolicyView.lines(kind, verifier, envelope.path("results")).forEach(this::info);
    }

    @Override
    public void policies(PolicyKind kind, Endpoint verifier, ObjectNode envelope) {
        JsonNode names = envelope.path("results").path(kind.listKey());
        info("The " + verifier + " has "
                + switch (names.size()) {
                    case 0 -> "no " + kind.noun() + ".";
                    case 1 -> "1 " + kind.noun() + ":";
                    default -> names.size() + " " + kind.plural() + ":";
                });
        for (JsonNode name : names) {
            info("  " + name.asString(""));
        }
    }

    @Override
    public void revocations(Endpoint verifier, ObjectNode notices, ObjectNode brake) {
        RevocationsView.lines(verifier, notices.path("results"), brake.path("results"))
                .forEach(this::info);
    }

    private void list(String what, ObjectNode envelope) {
        JsonNode ids = envelope.path("results").path("uuids");
        info(what + " "
                + (ids.isEmpty() ? "no machine." : ids.size() + (ids.size() == 1 ? " machine:" : " machines:")));
        for (JsonNode id : ids) {
            info("  " + (id.isArray() ? id.path(0) : id).asString());
        }
    }

    private void machine(String id, String where, JsonNode status) {
        info(("Machine " + id + " " + where).strip() + ":");
        for (Map.Entry<String, JsonNode> member : status.properties()) {
            info(String.format(Locale.ROOT, "  %-29s %s", member.getKey(), shown(member.getKey(), member.getValue())));
        }
    }

    private static String shown(String name, JsonNode value) {
        if (value.isNull()) {
            return "-";
        }
        if (TIMES.contains(name) && value.isIntegralNumber()) {
            return value.longValue() == 0
                    ? "never"
                    : DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
                            .withZone(ZoneId.systemDefault())
                            .format(Instant.ofEpochSecond(value.longValue()));
        }
        String text = value.isString() ? value.stringValue() : PythonText.json(value);
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    }

    private static String seconds(Duration time) {
        return time.toMillis() < 1000
                ? time.toMillis() + " ms"
                : String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }

    private void line(String text) {
        closeLine();
        err.println(printable(text));
    }

    private void closeLine() {
        if (lineOpen) {
            err.print(CLEAR_LINE);
            err.flush();
            lineOpen = false;
        }
    }

    /** Answers hold what strangers sent: it must not drive the terminal. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", " ");
    }
}
