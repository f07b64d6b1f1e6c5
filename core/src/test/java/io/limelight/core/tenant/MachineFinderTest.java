package io.limelight.core.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.AgentList;
import io.limelight.core.api.RegistrarAgent;
import io.limelight.core.http.HttpReply;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tenant.TenantException.Kind;
import io.limelight.core.tenant.kit.SoftMachine;
import io.limelight.core.tenant.kit.TenantWorld;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code -t address} without an id, as the old documents type it. */
class MachineFinderTest {
    @TempDir
    Path folder;

    private TenantWorld world;
    private TenantServices services;
    private RegistrarAgent template;

    @BeforeEach
    void build() throws Exception {
        world = TenantWorld.in(folder);
        world.configure();
        SoftMachine machine = world.machine(TenantWorld.ID);
        template = machine.record(world.vendor());
        world.registrar().records().clear();
        services = new TenantServices(world.settings(), InstantSource.system(), new Cancellation());
    }

    @AfterEach
    void end() {
        services.close();
        world.close();
    }

    private void register(String id, String ip, int port) {
        world.registrar()
                .put(new RegistrarAgent(
                        id, template.ekTpm(), template.aikTpm(), null, ip, port, template.mtlsCert(), 1));
    }

    private MachineFinder.Found at(String host) throws TenantException {
        return new MachineFinder(services).at(host, OptionalInt.empty());
    }

    private TenantException failure(String host) {
        TenantException failure = catchThrowableOfType(TenantException.class, () -> at(host));
        assertThat(failure).isNotNull();
        return failure;
    }

    @Test
    void keylimesDefaultIdComesFirstWhateverItsAddress() throws Exception {
        register(AgentId.DEFAULT.value(), "10.9.9.9", 9002);
        register("other", "10.0.0.5", 9002);
        assertThat(at("10.0.0.5").id()).isEqualTo(AgentId.DEFAULT);
    }

    @Test
    void theOnlyMachineThatClaimsTheAddressIsUsedAndSaid() throws Exception {
        register("other", "10.0.0.6", 9002);
        register("mine", "10.0.0.5", 9002);
        MachineFinder.Found found = at("10.0.0.5");
        assertThat(found.id()).isEqualTo(AgentId.of("mine"));
        assertThat(found.sentence()).contains("mine", "10.0.0.5", "-u");
    }

    @Test
    void severalMachinesAtOneAddressAreListedAndNoneIsChosen() {
        register("first", "10.0.0.5", 9002);
        register("second", "10.0.0.5", 9003);
        TenantException failure = failure("10.0.0.5");
        assertThat(failure.kind()).isEqualTo(Kind.AMBIGUOUS);
        assertThat(failure)
                .hasMessageContaining("first (port 9002), second (port 9003)")
                .hasMessageContaining("-u");
    }

    @Test
    void aPortTellsThemApart() throws Exception {
        register("first", "10.0.0.5", 9002);
        register("second", "10.0.0.5", 9003);
        assertThat(new MachineFinder(services)
                        .at("10.0.0.5", OptionalInt.of(9003))
                        .id())
                .isEqualTo(AgentId.of("second"));
    }

    @Test
    void manyCandidatesAreCutShort() {
        IntStream.range(0, 40).forEach(i -> register("machine-" + i, "10.0.0.5", 9002));
        assertThat(failure("10.0.0.5")).hasMessageContaining("40 machines").hasMessageContaining("…");
        assertThat(failure("10.0.0.5").getMessage()).hasSizeLessThan(800);
    }

    @Test
    void nobodyAtTheAddressIsAnErrorThatSaysWhatWasTried() {
        register("other", "10.0.0.6", 9002);
        register("without", null, 9002);
        TenantException failure = failure("10.0.0.5");
        assertThat(failure.kind()).isEqualTo(Kind.NOT_REGISTERED);
        assertThat(failure).hasMessageContaining(AgentId.DEFAULT.value()).hasMessageContaining("10.0.0.5");
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, 127.0.0.1",
        "LocalHost, localhost",
        "[fd00::1], fd00:0:0:0:0:0:0:1",
        "fd00:0::1, fd00::1",
    })
    void oneAddressHasManySpellings(String typed, String registered) throws Exception {
        register("mine", registered, 9002);
        assertThat(at(typed).id()).isEqualTo(AgentId.of("mine"));
    }

    @Test
    void whatWasRegisteredIsNeverLookedUp() {
        // A name in a record is compared as text: looking it up would let strangers choose this program's questions.
        register("mine", "localhost", 9002);
        assertThat(failure("127.0.0.1").kind()).isEqualTo(Kind.NOT_REGISTERED);
        register("odd", "g:hostile:name", 9002);
        assertThat(failure("127.0.0.1").kind()).isEqualTo(Kind.NOT_REGISTERED);
    }

    @Test
    void idsThatAreNoneAreSkipped() throws Exception {
        register("mine", "10.0.0.5", 9002);
        world.registrar()
                .answering(
                        "GET agents",
                        call -> HttpReply.success(
                                new AgentList(java.util.List.of("..", "-x", "ca", "mine")).toRegistrarJson()));
        assertThat(at("10.0.0.5").id()).isEqualTo(AgentId.of("mine"));
    }

    @Test
    void tooManyRegistrationsAreNotSearched() {
        world.registrar()
                .answering(
                        "GET agents",
                        call -> HttpReply.success(new AgentList(IntStream.rangeClosed(0, MachineFinder.MOST_RECORDS)
                                        .mapToObj(i -> "m" + i)
                                        .toList())
                                .toRegistrarJson()));
        assertThat(failure("10.0.0.5")).hasMessageContaining("too many");
    }
}
