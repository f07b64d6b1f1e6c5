package io.limelight.cli.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.http.HttpReply;
import io.limelight.core.json.WireJson;
import io.limelight.core.tenant.kit.TenantWorld;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code limelight tenant -c revocations} and its sisters. */
class RevocationWordsTest {
    private static final List<String> WORDS =
            List.of("revocations", "releaserevocations", "discardrevocations", "testrevocation");
    private static final String NOTICES =
            "{\"revocations\": [{\"sequence\": 1, \"notice_id\": \"9a\", \"state\": \"done\"}],"
                    + " \"next_before\": null}";

    @TempDir
    Path folder;

    private CommandLineHarness line;
    private TenantWorld world;

    @BeforeEach
    void build() throws Exception {
        line = new CommandLineHarness(folder);
        world = TenantWorld.in(folder);
        world.configure();
    }

    @AfterEach
    void end() {
        world.close();
    }

    private int tenant(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "tenant";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return line.run(world.environment(), all);
    }

    private void answering(String route, String results) {
        world.verifier().answering(route, _ -> HttpReply.success(WireJson.parse(results)));
    }

    // --- what does not work ---

    @Test
    void aVerifierWithoutTheseRoutesIsNamedAsOne() {
        for (String word : WORDS) {
            assertThat(tenant("-c", word)).as(word).isEqualTo(1);
            assertThat(line.out())
                    .as(word)
                    .contains("ERROR - The verifier at 127.0.0.1", "does not tell of revocations");
        }
    }

    @Test
    void whoeverMayNotDoThisIsToldSo() {
        for (String route : List.of("GET revocations", "GET notifiers", "POST brake/release", "POST brake/discard")) {
            world.verifier()
                    .answering(
                            route.replace(" ", " limelight/v1/"),
                            _ -> HttpReply.accessRefused(403, "Forbidden", "administrators only"));
        }
        for (String word : WORDS) {
            assertThat(tenant("-c", word)).as(word).isEqualTo(1);
            assertThat(line.out()).as(word).contains("ERROR - ", "administrators only");
        }
    }

    @Test
    void nonsenseFromAVerifierIsNoResult() {
        world.verifier()
                .answering(
                        "GET limelight/v1/revocations",
                        _ -> new HttpReply.Json(200, WireJson.parse("[\"\\u001b[2J\"]"), java.util.Map.of()));
        assertThat(tenant("-c", "revocations")).isEqualTo(1);
        assertThat(line.out()).contains("ERROR - ").doesNotContain("\u001b");
    }

    @ParameterizedTest
    @CsvSource({"m1, 9a, 9b", "m2, 9b, 9a", "m3, '', 9a"})
    void aNamedMachineIsTheOnlyOneShown(String machine, String shown, String hidden) {
        answering(
                "GET limelight/v1/revocations",
                "{\"revocations\": [{\"sequence\": 1, \"notice_id\": \"9a\", \"agent_id\": \"m1\", \"state\": \"done\"},"
                        + " {\"sequence\": 2, \"notice_id\": \"9b\", \"agent_id\": \"m2\", \"state\": \"done\"}],"
                        + " \"next_before\": null}");
        answering("GET limelight/v1/brake", "{\"engaged\": false}");
        assertThat(tenant("-c", "revocations", "-u", machine))
                .as("%s", line.out())
                .isZero();
        assertThat(line.out()).contains(machine, shown).doesNotContain(hidden);
    }

    @Test
    void aHostileIdAsksNobody() {
        assertThat(tenant("-c", "testrevocation", "-u", "../x")).isEqualTo(1);
        assertThat(line.out()).contains("ERROR - The agent id");
        assertThat(world.journal().lines()).isEmpty();
    }

    @Test
    void aTestThatIsNotDeliveredIsAnErrorWithTheReason() {
        answering("GET limelight/v1/notifiers", "{\"notifiers\": [{\"name\": \"agent\", \"enabled\": true}]}");
        assertThat(tenant("-c", "testrevocation")).isEqualTo(1);
        assertThat(line.out()).contains("neither webhook nor ZeroMQ is switched on");

        answering(
                "GET limelight/v1/notifiers",
                "{\"notifiers\": [{\"name\": \"webhook\", \"enabled\": true}, {\"name\": \"zeromq\", \"enabled\": true}]}");
        world.verifier().answering("POST limelight/v1/notifiers/test", call -> {
            boolean webhook = call.json().path("notifier").asString().equals("webhook");
            return HttpReply.success(WireJson.object()
                    .put("delivered", !webhook)
                    .put("detail", webhook ? "it answers with the status 500" : ""));
        });
        assertThat(tenant("-c", "testrevocation")).isEqualTo(1);
        assertThat(line.out())
                .contains("WARNING - The test notice was not delivered by webhook: it answers with the status 500.")
                .contains("INFO - The test notice was delivered by zeromq.")
                .contains("ERROR - 1 of 2 test notices were not delivered.");

        world.verifier()
                .answering("POST limelight/v1/notifiers/test", _ -> HttpReply.refusal(404, "agent id not found"));
        assertThat(tenant("-c", "testrevocation", "-u", "nobody")).isEqualTo(1);
        assertThat(line.out()).contains("ERROR - ", "agent id not found");
    }

    // --- what does ---

    @Test
    void noticesAndBrakeAreTheVerifiersAnswers() {
        answering("GET limelight/v1/revocations", NOTICES);
        answering("GET limelight/v1/brake", "{\"engaged\": false}");
        assertThat(tenant("-c", "revocations")).as("%s", line.out()).isZero();
        assertThat(line.out())
                .contains("Revocations from Verifier (127.0.0.1:"
                        + world.verifier().port() + "):\n" + NOTICES)
                .contains("Brake of Verifier (127.0.0.1:" + world.verifier().port() + "):\n{\"engaged\": false}");
    }

    @Test
    void releaseAndDiscardSayHowMany() {
        answering("POST limelight/v1/brake/release", "{\"released\": 37}");
        answering("POST limelight/v1/brake/discard", "{\"discarded\": 2}");
        assertThat(tenant("-c", "releaserevocations")).isZero();
        assertThat(line.out()).contains("INFO - 37 notices that were held are sent now.");
        assertThat(tenant("-c", "discardrevocations")).isZero();
        assertThat(line.out()).contains("INFO - 2 notices that were held are never sent.");
    }

    @Test
    void aMachineIsTestedByItsId() {
        world.verifier().answering("POST limelight/v1/notifiers/test", call -> {
            assertThat(call.json()).isEqualTo(WireJson.parse("{\"notifier\": \"agent\", \"agent_id\": \"machine-1\"}"));
            return HttpReply.success(WireJson.object().put("delivered", true).put("detail", ""));
        });
        assertThat(tenant("-c", "testrevocation", "-u", "machine-1"))
                .as("%s", line.out())
                .isZero();
        assertThat(line.out()).contains("INFO - The test notice was delivered by agent.");
    }
}
