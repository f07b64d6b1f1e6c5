package io.limelight.console.machines.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.fleet.FakeFleet;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.StaleReason;
import io.limelight.console.machines.Labels;
import io.limelight.console.machines.filter.MachineFilter.Invalid;
import io.limelight.console.machines.filter.MachineFilter.Term;
import io.limelight.console.machines.filter.MachineFilter.Valid;
import io.limelight.core.api.AgentId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineFilterTest {
    private static MachineFacts machine(String id, String address, MachineState state, Duration age, Labels labels) {
        Instant passed = age == null ? null : FakeFleet.NOW.minus(age);
        Machine machine = new Machine(
                AgentId.of(id),
                address,
                9002,
                state,
                StaleReason.NONE,
                3,
                1,
                passed,
                passed,
                "web-2026.11",
                "",
                state == MachineState.FAILED
                        ? FakeFleet.failed(id, "ima.validation.x", "The file /tmp/evil.sh")
                                .failure()
                        : null);
        return new MachineFacts(machine, state, StaleReason.NONE, labels, FakeFleet.NOW);
    }

    private static final MachineFacts WEB = machine(
            "d432fbb3-0001",
            "10.20.4.17",
            MachineState.TRUSTED,
            Duration.ofSeconds(5),
            new Labels("Zürich web-07", List.of("dc-east", "rack 14"), ""));
    private static final MachineFacts BAD =
            machine("bad", "fd00::7", MachineState.FAILED, Duration.ofHours(2), Labels.NONE);
    private static final MachineFacts NEW = machine("new", "host.example", MachineState.PROVING, null, Labels.NONE);

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                            | web,bad,new
            zurich                        | web
            ZÜRICH                        | web
            WEB-07                        | web
            d432                          | web
            432FBB                        | web
            web-2026                      | web,bad,new
            10.20                         | web
            id:D432                       | web
            id:432                        |
            alias:07                      | web
            state:failed                  | bad
            State:Failed,Proving          | bad,new
            -state:failed                 | web,new
            -state:failed -state:proving  | web
            age:>1h                       | bad
            age:<1m                       | web
            age:never                     | new
            -age:never                    | web,bad
            policy:web                    | web,bad,new
            policy:none                   |
            tag:dc-east                   | web
            tag:dc                        |
            tag:"rack 14"                 | web
            "rack 14"                     | web
            tag:none                      | bad,new
            -tag:none                     | web
            cidr:10.0.0.0/8               | web
            cidr:10.20.4.17               | web
            cidr:10.20.4.16/31            | web
            cidr:10.20.4.18/31            |
            cidr:0.0.0.0/0                | web
            cidr:fd00::/8                 | bad
            failure:ima                   | bad
            failure:evil.sh               | bad
            fd00::7                       | bad
            "state:failed"                |
            state:failed web              | bad
            """)
    void findsWhatIsMeant(String typed, String expected) {
        MachineFilter filter = MachineFilter.parse(typed);
        assertThat(filter).isInstanceOf(Valid.class);
        StringBuilder found = new StringBuilder();
        for (MachineFacts facts : List.of(WEB, BAD, NEW)) {
            if (((Valid) filter).predicate().test(facts)) {
                String id = facts.machine().id().value();
                found.append(',').append(id.startsWith("d432") ? "web" : id);
            }
        }
        assertThat(found.toString()).isEqualTo(expected == null ? "" : "," + expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            state:broken        | machines.filter.unknown-state
            state:              | machines.filter.no-value
            state:failed,       | machines.filter.unknown-state
            age:1h              | machines.filter.bad-age
            age:>1y             | machines.filter.bad-age
            age:>99999999h      | machines.filter.bad-age
            cidr:10.0.0.0/33    | machines.filter.bad-network
            cidr:10.0.0/8       | machines.filter.bad-network
            cidr:host.example   | machines.filter.bad-network
            cidr:10.0.0.0/+8    | machines.filter.bad-network
            "open               | machines.filter.open-quote
            stat:failed         | machines.filter.unknown-key
            """)
    void saysWhatIsWrong(String typed, String reason) {
        assertThat(MachineFilter.parse(typed))
                .isInstanceOfSatisfying(
                        Invalid.class, invalid -> assertThat(invalid.reason()).isEqualTo(reason));
    }

    @Test
    void whatIsPastedIsBounded() {
        assertThat(MachineFilter.parse("x".repeat(1001))).isInstanceOf(Invalid.class);
        assertThat(MachineFilter.parse("x ".repeat(31))).isInstanceOf(Invalid.class);
        assertThat(MachineFilter.parse("x ".repeat(30))).isInstanceOf(Valid.class);
    }

    @Test
    void itsWordsMakeItAgain() {
        String typed = "-state:failed tag:\"rack 14\" web";
        Valid filter = (Valid) MachineFilter.parse("  " + typed + "  ");
        assertThat(filter.terms()).extracting(Term::text).containsExactly("-state:failed", "tag:\"rack 14\"", "web");
        assertThat(filter.terms()).extracting(Term::key).containsExactly("state", "tag", "");
        assertThat(filter.terms()).extracting(Term::value).containsExactly("failed", "rack 14", "web");
    }

    @Test
    void offersWhatCouldBeMeant() {
        List<String> policies = List.of("db", "web 1");
        List<String> tags = List.of("dc-east");
        assertThat(Completions.of("st", policies, tags)).containsExactly("state:");
        assertThat(Completions.of("web state:f", policies, tags)).containsExactly("web state:failed");
        assertThat(Completions.of("-policy:", policies, tags))
                .containsExactly("-policy:\"web 1\"", "-policy:db", "-policy:none");
        assertThat(Completions.of("tag:dc-east", policies, tags)).isEmpty();
        assertThat(Completions.of("", policies, tags)).isEmpty();
    }
}
