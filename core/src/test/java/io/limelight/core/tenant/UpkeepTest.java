package io.limelight.core.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.OperationalState;
import io.limelight.core.http.HttpReply;
import io.limelight.core.json.WireJson;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tenant.TenantException.Kind;
import io.limelight.core.tenant.kit.TenantWorld;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class UpkeepTest {
    private static final AgentId ID = TenantWorld.ID;
    private static final AgentId NOBODY = AgentId.of("nobody");

    @TempDir
    Path folder;

    private final Cancellation cancellation = new Cancellation();
    private TenantWorld world;
    private TenantServices services;
    private Upkeep upkeep;
    private Inventory inventory;

    @BeforeEach
    void build() throws Exception {
        world = TenantWorld.in(folder);
        world.configure();
        world.machine(ID);
        TenantSettings settings = world.settings();
        services = new TenantServices(settings, InstantSource.system(), cancellation);
        upkeep = new Upkeep(settings, services, InstantSource.system(), new RecordingReport(), cancellation);
        inventory = new Inventory(services);
    }

    @AfterEach
    void end() {
        services.close();
        world.close();
    }

    private void enrol() throws Exception {
        TenantSettings settings = world.settings();
        new Enrolment(
                        settings,
                        services,
                        new SecureRandom(),
                        InstantSource.system(),
                        new RecordingReport(),
                        cancellation)
                .run(EnrolmentPlan.of(EnrolmentDraft.of(ID), settings));
        world.journal().clear();
    }

    private interface Act {
        void run() throws Exception;
    }

    private static TenantException failure(Act act) {
        TenantException failure = catchThrowableOfType(TenantException.class, act::run);
        assertThat(failure).isNotNull();
        return failure;
    }

    @Test
    void deletingAsksFirstThenDeletes() throws Exception {
        enrol();
        assertThat(upkeep.delete(ID, true)).isTrue();
        assertThat(world.journal().lines()).containsExactly("verifier GET agents/{id}", "verifier DELETE agents/{id}");
        assertThat(world.verifier().machines()).isEmpty();
    }

    @Test
    void deletingWhatIsNotThereIsNoErrorWithOrWithoutAsking() throws Exception {
        assertThat(upkeep.delete(NOBODY, true)).isFalse();
        assertThat(upkeep.delete(NOBODY, false)).isFalse();
        assertThat(world.journal().lines())
                .containsExactly("verifier GET version", "verifier GET agents/{id}", "verifier DELETE agents/{id}");
    }

    @Test
    void aDeletionThatNeverEndsIsNamed() throws Exception {
        enrol();
        world.verifier()
                .answering("DELETE agents/{id}", call -> HttpReply.envelope(202, "Accepted", WireJson.object()));
        TenantException failure = failure(() -> upkeep.delete(ID, true));
        assertThat(failure.kind()).isEqualTo(Kind.NO_EFFECT);
        assertThat(failure).hasMessageContaining("still lists it after 3 tries");
    }

    @Test
    void aDeletionUnderWayIsWaitedFor() throws Exception {
        enrol();
        AtomicInteger asked = new AtomicInteger();
        world.verifier().answering("DELETE agents/{id}", call -> {
            world.verifier()
                    .answering(
                            "GET agents/{id}",
                            again -> asked.incrementAndGet() < 4
                                    ? HttpReply.success(WireJson.object().put("operational_state", 8))
                                    : HttpReply.refusal(404, "agent id not found"));
            return HttpReply.envelope(202, "Accepted", WireJson.object());
        });
        assertThat(upkeep.delete(ID, true)).isTrue();
        assertThat(asked).hasValue(4);
    }

    @Test
    void aMachineOfAnotherVerifierIsDeletedThere(@TempDir Path second) throws Exception {
        enrol();
        try (TenantWorld other = TenantWorld.in(second)) {
            other.verifier().answering("DELETE agents/{id}", call -> HttpReply.success());
            // Two verifiers over one database: both list the machine, one of them serves it.
            world.verifier().answering("GET agents/{id}", call -> {
                ObjectNode status = WireJson.object().put("operational_state", 3);
                return HttpReply.success(status.put("verifier_ip", "127.0.0.1")
                        .put("verifier_port", other.verifier().port()));
            });
            world.verifier()
                    .answering(
                            "DELETE agents/{id}",
                            call -> HttpReply.refusal(404, "agent id associated to this verifier"));
            assertThat(upkeep.delete(ID, true)).isTrue();
            assertThat(other.journal().lines()).contains("verifier DELETE agents/{id}");
        }
    }

    @Test
    void reactivatingAsksFirstAndNamesWhatIsNotThere() throws Exception {
        enrol();
        world.verifier().set(ID.value(), OperationalState.FAILED);
        upkeep.reactivate(ID, true);
        assertThat(world.verifier().stateOf(ID.value())).isEqualTo(OperationalState.START);
        assertThat(failure(() -> upkeep.reactivate(NOBODY, true)).kind()).isEqualTo(Kind.NOT_WATCHED);
        world.journal().clear();
        assertThat(failure(() -> upkeep.reactivate(NOBODY, false)).kind()).isEqualTo(Kind.REQUEST);
        assertThat(world.journal().lines()).containsExactly("verifier PUT agents/{id}/reactivate");
    }

    @Test
    void unregisteringTwiceIsTwice() throws Exception {
        assertThat(upkeep.unregister(ID)).isTrue();
        assertThat(upkeep.unregister(ID)).isFalse();
    }

    @Test
    void questionsAboutWhatIsNotThereAreTyped() {
        assertThat(failure(() -> inventory.registration(NOBODY)).kind()).isEqualTo(Kind.NOT_REGISTERED);
        assertThat(failure(() -> inventory.status(NOBODY)).kind()).isEqualTo(Kind.NOT_WATCHED);
    }

    @Test
    void listsAreAskedForByVerifierId() throws Exception {
        enrol();
        assertThat(inventory.registrations().value().ids()).containsExactly(ID.value());
        assertThat(inventory.watched("").value().ids()).containsExactly(ID.value());
        assertThat(inventory.allStatus("x").value()).containsOnlyKeys(ID.value());
    }

    @Test
    void aServiceThatDoesNotSayItsVersionIsSpokenToInOurs() throws Exception {
        world.registrar().answering("GET version", call -> HttpReply.empty(404, "Not Found"));
        world.verifier().answering("GET version", call -> HttpReply.success(WireJson.object()));
        assertThat(inventory.registrations().value().ids()).containsExactly(ID.value());
        assertThat(inventory.watched("").value().ids()).isEmpty();
    }

    @Test
    void everythingThatIsDownIsNamed() {
        world.registrar().close();
        world.verifier().close();
        assertThat(failure(() -> inventory.registrations()))
                .hasMessageContaining(
                        "registrar at 127.0.0.1:" + world.registrar().port());
        assertThat(failure(() -> inventory.watched("")))
                .hasMessageContaining(
                        "verifier at 127.0.0.1:" + world.verifier().port());
        assertThat(failure(() -> upkeep.delete(ID, true)).kind()).isEqualTo(Kind.REQUEST);
    }
}
