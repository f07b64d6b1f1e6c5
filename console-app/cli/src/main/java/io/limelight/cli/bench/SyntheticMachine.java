package io.limelight.cli.bench;

import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.OperationalState;
import io.limelight.core.json.WireJson;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A machine that does not exist: how it stands follows from its number and the time, so that a hundred thousand of them need no memory.
 * Of a hundred, some 96 pass; every turn of a minute, each at a second of its own, they are dealt anew.
 */
final class SyntheticMachine {
    private static final int TURN_SECONDS = 60;
    private static final int INTERVAL_SECONDS = 10;
    private static final long LONG_AGO = 1_600_000_000L;

    private final int number;
    private final long now;
    private final OperationalState state;

    private SyntheticMachine(int number, long now, OperationalState state) {
        this.number = number;
        this.now = now;
        this.state = state;
    }

    static String id(int number) {
        return String.format(Locale.ROOT, "d432fbb3-d2f1-4a97-9ef7-%012x", number);
    }

    /** How it stands, unless somebody told it otherwise. */
    static SyntheticMachine of(int number, Instant now, @Nullable OperationalState told) {
        long second = now.getEpochSecond();
        return new SyntheticMachine(number, second, told == null ? dealt(number, second) : told);
    }

    private static long turn(int number, long second) {
        return (second + number * 37L) / TURN_SECONDS;
    }

    private static OperationalState dealt(int number, long second) {
        // Steele and others' mixing of bits: neighbours have nothing in common.
        long bits = (turn(number, second) * 0x9e3779b97f4a7c15L) ^ (number * 0xbf58476d1ce4e5b9L);
        bits = (bits ^ (bits >>> 30)) * 0x94d049bb133111ebL;
        int share = (int) Long.remainderUnsigned(bits ^ (bits >>> 31), 1_000);
        if (share < 960) {
            return OperationalState.GET_QUOTE;
        }
        if (share < 975) {
            return OperationalState.INVALID_QUOTE;
        }
        if (share < 985) {
            return OperationalState.GET_QUOTE_RETRY;
        }
        if (share < 990) {
            return OperationalState.FAILED;
        }
        if (share < 994) {
            return OperationalState.SAVED;
        }
        return share < 997 ? OperationalState.TENANT_FAILED : OperationalState.START;
    }

    private long quoteAge() {
        return Math.floorMod(now + number, INTERVAL_SECONDS);
    }

    private long passAge() {
        return switch (state) {
            case GET_QUOTE, PROVIDE_V -> quoteAge();
            default -> Math.floorMod(now + number * 37L, TURN_SECONDS) + INTERVAL_SECONDS;
        };
    }

    private long passes() {
        return (now - passAge() - LONG_AGO) / INTERVAL_SECONDS;
    }

    private boolean failed() {
        return state == OperationalState.INVALID_QUOTE || state == OperationalState.FAILED;
    }

    private String address() {
        return "10." + (number >> 16 & 255) + "." + (number >> 8 & 255) + "." + (number & 255);
    }

    private String word() {
        return switch (state) {
            case REGISTERED, START -> "proving";
            case SAVED -> "paused";
            case GET_QUOTE, PROVIDE_V -> "trusted";
            case GET_QUOTE_RETRY, PROVIDE_V_RETRY -> "not_answering";
            case FAILED -> "given_up";
            case INVALID_QUOTE -> "failed";
            case TERMINATED -> "being_deleted";
            case TENANT_FAILED -> "stopped";
        };
    }

    /** As Limelight's verifier lists it. */
    ObjectNode listed() {
        ObjectNode json = WireJson.object()
                .put("agent_id", id(number))
                .put("ip", address())
                .put("port", 9002)
                .put("state", word())
                .put("operational_state", state.number())
                .put("attestation_count", passes());
        json.put("last_received_quote", Instant.ofEpochSecond(now - quoteAge()).toString())
                .put("last_received_quote_age", quoteAge())
                .put(
                        "last_successful_attestation",
                        Instant.ofEpochSecond(now - passAge()).toString())
                .put("last_successful_attestation_age", passAge())
                .put("runtime_policy", "fleet-" + number % 7);
        if (number % 3 == 0) {
            json.put("mb_policy", "server-2026");
        } else {
            json.putNull("mb_policy");
        }
        if (failed()) {
            json.set("last_failure", failure());
        } else {
            json.putNull("last_failure");
        }
        return json;
    }

    private String event() {
        return state == OperationalState.FAILED
                ? "internal.verifier.not_reachable"
                : "ima.validation.ima-ng.not_in_allowlist";
    }

    /** One in eight runs a file whose name does what it can to be misread. */
    private ObjectNode failure() {
        boolean gone = state == OperationalState.FAILED;
        String path = number % 8 == 0 ? "/opt/\u202Egpj.sh\u0007" + "x".repeat(200) : "/opt/tools/job-" + number % 23;
        ObjectNode failure = WireJson.object()
                .put("id", event())
                .put("severity_label", "emergency")
                .put(
                        "sentence",
                        gone
                                ? "The machine did not answer in 6 tries."
                                : "The file " + path + " (entry " + (100 + number % 900)
                                        + " of the IMA list) is not in the runtime policy.");
        failure.putArray("likely_causes")
                .add(gone ? "The machine is switched off" : "An unapproved program was run")
                .add(gone ? "A firewall lies in between" : "A package was updated and the policy was not");
        ObjectNode context = failure.putObject("context");
        if (!gone) {
            context.put("path", path).put("entry", 100 + number % 900);
        }
        return failure.put("recoverable", !gone);
    }

    /** What happened to it, the newest first. */
    ObjectNode timeline() {
        ObjectNode results = WireJson.object().put("agent_id", id(number));
        var happenings = results.putArray("happenings");
        if (failed()) {
            ObjectNode failed = happenings
                    .addObject()
                    .put("number", 3)
                    .put("at", Instant.ofEpochSecond(now - passAge()).toString())
                    .put("kind", state == OperationalState.FAILED ? "given_up" : "failed")
                    .put("times", 1);
            failed.putArray("failures").add(failure());
        }
        happenings
                .addObject()
                .put("number", 2)
                .put("at", Instant.ofEpochSecond(LONG_AGO + number + 9).toString())
                .put("kind", "passed");
        happenings
                .addObject()
                .put("number", 1)
                .put("at", Instant.ofEpochSecond(LONG_AGO + number).toString())
                .put("kind", "added");
        return results.putNull("next_before");
    }

    /** As Keylime's verifier answers. */
    ObjectNode status() {
        return new AgentStatus(
                        state.number(),
                        null,
                        address(),
                        9002,
                        "{\"mask\": \"0x400\"}",
                        "{}",
                        number % 3 == 0,
                        true,
                        List.of("sha256"),
                        List.of("rsa"),
                        List.of("rsassa"),
                        "sha256",
                        "rsa",
                        "rsassa",
                        "default",
                        "127.0.0.1",
                        8881,
                        failed() ? 6 : null,
                        failed() ? event() : null,
                        passes(),
                        now - quoteAge(),
                        now - passAge(),
                        failed() ? "FAIL" : "PASS",
                        "10s",
                        "50s")
                .toJson();
    }
}
