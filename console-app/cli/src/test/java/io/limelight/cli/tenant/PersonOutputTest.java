package io.limelight.cli.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.Endpoint;
import io.limelight.core.json.WireJson;
import io.limelight.core.task.TaskStep;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What a person at a terminal sees. */
class PersonOutputTest {
    private static final TaskStep STEP = new TaskStep("s", "ask the registrar");
    private static final Endpoint VERIFIER = Endpoint.verifier("127.0.0.1", 8881);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PersonOutput output = new PersonOutput(
            new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8));

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void progressGoesToStandardErrorWithTheTimeEachStepTook() {
        output.begin(STEP);
        output.done(STEP, "it knows the machine", Duration.ofMillis(12));
        output.begin(STEP);
        output.waiting(STEP, "It is busy.", Duration.ofSeconds(2), 1, 5);
        output.done(STEP, "at last", Duration.ofMillis(2300));
        assertThat(err())
                .contains("ask the registrar", "ok  it knows the machine (12 ms)")
                .contains("It is busy. Try 1 of 5; the next in 2.0 s.", "at last (2.3 s)");
        assertThat(out()).isEmpty();
    }

    @Test
    void aResultEndsTheLineOfProgressFirst() {
        output.begin(STEP);
        output.error("It is gone.");
        assertThat(err()).endsWith("\r\u001b[Klimelight tenant: It is gone.\n");
    }

    @Test
    void whatStrangersSentCannotDriveTheTerminal() throws Exception {
        output.warn("bad\u001b[2Jtext\nsecond");
        output.verifierStatus(
                AgentId.of("m"),
                VERIFIER,
                WireJson.parseObject("{\"results\": {\"ip\": \"\\u001b]0;owned\\u0007\", \"last_event_id\": \"a\\nb\"}}"
                        .getBytes(StandardCharsets.UTF_8)));
        assertThat(out() + err()).doesNotContain("\u001b", "\u0007", "a\nb", "\nsecond");
    }

    @Test
    void aStatusIsReadable() throws Exception {
        output.verifierStatus(
                AgentId.of("m"),
                VERIFIER,
                WireJson.parseObject(("{\"results\": {\"operational_state\": 3, \"v\": \"c2VjcmV0\","
                                + " \"last_event_id\": null, \"last_received_quote\": 0}}")
                        .getBytes(StandardCharsets.UTF_8)));
        assertThat(out())
                .contains("Machine m at the verifier at 127.0.0.1:8881:")
                .containsPattern("operational_state +Get Quote")
                .containsPattern("last_event_id +-")
                .containsPattern("last_received_quote +never")
                .doesNotContain("c2VjcmV0");
    }

    @Test
    void listsAreCountedAndEmptyOnesSaidSo() throws Exception {
        output.verifierList(
                VERIFIER,
                WireJson.parseObject(
                        "{\"results\": {\"uuids\": [[\"a\"], [\"b\"]]}}".getBytes(StandardCharsets.UTF_8)));
        output.registrarList(
                Endpoint.registrar("127.0.0.1", 8891),
                WireJson.parseObject("{\"results\": {\"uuids\": []}}".getBytes(StandardCharsets.UTF_8)));
        output.bulk(WireJson.parseObject("{\"results\": {}}".getBytes(StandardCharsets.UTF_8)));
        assertThat(out())
                .contains("watches 2 machines:\n  a\n  b\n", "knows no machine.", "No machine is being watched.");
    }

    private static ObjectNode results(String results) throws Exception {
        return WireJson.parseObject(("{\"results\": " + results + "}").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatMachinesSayTheyDidIsShownAsWhatTheySay() throws Exception {
        output.revocations(
                VERIFIER,
                results("{\"revocations\": [{\"state\": \"done\", \"agent_id\": \"m1\", \"type\": \"revocation\","
                        + " \"signed\": true, \"deliveries\": {\"agent\": {\"delivered\": 15}}, \"receipts\": {\"acted\":"
                        + " 9, \"failed\": 3, \"nothing_run\": 1, \"unknown\": 2, \"failures\": [{\"receiver\": \"m3\","
                        + " \"trouble\": \"a\\u001b[2J: exit status 1\"}]}},"
                        + " {\"state\": \"done\", \"receipts\": {\"failed\": 2, \"failures\": []}},"
                        + " {\"state\": \"held\", \"receipts\": {}, \"handed_in\": true}]}"),
                results("{\"engaged\": true, \"held\": 1}"));
        assertThat(out())
                .contains("told of 3 failures")
                .containsPattern("machines say: 9 acted; 3 failed: m3 \\(a.*: exit status 1\\), 2 more;"
                        + " 1 had nothing to run; 2 accepted, outcome unknown")
                .contains("machines say: 2 failed: which ones is no longer known")
                .contains("held; handed in", "The brake is on", "-c releaserevocations")
                .doesNotContain("\u001b");
    }
}
